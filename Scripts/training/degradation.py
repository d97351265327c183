"""Real-ESRGAN's high-order degradation of one image, with every draw recorded.

Source: Wang et al. 2021, "Real-ESRGAN: Training Real-World Blind Super-Resolution with Pure
Synthetic Data" (arXiv:2107.10833), section 3 and its published ranges. Two rounds of blur, resize,
noise and JPEG; then a final sinc blur, the reduction by `scale` and JPEG, in either order; then the
low-resolution image is enlarged to the old size by bicubic interpolation, as the upscaler does.
"""

from __future__ import annotations

import io
import math

import numpy as np
from PIL import Image


class Degradation:
    """`degradation(image)`: float32 `[3, H, W]` in 0…1 to the same shape. The key decides every draw."""

    def __init__(self, *key: int, scale: int = 4):
        self.random = np.random.default_rng(key)
        self.scale = scale
        self.record: list[dict] = []

    def __call__(self, image: np.ndarray) -> np.ndarray:
        low = self.reduced(image.transpose(1, 2, 0))
        return np.clip(resized(low, image.shape[1:], Image.BICUBIC), 0, 1).transpose(2, 0, 1)

    def reduced(self, image: np.ndarray) -> np.ndarray:
        """The low-resolution image, `[H/scale, W/scale, 3]`."""
        size = image.shape[:2]
        image = self._blurred(image, sizes=(0.2, 3.0), sinc_probability=0.1)
        image = self._resized_at_random(image, size, (0.15, 1.5), probabilities=(0.2, 0.7, 0.1))
        image = self._noisy(image, gaussian=(1, 30), poisson=(0.05, 3.0))
        image = self._compressed(image, (30, 95))
        if self.random.random() < 0.8:
            image = self._blurred(image, sizes=(0.2, 1.5), sinc_probability=0.1)
        low = tuple(math.ceil(side / self.scale) for side in size)
        image = self._resized_at_random(image, low, (0.3, 1.2), probabilities=(0.3, 0.4, 0.3))
        image = self._noisy(image, gaussian=(1, 25), poisson=(0.05, 2.5))
        if self.random.random() < 0.5:
            image = resized(image, low, self._method())
            image = self._final_sinc(image)
            return self._compressed(image, (30, 95))
        image = self._compressed(image, (30, 95))
        image = resized(image, low, self._method())
        return np.clip(self._final_sinc(image), 0, 1)

    def _blurred(self, image: np.ndarray, sizes: tuple[float, float], sinc_probability: float) -> np.ndarray:
        side = 2 * int(self.random.integers(3, 11)) + 1
        if self.random.random() < sinc_probability:
            low = math.pi / 3 if side < 13 else math.pi / 5
            cutoff = self.random.uniform(low, math.pi)
            self.record.append({"step": "sinc", "side": side, "cutoff": cutoff})
            return filtered(image, sinc_kernel(side, cutoff))
        shape = self.random.choice(["gaussian", "generalized", "plateau"], p=[0.70, 0.18, 0.12])
        isotropic = self.random.random() < (0.64 if shape == "gaussian" else 0.8)
        across = self.random.uniform(*sizes)
        down = across if isotropic else self.random.uniform(*sizes)
        angle = 0.0 if isotropic else self.random.uniform(-math.pi, math.pi)
        top = {"gaussian": 1.0, "generalized": 4.0, "plateau": 2.0}[shape]
        bottom = {"gaussian": 1.0, "generalized": 0.5, "plateau": 1.0}[shape]
        beta = self.random.uniform(bottom, 1) if self.random.random() < 0.5 else self.random.uniform(1, top)
        self.record.append({"step": "blur", "shape": str(shape), "side": side, "sigma_x": across,
                            "sigma_y": down, "angle": angle, "beta": beta})
        return filtered(image, bell_kernel(side, across, down, angle, shape, beta))

    def _final_sinc(self, image: np.ndarray) -> np.ndarray:
        if self.random.random() >= 0.8:
            return image
        side = 2 * int(self.random.integers(3, 11)) + 1
        cutoff = self.random.uniform(math.pi / 3, math.pi)
        self.record.append({"step": "sinc", "side": side, "cutoff": cutoff})
        return filtered(image, sinc_kernel(side, cutoff))

    def _resized_at_random(self, image: np.ndarray, size: tuple[int, int], factors: tuple[float, float],
                           probabilities: tuple[float, float, float]) -> np.ndarray:
        """`size` times a factor: enlarged, reduced, or exactly `size`, with the three probabilities."""
        kind = self.random.choice(3, p=probabilities)
        factor = (self.random.uniform(1, factors[1]), self.random.uniform(factors[0], 1), 1.0)[kind]
        method = self._method()
        self.record.append({"step": "resize", "factor": factor, "method": int(method)})
        return resized(image, tuple(max(8, round(side * factor)) for side in size), method)

    def _method(self) -> int:
        return (Image.BOX, Image.BILINEAR, Image.BICUBIC)[self.random.integers(3)]

    def _noisy(self, image: np.ndarray, gaussian: tuple[float, float],
               poisson: tuple[float, float]) -> np.ndarray:
        grey = self.random.random() < 0.4
        if self.random.random() < 0.5:
            sigma = self.random.uniform(*gaussian)
            self.record.append({"step": "gaussian noise", "sigma_8_bit": sigma, "grey": grey})
            shape = (*image.shape[:2], 1) if grey else image.shape
            return np.clip(image + sigma / 255 * self.random.standard_normal(shape), 0, 1).astype(np.float32)
        scale = self.random.uniform(*poisson)
        self.record.append({"step": "poisson noise", "scale": scale, "grey": grey})
        levels = np.clip(np.round(image * 255), 0, 255) / 255
        if grey:
            levels = levels @ np.array([[0.2989], [0.5870], [0.1140]])
        counts = 2.0 ** math.ceil(math.log2(max(2, len(np.unique(np.round(levels * 255))))))
        noise = self.random.poisson(levels * counts) / counts - levels
        return np.clip(image + scale * noise, 0, 1).astype(np.float32)

    def _compressed(self, image: np.ndarray, qualities: tuple[float, float]) -> np.ndarray:
        quality = int(round(self.random.uniform(*qualities)))
        self.record.append({"step": "jpeg", "quality": quality})
        return jpeg(image, quality)


def jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    """A real JPEG file and back, chroma at half resolution."""
    file = io.BytesIO()
    Image.fromarray((np.clip(image, 0, 1) * 255).round().astype(np.uint8)).save(
        file, "JPEG", quality=quality, subsampling=2)
    return np.asarray(Image.open(file), np.float32) / 255


def resized(image: np.ndarray, size: tuple[int, int], method: int) -> np.ndarray:
    """`[H, W, C]` float to `[*size, C]`, with an antialiasing kernel; BOX is area averaging."""
    if image.shape[:2] == tuple(size):
        return image
    planes = [Image.fromarray(np.ascontiguousarray(image[..., channel], np.float32)).resize(
        (size[1], size[0]), method) for channel in range(image.shape[2])]
    return np.stack([np.asarray(plane) for plane in planes], -1)


def filtered(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Correlation with a square kernel, borders reflected, through the Fourier transform."""
    margin = kernel.shape[0] // 2
    padded = np.pad(image, ((margin, margin), (margin, margin), (0, 0)), "reflect")
    size = tuple(fast_length(side) for side in padded.shape[:2])
    planes = np.ascontiguousarray(padded.transpose(2, 0, 1), np.float32)
    spectrum = np.fft.rfft2(planes, size) * np.conj(np.fft.rfft2(kernel.astype(np.float32), size))
    result = np.fft.irfft2(spectrum, size)[:, : image.shape[0], : image.shape[1]]
    return np.ascontiguousarray(result.transpose(1, 2, 0), np.float32)


def fast_length(length: int) -> int:
    """The next length without a prime factor above 5, for which the Fourier transform is fast."""
    while True:
        rest = length
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return length
        length += 1


def bell_kernel(side: int, across: float, down: float, angle: float, shape: str, beta: float) -> np.ndarray:
    """Gaussian, generalised Gaussian or plateau kernel of two deviations in pixels, rotated by `angle`."""
    rotation = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    inverse = np.linalg.inv(rotation @ np.diag([across**2, down**2]) @ rotation.T)
    axis = np.arange(side) - side // 2
    x, y = np.meshgrid(axis, axis)
    squared = inverse[0, 0] * x**2 + 2 * inverse[0, 1] * x * y + inverse[1, 1] * y**2
    if shape == "plateau":
        kernel = 1 / (1 + squared**beta)
    else:
        kernel = np.exp(-0.5 * squared ** (beta if shape == "generalized" else 1))
    return kernel / kernel.sum()


def sinc_kernel(side: int, cutoff: float) -> np.ndarray:
    """Circular low-pass filter: rings like a resampled or sharpened image. `cutoff` in radians."""
    axis = np.arange(side) - side // 2
    radius = np.hypot(*np.meshgrid(axis, axis))
    radius[side // 2, side // 2] = 1
    kernel = cutoff * bessel_first_order(cutoff * radius) / (2 * math.pi * radius)
    kernel[side // 2, side // 2] = cutoff**2 / (4 * math.pi)
    return kernel / kernel.sum()


def bessel_first_order(x: np.ndarray, points: int = 64) -> np.ndarray:
    """J1 by its integral: the mean of cos(t - x sin t) over half a turn. Exact for |x| well below `points`."""
    t = (np.arange(points) + 0.5) * math.pi / points
    return np.cos(t - x[..., None] * np.sin(t)).mean(-1)
