"""How well Patch-DiT denoises held-out patches, and how much its prompts help.

    python3 denoising_errors.py ../../Models/patch-dit validation.safetensors --patches 2048

Each patch is denoised once from the same noise with each prompt: with the textures retrieved for it, those of
another patch, and none; and with the degradation of its photo, that of another, and none. The errors are mean
squares of x_0 over the latents; differences to the right prompt have the standard error of their mean, over patches.
"""

from __future__ import annotations

import argparse
import pathlib

import numpy as np
import torch

from diffusion import Preconditioning, sampled
from model_folder import network_at
from patch_dit import Configuration, PatchDiT, PromptTokens
from restoration_data import PromptedPairs

TIMES = (400, 700, 1000)
PROMPTS = {  # textures, degradation
    "right": ("right", "right"), "random textures": ("other", "right"), "no textures": ("none", "right"),
    "wrong degradation": ("right", "other"), "no degradation": ("right", "none"), "no prompt": ("none", "none"),
}


class HeldOutPatches:
    """Patches with noise and everything that can be said of them."""

    def __init__(self, pairs: PromptedPairs, count: int, device: str = "cpu"):
        batch = pairs.patches(np.random.default_rng(0), count)
        self.rows, self.places = batch["rows"], batch["places"]
        self.clean, self.coarse = batch["clean"].to(device), batch["coarse"].to(device)
        self.noise = torch.randn(self.clean.shape, generator=torch.Generator().manual_seed(0)).to(device)
        self.textures, self.similarities = batch["textures"].to(device), batch["similarities"].to(device)
        self.degradation = None if pairs.degradation is None else torch.from_numpy(
            pairs.degradation[batch["rows"]].astype(np.float32)).to(device)
        self.other = torch.from_numpy(np.random.default_rng(1).permutation(count)).to(device)

    def prompt(self, rows: torch.Tensor, textures: str = "right", degradation: str = "right") -> PromptTokens:
        others = self.other[rows]
        present = torch.full((len(rows), self.textures.shape[1]), textures != "none", device=rows.device)
        degraded = torch.full((len(rows),), degradation != "none", device=rows.device)
        return PromptTokens(
            self.textures[others if textures == "other" else rows], self.similarities[rows], present,
            None if self.degradation is None else self.degradation[others if degradation == "other" else rows], degraded)

    @torch.no_grad()
    def differences(self, network: PatchDiT, preconditioning: Preconditioning, t: int, textures: str = "right",
                    degradation: str = "right") -> torch.Tensor:
        """What the network adds to each coarse patch, `[B, c, V, V]`, when it sees the real one noisy to t."""
        parts = []
        for rows in torch.arange(len(self.clean), device=self.clean.device).split(64):
            times = torch.full((len(rows),), t, device=rows.device)
            z = preconditioning.noisy(self.clean[rows] - self.coarse[rows], self.noise[rows], times)
            with torch.autocast(rows.device.type, torch.bfloat16):
                output = network(preconditioning.input(z, times), self.coarse[rows], times,
                                 self.prompt(rows, textures, degradation))
            parts.append(preconditioning.difference(output.float(), z, times))
        return torch.cat(parts)

    def sampled(self, network: PatchDiT, preconditioning: Preconditioning, tau: int, count: int) -> torch.Tensor:
        """What `count` steps from τ add to each coarse patch, with the right prompts."""
        parts = []
        for rows in torch.arange(len(self.clean), device=self.clean.device).split(64):
            with torch.autocast(rows.device.type, torch.bfloat16):
                parts.append(sampled(network, preconditioning, self.coarse[rows], self.prompt(rows), self.noise[rows],
                                     tau, count) - self.coarse[rows])
        return torch.cat(parts)

    def errors(self, differences: torch.Tensor) -> torch.Tensor:
        """Of each patch, `[B]`."""
        return (self.coarse + differences - self.clean).square().mean((1, 2, 3))

    @property
    def real_energy(self) -> float:
        """Mean square of clean minus coarse: the error of adding nothing."""
        return (self.clean - self.coarse).square().mean().item()


def main() -> None:
    from export_patch_dit import network_of
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path, help="or a model folder")
    parser.add_argument("validation", type=pathlib.Path, help="a file of restoration_prompts.py")
    parser.add_argument("--patches", type=int, default=2048)
    a = parser.parse_args()
    network = network_at(a.checkpoint, PatchDiT, Configuration, network_of)
    preconditioning = Preconditioning(network.configuration.difference_deviation)
    patches = HeldOutPatches(PromptedPairs(a.validation), a.patches)
    print(f"{a.patches} patches; without diffusion {patches.real_energy:.4f}\n")
    print(f"| prompt |{''.join(f' t = {t} |' for t in TIMES)}\n|---|{'---|' * len(TIMES)}")
    right = {}
    for name, prompt in PROMPTS.items():
        cells = []
        for t in TIMES:
            errors = patches.errors(patches.differences(network, preconditioning, t, *prompt))
            more = errors - right.setdefault(t, errors)
            cells.append(f"{errors.mean():.4f}" + ("" if name == "right" else
                         f" ({more.mean():+.5f} ± {more.std() / len(more) ** 0.5:.5f})"))
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
