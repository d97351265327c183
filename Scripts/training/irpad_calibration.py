"""Makes IRPAD's confidences true, and finds where it should rather say that it is unsure.

    python3 irpad_calibration.py runs/irpad/checkpoint.pt crops runs/irpad/calibration.json

One temperature for each type (Guo et al. 2017, "On Calibration of Modern Neural Networks"), the one under
which the held-out photos' crops are most likely, and one threshold: the lowest confidence at which the
answers given are right as often as asked for. The held-out photos belong to the training corpus, but not
one crop of them was trained on.
"""

from __future__ import annotations

import argparse
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

from bank import DEFAULT, read_bank
from export_irpad import network_of
from irpad_crops import KINDS
from train_irpad import LabelledCrops, all_logits


def temperature(logits: torch.Tensor, degrees: torch.Tensor) -> float:
    """The temperature of the least cross entropy, by trying."""
    candidates = np.exp(np.linspace(-1.5, 1.5, 301))
    losses = [F.cross_entropy(logits / value, degrees).item() for value in candidates]
    return float(candidates[int(np.argmin(losses))])


def threshold(confidences: np.ndarray, right: np.ndarray, accuracy: float, least_coverage: float = 0.5) -> float:
    """The lowest confidence such that the answers at or above it are right with `accuracy`.

    Where that would leave fewer answers than `least_coverage`, the confidence that leaves as many.
    """
    order = np.argsort(-confidences)
    accuracies = right[order].cumsum() / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(accuracies >= accuracy)
    answered = max(enough[-1] + 1 if len(enough) else 0, int(least_coverage * len(order)))
    return 0.0 if answered == len(order) else float(confidences[order[answered - 1]])


def calibration_error(confidences: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error: mean distance of confidence and accuracy, over bins of equal width."""
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    return float(sum(abs(confidences[places == index].mean() - right[places == index].mean())
                     * (places == index).mean() for index in range(bins) if (places == index).any()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("crops", type=pathlib.Path, nargs="+", help="the folders it was trained on")
    parser.add_argument("result", type=pathlib.Path)
    parser.add_argument("--bank", type=pathlib.Path, default=DEFAULT)
    parser.add_argument("--accuracy", type=float, default=0.9, help="of the answers given")
    a = parser.parse_args()
    network = network_of(torch.load(a.checkpoint, map_location="cpu", weights_only=True))
    data = LabelledCrops(a.crops, read_bank(a.bank))
    rows = data.held_out_rows[(data.kinds == KINDS.index("pipeline"))[data.held_out_rows]
                              & (data.degrees >= 0).all(1).numpy()[data.held_out_rows]]
    parts = all_logits(network, data.crops[rows]).split(network.configuration.degrees, 1)
    result: dict = {"temperatures": [], "thresholds": []}
    for index, (name, logits) in enumerate(zip(network.configuration.types, parts)):
        degrees = data.degrees[rows, index]
        value = temperature(logits, degrees)
        confidences, guesses = (logits / value).softmax(1).max(1)
        right = (guesses == degrees).numpy()
        least = threshold(confidences.numpy(), right, a.accuracy)
        result["temperatures"].append(round(value, 4))
        result["thresholds"].append(round(least, 4))
        answered = confidences.numpy() >= least
        error = calibration_error(confidences.numpy(), right)
        print(f"{name}: temperature {value:.3f}, calibration error {error:.3f}, accuracy {right.mean():.3f}; at confidence {least:.2f} and above {right[answered].mean():.3f} "
              f"of {answered.mean():.3f}")
    a.result.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
