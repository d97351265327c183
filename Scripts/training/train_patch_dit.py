"""Trains Patch-DiT on pairs with coarse latents and retrieved textures (`restoration_prompts.py`).

    python3 train_patch_dit.py prompted.safetensors validation.safetensors runs/dit --minutes 60 --processes 2

A step draws patches, t and noise, and asks for the network's output F (`diffusion.py`): all t count
alike. Prompts are dropped at random, each texture and the degradation by itself and all together, so that
the network works without them.
"""

from __future__ import annotations

import argparse
import pathlib

import numpy as np
import torch
from torch import nn

from crew import Crew, train_together
from denoising_errors import TIMES, HeldOutPatches
from diffusion import STEPS, Preconditioning
from optimizer import make_optimizer
from patch_dit import Configuration, PatchDiT, PromptTokens
from restoration_data import PromptedPairs
from training_run import TrainingRun


def prompt_of(batch: dict, pairs: PromptedPairs, random_source: np.random.Generator, device: str,
              no_prompt: float = 0.1, no_texture: float = 0.15, no_degradation: float = 0.2) -> PromptTokens:
    """The prompt of a batch, with parts dropped with these probabilities."""
    count, textures = batch["similarities"].shape
    nothing = random_source.random(count) < no_prompt
    few = random_source.random((count, 1)) < no_texture
    present = ~(few & (random_source.random((count, textures)) < 0.5)) & ~nothing[:, None]
    present &= ~(random_source.random(count) < no_texture)[:, None]
    degraded = ~nothing & ~(random_source.random(count) < no_degradation)
    degradation = None
    if pairs.degradation is not None:
        degradation = torch.from_numpy(pairs.degradation[batch["rows"]].astype(np.float32)).to(device)
    return PromptTokens(batch["textures"].to(device), batch["similarities"].to(device),
                        torch.from_numpy(present).to(device), degradation, torch.from_numpy(degraded).to(device))


def validation_figures(network: PatchDiT, patches: HeldOutPatches, preconditioning: Preconditioning) -> dict:
    """Mean squared error of x_0 with the right textures, others, and none; at each t the energy of the estimate too."""
    figures = {"coarse": patches.real_energy}
    for t in TIMES:
        for name, textures in (("right", "right"), ("random", "other"), ("none", "none")):
            differences = patches.differences(network, preconditioning, t, textures)
            figures[f"{name}_{t}"] = patches.errors(differences).mean().item()
            if name == "right":
                figures[f"energy_{t}"] = differences.square().mean().item() / patches.real_energy
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument("validation", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path, help="checkpoint and log")
    parser.add_argument("--fine-channels", type=int, default=128)
    parser.add_argument("--fine-blocks", type=int, nargs=2, default=[3, 3], help="before and after the transformer")
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--batch", type=int, default=64, help="patches in a step, over all processes")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--warm-up", type=int, default=100)
    parser.add_argument("--cool-down", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--optimizer", choices=["adam", "muon"], default="muon")
    parser.add_argument("--average", type=float, default=0.998)
    parser.add_argument("--validate-every", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=pathlib.Path, help="a checkpoint")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args()
    pairs, validation = PromptedPairs(a.pairs), PromptedPairs(a.validation)
    train_together(a.processes, lambda crew: train(a, pairs, validation, crew))


def train(a: argparse.Namespace, pairs: PromptedPairs, validation: PromptedPairs, crew: Crew) -> None:
    torch.manual_seed(a.seed)
    configuration = Configuration(
        latent_channels=pairs.clean.shape[3], fine_channels=a.fine_channels, fine_blocks=tuple(a.fine_blocks),
        width=a.width, depth=a.depth, heads=a.heads,
        textures=pairs.neighbours.shape[3], difference_deviation=round(pairs.difference_deviation(), 3),
        autoencoder=pairs.autoencoder)
    network = PatchDiT(configuration).to(a.device, memory_format=torch.channels_last)
    preconditioning = Preconditioning(configuration.difference_deviation, a.device)
    held_out = HeldOutPatches(validation, 512, a.device)
    data = {"crops": len(pairs), "images": len(pairs.files), "configuration": configuration.to_json()}
    run = TrainingRun(network, make_optimizer(a.optimizer, network, a.rate, crew), a.folder, a.average, data, crew)
    if not run.resume() and a.start_from:
        run.start_from(a.start_from)

    def train_step(step: int) -> float:
        random_source = np.random.default_rng([a.seed, step, 3, crew.rank])
        count = a.batch // crew.size
        batch = pairs.patches(random_source, count)
        clean, coarse = batch["clean"].to(a.device), batch["coarse"].to(a.device)
        t = torch.from_numpy(random_source.integers(1, STEPS + 1, count)).to(a.device)
        noise = torch.from_numpy(random_source.standard_normal(clean.shape, np.float32)).to(a.device)
        z = preconditioning.noisy(clean - coarse, noise, t)
        with torch.autocast(a.device, torch.bfloat16):
            output = network(preconditioning.input(z, t), coarse, t, prompt_of(batch, pairs, random_source, a.device))
        loss = (output.float() - preconditioning.target(clean - coarse, z, t)).square().mean()
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        crew.average_gradients(network)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        run.optimizer.step()
        return loss.item()

    run.run(a.steps, a.minutes, a.warm_up, a.cool_down, train_step,
            lambda average: validation_figures(average, held_out, preconditioning), a.validate_every)


if __name__ == "__main__":
    main()
