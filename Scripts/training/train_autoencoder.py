"""Trains the latent autoencoder.

    python3 data_pack.py CORPUS pack.zip --limit-megabytes 200 --only-redistributable
    python3 train_autoencoder.py pack.zip runs/autoencoder --minutes 60 --steps 10000 --processes 2

A run stops after `--minutes` with a checkpoint and goes on from it when called again. With
`--freeze-encoder` only the decoder learns, so that memories and networks built on the latents
stay valid.
"""

from __future__ import annotations

import argparse
import pathlib

import numpy as np
import torch
from torch import nn

from autoencoder import Autoencoder, Configuration
from crew import Crew, train_together
from data_pack import TrainingImages
from degradation import Degradation
from optimizer import make_optimizer
from picture_losses import gradients, psnr, reconstruction_loss
from training_run import TrainingRun


class LatentScale:
    """Running deviation of each latent channel; noise is measured in it, so that latents cannot outgrow noise."""

    def __init__(self):
        self.variance: torch.Tensor | None = None

    def update(self, latent: torch.Tensor) -> torch.Tensor:
        """The deviations `[c, 1, 1]` after a batch `[B, c, h, w]`."""
        variance = latent.detach().var((0, 2, 3))
        self.variance = variance if self.variance is None else self.variance.lerp(variance, 0.01)
        return self.variance.sqrt().view(-1, 1, 1)


@torch.no_grad()
def validation_figures(network: Autoencoder, images: TrainingImages, noise: float = 0.1) -> dict:
    """Means over central crops of the validation images: PSNR, PSNR with latent noise, gradient energy."""
    figures = {"psnr": [], "psnr_noise": [], "energy": []}
    moments = []
    generator = torch.Generator().manual_seed(1)
    for high in images.high:
        height, width = (min(side, 512) // 8 * 8 for side in high.shape[:2])
        top, left = (high.shape[0] - height) // 2, (high.shape[1] - width) // 2
        image = torch.from_numpy(high[top : top + height, left : left + width].copy())
        image = image.permute(2, 0, 1)[None].float() / 255
        latent = network.encode(image)
        restored = network.decode(latent)
        deviation = latent.std((0, 2, 3)).view(-1, 1, 1)
        noisy = latent + noise * deviation * torch.randn(latent.shape, generator=generator)
        figures["psnr"].append(psnr(restored, image))
        figures["psnr_noise"].append(psnr(network.decode(noisy), image))
        energies = [sum(part.square().mean() for part in gradients(x)) for x in (restored.clamp(0, 1), image)]
        figures["energy"].append((energies[0] / energies[1]).item())
        moments.append(latent.flatten(2)[0])
    result = {key: sum(values) / len(values) for key, values in figures.items()}
    latent = torch.cat(moments, 1)
    return result | {"mean": latent.mean(1).abs().max().item(), "deviation": latent.std(1).mean().item()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path, help="checkpoint and log")
    parser.add_argument("--latent-channels", type=int, default=16)
    parser.add_argument("--fine-channels", type=int, default=128)
    parser.add_argument("--coarse-channels", type=int, default=256)
    parser.add_argument("--blocks", type=int, nargs=2, default=[2, 2], help="fine and coarse, of each half")
    parser.add_argument("--crop", type=int, default=128, help="pixels")
    parser.add_argument("--batch", type=int, default=6, help="crops in a step, over all processes")
    parser.add_argument("--degraded", type=float, default=0.15, help="fraction of crops that are degraded")
    parser.add_argument("--noise", type=float, default=0.05,
                        help="largest deviation of the latents' noise; half of the crops get none")
    parser.add_argument("--energy-weight", type=float, default=0.05)
    parser.add_argument("--freeze-encoder", action="store_true")
    parser.add_argument("--processes", type=int, default=1, help="one for each core, without a GPU")
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--warm-up", type=int, default=200)
    parser.add_argument("--cool-down", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--optimizer", choices=["adam", "muon"], default="muon")
    parser.add_argument("--average", type=float, default=0.999)
    parser.add_argument("--validate-every", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=pathlib.Path, help="a checkpoint")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args()
    images = TrainingImages(a.pack, [], "train")
    validation = TrainingImages(a.pack, [], "val")
    train_together(a.processes, lambda crew: train(a, images, validation, crew))


def train(a: argparse.Namespace, images: TrainingImages, validation: TrainingImages, crew: Crew) -> None:
    torch.manual_seed(a.seed)
    torch.set_float32_matmul_precision("high")
    blocks = tuple(a.blocks)
    network = Autoencoder(Configuration(a.latent_channels, a.fine_channels, a.coarse_channels, blocks, blocks))
    network = network.to(a.device, memory_format=torch.channels_last)
    if a.freeze_encoder:
        network.encoder.requires_grad_(False)
    optimizer = make_optimizer(a.optimizer, network, a.rate, crew)
    data = {"manifest_sha256": images.manifest_sha256, "images": len(images.high),
            "megapixels": round(sum(image.size for image in images.high) / 3e6, 1)}
    run = TrainingRun(network, optimizer, a.folder, a.average, data, crew)
    if not run.resume() and a.start_from:
        run.start_from(a.start_from)
    scale = LatentScale()
    noise_source = torch.Generator().manual_seed(a.seed + 1000 * crew.rank + run.step)

    def train_step(step: int) -> float:
        count = a.batch // crew.size
        crops = images.crops(a.seed, step, count, a.crop, crew.rank)
        degraded = np.random.default_rng([a.seed, step, crew.rank]).random(count) < a.degraded
        for index in np.flatnonzero(degraded):
            crops[index] = Degradation(a.seed, step, crew.rank, int(index))(crops[index])
        image = torch.from_numpy(crops).to(a.device)
        with torch.autocast(a.device, torch.bfloat16):
            latent = network.encode(image).float()
            deviations = a.noise * (2 * torch.rand(count, 1, 1, 1, generator=noise_source) - 1).clamp(min=0).square()
            noise = (deviations * torch.randn(latent.shape, generator=noise_source)).to(a.device)
            noisy = latent + noise * scale.update(latent)
            restored = network.decode(noisy).float()
        loss = reconstruction_loss(restored, image, a.energy_weight)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        crew.average_gradients(network)
        nn.utils.clip_grad_norm_(network.parameters(), 0.5)
        optimizer.step()
        return loss.item()

    run.run(a.steps, a.minutes, a.warm_up, a.cool_down, train_step,
            lambda average: validation_figures(average, validation), a.validate_every)


if __name__ == "__main__":
    main()
