"""What every training run here shares: step schedule, averaged weights, checkpoints that resume.

A run is a function of its arguments and the step number: batches come from (seed, step) and the
learning rate from (step, steps), so a run that was stopped and resumed takes the same steps as one
that was not. `minutes` only says when to stop and write a checkpoint.
"""

from __future__ import annotations

import copy
import math
import os
import pathlib
import shlex
import signal
import sys
import time

import torch
from torch import nn

import safetensors
from crew import Crew


def learning_rate_factor(step: int, steps: int, warm_up: int, cool_down: int) -> float:
    """Linear warm-up, constant, then a linear cool-down over the last `cool_down` steps to 1 %."""
    rising = min(1.0, (step + 1) / max(1, warm_up))
    falling = max(0.01, min(1.0, (steps - step) / max(1, cool_down)))
    return rising * falling


class AveragedWeights:
    """Exponential moving average of a network's weights; young averages forget faster."""

    def __init__(self, network: nn.Module, decay: float):
        self.network = copy.deepcopy(network).requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        decay = min(self.decay, (step + 1) / (step + 10))
        averages = list(self.network.parameters())
        values = [value.detach() for value in network.parameters()]
        torch._foreach_lerp_(averages, values, 1 - decay)


class TrainingRun:
    """Optimiser, averaged weights, clock and checkpoint around one network."""

    def __init__(self, network: nn.Module, optimizer: torch.optim.Optimizer, folder: pathlib.Path,
                 average_decay: float, data: dict, crew: Crew, companions: dict | None = None):
        self.crew = crew
        self.companions = companions or {}  # what else has a state that a checkpoint must hold
        self.data = data  # what the training data were, for the model card
        self.network, self.optimizer = network, optimizer
        self.average = AveragedWeights(network, average_decay)
        self.folder = folder
        self.step, self.seconds = 0, 0.0
        self.history: list[dict] = []
        self.earlier_runs: list[dict] = []  # what `start_from` started from, oldest first
        self.command = shlex.join(["python3", pathlib.Path(sys.argv[0]).name, *sys.argv[1:]])
        self._stop = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._request_stop)

    @property
    def checkpoint(self) -> pathlib.Path:
        return self.folder / "checkpoint.pt"

    def record(self) -> dict:
        """What a model card says of this run."""
        return {"command": self.command, "step": self.step, "seconds": round(self.seconds),
                "history": self.history}

    def save(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.checkpoint.with_suffix(".partial")
        torch.save({"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict(),
                    "average": self.average.network.state_dict(), "step": self.step,
                    "seconds": self.seconds, "history": self.history,
                    "companions": {name: value.state_dict() for name, value in self.companions.items()},
                    "runs": [*self.earlier_runs, self.record()], "data": self.data}, temporary)
        os.replace(temporary, self.checkpoint)

    def resume(self) -> bool:
        """Continues from the checkpoint, if there is one."""
        if not self.checkpoint.exists():
            return False
        state = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        self.network.load_state_dict(state["network"])
        rates = [group["initial_lr"] for group in self.optimizer.param_groups]
        self.optimizer.load_state_dict(state["optimizer"])
        for group, rate in zip(self.optimizer.param_groups, rates):
            group["initial_lr"] = rate  # the arguments decide, not the checkpoint
        self.average.network.load_state_dict(state["average"])
        for name, value in state.get("companions", {}).items():
            if name in self.companions:
                self.companions[name].load_state_dict(value)
        self.step, self.seconds = state["step"], state["seconds"]
        self.history = state["history"]
        self.earlier_runs = state.get("runs", [{}])[:-1]
        return True

    def start_from(self, checkpoint: pathlib.Path) -> None:
        """Takes the averaged weights of another run, as far as the names agree, and its history; or those of a model folder."""
        if checkpoint.is_dir():
            tensors, _ = safetensors.read(checkpoint / "weights.safetensors")
            return self.start_with({name: torch.from_numpy(value.astype("float32")) for name, value in tensors.items()})
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)
        self.start_with(state["average"])
        self.earlier_runs = state.get("runs", [])

    def start_with(self, weights: dict[str, torch.Tensor]) -> None:
        """Takes weights by name; every weight of the network must be there."""
        present = set(self.network.state_dict())
        weights = {name: value for name, value in weights.items() if name in present}
        self.network.load_state_dict(weights)
        self.average.network.load_state_dict(weights)

    def run(self, steps: int, minutes: float, warm_up: int, cool_down: int, train_step, validate,
            validate_every: int, save_seconds: float = 240) -> None:
        """Calls `train_step(step)` (returns the loss) until `steps` or `minutes` are over."""
        begin = saved = time.monotonic()
        base_rates = [group["initial_lr"] for group in self.optimizer.param_groups]
        running = math.nan
        stops = False
        while self.step < steps and not stops:
            before = time.monotonic()
            factor = learning_rate_factor(self.step, steps, warm_up, cool_down)
            for group, rate in zip(self.optimizer.param_groups, base_rates):
                group["lr"] = rate * factor
            loss = train_step(self.step)
            if self.crew.any(not math.isfinite(loss)):
                raise SystemExit(f"the loss at step {self.step} is {loss}; the last checkpoint stays as it is")
            self.average.update(self.network, self.step)
            self.step += 1
            self.seconds += time.monotonic() - before
            stops = self.crew.any(self._stop or time.monotonic() - begin > minutes * 60)
            if not self.crew.leads:
                continue
            running = loss if math.isnan(running) else 0.98 * running + 0.02 * loss
            if self.step % validate_every == 0 or self.step == steps:
                record = {"step": self.step, "seconds": round(self.seconds), "loss": running}
                record |= validate(self.average.network)
                self.history.append(record)
                print(" ".join(f"{key} {value:.4f}" if isinstance(value, float) else f"{key} {value}"
                               for key, value in record.items()), flush=True)
            if time.monotonic() - saved > save_seconds:
                self.save()
                saved = time.monotonic()
        if not self.crew.leads:
            return
        self.save()
        print(f"stopped at step {self.step} of {steps} after {self.seconds:.0f} s", flush=True)

    def _request_stop(self, *_) -> None:
        self._stop = True
