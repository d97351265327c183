"""MATLAB-compatible bicubic resizing, the twin of `Sources/Imaging/Resampling`.

Keys' kernel with a = -0.5, stretched by the scale factor when shrinking, weights in double,
borders replicated, the vertical pass first, and rounding to 8 bits after each pass: the recipe
with which the low-resolution images of the Set5 and Set14 benchmarks were made.
"""

from __future__ import annotations

import numpy as np


def bicubic(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """`[H, W, C]` uint8 to `[height, width, C]` uint8."""
    rows = _resize_first_axis(image, height)
    return _resize_first_axis(rows.transpose(1, 0, 2), width).transpose(1, 0, 2)


def _resize_first_axis(image: np.ndarray, length: int) -> np.ndarray:
    weights, indices = bicubic_taps(image.shape[0], length)
    result = np.zeros((length, *image.shape[1:]), np.float64)
    for tap in range(weights.shape[1]):
        result += weights[:, tap, None, None] * image[indices[:, tap]]
    return np.clip(np.floor(result + 0.5), 0, 255).astype(np.uint8)


def bicubic_taps(source: int, target: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights and source indices, each `[target, taps]`; every row of weights sums to one."""
    scale = target / source
    stretch = min(scale, 1.0)
    support = 4.0 / stretch
    centres = (np.arange(target) + 0.5) / scale - 0.5
    first = np.floor(centres - support / 2).astype(np.int64)
    indices = first[:, None] + np.arange(int(np.ceil(support)) + 2)
    weights = _keys((centres[:, None] - indices) * stretch)
    weights /= weights.sum(axis=1, keepdims=True)
    used = np.any(weights != 0, axis=0)
    return weights[:, used], np.clip(indices[:, used], 0, source - 1)


def _keys(x: np.ndarray) -> np.ndarray:
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0.0))
