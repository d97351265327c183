"""Reads what `restoration_pairs.py` and `restoration_prompts.py` wrote, and draws batches from it."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import torch

import safetensors

NEAR = 3  # places of the grid: a texture from there shows a part of the patch itself


class RestorationPairs:
    """Latents of crops, clean, moved and degraded, `[P, 32, 32, c]`."""

    def __init__(self, path: pathlib.Path):
        tensors, metadata = safetensors.read(path)
        self.clean, self.degraded = tensors["clean"], tensors["degraded"]
        self.moved, self.move = tensors["moved"], tensors["move"]  # as `clean`, and by how many pixels [P, 2]
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
        self.own_similarities = tensors.get("own_similarities")  # [P, 25, 25], or nothing
        self.degradation = tensors.get("degradation")  # [P, G, size], or nothing

    def difference_deviation(self) -> float:
        """σ: root mean square of clean minus coarse."""
        total = sum(float(np.square(self.clean[part].astype(np.float32) - self.coarse[part]).mean())
                    for part in np.array_split(np.arange(len(self)), 40))
        return (total / 40) ** 0.5

    def patches(self, random_source: np.random.Generator, count: int, own_share: float = 0, side: int = 16,
                stride: int = 4) -> dict:
        """Random patches with their textures: arrays by name, `rows` the crops that they come from, `places` where.

        Of a share of the patches one texture is a clean patch of the same crop, moved by less than a position, since no
        other photo lies on the same grid: half of those are from anywhere in it, half from near by, so that they show a
        part of what is looked for. Textures that resemble so much are rare in a memory, and a network that never saw one
        learns to pass them over.
        """
        rows = random_source.integers(len(self), size=count)
        grid = self.neighbours.shape[1]
        y, x = random_source.integers(grid, size=(2, count))
        neighbours = self.neighbours[rows, y, x]
        textures, similarities = self.textures[neighbours], self.similarities[rows, y, x].astype(np.float32)
        for index in np.flatnonzero(random_source.random(count) < own_share):
            near = NEAR if random_source.random() < 0.5 else grid
            top, left = (int(random_source.integers(max(0, own - near), min(grid, own + near + 1)))
                         for own in (y[index], x[index]))
            place = random_source.integers(neighbours.shape[1])
            textures[index, place] = self._cut(self.moved, rows[index], top, left, side, stride)
            similarities[index, place] = self.own_similarities[rows[index], y[index] * grid + x[index], top * grid + left]
        places = list(zip(rows, y, x))
        return {"clean": as_batch(np.stack([self._cut(self.clean, *place, side, stride) for place in places])),
                "coarse": as_batch(np.stack([self._cut(self.coarse, *place, side, stride) for place in places])),
                "textures": as_batch(textures.reshape(-1, *textures.shape[2:])).unflatten(0, neighbours.shape),
                "similarities": torch.from_numpy(similarities), "rows": rows,
                "places": list(zip(y * stride, x * stride))}

    @staticmethod
    def _cut(latents: np.ndarray, row: int, y: int, x: int, side: int, stride: int) -> np.ndarray:
        return latents[row, y * stride : y * stride + side, x * stride : x * stride + side]
