"""Trains PatchScaler's global restoration module (GRM) on encoded pairs (`restoration_pairs.py`).

    python3 train_restoration_module.py restoration.safetensors validation.safetensors runs/grm --minutes 30

The loss is PatchScaler's equation (1): |e| + λ (C e² - η log C), e the error of a number of the latent,
C the confidence of its position. C e² - η log C is least where C = η / e²: so η is the squared error up to
which a position counts as certain.
"""

from __future__ import annotations

import argparse
import pathlib

import torch
from torch import nn

from crew import Crew, train_together
from optimizer import make_optimizer
from restoration_data import RestorationPairs, as_batch
from restoration_module import Configuration, RestorationModule
from training_run import TrainingRun


def confidence_loss(coarse: torch.Tensor, confidence: torch.Tensor, clean: torch.Tensor,
                    share: float, certain_error: float) -> torch.Tensor:
    """Equation (1), a mean over all numbers; `share` is λ, `certain_error` η."""
    error = coarse - clean
    squared = error.square().mean(1, keepdim=True)
    confident = confidence * squared - certain_error * confidence.clamp(min=1e-4).log()
    return error.abs().mean() + share * confident.mean()


@torch.no_grad()
def validation_figures(network: RestorationModule, pairs: RestorationPairs, device: str) -> dict:
    """Mean squared error of latents before and after, and how well the confidence tells the error."""
    before, after, predicted, real = 0.0, 0.0, [], []
    for start in range(0, len(pairs), 25):
        degraded = as_batch(pairs.degraded[start : start + 25]).to(device)
        clean = as_batch(pairs.clean[start : start + 25]).to(device)
        with torch.autocast(device, torch.bfloat16):
            coarse, confidence = network(degraded)
        before += (degraded - clean).square().mean((1, 2, 3)).sum().item()
        squared = (coarse.float() - clean).square()
        after += squared.mean((1, 2, 3)).sum().item()
        predicted.append(nn.functional.avg_pool2d(confidence.float(), 16).flatten())
        real.append(nn.functional.avg_pool2d(squared.mean(1, keepdim=True), 16).flatten())
    predicted, real = torch.cat(predicted), torch.cat(real)
    ranks = torch.stack([predicted.argsort().argsort(), (-real).argsort().argsort()]).float()
    return {"error_before": before / len(pairs), "error": after / len(pairs),
            "confidence": predicted.mean().item(), "rank_correlation": torch.corrcoef(ranks)[0, 1].item()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument("validation", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path, help="checkpoint and log")
    parser.add_argument("--batch", type=int, default=16, help="crops in a step, over all processes")
    parser.add_argument("--confidence-share", type=float, default=0.5, help="λ")
    parser.add_argument("--certain-error", type=float, default=0.1, help="η")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--steps", type=int, default=3_000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--warm-up", type=int, default=50)
    parser.add_argument("--cool-down", type=int, default=1_000)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--optimizer", choices=["adam", "muon"], default="muon")
    parser.add_argument("--average", type=float, default=0.995)
    parser.add_argument("--validate-every", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=pathlib.Path, help="a checkpoint")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args()
    pairs, validation = RestorationPairs(a.pairs), RestorationPairs(a.validation)
    train_together(a.processes, lambda crew: train(a, pairs, validation, crew))


def train(a: argparse.Namespace, pairs: RestorationPairs, validation: RestorationPairs, crew: Crew) -> None:
    torch.manual_seed(a.seed)
    configuration = Configuration(latent_channels=pairs.clean.shape[3], autoencoder=pairs.autoencoder)
    network = RestorationModule(configuration).to(a.device, memory_format=torch.channels_last)
    data = {"crops": len(pairs), "images": len(pairs.files), "configuration": configuration.to_json()}
    run = TrainingRun(network, make_optimizer(a.optimizer, network, a.rate, crew), a.folder, a.average, data, crew)
    if not run.resume() and a.start_from:
        run.start_from(a.start_from)

    def train_step(step: int) -> float:
        degraded, clean = pairs.batch(a.seed, step, a.batch // crew.size, crew.rank)
        degraded, clean = degraded.to(a.device), clean.to(a.device)
        with torch.autocast(a.device, torch.bfloat16):
            coarse, confidence = network(degraded)
        loss = confidence_loss(coarse.float(), confidence.float(), clean, a.confidence_share, a.certain_error)
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        crew.average_gradients(network)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        run.optimizer.step()
        return loss.item()

    run.run(a.steps, a.minutes, a.warm_up, a.cool_down, train_step,
            lambda average: validation_figures(average, validation, a.device), a.validate_every)


if __name__ == "__main__":
    main()
