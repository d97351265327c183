"""How often the clean self of a degraded patch is found: the classifier's keys against two baselines.

    python3 evaluate_retrieval.py pack.zip ../../Models/autoencoder-f8c16 ../../Models/texture-classifier

2,000 patches of the validation images, each degraded by Real-ESRGAN's pipeline at ×4. Each clean patch is
hidden among 20,000 patches of the training images (and, as a harder case, the other 1,999 besides, many
of which overlap it). The baselines are the cosine of the raw latents, and keys of random weights.
"""

from __future__ import annotations

import argparse
import multiprocessing
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

import safetensors
from autoencoder import Autoencoder, Configuration as AutoencoderConfiguration
from data_pack import TrainingImages
from degradation import Degradation
from model_folder import network_from
from texture_classifier import Configuration, TextureClassifier

PATCH = 16  # V
MARGIN = 2  # latent positions around a patch, so that it is encoded in its surroundings


def grid(images: TrainingImages, stride: int, count: int, seed: int) -> list[tuple[int, int, int]]:
    """`count` places (image, top, left) of a grid of patches with their margins, drawn at random."""
    side = (PATCH + 2 * MARGIN) * 8
    places = [(index, top, left) for index, image in enumerate(images.high)
              for top in range(0, image.shape[0] - side + 1, stride)
              for left in range(0, image.shape[1] - side + 1, stride)]
    chosen = np.random.default_rng(seed).permutation(len(places))[:count]
    return [places[index] for index in sorted(chosen)]


@torch.no_grad()
def latents(network: Autoencoder, images: TrainingImages, places: list, degraded: bool) -> np.ndarray:
    """F16 `[P, c, V, V]` at `places`; each degraded with its own draw, if asked."""
    torch.set_num_threads(1)
    side = (PATCH + 2 * MARGIN) * 8
    results = []
    for index, top, left in places:
        crop = images.high[index][top : top + side, left : left + side].transpose(2, 0, 1)
        crop = np.ascontiguousarray(crop, np.float32) / 255
        if degraded:
            crop = Degradation(99, index, top, left)(crop)
        with torch.autocast("cpu", torch.bfloat16):
            latent = network.encode(torch.from_numpy(crop)[None])
        results.append(latent[0, :, MARGIN:-MARGIN, MARGIN:-MARGIN].float().numpy().astype(np.float16))
    return np.stack(results)


_arguments: tuple = ()


def _part(places: list) -> np.ndarray:
    return latents(*_arguments[:2], places, _arguments[2])


def all_latents(network: Autoencoder, images: TrainingImages, places: list, degraded: bool,
                processes: int) -> np.ndarray:
    global _arguments
    _arguments = (network, images, degraded)
    parts = [places[first : first + 100] for first in range(0, len(places), 100)]
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        return np.concatenate(list(pool.imap(_part, parts)))


@torch.no_grad()
def recalls(embed, gallery: torch.Tensor, clean: torch.Tensor, degraded: torch.Tensor) -> dict:
    """Recall at 1, 5 and 20, among the gallery alone and among the gallery and all clean patches."""
    def embedded(patches):
        return torch.cat([F.normalize(embed(part)) for part in patches.split(250)])
    gallery, clean, degraded = embedded(gallery), embedded(clean), embedded(degraded)
    own = (degraded * clean).sum(1, keepdim=True)
    above = torch.cat([(part @ gallery.T > mine).sum(1)
                       for part, mine in zip(degraded.split(250), own.split(250))])
    beside = degraded @ clean.T
    beside.fill_diagonal_(-2)
    crowded = above + (beside > own).sum(1)
    return {f"{name}@{k}": (rank < k).float().mean().item()
            for name, rank in (("recall", above), ("crowded", crowded)) for k in (1, 5, 20)}


def kept_latents(a: argparse.Namespace) -> list[torch.Tensor]:
    """Clean, degraded and other patches, from the file that keeps them if it is there."""
    names = ["clean", "degraded", "gallery"]
    if a.latents and a.latents.exists():
        kept, _ = safetensors.read(a.latents)
    else:
        network = network_from(a.autoencoder, Autoencoder, AutoencoderConfiguration)
        validation, training = TrainingImages(a.pack, [], "val"), TrainingImages(a.pack, [], "train")
        places = grid(validation, 64, a.patches, seed=1)
        others = grid(training, 96, a.others, seed=2)
        kept = {name: all_latents(network, images, chosen, name == "degraded", a.processes)
                for name, images, chosen in zip(names, (validation, validation, training),
                                                (places, places, others))}
        if a.latents:
            safetensors.write(a.latents, kept, {})
    return [torch.from_numpy(kept[name].astype(np.float32)) for name in names]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=pathlib.Path)
    parser.add_argument("autoencoder", type=pathlib.Path)
    parser.add_argument("classifier", type=pathlib.Path, nargs="?")
    parser.add_argument("--latents", type=pathlib.Path, help="keep the latents in this file and use them again")
    parser.add_argument("--patches", type=int, default=2_000)
    parser.add_argument("--others", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=2)
    a = parser.parse_args()
    clean, degraded, gallery = kept_latents(a)
    print(f"{len(clean)} patches among {len(gallery)} others")
    torch.manual_seed(0)
    random_network = TextureClassifier(Configuration(clean.shape[1])).eval()
    methods = {"raw latents, cosine": lambda patches: patches.flatten(1), "random weights": random_network.features}
    if a.classifier:
        methods["classifier"] = network_from(a.classifier, TextureClassifier, Configuration).features
    for name, embed in methods.items():
        figures = recalls(embed, gallery, clean, degraded)
        print(f"{name:22}" + "  ".join(f"{key} {value:.4f}" for key, value in figures.items()), flush=True)


if __name__ == "__main__":
    main()
