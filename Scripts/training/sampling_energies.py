"""Gradient energy of what is sampled, by the confidence of the patch: from which to choose a sampling plan.

    python3 sampling_energies.py ../../Models validation.safetensors --plans 200:1 400:1 600:1 900:1 900:2

For each START:STEPS every held-out patch is sampled and decoded. A cell is the sum of squared differences of neighbouring
pixels over that of the clean patches, decoded too, and the loss of PSNR against the coarse latents in dB. A group of the plan
(`export_patch_dit.py --groups`) should take the plan that comes near 1 for its confidences.
"""

from __future__ import annotations

import argparse
import pathlib

import numpy as np
import torch

import autoencoder
import restoration_module
from denoising_errors import HeldOutPatches
from diffusion import Preconditioning
from model_folder import network_from
from patch_dit import Configuration, PatchDiT
from restoration_data import PromptedPairs, as_batch

BOUNDS = (0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.001)
ORIGINAL = 0.82  # the share of the energy of photos that the autoencoder returns


@torch.no_grad()
def in_parts(function, values: torch.Tensor, size: int = 32) -> torch.Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        return torch.cat([function(part).float() for part in values.split(size)])


def energies(pictures: torch.Tensor) -> torch.Tensor:
    """Of each picture, `[B]`."""
    return sum(pictures.diff(dim=axis).square().sum((1, 2, 3)) for axis in (2, 3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=pathlib.Path, help="the folder of all models")
    parser.add_argument("validation", type=pathlib.Path, help="a file of restoration_prompts.py")
    parser.add_argument("--plans", nargs="+", default=["200:1", "400:1", "600:1", "900:1", "900:2"])
    parser.add_argument("--patches", type=int, default=512)
    a = parser.parse_args()
    pairs = PromptedPairs(a.validation)
    decode = network_from(a.models / "autoencoder-f8c16", autoencoder.Autoencoder, autoencoder.Configuration).decode
    restoration = network_from(
        a.models / "restoration-module", restoration_module.RestorationModule, restoration_module.Configuration)
    network = network_from(a.models / "patch-dit", PatchDiT, Configuration)
    preconditioning = Preconditioning(network.configuration.difference_deviation)
    patches = HeldOutPatches(pairs, a.patches)
    crops, side = torch.from_numpy(patches.rows), network.configuration.patch_side
    maps = in_parts(lambda rows: restoration(as_batch(pairs.degraded[rows.numpy()]))[1], torch.arange(len(pairs)))
    confidences = np.array([maps[row, 0, y : y + side, x : x + side].mean().item()
                            for row, (y, x) in zip(crops, patches.places)])
    groups = [np.flatnonzero((confidences >= low) & (confidences < high)) for low, high in zip(BOUNDS, BOUNDS[1:])]
    clean, coarse = in_parts(decode, patches.clean), in_parts(decode, patches.coarse)
    photo = energies(clean) / ORIGINAL

    def row(title: str, pictures: torch.Tensor) -> None:
        cells = []
        for group in groups:
            lost = 10 * torch.log10((pictures - clean)[group].square().mean() / (coarse - clean)[group].square().mean())
            cells.append(f"{energies(pictures)[group].sum() / photo[group].sum():.2f} ({lost:.1f})" if len(group) else "–")
        print(f"| {title} | {' | '.join(cells)} |", flush=True)

    print(f"| from, steps | {' | '.join(f'{low:.2f}–{high:.2f}' for low, high in zip(BOUNDS, BOUNDS[1:]))} |")
    print("|---" * (len(groups) + 1) + "|")
    print(f"| patches | {' | '.join(str(len(group)) for group in groups)} |")
    row("coarse", coarse)
    for plan in a.plans:
        tau, steps = (int(number) for number in plan.split(":"))
        row(plan, in_parts(decode, patches.coarse + patches.sampled(network, preconditioning, tau, steps)))


if __name__ == "__main__":
    main()
