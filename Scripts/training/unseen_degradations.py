"""Degradations that IRPAD never saw in training, for its evaluation: `UNSEEN[name](image, strength, random)`.

Each takes and gives float32 `[H, W, 3]` in 0…1.
"""

from __future__ import annotations

import io
import math

import numpy as np
from PIL import Image

from degradation import filtered, jpeg, resized


def motion_blur(image: np.ndarray, length: int, random: np.random.Generator) -> np.ndarray:
    """A straight movement by `length` pixels in a random direction, drawn eight times finer."""
    side, fine = 2 * (length // 2) + 3, 8
    angle = random.uniform(0, math.pi)
    steps = np.linspace(-length / 2, length / 2, 16 * length)
    places = ((np.stack([np.sin(angle) * steps, np.cos(angle) * steps]) + side / 2) * fine).astype(int)
    kernel = np.zeros((side * fine, side * fine))
    np.add.at(kernel, tuple(places), 1)
    kernel = kernel.reshape(side, fine, side, fine).sum((1, 3))
    return filtered(image, kernel / kernel.sum())


def webp(image: np.ndarray, quality: int, random: np.random.Generator) -> np.ndarray:
    file = io.BytesIO()
    Image.fromarray((image * 255).round().astype(np.uint8)).save(file, "WEBP", quality=quality)
    return np.float32(Image.open(file).convert("RGB")) / 255


def film_grain(image: np.ndarray, sigma: float, random: np.random.Generator) -> np.ndarray:
    """Grey grains about two pixels wide, strongest in the middle tones; `sigma` in 8-bit levels there."""
    noise = random.standard_normal((image.shape[0] // 2 + 2, image.shape[1] // 2 + 2, 1)).astype(np.float32)
    grain = resized(noise, image.shape[:2], "bicubic")
    luma = image.mean(-1, keepdims=True)
    return np.clip(image + sigma / 255 * grain / grain.std() * 4 * luma * (1 - luma), 0, 1).astype(np.float32)


def double_jpeg(image: np.ndarray, quality: int, random: np.random.Generator) -> np.ndarray:
    """JPEG at `quality`, cut off the grid by 3 pixels, and JPEG at 90."""
    first = jpeg(np.pad(image, ((3, 0), (3, 0), (0, 0)), "edge"), quality)
    return jpeg(first[3:, 3:], 90)


UNSEEN = {
    "motion blur, pixels": (motion_blur, (3, 7, 13)),
    "WebP, quality": (webp, (90, 50, 10)),
    "film grain, 8-bit levels": (film_grain, (3, 8, 16)),
    "double JPEG, first quality": (double_jpeg, (80, 50, 20)),
}
