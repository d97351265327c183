"""Writes the averaged weights of a restoration module's run as a model folder for the Swift side.

    python3 export_restoration_module.py runs/grm/checkpoint.pt ../../Models
"""

from __future__ import annotations

import argparse
import pathlib

import torch

from model_card import data_lines, parameter_count, training_lines
from model_folder import configured, write_model_folder
from restoration_module import Configuration, RestorationModule


def network_of(checkpoint: dict) -> RestorationModule:
    """The averaged network of a checkpoint, its weights rounded to half precision."""
    network = RestorationModule(configured(Configuration, checkpoint["data"]["configuration"])).eval()
    network.load_state_dict({name: value.half().float() for name, value in checkpoint["average"].items()})
    return network


def model_card(network: RestorationModule, checkpoint: dict, remarks: list[str], name: str) -> str:
    c = network.configuration
    data = {key: value for key, value in checkpoint["data"].items() if key != "configuration"}
    return "\n".join([
        f"# {name}", "",
        "From the latent of an enlarged photo to a coarse clean latent and the confidence in each position: "
        f"PatchScaler's global restoration module (Liu et al.); {parameter_count(network):,} parameters. Reads "
        f"latents of {c.latent_channels} channels of the autoencoder {c.autoencoder[:12] or 'of any name'}. "
        "The network is this project's own. Weights trained by this project; licence Apache-2.0.", "",
        *data_lines({"data": data}),
        "Crops of 256×256 pixels, degraded by the pipeline of Real-ESRGAN, lightly, or only reduced, at ×4, ×2 and "
        "×1 (`restoration_pairs.py`). No benchmark image was seen in training.", "",
        *training_lines(checkpoint, "On crops of the validation images, averaged weights: mean squared error of the "
                        "degraded and of the coarse latents, mean confidence, and the rank correlation of "
                        "confidence and error over patches:"),
        *(line for remark in remarks for line in (remark, ""))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--name", default="restoration-module")
    parser.add_argument("--remark", action="append", default=[], help="a paragraph for the card")
    a = parser.parse_args()
    checkpoint = torch.load(a.checkpoint, map_location="cpu", weights_only=True)
    network = network_of(checkpoint)
    write_model_folder(
        a.models / a.name, family="restoration-module", architecture="restoration-module", scale=None,
        configuration=network.configuration.to_json(),
        tensors={key: value.half().numpy() for key, value in network.state_dict().items()},
        card=model_card(network, checkpoint, a.remark, a.name))


if __name__ == "__main__":
    main()
