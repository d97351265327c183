"""A degraded copy of one image after a recipe, with every draw recorded.

Source: Wang et al. 2021, "Real-ESRGAN: Training Real-World Blind Super-Resolution with Pure
Synthetic Data" (arXiv:2107.10833), section 3. Rounds of blur, resize, noise and JPEG; then a final
sinc blur, the reduction by `scale` and JPEG, in either order. All ranges and probabilities stand in
`Prompts/real-esrgan.recipe.json`; `Sources/Degradations` does the same in Swift. For training, the
low-resolution image is enlarged to the old size by bicubic interpolation, as the upscaler does.
"""

from __future__ import annotations

import functools
import io
import math

import numpy as np
from PIL import Image

import recipe as recipes

KERNELS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


class Degradation:
    """`degradation(image)`: float32 `[3, H, W]` in 0…1 to the same shape. The key decides every draw.

    `record` lists what was done, in order: one dictionary a step, with the units in the names.
    """

    def __init__(self, *key: int, scale: int | None = None, recipe: dict | None = None):
        self.random = np.random.default_rng(key)
        self.recipe = recipe or real_esrgan()
        self.scale = scale or self.recipe["scale"]
        self.record: list[dict] = []

    def __call__(self, image: np.ndarray) -> np.ndarray:
        low = self.reduced(image.transpose(1, 2, 0))
        return np.clip(resized(low, image.shape[1:], "bicubic"), 0, 1).transpose(2, 0, 1)

    def reduced(self, image: np.ndarray) -> np.ndarray:
        """The low-resolution image, `[⌈H/scale⌉, ⌈W/scale⌉, 3]`."""
        size = image.shape[:2]
        low = tuple(math.ceil(side / self.scale) for side in size)
        for part in self.recipe["rounds"]:
            if self._happens(part.get("blur")):
                image = self._blurred(image, part["blur"])
            if self._happens(part.get("resize")):
                relative = size if part["resize"]["relative_to"] == "input" else low
                image = self._resized_at_random(image, relative, part["resize"])
            if self._happens(part.get("noise")):
                image = self._noisy(image, part["noise"])
            if self._happens(part.get("jpeg")):
                image = self._compressed(image, part["jpeg"])
        final = self.recipe["final"]
        jpeg_last = self._chance(final["jpeg_last_probability"])
        self.record.append({"step": "order", "jpeg_last": jpeg_last})
        if not jpeg_last and self._happens(final.get("jpeg")):
            image = self._compressed(image, final["jpeg"])
        image = self._resized_to(image, low, self._method(final["methods"]))
        if self._happens(final.get("sinc")):
            image = self._final_sinc(image, final["sinc"])
        if jpeg_last and self._happens(final.get("jpeg")):
            image = self._compressed(image, final["jpeg"])
        return np.clip(image, 0, 1)

    def _chance(self, probability: float) -> bool:
        """True with this probability. Certainty takes no draw."""
        return probability >= 1 or (probability > 0 and bool(self.random.random() < probability))

    def _happens(self, step: dict | None) -> bool:
        return step is not None and self._chance(step["probability"])

    def _side(self, sides: list[int]) -> int:
        return 2 * int(self.random.integers(int(sides[0]) // 2, int(sides[1]) // 2 + 1)) + 1

    def _blurred(self, image: np.ndarray, blur: dict) -> np.ndarray:
        side = self._side(blur["sides"])
        if self._chance(blur["sinc"]["probability"]):
            width = "narrow" if side < blur["sinc"]["wide_from_side"] else "wide"
            return self._ringing(image, side, blur["sinc"][f"{width}_cutoff_radians"])
        shape = str(self.random.choice(recipes.SHAPES, p=[blur["shapes"][name]["probability"]
                                                          for name in recipes.SHAPES]))
        isotropic = self._chance(blur["shapes"][shape]["isotropic_probability"])
        across = self.random.uniform(*blur["sigma_pixels"])
        down = across if isotropic else self.random.uniform(*blur["sigma_pixels"])
        angle = 0.0 if isotropic else self.random.uniform(-math.pi, math.pi)
        bottom, top = blur["shapes"][shape].get("beta", (1, 1))
        below = self._chance(blur["beta_below_one_probability"])
        beta = self.random.uniform(bottom, 1) if below else self.random.uniform(1, top)
        self.record.append({"step": "blur", "shape": shape, "side": side, "sigma_x": across,
                            "sigma_y": down, "angle": angle, "beta": beta})
        return filtered(image, bell_kernel(side, across, down, angle, shape, beta))

    def _final_sinc(self, image: np.ndarray, sinc: dict) -> np.ndarray:
        return self._ringing(image, self._side(sinc["sides"]), sinc["cutoff_radians"])

    def _ringing(self, image: np.ndarray, side: int, cutoffs: list[float]) -> np.ndarray:
        cutoff = self.random.uniform(*cutoffs)
        self.record.append({"step": "sinc", "side": side, "cutoff": cutoff})
        return filtered(image, sinc_kernel(side, cutoff))

    def _resized_at_random(self, image: np.ndarray, size: tuple[int, int], resize: dict) -> np.ndarray:
        """`size` times a factor: enlarged, reduced, or exactly `size`, with the three probabilities."""
        kind = self.random.choice(3, p=[resize[f"{name}_probability"] for name in ("enlarge", "reduce", "keep")])
        factors = self.random.uniform(*resize["enlarge_factor"]), self.random.uniform(*resize["reduce_factor"]), 1.0
        factor = factors[kind]
        smallest = self.recipe["minimum_side"]
        return self._resized_to(image, tuple(max(smallest, round(side * factor)) for side in size),
                                self._method(resize["methods"]), factor)

    def _resized_to(self, image: np.ndarray, size: tuple[int, int], method: str,
                    factor: float | None = None) -> np.ndarray:
        """The image in `size`; without a factor, this is the last reduction."""
        self.record.append({"step": "resize" if factor else "final resize", "method": method,
                            "height": size[0], "width": size[1], **({"factor": factor} if factor else {})})
        return resized(image, size, method)

    def _method(self, methods: list[str]) -> str:
        return methods[self.random.integers(len(methods))]

    def _noisy(self, image: np.ndarray, noise: dict) -> np.ndarray:
        grey = self._chance(noise["grey_probability"])
        if self._chance(noise["gaussian_probability"]):
            sigma = self.random.uniform(*noise["gaussian_sigma_8_bit"])
            self.record.append({"step": "gaussian noise", "sigma_8_bit": sigma, "grey": grey})
            return with_gaussian_noise(image, sigma, grey, self.random)
        scale = self.random.uniform(*noise["poisson_scale"])
        self.record.append({"step": "poisson noise", "scale": scale, "grey": grey})
        return with_poisson_noise(image, scale, grey, self.random)

    def _compressed(self, image: np.ndarray, step: dict) -> np.ndarray:
        quality = int(round(self.random.uniform(*step["quality"])))
        self.record.append({"step": "jpeg", "quality": quality})
        return jpeg(image, quality)


@functools.cache
def real_esrgan() -> dict:
    return recipes.read()


def with_gaussian_noise(image: np.ndarray, sigma_8_bit: float, grey: bool, random: np.random.Generator) -> np.ndarray:
    shape = (*image.shape[:2], 1) if grey else image.shape
    return np.clip(image + sigma_8_bit / 255 * random.standard_normal(shape), 0, 1).astype(np.float32)


def with_poisson_noise(image: np.ndarray, scale: float, grey: bool, random: np.random.Generator) -> np.ndarray:
    """Counts of a sensor that tells apart as many levels as the image has, `scale` times their noise."""
    levels = np.clip(np.round(image * 255), 0, 255) / 255
    if grey:
        levels = levels @ np.array([[0.2989], [0.5870], [0.1140]])
    counts = 2.0 ** math.ceil(math.log2(max(2, len(np.unique(np.round(levels * 255))))))
    noise = random.poisson(levels * counts) / counts - levels
    return np.clip(image + scale * noise, 0, 1).astype(np.float32)


def jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    """A real JPEG file and back, chroma at half resolution."""
    file = io.BytesIO()
    Image.fromarray((np.clip(image, 0, 1) * 255).round().astype(np.uint8)).save(
        file, "JPEG", quality=quality, subsampling=2)
    return np.asarray(Image.open(file), np.float32) / 255


def resized(image: np.ndarray, size: tuple[int, int], method: str) -> np.ndarray:
    """`[H, W, C]` float to `[*size, C]` as MATLAB's imresize and `Sources/Imaging` do it.

    Kernels are stretched when the image gets smaller; the edge pixel is repeated outside. "area" is
    the mean over the exact area that a pixel covers.
    """
    if image.shape[:2] == tuple(size):
        return image
    if method == "area":
        rows = area_means(image, size[0])
        return area_means(rows.transpose(1, 0, 2), size[1]).transpose(1, 0, 2).astype(np.float32)
    # Pillow leaves out what lies outside; so the edge is repeated here, as far as the kernel reaches.
    margins = [math.ceil(2 * max(1, old / new)) + 1 for old, new in zip(image.shape, size)]
    padded = np.pad(image, ((margins[0],) * 2, (margins[1],) * 2, (0, 0)), "edge")
    box = (margins[1], margins[0], margins[1] + image.shape[1], margins[0] + image.shape[0])
    planes = [Image.fromarray(np.ascontiguousarray(padded[..., channel], np.float32)).resize(
        (size[1], size[0]), KERNELS[method], box) for channel in range(image.shape[2])]
    return np.stack([np.asarray(plane) for plane in planes], -1)


def area_means(image: np.ndarray, count: int) -> np.ndarray:
    """Means over `count` equal stretches of the first axis: differences of the running sum."""
    length = image.shape[0]
    sums = np.concatenate([np.zeros((1, *image.shape[1:])), np.cumsum(image, 0, np.float64)])
    ends = np.arange(count + 1) * (length / count)
    whole = np.minimum(ends.astype(int), length - 1)
    values = sums[whole] + (ends - whole)[:, None, None] * image[whole]
    return np.diff(values, axis=0) * (count / length)


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
