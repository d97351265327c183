"""Writes the averaged weights of a texture classifier's run as a model folder for the Swift side.

    python3 export_texture_classifier.py runs/texture/checkpoint.pt ../../Models/autoencoder-f8c16 ../../Models
"""

from __future__ import annotations

import argparse
import json
import pathlib

import torch

from model_card import data_lines, parameter_count, training_lines
from model_folder import write_model_folder
from texture_classifier import Configuration, TextureClassifier


def network_of(checkpoint: dict, autoencoder: str, classes: tuple[str, ...] = ()) -> TextureClassifier:
    """The averaged network of a checkpoint; its sizes follow from the weights."""
    state = {name.removeprefix("classifier."): value for name, value in checkpoint["average"].items()
             if name.startswith("classifier.")}
    blocks = tuple(1 + max(int(name.split(".")[1]) for name in state if name.startswith(f"{part}."))
                   for part in ("fine", "coarse"))
    fine, latent = state["head.weight"].shape[:2]
    network = TextureClassifier(Configuration(
        latent, 16, fine, len(state["reduce.weight"]), blocks, len(state["project.weight"]),
        classes, autoencoder)).eval()
    network.load_state_dict(state)
    return network


def model_card(network: TextureClassifier, checkpoint: dict, remarks: list[str]) -> str:
    c = network.configuration
    return "\n".join([
        "# texture-classifier", "",
        f"The feature extractor of PatchScaler's texture memory (Liu et al., section 3.3): a latent patch of "
        f"{c.patch_side}×{c.patch_side} positions to a key of {c.key_size} numbers; {parameter_count(network):,} "
        "parameters. Trained by contrast: a patch and its degraded or shifted self are neighbours, other scenes "
        "are not. Weights trained by this project; licence Apache-2.0.", "",
        f"It reads the latents of one autoencoder only, whose fingerprint is `{c.autoencoder}`.", "",
        *data_lines(checkpoint), "Degraded by the pipeline of Real-ESRGAN at ×4. No benchmark image was seen in "
        "training.", "",
        *training_lines(checkpoint, "Among the held-out patches of the training images, the share of degraded ones "
                        "whose clean self is the nearest, or among the nearest five; averaged weights:"),
        *(line for remark in remarks for line in (remark, ""))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("autoencoder", type=pathlib.Path, help="the model folder whose latents it reads")
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--name", default="texture-classifier")
    parser.add_argument("--remark", action="append", default=[], help="a paragraph for the card")
    a = parser.parse_args()
    checkpoint = torch.load(a.checkpoint, map_location="cpu", weights_only=True)
    fingerprint = json.loads((a.autoencoder / "manifest.json").read_text())["fingerprint"]
    network = network_of(checkpoint, fingerprint, tuple(checkpoint["data"]["classes"]))
    write_model_folder(
        a.models / a.name, family="texture-classifier", architecture="texture-classifier", scale=None,
        configuration=network.configuration.to_json(),
        tensors={key: value.numpy() for key, value in network.state_dict().items()},
        card=model_card(network, checkpoint, a.remark))


if __name__ == "__main__":
    main()
