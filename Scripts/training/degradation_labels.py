"""What a degradation leaves visible in the low-resolution image, measured: the labels that IRPAD learns.

A draw says what was done, not what can still be seen: noise before a blur and a reduction may leave no
trace. Here the same draws run several times side by side, as more channels of one image: once as they are,
without each kind of noise, and all of these without JPEG; and slanted edges (as ISO 12233 measures cameras) run
through the linear steps, once through all and once through the resizes alone. Differences and edge
profiles are the labels.

| measure | what remains | unit |
|---|---|---|
| `edge_sigma` | softness of an edge, as the deviation of the Gaussian that is as soft | output pixels |
| `overshoot` | how far an edge shoots over its ends | % of its height |
| `ripple` | all the ups and downs beside an edge; an edge with one overshoot has the same ripple | % of its height |
| `resolution_loss` | softness of an edge after the resizes alone, against a plain reduction | factor |
| `reduction` | how much softer the resizes made the image than it would be without them | factor |
| `grain_in_dark` | grain in the darkest third: what noise there is whatever the brightness | 8-bit levels |
| `grain_growth` | grain that the brightest third has besides, from Poisson noise | 8-bit levels |
| `jpeg_change` | deviation of the luma from what it would be without JPEG | 8-bit levels |
| `jpeg_quality` | quality of the one JPEG file that changes the output as much | 0…100 |

The names that begin with `drawn_` are the paper's own labels: what was drawn last, whatever is left of it.
"""

from __future__ import annotations

import math

import numpy as np

from degradation import Degradation, filtered, jpeg, resized

# Of every version: the kind of noise that it is without, and whether it goes through JPEG.
VERSIONS = tuple((without, compressed) for compressed in (True, False)
                 for without in ("", "gaussian noise", "poisson noise"))
ACTUAL, UNCOMPRESSED = ("", True), ("", False)
QUALITIES = (10, 20, 30, 40, 50, 60, 70, 80, 90, 95)
NOTHING = 100.0  # the quality of an image that JPEG did not change
SLOPE = 1 / 7  # of the edges
LOW, HIGH = 0.25, 0.75  # levels beside the edges: room to overshoot
PLAIN_SIGMA = 0.45  # edge_sigma of an image that was only reduced to its size


class LabelledDegradation(Degradation):
    """`labelled(image)`: the low-resolution image and its measures."""

    def labelled(self, image: np.ndarray, kind: str = "pipeline") -> tuple[np.ndarray, dict[str, float]]:
        """`[H, W, 3]` float32 in 0…1 to uint8 `[H/scale, W/scale, 3]`, and the measures by name.

        `kind` is "pipeline" for the whole pipeline, "steps" for a few single steps at the size of the
        output, "clean" for a reduction alone.
        """
        edges = slanted_edges(image.shape[:2])
        stack = np.concatenate([image, edges, edges], -1)
        stack = self.reduced(stack) if kind == "pipeline" else self._steps(stack, 0.3 if kind == "steps" else 0)
        pictures, edges = self._apart(stack)
        pictures = [(np.clip(picture, 0, 1) * 255).round().astype(np.uint8) for picture in pictures]
        versions = dict(zip(VERSIONS, pictures))
        return versions[ACTUAL], noise_measures(versions) | jpeg_measures(versions) | edge_measures(edges) \
            | drawn_measures(self.record)

    def _steps(self, image: np.ndarray, probability: float) -> np.ndarray:
        """Each step of the pipeline with a probability, at the size of the output."""
        size = tuple(math.ceil(side / self.scale) for side in image.shape[:2])
        first, final = self.recipe["rounds"][0], self.recipe["final"]
        image = resized(image, size, self._method(final["methods"]))
        chosen = self.random.random(6) < probability
        if chosen[0]:
            image = self._blurred(image, first["blur"] | {"sinc": first["blur"]["sinc"] | {"probability": 0}})
        if chosen[1]:
            only_smaller = {"enlarge_probability": 0, "reduce_probability": 1, "keep_probability": 0}
            image = self._resized_at_random(
                image, size, first["resize"] | only_smaller | {"reduce_factor": [0.25, 1.0]})
        if chosen[2]:
            image = self._noisy(image, first["noise"])
        if chosen[3]:
            image = self._compressed(image, first["jpeg"] | {"quality": [10, 95]})
        image = resized(image, size, self._method(final["methods"]))
        if chosen[4]:
            image = self._final_sinc(image, final["sinc"])
        return self._compressed(image, final["jpeg"]) if chosen[5] else image

    def _blurred(self, image: np.ndarray, *arguments, **named) -> np.ndarray:
        return self._but_second_edges(image, super()._blurred(image, *arguments, **named))

    def _final_sinc(self, image: np.ndarray, *arguments, **named) -> np.ndarray:
        return self._but_second_edges(image, super()._final_sinc(image, *arguments, **named))

    @staticmethod
    def _but_second_edges(image: np.ndarray, result: np.ndarray) -> np.ndarray:
        result[..., -2:] = image[..., -2:]
        return result

    def _noisy(self, image: np.ndarray, *arguments, **named) -> np.ndarray:
        pictures, edges = self._apart(image)
        pictures = [np.clip(picture, 0, 1) for picture in pictures]
        noise = super()._noisy(pictures[0], *arguments, **named) - pictures[0]
        kind = self.record[-1]["step"]
        pictures = [picture if without == kind else np.clip(picture + noise, 0, 1)
                    for (without, _), picture in zip(VERSIONS, pictures)]
        return np.concatenate([*pictures, edges], -1)

    def _compressed(self, image: np.ndarray, *arguments, **named) -> np.ndarray:
        pictures, edges = self._apart(image)
        actual = super()._compressed(pictures[0], *arguments, **named)
        quality = self.record[-1]["quality"]
        others = [jpeg(picture, quality) if compressed else np.clip(picture, 0, 1)
                  for (_, compressed), picture in zip(VERSIONS[1:], pictures[1:])]
        return np.concatenate([actual, *others, edges], -1)

    @staticmethod
    def _apart(image: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """One picture for each version, and the edges. Before the first noise all versions are one."""
        pictures, edges = image[..., :-4], image[..., -4:]
        if pictures.shape[-1] == 3:
            return [pictures] * len(VERSIONS), edges
        return np.split(pictures, len(VERSIONS), -1), edges


def slanted_edges(size: tuple[int, int]) -> np.ndarray:
    """`[H, W, 2]`: an upright edge and a level one, slanted so that they cross pixels at every phase."""
    upright, level = (np.clip(0.5 + distance, 0, 1) for distance in edge_distances(size))
    return (LOW + (HIGH - LOW) * np.stack([upright, level], -1)).astype(np.float32)


def edge_distances(size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Distance of each pixel's middle from either edge, in pixels."""
    y, x = (np.arange(side)[:, None] + 0.5 - side / 2 for side in size)
    shorten = 1 / math.hypot(1, SLOPE)
    return (x.T - SLOPE * y) * shorten, (y - SLOPE * x.T) * shorten


def edge_profile(image: np.ndarray, distances: np.ndarray, reach: float = 12, steps: int = 4) -> np.ndarray:
    """Mean level at each distance from -reach to reach, `steps` a pixel, between 0 and 1 far away."""
    margin = min(12, image.shape[0] // 4)
    inside = np.zeros(image.shape, bool)
    inside[margin:-margin, margin:-margin] = True
    inside &= np.abs(distances) < reach
    bins = ((distances[inside] + reach) * steps).astype(int)
    counts = np.bincount(bins, minlength=int(2 * reach * steps))
    sums = np.bincount(bins, image[inside], minlength=len(counts))
    known = np.flatnonzero(counts)
    profile = np.interp(np.arange(len(counts)), known, sums[known] / counts[known])
    return (profile - LOW) / (HIGH - LOW)


def edge_shape(profile: np.ndarray, steps: int = 4) -> tuple[float, float, float]:
    """Deviation in pixels of the Gaussian whose edge rises from 10 to 90 % as slowly; overshoot and ripple in %."""
    middle = len(profile) // 2
    left = np.flatnonzero(profile[:middle] <= 0.1)
    right = np.flatnonzero(profile[middle:] >= 0.9)
    start, end = (left[-1] if len(left) else 0), (right[0] + middle if len(right) else len(profile) - 1)
    start += (0.1 - profile[start]) / max(profile[start + 1] - profile[start], 1e-6) if len(left) else 0
    end -= (profile[end] - 0.9) / max(profile[end] - profile[end - 1], 1e-6) if len(right) else 0
    overshoot = (max(profile.max() - 1, 0) + max(-profile.min(), 0)) / 2
    ripple = (np.abs(np.diff(profile)).sum() - (profile[-1] - profile[0])) / 4
    return (end - start) / steps / 2.563, 100 * overshoot, 100 * ripple


def edge_measures(edges: np.ndarray) -> dict[str, float]:
    """Of `[h, w, 4]`: both edges after all linear steps, and both after the resizes alone."""
    distances = edge_distances(edges.shape[:2])
    shapes = np.array([edge_shape(edge_profile(edges[..., index], distances[index % 2])) for index in range(4)])
    (sigma, overshoot, ripple), (resized_sigma, resized_overshoot, _) = np.sqrt(
        (shapes.reshape(2, 2, 3) ** 2).mean(1))
    kernels = max(sigma**2 - resized_sigma**2, 0)
    return {"edge_sigma": sigma, "overshoot": overshoot, "ripple": ripple, "resized_sigma": resized_sigma,
            "resized_overshoot": resized_overshoot,
            "resolution_loss": max(1.0, resized_sigma / PLAIN_SIGMA),
            "reduction": max(1.0, math.sqrt((kernels + resized_sigma**2) / (kernels + PLAIN_SIGMA**2)))}


def noise_measures(versions: dict[tuple, np.ndarray]) -> dict[str, float]:
    """The grain that is left, in the calmer half of the blocks: elsewhere detail hides it.

    Only what differs from pixel to pixel is grain (the rest looks like the picture's own shades), and only
    what JPEG let through counts. A little noise makes JPEG round elsewhere, so that the difference of two
    outputs exceeds it by far: the noise is taken before JPEG, times the part of it that the output still shows.
    """
    noises, grains = {}, {}
    for kind in ("gaussian noise", "poisson noise"):
        noises[kind] = versions[UNCOMPRESSED].astype(np.float32) - versions[kind, False]
    content = versions[UNCOMPRESSED] - sum(noises.values())
    energy = _block_means(_fine(content) ** 2)
    calm = energy <= np.median(energy)
    measures = {}
    for kind, noise in noises.items():
        fine = _fine(noise)
        shown = _fine(versions[ACTUAL].astype(np.float32) - versions[kind, True])
        gain = _block_means(shown * fine)[calm].sum() / max(_block_means(fine**2)[calm].sum(), 1e-6)
        grains[kind] = float(np.clip(gain, 0, 1)) ** 2 * _block_means(fine**2)
        measures[kind.replace(" ", "_")] = math.sqrt(grains[kind][calm].mean())
    levels = _block_means(content)
    dark = calm & (levels <= np.quantile(levels[calm], 1 / 3))
    bright = calm & (levels >= np.quantile(levels[calm], 2 / 3))
    both, growing = sum(grains.values()), grains["poisson noise"]
    growth = growing[bright].mean() - growing[dark].mean()
    return measures | {"grain": math.sqrt(both[calm].mean()), "grain_in_dark": math.sqrt(both[dark].mean()),
                       "grain_growth": math.sqrt(max(growth, 0.0)), "level": float(levels.mean()),
                       "level_spread": float(levels.std())}


def _fine(image: np.ndarray) -> np.ndarray:
    """What differs from the mean of each pixel's 5×5 neighbours."""
    return image - filtered(image, np.full((5, 5), 1 / 25))


def _block_means(image: np.ndarray, side: int = 8) -> np.ndarray:
    height, width = (length // side for length in image.shape[:2])
    return image[: height * side, : width * side].reshape(height, side, width, side, 3).mean((1, 3, 4))


def _deviation(image: np.ndarray, other: np.ndarray) -> float:
    return float(np.sqrt(np.mean((image.astype(np.float32) - other) ** 2)))


def jpeg_measures(versions: dict[tuple, np.ndarray], least_change: float = 0.5) -> dict[str, float]:
    """The quality of the one JPEG file that changes the luma as much as all of them together did."""
    change = _deviation(_luma(versions[ACTUAL]), _luma(versions[UNCOMPRESSED]))
    if change < least_change:
        return {"jpeg_quality": NOTHING, "jpeg_change": change}
    untouched = versions[UNCOMPRESSED].astype(np.float32) / 255
    luma = _luma(versions[UNCOMPRESSED])
    changes = [_deviation(_luma(jpeg(untouched, quality) * 255), luma) for quality in QUALITIES]
    changes = np.maximum.accumulate(changes[::-1])  # rising, from the best quality down
    quality = np.interp(change, [0, *changes], [NOTHING, *QUALITIES[::-1]])
    return {"jpeg_quality": float(quality), "jpeg_change": change}


def _luma(image: np.ndarray) -> np.ndarray:
    return image.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)


def drawn_measures(record: list[dict]) -> dict[str, float]:
    """What was drawn last of each type: the paper's labels."""
    last = {entry["step"]: entry for entry in record}
    factors = [entry["factor"] for entry in record if entry["step"] == "resize"]
    blur = last.get("blur", {"sigma_x": 0.0, "sigma_y": 0.0})
    return {"drawn_blur": (blur["sigma_x"] + blur["sigma_y"]) / 2,
            "drawn_cutoff": last.get("sinc", {"cutoff": math.pi})["cutoff"],
            "drawn_reduction": 1 / factors[-1] if factors else 1.0,
            "drawn_gaussian_noise": last.get("gaussian noise", {"sigma_8_bit": 0.0})["sigma_8_bit"],
            "drawn_poisson_noise": last.get("poisson noise", {"scale": 0.0})["scale"],
            "drawn_jpeg_quality": float(last.get("jpeg", {"quality": NOTHING})["quality"])}
