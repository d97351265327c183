"""Encodes crops and degraded copies of them: what the restoration module and Patch-DiT learn from.

    python3 restoration_pairs.py pack.zip ../../Models/autoencoder-f8c16 restoration.safetensors --crops 8000

A crop is 32×32 latent positions (256×256 pixels). The file holds, for each of P crops, `clean` and
`degraded` F16 `[P, 32, 32, c]` (the latent of the photo, and of its low-resolution version enlarged
by bicubic interpolation), `moved` F16 likewise (that of the photo from `move` I32 `[P, 2]` pixels further down and right
on, mirrored at its end), `low` U8 `[P, 64, 64, 3]` (64×64 pixels of the low-resolution version, for the
degradation prompt) and `image` I32 `[P]`, an index into the list `files` of the metadata.

Most copies are made by Real-ESRGAN's pipeline; some only lightly degraded and some only reduced, at
×4, ×2 and ×1, because photos that are nearly good must not become worse.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import pathlib

import numpy as np
import torch

import safetensors
from autoencoder import Autoencoder, Configuration
from data_pack import TrainingImages
from degradation import Degradation, bell_kernel, filtered, jpeg, resized
from model_folder import network_from

POSITIONS = 32
FACTOR = 8  # pixels along a side of a position
SIDE = POSITIONS * FACTOR
LOW_SIDE = 64
SCALES, SCALE_SHARES = (4, 2, 1), (0.75, 0.15, 0.10)
NAMES = ("clean", "degraded", "moved", "move", "low", "image")
KINDS, KIND_SHARES = ("full", "light", "reduced"), (0.65, 0.25, 0.10)


def low_resolution(high: np.ndarray, *key: int) -> np.ndarray:
    """`[H, W, 3]` in 0…1 to `[H/scale, W/scale, 3]`, scale and kind drawn from the key."""
    random_source = np.random.default_rng(key)
    scale = int(random_source.choice(SCALES, p=SCALE_SHARES))
    kind = random_source.choice(KINDS, p=KIND_SHARES)
    if kind == "full":
        return Degradation(*key, scale=scale).reduced(high)
    size = tuple(math.ceil(side / scale) for side in high.shape[:2])
    if kind == "reduced":
        return np.clip(resized(high, size, "bicubic"), 0, 1)
    return lightly_degraded(high, size, random_source)


def lightly_degraded(high: np.ndarray, size: tuple[int, int], random_source: np.random.Generator) -> np.ndarray:
    """As a good camera does: a soft lens, a plain reduction, a little noise, perhaps a fine JPEG."""
    scale = high.shape[0] / size[0]
    sigma = random_source.uniform(0.1, 0.8) * scale
    low = filtered(high, bell_kernel(21, sigma, sigma, 0.0, "gaussian", 1.0))
    low = resized(low, size, ("area", "bilinear", "bicubic")[random_source.integers(3)])
    if random_source.random() < 0.7:
        low = low + random_source.uniform(0, 5) / 255 * random_source.standard_normal(low.shape)
    low = np.clip(low, 0, 1).astype(np.float32)
    return jpeg(low, int(random_source.integers(70, 99))) if random_source.random() < 0.5 else low


def move_of(seed: int, index: int) -> np.ndarray:
    """Two numbers of pixels under a position's side, not both 0."""
    return np.array(divmod(int(np.random.default_rng([seed, index, 2]).integers(1, FACTOR**2)), FACTOR), np.int32)


def moved_by(move: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """The picture from there on, mirrored at its end."""
    return np.pad(picture[move[0] :, move[1] :], ((0, move[0]), (0, move[1]), (0, 0)), mode="reflect")


@torch.no_grad()
def latents_of(network: Autoencoder, pictures: list[np.ndarray]) -> np.ndarray:
    """`[H, W, 3]` in 0…1, each, to `[B, H/8, W/8, c]` in half precision."""
    with torch.autocast("cpu", torch.bfloat16):
        latents = network.encode(torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2))).float()
    return latents.permute(0, 2, 3, 1).numpy().astype(np.float16)


def encoded(network: Autoencoder, images: TrainingImages, seed: int, indices: range) -> tuple:
    torch.set_num_threads(1)
    results = []
    for index in indices:
        crop, image = images.crop(np.random.default_rng([seed, index, 0]), SIDE)
        high = crop.astype(np.float32) / 255
        low = low_resolution(high, seed, index, 1)
        enlarged = np.clip(resized(low, high.shape[:2], "bicubic"), 0, 1)
        move = move_of(seed, index)
        clean, degraded, moved = latents_of(network, [high, enlarged, moved_by(move, high)])
        start = (low.shape[0] - LOW_SIDE) // 2
        part = low[start : start + LOW_SIDE, start : start + LOW_SIDE]
        results.append((clean, degraded, moved, move, (part * 255).round().astype(np.uint8), np.int32(image)))
    return tuple(np.stack(column) for column in zip(*results))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=pathlib.Path)
    parser.add_argument("autoencoder", type=pathlib.Path, help="a model folder: its latents are normalised")
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument("--crops", type=int, default=8_000)
    parser.add_argument("--split", default="train")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    network = network_from(a.autoencoder, Autoencoder, Configuration)
    fingerprint = json.loads((a.autoencoder / "manifest.json").read_text())["fingerprint"]
    images = TrainingImages(a.pack, [], a.split)
    part = 50
    jobs = [(network, images, a.seed, range(first, min(first + part, a.crops)))
            for first in range(0, a.crops, part)]
    with multiprocessing.get_context("fork").Pool(a.processes, _remember, (jobs,)) as pool:
        parts = []
        for result in pool.imap(_work, range(len(jobs))):
            parts.append(result)
            print(f"{sum(len(done[0]) for done in parts)} of {a.crops} crops", end="\r", flush=True)
    safetensors.write(a.pairs, {name: np.concatenate(arrays) for name, arrays in zip(NAMES, zip(*parts))},
                      {"files": json.dumps(images.files), "autoencoder": fingerprint})


_jobs: list = []


def _remember(jobs: list) -> None:
    _jobs.extend(jobs)


def _work(index: int) -> tuple:
    return encoded(*_jobs[index])


if __name__ == "__main__":
    main()
