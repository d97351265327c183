"""Teaches a trained Patch-DiT to aim by its prompts: only what reads them learns.

    python3 train_prompt_reading.py prompted.safetensors validation.safetensors ../../Models/patch-dit runs/reading \
        --minutes 40 --processes 2

A squared error punishes every detail that is drawn in vain, so a network that learned on by it alone would soon draw nothing. Here
the estimates of a step are brought by a factor to a part of the energy that the network gave them before, and then
compared with the photos: what can be gained is where and in which direction as much is drawn. The factor is one for all estimates
with the same parts of the prompt, so that without textures, or without the degradation, as much is drawn as with them. Where z
holds much of the real difference (t under 850) there is little to be drawn, and the squared error counts as it is.
"""

from __future__ import annotations

import argparse
import copy
import pathlib

import numpy as np
import torch
from torch import nn

from crew import Crew, train_together
from denoising_errors import TIMES, HeldOutPatches
from diffusion import Preconditioning
from model_folder import network_from
from noisy_patches import NoisyPatches, Shares, draw
from optimizer import make_optimizer
from patch_dit import Configuration, PatchDiT, PromptTokens
from restoration_data import PromptedPairs
from training_run import TrainingRun

PROMPTS = {"right": ("right", "right"), "random": ("other", "right"), "no_textures": ("none", "right"),
           "wrong": ("right", "other"), "no_degradation": ("right", "none")}
DRAWN_FROM = 850  # t from which on an estimate is drawn more than it is denoised


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path, help="a file of restoration_prompts.py")
    parser.add_argument("validation", type=pathlib.Path)
    parser.add_argument("patch_dit", type=pathlib.Path, help="a model folder")
    parser.add_argument("folder", type=pathlib.Path, help="checkpoint and log")
    parser.add_argument("--batch", type=int, default=32, help="patches in a step, over all processes")
    parser.add_argument("--starts", type=float, default=0.5, help="share of patches that are denoised as sampling starts")
    parser.add_argument("--own-textures", type=float, default=0.1, help="share with a texture from their own crop")
    parser.add_argument("--no-textures", type=float, default=0.25, help="share without textures")
    parser.add_argument("--no-degradation", type=float, default=0.2, help="share without that prompt")
    parser.add_argument("--keep", type=float, default=0.4, help="part of the energy before that is still to be drawn")
    parser.add_argument("--hold", type=float, default=6.0, help="weight of how far the factors are from 1")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--warm-up", type=int, default=50)
    parser.add_argument("--cool-down", type=int, default=1_000)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--optimizer", choices=["adam", "muon"], default="muon")
    parser.add_argument("--average", type=float, default=0.995)
    parser.add_argument("--validate-every", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=pathlib.Path, help="a checkpoint")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args()
    pairs, validation = PromptedPairs(a.pairs), PromptedPairs(a.validation)
    train_together(a.processes, lambda crew: train(a, pairs, validation, crew))


def train(a: argparse.Namespace, pairs: PromptedPairs, validation: PromptedPairs, crew: Crew) -> None:
    torch.manual_seed(a.seed)
    before = network_from(a.patch_dit, PatchDiT, Configuration).requires_grad_(False)
    before = before.to(a.device, memory_format=torch.channels_last)
    network = copy.deepcopy(before)
    for part in [network.prompt, *(block.cross for block in network.blocks)]:
        part.requires_grad_(True)
    preconditioning = Preconditioning(network.configuration.difference_deviation, a.device)
    held_out = HeldOutPatches(validation, 256, a.device) if crew.leads else None
    data = {"crops": len(pairs), "images": len(pairs.files), "configuration": network.configuration.to_json()}
    run = TrainingRun(network, make_optimizer(a.optimizer, network, a.rate, crew), a.folder, a.average, data, crew)
    if not run.resume() and a.start_from:
        run.start_from(a.start_from)
    shares = Shares(a.own_textures, a.starts, follows=0, no_textures=a.no_textures, no_degradation=a.no_degradation)

    def estimate(network: PatchDiT, p: NoisyPatches, prompt: PromptTokens) -> torch.Tensor:
        with torch.autocast(a.device, torch.bfloat16):
            output = network(preconditioning.input(p.z, p.t), p.coarse, p.t, prompt)
        return preconditioning.difference(output.float(), p.z, p.t)

    def train_step(step: int) -> float:
        random_source = np.random.default_rng([a.seed, step, 6, crew.rank])
        torch.manual_seed(hash((a.seed, step, crew.rank)))
        p = draw(network, preconditioning, pairs, shares, random_source, a.batch // crew.size, a.device)
        with torch.no_grad():
            energy = estimate(before, p, p.prompt.whole()).square()
        own = estimate(network, p, p.prompt)
        draws = (p.t >= DRAWN_FROM).view(-1, 1, 1, 1)
        factor = factors(a.keep * draws * energy, draws * own.square(), p.prompt)
        # Where z tells much the errors are small, and as much is left to be gained.
        weight = torch.where(p.knows, 1 / preconditioning.out(p.t), 1 / preconditioning.deviation) ** 2
        error = (weight * (torch.where(draws, factor, 1) * own - (p.clean - p.coarse)).square()).mean()
        loss = error + a.hold * factor.log().square().mean()
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        crew.average_gradients(network)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        run.optimizer.step()
        return error.item()

    def validate(average: PatchDiT) -> dict:
        return validation_figures(average, held_out, preconditioning)

    run.run(a.steps, a.minutes, a.warm_up, a.cool_down, train_step, validate, a.validate_every)


def factors(wanted: torch.Tensor, own: torch.Tensor, prompt: PromptTokens) -> torch.Tensor:
    """`[B, 1, 1, 1]`, for each patch √(wanted energy / own), summed over the patches whose prompts have the same parts."""
    kinds = 2 * prompt.texture_present.any(1).long() + prompt.degradation_present.long()  # [B]
    same = (kinds[:, None] == kinds).float()  # [B, B]
    wanted, own = (same @ energies.sum((1, 2, 3)) for energies in (wanted, own))
    return ((wanted + 1e-6) / (own + 1e-6)).sqrt().view(-1, 1, 1, 1)


def validation_figures(network: PatchDiT, patches: HeldOutPatches, preconditioning: Preconditioning) -> dict:
    """The mean error with the right prompts at each t, its difference with others, and the energy of what is drawn."""
    figures = {}
    for t in TIMES:
        for name, prompt in PROMPTS.items():
            differences = patches.differences(network, preconditioning, t, *prompt)
            error = patches.errors(differences).mean().item()
            figures[f"{name}_{t}"] = error if name == "right" else error - figures[f"right_{t}"]
            if name in ("right", "no_textures", "no_degradation"):
                figures[f"{name}_energy_{t}"] = differences.square().mean().item() / patches.real_energy
    return figures


if __name__ == "__main__":
    main()
