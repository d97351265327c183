"""Trains IRPAD: for each type of degradation, which degree of it is left in an image.

    python3 irpad_crops.py pack.zip crops
    python3 train_irpad.py crops runs/irpad --minutes 40 --processes 2
    python3 train_irpad.py crops runs/irpad --minutes 40 --processes 2 --start-from ../../Models/irpad --keep-prompts

Types, degrees and cuts come from the bank. The loss of a type is cross entropy over its prompts; the squared
difference of the cumulative probabilities, which minds by how many degrees an answer is off (Hou et al. 2016,
"Squared earth mover's distance"); and a regression of the measure itself, by a head that is not exported.

With `--teachers` half of what a crop is to be told as is what trained networks say of it and of its mirror image
(Furlanello et al. 2018, "Born-Again Neural Networks"): near a cut, that is a truer answer than the label alone.
"""

from __future__ import annotations

import argparse
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import safetensors
from bank import DEFAULT, Bank, read_bank
from crew import Crew, train_together
from export_irpad import network_of
from irpad import IRPAD, STRIDE, Configuration
from irpad_crops import KINDS, SIDE, read_crops
from optimizer import make_optimizer
from training_run import TrainingRun

SIDES = (96, 112, 128, 128)  # of the crops in a step


class Trained(nn.Module):
    """The network and the head that only helps to train it."""

    def __init__(self, configuration: Configuration):
        super().__init__()
        self.irpad = IRPAD(configuration)
        types, size = len(configuration.types), configuration.embedding_size
        self.positions = nn.Parameter(torch.zeros(types, size + 1))

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits `[B, P]`, and the degrees with a fraction `[B, T]`."""
        with torch.autocast(images.device.type, torch.bfloat16, enabled=torch.is_grad_enabled()):
            tokens = self.irpad.tokens(images)
        embeddings = self.irpad.embeddings(tokens.float())
        positions = (embeddings * self.positions[:, 1:]).sum(-1) * 8 + self.positions[:, 0] + 1
        return self.irpad.logits(embeddings), positions


class LabelledCrops:
    """Crops with the degrees of the bank's types, -1 where the measure is not known.

    Every twelfth photo is held out.
    """

    def __init__(self, folders: list[pathlib.Path], bank: Bank):
        data = read_crops(folders)
        self.crops, self.photos, self.kinds = data["crops"], data["photo"], data["kind"]
        columns = [(kind, data["measures"][kind.measure].astype(np.float64)) for kind in bank.kinds]
        self.degrees = torch.from_numpy(np.stack([np.where(np.isnan(values), -1, kind.degree(values))
                                                  for kind, values in columns], 1))
        self.positions = torch.from_numpy(np.stack([kind.position(values) for kind, values in columns], 1)).float()
        self.answers = torch.cat([F.one_hot(own.clamp(min=0), len(kind.degrees)).float()
                                  for own, kind in zip(self.degrees.T, bank.kinds)], 1)  # [N, P]
        self.trained_rows = np.flatnonzero(self.photos % 12 != 0)
        self.held_out_rows = np.flatnonzero(self.photos % 12 == 0)

    def learn_from(self, teachers: list[IRPAD], crew: Crew, share: float = 0.5) -> None:
        """Mixes what the teachers say of the crops, and of their mirror images, into the answers."""
        told = torch.zeros_like(self.answers)
        rows = self.trained_rows[crew.rank :: crew.size]
        for teacher in teachers:
            for crops in (self.crops[rows], self.crops[rows][:, :, ::-1]):
                told[rows] += probabilities(all_logits(teacher, crops), teacher.configuration.degrees)
        told = crew.sum(told / (2 * len(teachers)))[self.trained_rows]
        self.answers[self.trained_rows] = (1 - share) * self.answers[self.trained_rows] + share * told

    def batch(self, seed: int, step: int, count: int, part: int):
        """Crops `[B, 3, S, S]`, whether degrees are known `[B, T]`, answers `[B, P]` and positions `[B, T]`, that
        follow from the arguments."""
        side = int(np.random.default_rng([seed, step]).choice(SIDES))
        random_source = np.random.default_rng([seed, step, 1, part])
        rows = random_source.choice(self.trained_rows, count)
        room = (SIDE - side) // STRIDE
        images = []
        for row in rows:
            top, left = random_source.integers(room + 1, size=2) * STRIDE
            if room and random_source.random() < 0.25:  # off JPEG's grid, as in a photo that was cut
                top, left = random_source.integers(SIDE - side + 1, size=2)
            symmetry = random_source.integers(8)
            image = np.rot90(self.crops[row, top : top + side, left : left + side], symmetry % 4)
            images.append(image[:, ::-1] if symmetry >= 4 else image)
        return as_images(np.stack(images)), self.degrees[rows] >= 0, self.answers[rows], self.positions[rows]


def as_images(crops: np.ndarray) -> torch.Tensor:
    """Bytes `[B, S, S, 3]` to `[B, 3, S, S]` in 0…1."""
    return torch.from_numpy(np.ascontiguousarray(crops.transpose(0, 3, 1, 2), np.float32) / 255)


def loss_of(logits: torch.Tensor, positions: torch.Tensor, known: torch.Tensor, answers: torch.Tensor,
            targets: torch.Tensor, counts: tuple[int, ...]) -> torch.Tensor:
    distances = F.smooth_l1_loss(positions, targets.nan_to_num(), beta=0.3, reduction="none")
    total = 0.5 * len(counts) * distances[known].mean()
    for index, (own, right) in enumerate(zip(logits.split(counts, 1), answers.split(counts, 1))):
        own, right = own[known[:, index]], right[known[:, index]]
        if len(right):
            beyond = own.softmax(1).cumsum(1) - right.cumsum(1)
            total = total + F.cross_entropy(own, right) + beyond.square().sum(1).mean()
    return total / len(counts)


def probabilities(logits: torch.Tensor, counts: tuple[int, ...]) -> torch.Tensor:
    """Of each type's prompts, `[B, P]`."""
    return torch.cat([own.softmax(1) for own in logits.split(counts, 1)], 1)


@torch.no_grad()
def all_logits(network: IRPAD, crops: np.ndarray) -> torch.Tensor:
    return torch.cat([network(as_images(crops[first : first + 64])) for first in range(0, len(crops), 64)])


def validation_figures(network: Trained, data: LabelledCrops, most: int = 1200) -> dict:
    """Accuracy of each type on the held-out photos' crops of the pipeline; share of clean ones called clean."""
    rows = data.held_out_rows[(data.kinds != KINDS.index("steps"))[data.held_out_rows]
                              & (data.degrees >= 0).all(1).numpy()[data.held_out_rows]][:most]
    kinds = data.kinds[rows]
    configuration = network.irpad.configuration
    logits = all_logits(network.irpad, data.crops[rows])
    guesses = torch.stack([own.argmax(1) for own in logits.split(configuration.degrees, 1)], 1)
    drawn, clean = kinds == KINDS.index("pipeline"), kinds == KINDS.index("clean")
    errors = (guesses - data.degrees[rows]).abs()[drawn]
    accuracies = (errors == 0).float().mean(0).tolist()
    return {"accuracy": float(np.mean(accuracies)), "within_one": (errors <= 1).float().mean().item(),
            "clean": (guesses[clean] == 0).all(1).float().mean().item()} \
        | dict(zip(configuration.types, accuracies))


def hasten(optimizer: torch.optim.Optimizer, value: nn.Parameter, factor: float) -> None:
    """A higher rate for one parameter: the first weights are large, and Adam's steps do not depend on that."""
    group = next(group for group in optimizer.param_groups if any(own is value for own in group["params"]))
    group["params"] = [own for own in group["params"] if own is not value]
    options = {key: option for key, option in group.items() if key != "params"}
    options |= {"lr": factor * group["lr"], "initial_lr": factor * group["initial_lr"]}
    optimizer.add_param_group({"params": [value], **options})


def start_from_folder(run: TrainingRun, folder: pathlib.Path) -> None:
    """The weights of a model folder. The head that only helps to train is not there, and begins anew."""
    tensors, _ = safetensors.read(folder / "weights.safetensors")
    weights = {f"irpad.{name}": torch.from_numpy(value.copy()) for name, value in tensors.items()}
    run.start_with(run.network.state_dict() | weights)


def take_body(run: TrainingRun, checkpoint: pathlib.Path) -> None:
    """The averaged weights of a run with another bank, but for the prompts and where the shapes differ."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    shapes = {name: value.shape for name, value in run.network.state_dict().items()}
    fitting = {name: value for name, value in state["average"].items()
               if name != "irpad.prompts" and shapes.get(name) == value.shape}
    for network in (run.network, run.average.network):
        network.load_state_dict(fitting, strict=False)
    run.earlier_runs = state.get("runs", [])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crops", type=pathlib.Path, nargs="+", help="folders of irpad_crops.py")
    parser.add_argument("folder", type=pathlib.Path, help="checkpoint and log")
    parser.add_argument("--bank", type=pathlib.Path, default=DEFAULT)
    parser.add_argument("--stem-channels", type=int, default=96)
    parser.add_argument("--fine-channels", type=int, default=48)
    parser.add_argument("--coarse-channels", type=int, default=96)
    parser.add_argument("--blocks", type=int, nargs=2, default=[1, 2], help="fine and coarse")
    parser.add_argument("--batch", type=int, default=96, help="crops in a step, over all processes")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--steps", type=int, default=5_000)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--warm-up", type=int, default=100)
    parser.add_argument("--cool-down", type=int, default=2_500)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--optimizer", choices=["adam", "muon"], default="muon")
    parser.add_argument("--average", type=float, default=0.995)
    parser.add_argument("--validate-every", type=int, default=250)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=pathlib.Path, help="a checkpoint or a model folder")
    parser.add_argument("--keep-prompts", action="store_true",
                        help="the prompts' embeddings stay as they are, so that networks that learned to read them go on working")
    parser.add_argument("--teachers", type=pathlib.Path, nargs="+", default=[],
                        help="checkpoints whose answers are half of what is learned")
    parser.add_argument("--body-from", type=pathlib.Path, help="a checkpoint of another bank: takes what fits")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    a = parser.parse_args()
    bank = read_bank(a.bank)
    data = LabelledCrops(a.crops, bank)
    train_together(a.processes, lambda crew: train(a, bank, data, crew))


def train(a: argparse.Namespace, bank: Bank, data: LabelledCrops, crew: Crew) -> None:
    torch.manual_seed(a.seed)
    if a.teachers:
        data.learn_from([network_of(torch.load(path, weights_only=True)) for path in a.teachers], crew)
    configuration = Configuration(
        a.stem_channels, a.fine_channels, a.coarse_channels, tuple(a.blocks),
        types=tuple(kind.name for kind in bank.kinds), degrees=tuple(len(kind.degrees) for kind in bank.kinds))
    network = Trained(configuration).to(a.device, memory_format=torch.channels_last)
    network.irpad.prompts.requires_grad_(not a.keep_prompts)
    described = {"crops": len(data.trained_rows), "photos": len(np.unique(data.photos[data.trained_rows])),
                 "held_out_crops": len(data.held_out_rows), "bank_version": bank.version, "bank_sha256": bank.sha256,
                 "configuration": configuration.to_json()}
    optimizer = make_optimizer(a.optimizer, network, a.rate, crew)
    hasten(optimizer, network.irpad.encoder.head.weight, 10)
    run = TrainingRun(network, optimizer, a.folder, a.average, described, crew)
    if not run.resume():
        if a.start_from:
            start_from_folder(run, a.start_from) if a.start_from.is_dir() else run.start_from(a.start_from)
        if a.body_from:
            take_body(run, a.body_from)

    def train_step(step: int) -> float:
        images, *right = (own.to(a.device) for own in data.batch(a.seed, step, a.batch // crew.size, crew.rank))
        loss = loss_of(*network(images), *right, configuration.degrees)
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        crew.average_gradients(network)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        run.optimizer.step()
        return loss.item()

    run.run(a.steps, a.minutes, a.warm_up, a.cool_down, train_step,
            lambda average: validation_figures(average, data), a.validate_every)


if __name__ == "__main__":
    main()
