"""Trains PromptSR on bicubic pairs: one body, an upsampling head for each scale.

The paper trains x2 for 500,000 iterations and fine-tunes x3 and x4 from it. Here the body is
trained for all scales at once, which costs one run instead of three; each scale can then be
fine-tuned by itself with `--start-from`:

    python3 data_pack.py CORPUS pack.zip
    python3 train_promptsr.py pack.zip runs/body --scales 2 3 4 --minutes 60 --steps 8000
    python3 train_promptsr.py pack.zip runs/x4 --scales 4 --start-from runs/body/checkpoint.pt --minutes 20 ...

A run stops after `--minutes` with a checkpoint and goes on from it when called again.
"""

from __future__ import annotations

import argparse
import math
import pathlib

import numpy as np
import torch
from torch import nn

import safetensors
from crew import Crew, train_together
from data_pack import TrainingImages
from optimizer import make_optimizer
from promptsr import Configuration, PromptSR
from training_run import TrainingRun


class MultiScale(nn.Module):
    """PromptSR at several scales; everything but the `upsample` convolution is shared."""

    def __init__(self, configurations: list[Configuration]):
        super().__init__()
        self.networks = nn.ModuleDict({str(c.scale): PromptSR(c) for c in configurations})
        first, *others = self.networks.values()
        for network in others:
            network.head, network.groups, network.tail = first.head, first.groups, first.tail

    def __getitem__(self, scale: int) -> PromptSR:
        return self.networks[str(scale)]


def luma(image: torch.Tensor) -> torch.Tensor:
    """BT.601 studio-swing luma of `[B, 3, H, W]` in 0…1, on the scale of 0…255."""
    weights = torch.tensor([65.481, 128.553, 24.966], device=image.device).view(1, 3, 1, 1)
    return (image * weights).sum(1) + 16


@torch.no_grad()
def validation_figures(network: MultiScale, images: TrainingImages, device: str) -> dict:
    """Mean PSNR on luma over the central 64×64 low-resolution crop of each validation image."""
    figures = {}
    for scale in images.scales:
        values = []
        for low, high in zip(images.low[scale], images.high):
            top, left = (low.shape[0] - 64) // 2, (low.shape[1] - 64) // 2
            low = low[top : top + 64, left : left + 64]
            high = high[top * scale : (top + 64) * scale, left * scale : (left + 64) * scale]
            low, high = (torch.from_numpy(np.ascontiguousarray(x)).permute(2, 0, 1)[None].to(device) / 255
                         for x in (low, high))
            restored = (network[scale](low).clamp(0, 1) * 255).round() / 255
            error = (luma(restored) - luma(high))[:, scale:-scale, scale:-scale]
            values.append(10 * math.log10(255**2 / max(error.square().mean().item(), 1e-9)))
        figures[f"psnr_x{scale}"] = sum(values) / len(values)
    return figures


def shipped_weights(models: pathlib.Path, scales: list[int], blocks: int) -> dict[str, torch.Tensor]:
    """The weights of `Models/promptsr-x2` and so on under the names of `MultiScale`."""
    family = {3: "promptsr", 4: "promptsr-star"}[blocks]
    weights = {}
    for scale in reversed(scales):  # the first scale's body wins, as in MultiScale
        tensors, _ = safetensors.read(models / f"{family}-x{scale}" / "weights.safetensors")
        for name, value in tensors.items():
            value = torch.from_numpy(value.copy())
            weights[f"networks.{scale}.{name}"] = value
            if not name.startswith("upsample"):
                weights |= {f"networks.{other}.{name}": value for other in scales}
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path, help="checkpoint and log")
    parser.add_argument("--scales", type=int, nargs="+", default=[2, 3, 4])
    parser.add_argument("--blocks-per-group", type=int, default=3, help="4 is PromptSR*")
    parser.add_argument("--crop", type=int, default=32, help="low-resolution pixels")
    parser.add_argument("--batch", type=int, default=12, help="crops in a step, over all scales and processes")
    parser.add_argument("--processes", type=int, default=1, help="one for each core, without a GPU")
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--warm-up", type=int, default=100)
    parser.add_argument("--cool-down", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--optimizer", choices=["adam", "muon"], default="adam")
    parser.add_argument("--average", type=float, default=0.999)
    parser.add_argument("--window", type=int, default=16, help="smaller trains faster; no weight depends on it")
    parser.add_argument("--category-group", type=int, default=128)
    parser.add_argument("--validate-every", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=pathlib.Path,
                        help="a checkpoint, or the folder Models with a model for each scale")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args()
    images = TrainingImages(a.pack, a.scales, "train")
    validation = TrainingImages(a.pack, a.scales, "val")
    train_together(a.processes, lambda crew: train(a, images, validation, crew))


def train(a: argparse.Namespace, images: TrainingImages, validation: TrainingImages, crew: Crew) -> None:
    torch.manual_seed(a.seed)
    torch.set_float32_matmul_precision("high")
    network = MultiScale([
        Configuration(scale=scale, blocks_per_group=a.blocks_per_group, window_size=a.window,
                      category_group_size=a.category_group)
        for scale in a.scales]).to(a.device)
    optimizer = make_optimizer(a.optimizer, network, a.rate, crew)
    data = {"manifest_sha256": images.manifest_sha256, "images": len(images.high),
            "megapixels": round(sum(image.size for image in images.high) / 3e6, 1)}
    run = TrainingRun(network, optimizer, a.folder, a.average, data, crew)
    if not run.resume() and a.start_from:
        if a.start_from.is_dir():
            run.start_with(shipped_weights(a.start_from, a.scales, a.blocks_per_group))
        else:
            run.start_from(a.start_from)

    def train_step(step: int) -> float:
        """Every step sees every scale, so that the shared body serves all of them."""
        count = a.batch // len(a.scales) // crew.size
        pairs = [images.batch(a.seed, step, scale, count, a.crop, crew.rank) for scale in a.scales]
        lows = torch.from_numpy(np.concatenate([low for low, _ in pairs])).to(a.device)
        highs = [torch.from_numpy(high).to(a.device) for _, high in pairs]
        with torch.autocast("cuda", torch.bfloat16, enabled=a.device == "cuda"):
            features = network[a.scales[0]].features(lows).split(count)
            restored = [network[scale].enlarge(part) for scale, part in zip(a.scales, features)]
        loss = sum((x.float() - y).abs().mean() for x, y in zip(restored, highs)) / len(a.scales)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        crew.average_gradients(network)
        nn.utils.clip_grad_norm_(network.parameters(), 0.5)
        optimizer.step()
        return loss.item()

    run.run(a.steps, a.minutes, a.warm_up, a.cool_down, train_step,
            lambda average: validation_figures(average, validation, a.device), a.validate_every)


if __name__ == "__main__":
    main()
