"""What Patch-DiT is shown in training: patches in noise, with prompts of which parts are dropped at random.

Most patches hold the real difference of clean and coarse, as in every diffusion. A sampling that starts at τ < T from
the coarse latent begins without a trace of it, though (PatchScaler, equation 6), and goes on from what the network itself
made of that. Shares of the patches are made so.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import torch

from diffusion import STEPS, Preconditioning
from patch_dit import PatchDiT, PromptTokens
from restoration_data import PromptedPairs

FIRST_START = 200  # the least τ at which patches begin without a trace of the difference
LATE_START, LATE_STARTS = 900, 0.7  # most of them begin here, as the shipped plan does


@dataclasses.dataclass(frozen=True)
class Shares:
    """Of the patches, those that are not the usual ones."""

    own_textures: float  # with a texture from their own crop
    starts: float  # as sampling starts
    follows: float  # as sampling goes on
    no_textures: float = 0.15  # without any texture; as many have some of theirs
    no_degradation: float = 0.1  # without the degradation prompt


@dataclasses.dataclass
class NoisyPatches:
    clean: torch.Tensor  # [B, c, V, V]
    coarse: torch.Tensor
    z: torch.Tensor
    t: torch.Tensor  # [B]
    knows: torch.Tensor  # [B, 1, 1, 1]: whether z holds the real difference
    prompt: PromptTokens


def draw(network: PatchDiT, preconditioning: Preconditioning, pairs: PromptedPairs, shares: Shares,
         random_source: np.random.Generator, count: int, device: str) -> NoisyPatches:
    """`count` patches that follow from the random sources, NumPy's and PyTorch's, and from the network."""
    batch = pairs.patches(random_source, count, shares.own_textures)
    clean, coarse = batch["clean"].to(device), batch["coarse"].to(device)
    prompt = prompt_of(batch, pairs, random_source, device, no_textures=shares.no_textures,
                       no_degradation=shares.no_degradation)
    kind = random_source.random(count)
    starts, follows = kind < shares.starts, (kind >= shares.starts) & (kind < shares.starts + shares.follows)
    late = random_source.random(count) < LATE_STARTS
    first = np.where(starts, np.where(late, LATE_START, FIRST_START), 1)
    t = torch.from_numpy(random_source.integers(first, STEPS + 1)).to(device)
    noise = torch.from_numpy(random_source.standard_normal(clean.shape, np.float32)).to(device)
    knows = torch.from_numpy(~starts & ~follows).to(device).view(-1, 1, 1, 1)
    z = preconditioning.noisy((clean - coarse) * knows, noise, t)
    rows = torch.from_numpy(np.flatnonzero(follows)).to(device)
    if len(rows):
        z[rows], t[rows] = second_step(network, preconditioning, coarse[rows], noise[rows], prompt.of(rows))
    return NoisyPatches(clean, coarse, z, t, knows, prompt)


@torch.no_grad()
def second_step(network: PatchDiT, preconditioning: Preconditioning, coarse: torch.Tensor, noise: torch.Tensor,
                prompt: PromptTokens) -> tuple[torch.Tensor, torch.Tensor]:
    """z and t after the first step of a sampling, from τ to at most half of it."""
    tau = torch.randint(2 * FIRST_START, STEPS + 1, (len(coarse),), device=coarse.device)
    t = (tau * (0.1 + 0.4 * torch.rand(len(coarse), device=coarse.device))).long().clamp_min(1)
    z = preconditioning.noisy(torch.zeros_like(noise), noise, tau)
    with torch.autocast(coarse.device.type, torch.bfloat16):
        output = network(preconditioning.input(z, tau), coarse, tau, prompt)
    difference = preconditioning.difference(output.float(), z, tau)
    return preconditioning.moved(z, difference, tau, t), t


def prompt_of(batch: dict, pairs: PromptedPairs, random_source: np.random.Generator, device: str,
              no_textures: float = 0.15, no_degradation: float = 0.1, no_prompt: float = 0.05) -> PromptTokens:
    """The prompt of a batch, with parts dropped with these probabilities."""
    count, textures = batch["similarities"].shape
    nothing = random_source.random(count) < no_prompt
    few = random_source.random((count, 1)) < no_textures
    present = ~(few & (random_source.random((count, textures)) < 0.5)) & ~nothing[:, None]
    present &= ~(random_source.random(count) < no_textures)[:, None]
    degraded = ~nothing & ~(random_source.random(count) < no_degradation)
    degradation = None
    if pairs.degradation is not None:
        degradation = torch.from_numpy(pairs.degradation[batch["rows"]].astype(np.float32)).to(device)
    return PromptTokens(batch["textures"].to(device), batch["similarities"].to(device),
                        torch.from_numpy(present).to(device), degradation, torch.from_numpy(degraded).to(device))
