"""Writes the averaged weights of a PromptSR run as a model folder that the Swift side reads.

    python3 export_promptsr.py runs/x4/checkpoint.pt ../../Models --scale 4
"""

from __future__ import annotations

import argparse
import pathlib

import torch

from model_card import data_lines, parameter_count, training_lines
from model_folder import write_model_folder
from promptsr import Configuration, PromptSR


def network_of(checkpoint: dict, scale: int) -> PromptSR:
    """The averaged network of one scale out of a (multi-scale) checkpoint."""
    prefix = f"networks.{scale}."
    state = {name.removeprefix(prefix): value for name, value in checkpoint["average"].items()
             if name.startswith(prefix)}
    blocks = 1 + max(int(name.split(".")[3]) for name in state if name.startswith("groups.0.blocks"))
    network = PromptSR(Configuration(scale=scale, blocks_per_group=blocks)).eval()
    network.load_state_dict(state)
    return network


def model_card(network: PromptSR, name: str, checkpoint: dict, remarks: list[str]) -> str:
    lines = [
        f"# {name}", "",
        f"PromptSR at ×{network.configuration.scale}: {parameter_count(network):,} parameters, for photos that "
        "were reduced by bicubic interpolation. It is faithful: it adds no texture that the input does not "
        "suggest, and it does not remove noise or compression.", "",
        "Source of the network: Liu et al., \"PromptSR: Cascade Prompting for Lightweight Image "
        "Super-Resolution\". Weights trained by this project; licence Apache-2.0.", ""]
    lines += [*data_lines(checkpoint), "Low resolution by MATLAB-compatible bicubic reduction. No benchmark image was seen in "
              "training.", "", *training_lines(checkpoint, "PSNR in dB on luma, central crops of the validation "
                                               "images, averaged weights:")]
    lines += [line for remark in remarks for line in (remark, "")]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--scale", type=int, required=True)
    parser.add_argument("--remark", action="append", default=[], help="a paragraph for the card")
    a = parser.parse_args()
    checkpoint = torch.load(a.checkpoint, map_location="cpu", weights_only=True)
    network = network_of(checkpoint, a.scale)
    family = {3: "promptsr", 4: "promptsr-star"}[network.configuration.blocks_per_group]
    name = f"{family}-x{a.scale}"
    write_model_folder(
        a.models / name, family=family, architecture="promptsr", scale=a.scale,
        configuration=network.configuration.to_json(),
        tensors={key: value.numpy() for key, value in network.state_dict().items()},
        card=model_card(network, name, checkpoint, a.remark))


if __name__ == "__main__":
    main()
