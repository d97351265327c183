"""Trains Patch-DiT on pairs with coarse latents and retrieved textures (`restoration_prompts.py`).

    python3 train_patch_dit.py prompted.safetensors validation.safetensors runs/dit --minutes 60 --processes 2

A step draws patches, t and noise, and asks for the network's output F (`diffusion.py`): all t count
alike. With `--adversary` estimates of x_0 must also pass a critic (`adversary.py`), where sampling starts and goes on: a network
that has learned to denoise then draws texture in few steps. `noisy_patches.py` says what it is shown.
"""

from __future__ import annotations

import argparse
import json
import pathlib

import numpy as np
import torch
from torch import nn

from adversary import Adversary, Condition, LatentCritic, PictureCritic
from autoencoder import Autoencoder, DecoderConfiguration, DetailDecoder
from autoencoder import Configuration as AutoencoderConfiguration
from crew import Crew, train_together
from denoising_errors import TIMES, HeldOutPatches
from diffusion import Preconditioning
from model_folder import network_from
from noisy_patches import Shares, draw
from optimizer import make_optimizer
from patch_dit import Configuration, PatchDiT
from restoration_data import PromptedPairs
from training_run import TrainingRun

def validation_figures(network: PatchDiT, patches: HeldOutPatches, preconditioning: Preconditioning) -> dict:
    """Of one estimate at each t, the mean squared error of x_0 with the right textures, others, and none, and its energy.

    Also error and energy of what is sampled in 4 steps from τ = 600. Energies are of the difference, in parts of the real one's.
    """
    drawn = patches.sampled(network, preconditioning, 600, 4)
    figures = {"coarse": patches.real_energy, "sampled": patches.errors(drawn).mean().item(),
               "sampled_energy": drawn.square().mean().item() / patches.real_energy}
    for t in TIMES:
        for name, textures in (("right", "right"), ("random", "other"), ("none", "none")):
            differences = patches.differences(network, preconditioning, t, textures)
            figures[f"{name}_{t}"] = patches.errors(differences).mean().item()
            if name == "right":
                figures[f"energy_{t}"] = differences.square().mean().item() / patches.real_energy
    return figures


def decoder_from(folder: pathlib.Path) -> nn.Module:
    """What decodes: a detail decoder, or an autoencoder."""
    if json.loads((folder / "configuration.json").read_text())["architecture"] == "detail-decoder":
        return network_from(folder, DetailDecoder, DecoderConfiguration)
    return network_from(folder, Autoencoder, AutoencoderConfiguration)


def adversaries_of(a: argparse.Namespace, configuration: Configuration, crew: Crew) -> dict[str, Adversary]:
    """The critics that a run's estimates must pass."""
    adversaries, channels = {}, configuration.latent_channels
    if a.adversary:
        adversaries["latents"] = Adversary(LatentCritic(channels), a.critic_rate, crew, a.device, a.adversary)
    if a.picture_adversary:
        decoder = decoder_from(a.decoder).requires_grad_(False)
        adversaries["pictures"] = Adversary(
            PictureCritic(channels), a.critic_rate, crew, a.device, a.picture_adversary, a.pictures // crew.size,
            view=decoder.to(a.device, memory_format=torch.channels_last).decode, slope_step=0.02,
            excess_weight=a.excess_weight)
    return adversaries


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
    parser.add_argument("--start-from", type=pathlib.Path, help="a checkpoint or a model folder")
    parser.add_argument("--deviation", type=float, help="σ of a network that is trained on; else that of the pairs")
    parser.add_argument("--own-textures", type=float, default=0.3,
                        help="share of patches with a texture from their own crop")
    parser.add_argument("--starts", type=float, default=0.0,
                        help="share of patches that are denoised as sampling starts: without a trace of the difference")
    parser.add_argument("--follows", type=float, default=0.0,
                        help="share that is denoised as sampling goes on: from the network's own first estimate")
    parser.add_argument("--adversary", type=float, default=0.0,
                        help="pull of a critic of latents, as a part of that of the squared error")
    parser.add_argument("--picture-adversary", type=float, default=0.0, help="pull of a critic of pictures, likewise")
    parser.add_argument("--excess-weight", type=float, default=1.0,
                        help="of local energies above the photo's, beside the loss of that critic")
    parser.add_argument("--pictures", type=int, default=16, help="patches of a step that are decoded for it")
    parser.add_argument("--decoder", "--autoencoder", type=pathlib.Path, help="a model folder, to decode them")
    parser.add_argument("--no-degradation", type=float, default=0.1, help="share of patches without that prompt")
    parser.add_argument("--critic-rate", type=float, default=6e-4)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args()
    pairs, validation = PromptedPairs(a.pairs), PromptedPairs(a.validation)
    train_together(a.processes, lambda crew: train(a, pairs, validation, crew))


def train(a: argparse.Namespace, pairs: PromptedPairs, validation: PromptedPairs, crew: Crew) -> None:
    torch.manual_seed(a.seed)
    configuration = Configuration(
        latent_channels=pairs.clean.shape[3], fine_channels=a.fine_channels, fine_blocks=tuple(a.fine_blocks),
        width=a.width, depth=a.depth, heads=a.heads,
        textures=pairs.neighbours.shape[3], difference_deviation=a.deviation or round(pairs.difference_deviation(), 3),
        autoencoder=pairs.autoencoder)
    network = PatchDiT(configuration).to(a.device, memory_format=torch.channels_last)
    preconditioning = Preconditioning(configuration.difference_deviation, a.device)
    held_out = HeldOutPatches(validation, 256, a.device)
    data = {"crops": len(pairs), "images": len(pairs.files), "configuration": configuration.to_json()}
    adversaries = adversaries_of(a, configuration, crew)
    shares = Shares(a.own_textures, a.starts, a.follows, a.no_degradation)
    run = TrainingRun(network, make_optimizer(a.optimizer, network, a.rate, crew), a.folder, a.average, data, crew,
                      adversaries)
    if not run.resume() and a.start_from:
        run.start_from(a.start_from)

    def train_step(step: int) -> float:
        random_source = np.random.default_rng([a.seed, step, 3, crew.rank])
        torch.manual_seed(hash((a.seed, step, crew.rank)))
        p = draw(network, preconditioning, pairs, shares, random_source, a.batch // crew.size, a.device)
        judged = torch.nonzero(~p.knows.flatten()).flatten()  # the others are denoised, and need no critic
        with torch.autocast(a.device, torch.bfloat16):
            output = network(preconditioning.input(p.z, p.t), p.coarse, p.t, p.prompt)
        error = output.detach().float() - preconditioning.target(p.clean - p.coarse, p.z, p.t)
        # Where z holds no trace of the real difference, F is no measure: the error counts in the difference's own deviation.
        weight = torch.where(p.knows, 1, (preconditioning.out(p.t) / preconditioning.deviation) ** 2)
        error_slope = 2 * weight * error / error.numel()
        slope = error_slope.clone()
        beside = Condition(p.coarse, p.prompt.textures, p.prompt.texture_present)
        for adversary in adversaries.values():
            few = judged[: adversary.count]
            estimate = p.coarse[few] + preconditioning.difference(output[few].detach().float(), p.z[few], p.t[few])
            pull = preconditioning.out(p.t[few]) * adversary.pull(p.clean[few], estimate, beside.of(few))
            slope[few] += adversary.share * error_slope[few].norm() / pull.norm().clamp_min(1e-12) * pull
        run.optimizer.zero_grad(set_to_none=True)
        output.backward(slope.to(output.dtype))
        crew.average_gradients(network)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        run.optimizer.step()
        return (weight * error.square()).mean().item()

    def validate(average: PatchDiT) -> dict:
        figures = validation_figures(average, held_out, preconditioning)
        figures |= {f"{name}_matched": adversary.matches for name, adversary in adversaries.items()
                    if adversary.critic.minds_textures}
        return figures | {f"{name}_told": adversary.wins for name, adversary in adversaries.items()}

    run.run(a.steps, a.minutes, a.warm_up, a.cool_down, train_step, validate, a.validate_every)


if __name__ == "__main__":
    main()
