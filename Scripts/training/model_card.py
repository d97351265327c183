"""The parts that every model card has: data, and how the runs went."""

from __future__ import annotations

import pathlib
import shlex

from torch import nn


def parameter_count(network: nn.Module) -> int:
    return sum(value.numel() for value in network.parameters())


def data_lines(checkpoint: dict) -> list[str]:
    return ["## Data", "", *(f"* {key}: {value}" for key, value in checkpoint["data"].items()), ""]


def training_lines(checkpoint: dict, legend: str) -> list[str]:
    """A command line and a table of figures for each run, oldest first."""
    lines = ["## Training", ""]
    for run in checkpoint["runs"]:
        lines += [f"    {_without_folders(run['command'])}", "",
                  f"{run['step']} steps, {run['seconds'] / 3600:.2f} hours. {legend}", ""]
        keys = list(run["history"][-1]) if run["history"] else []
        lines += ["| " + " | ".join(keys) + " |", "|" + "---|" * len(keys)] if keys else []
        lines += ["| " + " | ".join(_cell(value) for value in record.values()) + " |"
                  for record in thinned(run["history"])]
        lines.append("")
    return lines


def _without_folders(command: str) -> str:
    """Where the files of a run lay is nobody's business."""
    return shlex.join(pathlib.PurePath(word).name if "/" in word else word for word in shlex.split(command))


def _cell(value: float | int) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.4g}" if value < 1 else f"{value:.2f}"


def thinned(history: list, most: int = 12) -> list:
    """At most `most` records, the last one among them."""
    stride = -(-len(history) // most)
    return history[::-1][::stride][::-1]
