"""Trains the texture classifier so that a patch and its degraded or shifted self are neighbours.

    python3 texture_pairs.py pack.zip ../../Models/autoencoder-f8c16 pairs.safetensors
    python3 train_texture_classifier.py pairs.safetensors runs/texture --minutes 20 --steps 2000

Without labels the loss is contrastive (InfoNCE, van den Oord et al. 2018): in a batch, each clean
patch must pick out its own degraded copy among all the others, and the copy its clean patch. When the
pairs come from folders named by class, a classification loss joins it.
"""

from __future__ import annotations

import argparse
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import safetensors
from crew import Crew, train_together
from optimizer import make_optimizer
from texture_classifier import Configuration, TextureClassifier
from training_run import TrainingRun


class Contrast(nn.Module):
    """The classifier and the temperature of its loss."""

    def __init__(self, configuration: Configuration):
        super().__init__()
        self.classifier = TextureClassifier(configuration)
        self.log_scale = nn.Parameter(torch.tensor(2.7))  # exp: 15 at first


class Pairs:
    """Patches of a file of `texture_pairs.py`, cut at random shifts."""

    def __init__(self, path: pathlib.Path, held_out: int):
        tensors, metadata = safetensors.read(path)
        self.clean, self.degraded = tensors["clean"], tensors["degraded"]
        self.labels = torch.from_numpy(tensors["labels"].astype(np.int64))
        self.classes = json.loads(metadata["classes"])
        self.count = len(self.clean) - held_out

    def batch(self, seed: int, step: int, count: int, part: int, side: int, largest_shift: int = 1):
        """Anchors, positives `[B, c, V, V]` and labels. A positive is mostly degraded, sometimes only shifted."""
        random_source = np.random.default_rng([seed, step, part])
        rows = np.sort(random_source.choice(self.count, count, replace=False))
        room = self.clean.shape[1] - side
        anchors, positives = [], []
        for row in rows:
            top, left = random_source.integers(0, room + 1, 2)
            copy = random_source.integers(-1, self.degraded.shape[1] * 4)
            source = self.clean[row] if copy < 0 else self.degraded[row][copy // 4]
            if copy >= 0 and random_source.random() < 0.3:  # as if partly restored
                share = np.float16(random_source.uniform(0.2, 0.8))
                source = source * share + self.clean[row] * (np.float16(1) - share)
            shift = random_source.integers(-largest_shift, largest_shift + 1, 2) * (random_source.random() < 0.5)
            y, x = np.clip([top + shift[0], left + shift[1]], 0, room)
            anchors.append(self.clean[row, top : top + side, left : left + side])
            positives.append(source[y : y + side, x : x + side])
        return _as_batch(np.stack(anchors)), _as_batch(np.stack(positives)), self.labels[rows]

    def held_out(self, side: int):
        """Clean and degraded patches that training does not see."""
        cut = slice((self.clean.shape[1] - side) // 2, (self.clean.shape[1] - side) // 2 + side)
        clean, degraded = self.clean[self.count :, cut, cut], self.degraded[self.count :, 0, cut, cut]
        return _as_batch(clean), _as_batch(degraded)


def _as_batch(patches: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(patches.transpose(0, 3, 1, 2), np.float32))


@torch.no_grad()
def validation_figures(network: Contrast, pairs: Pairs) -> dict:
    """Share of degraded held-out patches whose clean self is the nearest, or among the nearest five."""
    side = network.classifier.configuration.patch_side
    clean, degraded = (torch.cat([network.classifier(part) for part in patches.split(250)])
                       for patches in pairs.held_out(side))
    similarities = degraded @ clean.T
    ranks = (similarities > similarities.diagonal()[:, None]).sum(1)
    return {"recall_1": (ranks < 1).float().mean().item(), "recall_5": (ranks < 5).float().mean().item(),
            "scale": network.log_scale.exp().item()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path, help="checkpoint and log")
    parser.add_argument("--fine-channels", type=int, default=64)
    parser.add_argument("--coarse-channels", type=int, default=128)
    parser.add_argument("--blocks", type=int, nargs=2, default=[1, 2], help="fine and coarse")
    parser.add_argument("--key-size", type=int, default=256)
    parser.add_argument("--batch", type=int, default=512, help="pairs in a step, over all processes")
    parser.add_argument("--held-out", type=int, default=1000, help="patches for validation")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--warm-up", type=int, default=50)
    parser.add_argument("--cool-down", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--optimizer", choices=["adam", "muon"], default="muon")
    parser.add_argument("--average", type=float, default=0.99)
    parser.add_argument("--validate-every", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=pathlib.Path, help="a checkpoint")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args()
    pairs = Pairs(a.pairs, a.held_out)
    train_together(a.processes, lambda crew: train(a, pairs, crew))


def train(a: argparse.Namespace, pairs: Pairs, crew: Crew) -> None:
    torch.manual_seed(a.seed)
    configuration = Configuration(pairs.clean.shape[3], 16, a.fine_channels, a.coarse_channels,
                                  tuple(a.blocks), a.key_size, tuple(pairs.classes))
    network = Contrast(configuration).to(a.device, memory_format=torch.channels_last)
    data = {"patches": pairs.count, "degraded_copies": pairs.degraded.shape[1], "classes": pairs.classes}
    run = TrainingRun(network, make_optimizer(a.optimizer, network, a.rate, crew), a.folder, a.average, data, crew)
    if not run.resume() and a.start_from:
        run.start_from(a.start_from)

    def train_step(step: int) -> float:
        count = a.batch // crew.size
        anchors, positives, labels = pairs.batch(a.seed, step, count, crew.rank, configuration.patch_side)
        with torch.autocast(a.device, torch.bfloat16):
            features = network.classifier.features(torch.cat([anchors, positives]).to(a.device)).float()
        keys = F.normalize(features)
        similarities = keys[:count] @ keys[count:].T * network.log_scale.exp().clamp(max=100)
        own = torch.arange(count, device=a.device)
        loss = (F.cross_entropy(similarities, own) + F.cross_entropy(similarities.T, own)) / 2
        if pairs.classes:
            scores = network.classifier.classify(F.silu(features))
            loss = loss + F.cross_entropy(scores, labels.to(a.device).repeat(2))
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        crew.average_gradients(network)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        run.optimizer.step()
        return loss.item()

    run.run(a.steps, a.minutes, a.warm_up, a.cool_down, train_step,
            lambda average: validation_figures(average, pairs), a.validate_every)


if __name__ == "__main__":
    main()
