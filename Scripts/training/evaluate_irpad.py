"""How well IRPAD tells degradations, on images that it never saw; every table is printed as Markdown.

    python3 irpad_crops.py pack.zip crops-val --split val --count 1200 --seed 7 --kinds pipeline=1
    python3 irpad_crops.py Set14/image_SRF_2 crops-set14 --count 600 --seed 7 --kinds pipeline=1
    python3 irpad_crops.py RealSR/HR crops-realsr --count 1200 --seed 7 --kinds pipeline=1
    python3 evaluate_irpad.py ../../Models/irpad crops-val crops-set14 crops-realsr --clean crops-clean --plot plot.svg

`--bank` names the bank whose cuts judge; it must have the types and degrees of the model's own.
"""

from __future__ import annotations

import argparse
import pathlib

import numpy as np
import torch
from PIL import Image

from bank import DEFAULT, Bank, read_bank
from data_pack import TrainingImages
from degradation import resized
from irpad import IRPAD, STRIDE, Configuration
from irpad_calibration import calibration_error
from irpad_crops import SIDE, read_crops
from line_plot import write_lines
from model_folder import network_from
from train_irpad import all_logits, as_images
from unseen_degradations import UNSEEN


def probabilities(network: IRPAD, crops: np.ndarray) -> list[np.ndarray]:
    """Calibrated, `[N, degrees]` for each type."""
    c = network.configuration
    parts = all_logits(network, crops).split(c.degrees, 1)
    return [(part / value).softmax(1).numpy() for part, value in zip(parts, c.temperatures)]


def print_accuracies(network: IRPAD, bank: Bank, data: dict, plot: pathlib.Path | None) -> None:
    c = network.configuration
    rows, lines = [], {}
    for kind, own, least in zip(bank.kinds, probabilities(network, data["crops"]), c.thresholds):
        degrees = kind.degree(data["measures"][kind.measure].astype(np.float64))
        confidences, errors = own.max(1), np.abs(own.argmax(1) - degrees)
        answered, right = confidences >= least, errors == 0
        shares = np.bincount(degrees, minlength=len(kind.degrees)) / len(degrees)
        rows.append([right.mean(), (errors <= 1).mean(), shares.max(),
                     calibration_error(confidences, right), answered.mean(), right[answered].mean()])
        print(f"{kind.name}: shares of the degrees {np.round(shares, 3).tolist()}, accuracy of each "
              f"{[round(float(right[degrees == index].mean()), 3) for index in range(len(shares))]}")
        ordered = right[np.argsort(-confidences, kind="stable")].cumsum() / np.arange(1, len(right) + 1)
        lines[kind.name] = [(share, float(ordered[int(share * len(right)) - 1])) for share in np.linspace(0.05, 1, 39)]
    print("\n| type | accuracy | within one degree | majority | calibration error | answered | accuracy of answers |\n"
          "|---|---|---|---|---|---|---|")
    for name, row in zip([*c.types, "mean"], [*rows, np.mean(rows, 0)]):
        print(f"| {name} | " + " | ".join(f"{100 * value:.1f} %" for value in row) + " |")
    if plot:
        write_lines(plot, lines, "share of crops that are answered, the surest first",
                    "accuracy of the answers", (0.5, 1))
        plot.with_suffix(".csv").write_text("type,coverage,accuracy\n" + "".join(
            f"{name},{share:.3f},{accuracy:.4f}\n" for name, points in lines.items() for share, accuracy in points))


@torch.no_grad()
def image_probabilities(network: IRPAD, image: np.ndarray) -> list[np.ndarray]:
    """Of a whole image `[H, W, 3]`: the mean over its windows, which overlap by half."""
    c = network.configuration
    height, width = (length // STRIDE * STRIDE for length in image.shape[:2])
    logits = network.windows(as_images(image[None, :height, :width]), c.window // 2).flatten(0, 1)
    return [(part / value).softmax(1).mean(0, keepdim=True).numpy()
            for part, value in zip(logits.split(c.degrees, 1), c.temperatures)]


def print_clean(network: IRPAD, parts: list[np.ndarray], what: str) -> None:
    """Clean crops or images: each type called clean, and all of them at once, without and with abstention."""
    c = network.configuration
    clean = np.stack([part.argmax(1) == 0 for part in parts], 1)
    unsure = np.stack([part.max(1) < least for part, least in zip(parts, c.thresholds)], 1)
    print(f"\n{len(clean)} clean {what}: {100 * clean.all(1).mean():.1f} % are called clean in every type; "
          f"{100 * (clean | unsure).all(1).mean():.1f} % show no degradation that it is sure of; by type "
          + ", ".join(f"{name} {100 * share:.1f} %" for name, share in zip(c.types, clean.mean(0))))


def print_unseen(network: IRPAD, bank: Bank, photos: TrainingImages, count: int = 100) -> None:
    c = network.configuration
    print(f"\nMean degree over {count} crops, and the share of crops that are not called clean:\n")
    print("| unseen degradation | " + " | ".join(c.types) + " |\n" + "|---" * (len(c.types) + 1) + "|")
    clean = [resized(image.transpose(1, 2, 0), (SIDE, SIDE), "area") for image in photos.crops(5, 0, count, 2 * SIDE)]
    for name, (degrade, strengths) in UNSEEN.items():
        for strength in strengths:
            crops = [degrade(image, strength, np.random.default_rng([5, index])) for index, image in enumerate(clean)]
            parts = probabilities(network, (np.stack(crops) * 255).round().astype(np.uint8))
            guesses = [part.argmax(1) for part in parts]
            print(f"| {name} {strength} | " + " | ".join(
                f"{guess.mean():.1f} ({100 * (guess > 0).mean():.0f} %)" for guess in guesses) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("crops", type=pathlib.Path, nargs="+", help="folders of irpad_crops.py")
    parser.add_argument("--bank", type=pathlib.Path, default=DEFAULT)
    parser.add_argument("--clean", type=pathlib.Path, nargs="*", default=[], help="folders of clean crops")
    parser.add_argument("--clean-images", type=pathlib.Path, nargs="*", default=[], help="folders of clean PNG files")
    parser.add_argument("--unseen", type=pathlib.Path, help="a pack, whose validation images are degraded anew")
    parser.add_argument("--plot", type=pathlib.Path, help="accuracy over coverage: an SVG file, a CSV beside it")
    a = parser.parse_args()
    torch.set_num_threads(2)
    network, bank = network_from(a.model, IRPAD, Configuration), read_bank(a.bank)
    if tuple(len(kind.degrees) for kind in bank.kinds) != network.configuration.degrees:
        parser.error(f"{a.bank.name} has other degrees than the model")
    print_accuracies(network, bank, read_crops(a.crops), a.plot)
    if a.clean:
        print_clean(network, probabilities(network, read_crops(a.clean)["crops"]), "crops")
    if a.clean_images:
        images = [np.asarray(Image.open(path).convert("RGB")) for folder in a.clean_images
                  for path in sorted(folder.glob("*.png")) if not path.stem.endswith("_LR")]
        each = [image_probabilities(network, image) for image in images]
        print_clean(network, [np.concatenate(parts) for parts in zip(*each)], "whole images")
    if a.unseen:
        print_unseen(network, bank, TrainingImages(a.unseen, [], "val"))


if __name__ == "__main__":
    main()
