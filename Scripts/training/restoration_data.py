"""Reads what `restoration_pairs.py` and `restoration_prompts.py` wrote, and draws batches from it."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import torch

import safetensors


class RestorationPairs:
    """Latents of crops, clean and degraded, `[P, 32, 32, c]`."""

    def __init__(self, path: pathlib.Path):
        tensors, metadata = safetensors.read(path)
        self.clean, self.degraded = tensors["clean"], tensors["degraded"]
        self.low, self.image = tensors["low"], tensors["image"]
        self.files = json.loads(metadata["files"])
        self.autoencoder = metadata["autoencoder"]

    def __len__(self) -> int:
        return len(self.clean)

    def batch(self, seed: int, step: int, count: int, part: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Degraded and clean crops `[B, c, 32, 32]` that follow from the arguments."""
        rows = np.random.default_rng([seed, step, 2, part]).integers(len(self), size=count)
        return as_batch(self.degraded[rows]), as_batch(self.clean[rows])


def as_batch(latents: np.ndarray) -> torch.Tensor:
    """`[B, h, w, c]` half precision to `[B, c, h, w]` single."""
    return torch.from_numpy(np.ascontiguousarray(latents.transpose(0, 3, 1, 2), np.float32))


class PromptedPairs(RestorationPairs):
    """Pairs with coarse latents and the textures retrieved for each place of a grid."""

    def __init__(self, path: pathlib.Path):
        super().__init__(path)
        tensors, _ = safetensors.read(path)
        self.coarse, self.textures = tensors["coarse"], tensors["textures"]
        self.neighbours, self.similarities = tensors["neighbours"], tensors["similarities"]
        self.degradation = tensors.get("degradation")  # [P, G, size], or nothing

    def difference_deviation(self) -> float:
        """σ: root mean square of clean minus coarse."""
        total = sum(float(np.square(self.clean[part].astype(np.float32) - self.coarse[part]).mean())
                    for part in np.array_split(np.arange(len(self)), 40))
        return (total / 40) ** 0.5

    def patches(self, random_source: np.random.Generator, count: int, side: int = 16, stride: int = 4) -> dict:
        """Random patches with their textures: arrays by name, `rows` the crops that they come from."""
        rows = random_source.integers(len(self), size=count)
        y, x = random_source.integers(self.neighbours.shape[1], size=(2, count))
        cut = [(row, slice(top, top + side), slice(left, left + side))
               for row, top, left in zip(rows, y * stride, x * stride)]
        neighbours = self.neighbours[rows, y, x]
        return {"clean": as_batch(np.stack([self.clean[place] for place in cut])),
                "coarse": as_batch(np.stack([self.coarse[place] for place in cut])),
                "textures": as_batch(self.textures[neighbours.reshape(-1)]).unflatten(0, neighbours.shape),
                "similarities": torch.from_numpy(self.similarities[rows, y, x].astype(np.float32)),
                "rows": rows}
