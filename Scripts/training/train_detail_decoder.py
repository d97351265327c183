"""Trains the detail decoder: the autoencoder's decoder, taught to decode what PatchScaler makes and not what the encoder made.

    python3 train_detail_decoder.py free.zip prompted.safetensors validation.safetensors \
        ../../Models/autoencoder-f8c16 ../../Models/patch-dit runs/decoder --seeds 9 5 --minutes 60 --processes 2

A latent that was drawn lacks what Patch-DiT does not know to draw, and holds what no encoder writes: the autoencoder's
decoder shows both, as smooth places and as a weave. Here the decoder sees drawn latents, coarse ones and clean ones, and what it
makes of them must pass a critic of pictures (`adversary.py`) beside staying near the photo, with its local energies.

The pairs hold latents only. Their photos are cut again from the pack, by the `--seeds` that `restoration_pairs.py` was called
with, for the training and the validation pairs.
"""

from __future__ import annotations

import argparse
import json
import pathlib

import numpy as np
import torch
from torch import nn

import safetensors
from adversary import Adversary, Condition, PictureCritic
from autoencoder import DOWNSAMPLING, DecoderConfiguration, DetailDecoder
from crew import Crew, train_together
from data_pack import TrainingImages
from diffusion import STEPS, Preconditioning, steps_from
from model_folder import network_from
from optimizer import make_optimizer
from patch_dit import Configuration, PatchDiT, PromptTokens
from picture_losses import block_energies, detail_loss, excess, psnr
from restoration_data import PromptedPairs
from restoration_pairs import SIDE
from training_run import TrainingRun


class PhotosOfPairs:
    """The photos that pairs of latents were made from, cut from the pack again."""

    def __init__(self, images: TrainingImages, pairs: PromptedPairs, seed: int):
        self.images, self.pairs, self.seed = images, pairs, seed

    def patches(self, batch: dict, side: int = 16) -> torch.Tensor:
        """What lies under the patches of `PromptedPairs.patches`: `[B, 3, 8·side, 8·side]` in 0…1."""
        return torch.from_numpy(np.stack([
            self._crop(int(row))[DOWNSAMPLING * y : DOWNSAMPLING * (y + side), DOWNSAMPLING * x : DOWNSAMPLING * (x + side)]
            for row, (y, x) in zip(batch["rows"], batch["places"])]).transpose(0, 3, 1, 2).astype(np.float32) / 255)

    def _crop(self, row: int) -> np.ndarray:
        crop, image = self.images.crop(np.random.default_rng([self.seed, row, 0]), SIDE)
        if self.images.files[image] != self.pairs.files[self.pairs.image[row]]:
            raise SystemExit(f"crop {row} of the pairs does not come from the pack with seed {self.seed}")
        return crop


class Drawing:
    """Patch-DiT from τ = T by DDIM, as PatchScaler samples: what it draws on coarse patches."""

    def __init__(self, network: PatchDiT, device: str):
        self.network = network.to(device, memory_format=torch.channels_last).requires_grad_(False)
        self.preconditioning = Preconditioning(network.configuration.difference_deviation, device)

    @torch.no_grad()
    def __call__(self, batch: dict, pairs: PromptedPairs, noise: torch.Tensor, steps: int) -> torch.Tensor:
        """Latents `[B, c, V, V]` with all prompts, in so many steps."""
        coarse, textures = batch["coarse"].to(noise.device), batch["textures"].to(noise.device)
        everything = torch.ones(textures.shape[:2], dtype=torch.bool, device=noise.device)
        degradation = torch.from_numpy(pairs.degradation[batch["rows"]].astype(np.float32)).to(noise.device)
        prompt = PromptTokens(textures, batch["similarities"].to(noise.device), everything, degradation, everything[:, 0])
        times = [torch.full((len(coarse),), t, device=noise.device) for t in [*steps_from(STEPS, steps), 0]]
        z = self.preconditioning.noisy(torch.zeros_like(noise), noise, times[0])
        for t, after in zip(times, times[1:]):
            with torch.autocast(noise.device.type, torch.bfloat16):
                output = self.network(self.preconditioning.input(z, t), coarse, t, prompt)
            difference = self.preconditioning.difference(output.float(), z, t)
            z = self.preconditioning.moved(z, difference, t, after)
        return coarse + z  # z_0 is the difference


class HeldOutDrawings:
    """Drawn patches of validation photos, made once for each count of steps."""

    def __init__(self, drawing: Drawing, steps: list[int], pairs: PromptedPairs, photos: PhotosOfPairs, count: int, device: str):
        batch = pairs.patches(np.random.default_rng(0), count)
        noise = torch.randn(batch["clean"].shape, generator=torch.Generator().manual_seed(0)).to(device)
        self.latents = {f"drawn_{each}": drawing(batch, pairs, noise, each) for each in steps}
        self.latents |= {name: batch[name].to(device) for name in ("coarse", "clean")}
        self.photos = photos.patches(batch)

    @torch.no_grad()
    def figures(self, network: DetailDecoder) -> dict:
        """PSNR of all drawn patches together, and their gradient energies as parts of the photos', in all and in the flattest
        quarter of 8×8 blocks; likewise of coarse and of clean ones."""
        result = {}
        for name, latents in self.latents.items():
            restored = torch.cat([network.decode(part).float().cpu() for part in latents.split(32)]).clamp(0, 1)
            own, right = (block_energies(pictures.mean(1, keepdim=True)) for pictures in (restored, self.photos))
            flattest = right <= right.flatten().quantile(0.25)
            result |= {f"{name}_psnr": psnr(restored, self.photos), f"{name}_energy": (own.sum() / right.sum()).item(),
                       f"{name}_flattest": (own[flattest].sum() / right[flattest].sum()).item()}
        return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=pathlib.Path)
    parser.add_argument("pairs", type=pathlib.Path, help="a file of restoration_prompts.py")
    parser.add_argument("validation", type=pathlib.Path)
    parser.add_argument("autoencoder", type=pathlib.Path, help="a model folder: its decoder is where the first run starts")
    parser.add_argument("patch_dit", type=pathlib.Path, help="a model folder")
    parser.add_argument("folder", type=pathlib.Path, help="checkpoint and log")
    parser.add_argument("--seeds", type=int, nargs=2, default=[1, 5], help="of the pairs and of the validation pairs")
    parser.add_argument("--batch", type=int, default=12, help="patches in a step, over all processes")
    parser.add_argument("--clean", type=float, default=0.25, help="share of patches that are decoded from clean latents")
    parser.add_argument("--coarse", type=float, default=0.15, help="share that is decoded from coarse ones; the others are drawn")
    parser.add_argument("--sampling-steps", type=int, nargs="+", default=[1],
                        help="in how many steps patches are drawn: one of these at each training step")
    parser.add_argument("--noise", type=float, default=0.05, help="largest deviation of the clean latents' noise")
    parser.add_argument("--energy-weight", type=float, default=2.0)
    parser.add_argument("--excess-weight", type=float, default=0.2, help="of local energies above the photo's")
    parser.add_argument("--adversary", type=float, default=2.0,
                        help="pull of the critic, as a part of that of the reconstruction loss")
    parser.add_argument("--critic", type=pathlib.Path, help="a checkpoint of train_patch_dit.py: its critic of pictures")
    parser.add_argument("--critic-rate", type=float, default=4e-4)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--steps", type=int, default=4_000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--warm-up", type=int, default=50)
    parser.add_argument("--cool-down", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--optimizer", choices=["adam", "muon"], default="muon")
    parser.add_argument("--average", type=float, default=0.998)
    parser.add_argument("--validate-every", type=int, default=250)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=pathlib.Path, help="a checkpoint")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args()
    images, validation = TrainingImages(a.pack, [], "train"), TrainingImages(a.pack, [], "val")
    pairs, held_out = PromptedPairs(a.pairs), PromptedPairs(a.validation)
    train_together(a.processes, lambda crew: train(
        a, PhotosOfPairs(images, pairs, a.seeds[0]), PhotosOfPairs(validation, held_out, a.seeds[1]), crew))


def decoder_of(autoencoder: pathlib.Path) -> DetailDecoder:
    """A detail decoder that decodes as the autoencoder's does."""
    c = json.loads((autoencoder / "configuration.json").read_text())
    fingerprint = json.loads((autoencoder / "manifest.json").read_text())["fingerprint"]
    network = DetailDecoder(DecoderConfiguration(c["latent_channels"], c["fine_channels"], c["coarse_channels"],
                                                 tuple(c["decoder_blocks"]), fingerprint))
    tensors, _ = safetensors.read(autoencoder / "weights.safetensors")
    network.load_state_dict({name: torch.from_numpy(value.astype(np.float32)) for name, value in tensors.items()
                             if not name.startswith("encoder.")})
    return network


def train(a: argparse.Namespace, photos: PhotosOfPairs, validation: PhotosOfPairs, crew: Crew) -> None:
    torch.manual_seed(a.seed)
    network = decoder_of(a.autoencoder).to(a.device, memory_format=torch.channels_last)
    drawing = Drawing(network_from(a.patch_dit, PatchDiT, Configuration), a.device)
    critic = PictureCritic(network.configuration.latent_channels)
    if a.critic:
        critic.load_state_dict(torch.load(a.critic, map_location="cpu", weights_only=True)["companions"]["pictures"]["critic"])
    adversary = Adversary(critic, a.critic_rate, crew, a.device, a.adversary, slope_step=0.02)
    data = {"crops": len(photos.pairs), "images": len(photos.pairs.files), "autoencoder": network.configuration.autoencoder}
    run = TrainingRun(network, make_optimizer(a.optimizer, network, a.rate, crew), a.folder, a.average, data, crew,
                      {"pictures": adversary})
    if not run.resume() and a.start_from:
        run.start_from(a.start_from)
    held_out = HeldOutDrawings(drawing, a.sampling_steps, validation.pairs, validation, 256, a.device) if crew.leads else None

    def train_step(step: int) -> float:
        random_source = np.random.default_rng([a.seed, step, 4, crew.rank])
        torch.manual_seed(hash((a.seed, step, crew.rank)))
        batch = photos.pairs.patches(random_source, a.batch // crew.size)
        photo = photos.patches(batch).to(a.device)
        clean, coarse = batch["clean"].to(a.device), batch["coarse"].to(a.device)
        steps = int(random_source.choice(a.sampling_steps))
        latent = drawing(batch, photos.pairs, torch.randn_like(coarse), steps)
        kind = torch.from_numpy(random_source.random(len(clean))).to(a.device)[:, None, None, None]
        is_clean, is_coarse = kind < a.clean, (kind >= a.clean) & (kind < a.clean + a.coarse)
        noise = a.noise * torch.from_numpy(random_source.random(len(clean)).astype(np.float32)).to(a.device)[:, None, None, None]
        latent = torch.where(is_clean, clean + noise * torch.randn_like(clean), torch.where(is_coarse, coarse, latent))
        with torch.autocast(a.device, torch.bfloat16):
            restored = network.decode(latent).float()
        seen = restored.detach().requires_grad_()
        loss = detail_loss(seen, photo, a.energy_weight) + a.excess_weight * excess(seen, photo)
        slope = torch.autograd.grad(loss, seen)[0]
        beside = Condition(torch.where(is_clean, clean, coarse), batch["textures"],
                           torch.ones(batch["textures"].shape[:2], dtype=torch.bool))
        pull = adversary.pull(photo, restored, beside)
        run.optimizer.zero_grad(set_to_none=True)
        restored.backward(slope + adversary.share * slope.norm() / pull.norm().clamp_min(1e-12) * pull)
        crew.average_gradients(network)
        nn.utils.clip_grad_norm_(network.parameters(), 0.5)
        run.optimizer.step()
        return loss.item()

    def validate(average: DetailDecoder) -> dict:
        return held_out.figures(average) | {"told": adversary.wins}

    run.run(a.steps, a.minutes, a.warm_up, a.cool_down, train_step, validate, a.validate_every)


if __name__ == "__main__":
    main()
