"""Writes the averaged weights of an IRPAD run as a model folder for the Swift side.

    python3 export_irpad.py runs/irpad/checkpoint.pt runs/irpad/calibration.json ../../Models
"""

from __future__ import annotations

import argparse
import json
import pathlib

import torch

from irpad import IRPAD, Configuration
from model_card import data_lines, parameter_count, training_lines
from model_folder import configured, write_model_folder


def network_of(checkpoint: dict, calibration: dict | None = None) -> IRPAD:
    """The averaged network of a checkpoint, with the calibration in its configuration."""
    values = dict(checkpoint["data"]["configuration"])
    values |= {key: checkpoint["data"][key] for key in ("bank_version", "bank_sha256")} | (calibration or {})
    network = IRPAD(configured(Configuration, values)).eval()
    network.load_state_dict({name.removeprefix("irpad."): value for name, value in checkpoint["average"].items()
                             if name.startswith("irpad.")})
    return network


def model_card(network: IRPAD, checkpoint: dict, remarks: list[str], name: str) -> str:
    c = network.configuration
    data = {key: value for key, value in checkpoint["data"].items() if key != "configuration"}
    return "\n".join([
        f"# {name}", "",
        "Tells how a photo was degraded: for each type of the bank the degree that is left of it (DaLPSR's IRPAD, "
        f"Jiang et al. 2024); {parameter_count(network):,} parameters. It looks at regions of "
        f"{c.window * 8}×{c.window * 8} pixels, never resized. Weights trained by this project; "
        "licence Apache-2.0.", "",
        "| type | degrees | temperature | abstains below |", "|---|---|---|---|",
        *(f"| {row[0]} | {row[1]} | {row[2]:.3f} | {row[3]:.2f} |" for row in
          zip(c.types, c.degrees, c.temperatures, c.thresholds)), "",
        *data_lines({"data": data}),
        "Degraded by the pipeline of Real-ESRGAN at ×1, ×2 and ×4 and by single steps; labels are what remains "
        "visible, as measured (`degradation_labels.py`). No benchmark image was seen in training.", "",
        *training_lines(checkpoint, "On crops of training photos that were held out, averaged weights, before "
                        "calibration: accuracy (mean, and of each type), share within one degree, share of clean "
                        "crops that are called clean in every type:"),
        *(line for remark in remarks for line in (remark, ""))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("calibration", type=pathlib.Path)
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--name", default="irpad")
    parser.add_argument("--remark", action="append", default=[], help="a paragraph for the card")
    a = parser.parse_args()
    checkpoint = torch.load(a.checkpoint, map_location="cpu", weights_only=True)
    network = network_of(checkpoint, json.loads(a.calibration.read_text()))
    write_model_folder(
        a.models / a.name, family="irpad", architecture="irpad", scale=None,
        configuration=network.configuration.to_json(),
        tensors={key: value.numpy() for key, value in network.state_dict().items()},
        card=model_card(network, checkpoint, a.remark, a.name))


if __name__ == "__main__":
    main()
