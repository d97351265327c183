"""Adds to encoded pairs what Patch-DiT starts from: coarse latents, and the textures retrieved for them.

    python3 restoration_prompts.py restoration.safetensors ../../Models/restoration-module \
        ../../Models/texture-classifier ../../Memory/natural ../../Models/irpad prompted.safetensors

Patches of 16×16 positions are taken every 4 positions, 5×5 from a crop. For each the file holds the K
most similar entries of the memory that come from *other* pictures: `neighbours` I32 `[P, 5, 5, K]` and
`similarities` F16; `own_similarities` F16 `[P, 25, 25]`, of each place's coarse patch to the moved patches of all places of
its own crop; besides them `coarse` F16 `[P, 32, 32, c]`, `textures` F16 `[E, V, V, c]`, the memory's values,
`degradation` F16 `[P, T, D]`, IRPAD's tokens for the low-resolution version, and everything that the pairs held.
"""

from __future__ import annotations

import argparse
import json
import math
import pathlib
import sqlite3

import numpy as np
import torch

import irpad
import safetensors
import texture_classifier
from export_restoration_module import network_of
from model_folder import network_at, network_from
from restoration_data import RestorationPairs, as_batch
from restoration_module import Configuration, RestorationModule

SIDE, STRIDE = 16, 4


def memory_of(folder: pathlib.Path) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Values `[E, V, V, c]`, keys `[E, D]` and each entry's picture."""
    tensors, _ = safetensors.read(folder / "values.safetensors")
    table = sqlite3.connect(f"file:{folder / 'memory.sqlite'}?mode=ro", uri=True)
    rows = table.execute("SELECT source.path FROM entry JOIN source ON source.id = entry.source ORDER BY entry.id")
    return tensors["values"], tensors["keys"], [path for (path,) in rows]


@torch.no_grad()
def coarse_latents(network: RestorationModule, pairs: RestorationPairs) -> np.ndarray:
    parts = []
    for start in range(0, len(pairs), 50):
        with torch.autocast("cpu", torch.bfloat16):
            coarse, _ = network(as_batch(pairs.degraded[start : start + 50]))
        parts.append(coarse.float().permute(0, 2, 3, 1).numpy().astype(np.float16))
        print(f"{start + len(parts[-1])} of {len(pairs)} crops restored", end="\r", flush=True)
    return np.concatenate(parts)


@torch.no_grad()
def degradation_tokens(network: irpad.IRPAD, low: np.ndarray) -> np.ndarray:
    """`[P, 64, 64, 3]` to `[P, T, D]`: of each type the embeddings of its prompts, weighted by their probabilities."""
    c = network.configuration
    prompts = torch.nn.functional.normalize(network.prompts, dim=-1).split(c.degrees)
    parts = []
    for start in range(0, len(low), 100):
        images = torch.from_numpy(low[start : start + 100].transpose(0, 3, 1, 2).astype(np.float32) / 255)
        logits = network(images).split(c.degrees, 1)
        tokens = [(own / temperature).softmax(1) @ prompt
                  for own, temperature, prompt in zip(logits, c.temperatures, prompts)]
        parts.append(torch.stack(tokens, 1).numpy().astype(np.float16))
        print(f"{start + len(parts[-1])} of {len(low)} degradations seen", end="\r", flush=True)
    return np.concatenate(parts)


@torch.no_grad()
def keys_of(classifier, latents: np.ndarray) -> torch.Tensor:
    """The keys `[25, D]` of a crop's patches, row by row."""
    places = range(0, latents.shape[0] - SIDE + 1, STRIDE)
    patches = np.stack([latents[y : y + SIDE, x : x + SIDE] for y in places for x in places])
    with torch.autocast("cpu", torch.bfloat16):
        return torch.nn.functional.normalize(classifier.features(as_batch(patches)).float())


def neighbours_of(queries: torch.Tensor, banned: torch.Tensor, keys: torch.Tensor, count: int):
    """The `count` most similar entries of every patch of a crop, `[5, 5, K]`, and their cosines."""
    similarities = queries @ keys.T
    similarities[:, banned] = -2
    values, indices = similarities.topk(count)
    side = math.isqrt(len(queries))
    return indices.view(side, side, count).numpy().astype(np.int32), \
        values.view(side, side, count).numpy().astype(np.float16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument("restoration_module", type=pathlib.Path, help="a checkpoint or a model folder")
    parser.add_argument("classifier", type=pathlib.Path, help="a model folder")
    parser.add_argument("memory", type=pathlib.Path)
    parser.add_argument("irpad", type=pathlib.Path, help="a model folder")
    parser.add_argument("prompted", type=pathlib.Path)
    parser.add_argument("--textures", type=int, default=4, help="K")
    a = parser.parse_args()
    pairs = RestorationPairs(a.pairs)
    network = network_at(a.restoration_module, RestorationModule, Configuration, network_of)
    classifier = network_from(a.classifier, texture_classifier.TextureClassifier, texture_classifier.Configuration)
    values, memory_keys, sources = memory_of(a.memory)
    memory_keys = torch.from_numpy(memory_keys.copy())
    coarse = coarse_latents(network.to(memory_format=torch.channels_last), pairs)
    found, own_similarities = [], []
    for index in range(len(pairs)):
        own = pairs.files[pairs.image[index]]
        banned = torch.tensor([source == own or source.endswith("/" + pathlib.Path(own).name) for source in sources])
        queries = keys_of(classifier, coarse[index])
        own_similarities.append((queries @ keys_of(classifier, pairs.moved[index]).T).numpy().astype(np.float16))
        found.append(neighbours_of(queries, banned, memory_keys, a.textures))
        if (index + 1) % 50 == 0:
            print(f"{index + 1} of {len(pairs)} crops searched", end="\r", flush=True)
    neighbours, similarities = (np.stack(column) for column in zip(*found))
    safetensors.write(a.prompted, {
        "clean": pairs.clean, "degraded": pairs.degraded, "moved": pairs.moved, "move": pairs.move,
        "low": pairs.low, "image": pairs.image, "coarse": coarse,
        "degradation": degradation_tokens(network_from(a.irpad, irpad.IRPAD, irpad.Configuration), pairs.low),
        "neighbours": neighbours, "similarities": similarities, "own_similarities": np.stack(own_similarities),
        "textures": values},
        {"files": json.dumps(pairs.files), "autoencoder": pairs.autoencoder})


if __name__ == "__main__":
    main()
