"""Encodes patches and degraded copies of them: what the texture classifier learns from.

    python3 texture_pairs.py pack.zip ../../Models/autoencoder-f8c16 pairs.safetensors --patches 7000

The corpus is a pack (`data_pack.py`), or a folder of folders named by texture class. Each patch is a
crop of 20×20 latent positions, so that training can shift the 16×16 that it looks at. The file
holds `clean` F16 `[P, 20, 20, c]`, `degraded` F16 `[P, R, 20, 20, c]` and `labels` I32 `[P]` (-1: none).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import pathlib

import numpy as np
import torch
from PIL import Image

import safetensors
from autoencoder import Autoencoder, Configuration
from data_pack import TrainingImages
from degradation import Degradation
from model_folder import network_from

POSITIONS = 20
SIDE = POSITIONS * 8


class ClassFolders:
    """Images in folders named by class, with the interface of `TrainingImages.crops`."""

    def __init__(self, root: pathlib.Path):
        self.classes = sorted(folder.name for folder in root.iterdir() if folder.is_dir())
        self.images = []
        for label, name in enumerate(self.classes):
            for path in sorted((root / name).iterdir()):
                image = np.asarray(Image.open(path).convert("RGB"))
                if min(image.shape[:2]) >= SIDE:
                    self.images.append((label, image))

    def crop(self, *key: int) -> tuple[np.ndarray, int]:
        random_source = np.random.default_rng(key)
        label = int(random_source.integers(len(self.classes)))
        chosen = [image for own, image in self.images if own == label]
        image = chosen[random_source.integers(len(chosen))]
        top = random_source.integers(image.shape[0] - SIDE + 1)
        left = random_source.integers(image.shape[1] - SIDE + 1)
        crop = image[top : top + SIDE, left : left + SIDE].transpose(2, 0, 1)
        return np.ascontiguousarray(crop, np.float32) / 255, label


class PackCrops:
    """Crops of a pack, in no class. Images count by their area and detail."""

    classes: list[str] = []

    def __init__(self, images: TrainingImages):
        self.images = images

    def crop(self, *key: int) -> tuple[np.ndarray, int]:
        seed, index = key
        return self.images.crops(seed, index, 1, SIDE, part=7)[0], -1


@torch.no_grad()
def encoded(network: Autoencoder, crops, seed: int, indices: range, copies: int) -> tuple:
    """Latents of the crops of `indices`: clean, degraded and labels."""
    torch.set_num_threads(1)
    clean, degraded, labels = [], [], []
    for index in indices:
        crop, label = crops.crop(seed, index)
        versions = [crop, *(Degradation(seed, index, copy)(crop) for copy in range(copies))]
        with torch.autocast("cpu", torch.bfloat16):
            latent = network.encode(torch.from_numpy(np.stack(versions))).float()
        latent = latent.permute(0, 2, 3, 1).numpy().astype(np.float16)
        clean.append(latent[0])
        degraded.append(latent[1:])
        labels.append(label)
    return np.stack(clean), np.stack(degraded), np.array(labels, np.int32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("autoencoder", type=pathlib.Path, help="a model folder: its latents are normalised")
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument("--patches", type=int, default=7_000)
    parser.add_argument("--copies", type=int, default=2, help="degraded copies of each")
    parser.add_argument("--split", default="train")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    network = network_from(a.autoencoder, Autoencoder, Configuration)
    crops = ClassFolders(a.corpus) if a.corpus.is_dir() else PackCrops(TrainingImages(a.corpus, [], a.split))
    part = 100
    jobs = [(network, crops, a.seed, range(first, min(first + part, a.patches)), a.copies)
            for first in range(0, a.patches, part)]
    with multiprocessing.get_context("fork").Pool(a.processes, _remember, (jobs,)) as pool:
        parts = []
        for result in pool.imap(_work, range(len(jobs))):
            parts.append(result)
            print(f"{sum(len(done[0]) for done in parts)} of {a.patches} patches", end="\r", flush=True)
    clean, degraded, labels = (np.concatenate(arrays) for arrays in zip(*parts))
    safetensors.write(a.pairs, {"clean": clean, "degraded": degraded, "labels": labels},
                      {"classes": json.dumps(crops.classes)})


_jobs: list = []


def _remember(jobs: list) -> None:
    _jobs.extend(jobs)


def _work(index: int) -> tuple:
    return encoded(*_jobs[index])


if __name__ == "__main__":
    main()
