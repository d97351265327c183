"""Writes the averaged weights of an autoencoder run as a model folder that the Swift side reads.

    python3 export_autoencoder.py runs/autoencoder/checkpoint.pt ../../Models --pack pack.zip

With `--pack` the latents' mean and deviation are measured on training crops first, so that every
channel has mean 0 and variance 1. Once a memory or a network was made with an encoder, leave
`--pack` out and give `--like` the model that holds the encoder, so that the constants stay.
"""

from __future__ import annotations

import argparse
import pathlib

import numpy as np
import torch

import safetensors
from autoencoder import Autoencoder, Configuration
from data_pack import TrainingImages
from model_card import data_lines, parameter_count, training_lines
from model_folder import write_model_folder


def network_of(checkpoint: dict) -> Autoencoder:
    """The averaged network of a checkpoint; its sizes follow from the weights."""
    state = checkpoint["average"]
    latent, coarse = state["encoder.tail.weight"].shape[:2]
    network = Autoencoder(Configuration(latent, len(state["encoder.head.weight"]), coarse,
                                        block_counts(state, "encoder"), block_counts(state, "decoder"))).eval()
    network.load_state_dict(state)
    return network


def block_counts(state: dict, half: str) -> tuple[int, int]:
    """Of the fine and of the coarse blocks of an encoder or a decoder."""
    return tuple(1 + max(int(name.split(".")[2]) for name in state if name.startswith(f"{half}.{part}."))
                 for part in ("fine", "coarse"))


@torch.no_grad()
def measure_latents(network: Autoencoder, images: TrainingImages) -> None:
    """Sets `latent_mean` and `latent_deviation` from training crops."""
    latents = [network.encoder(torch.from_numpy(images.crops(2, batch, 8, 256))) for batch in range(48)]
    latent = torch.cat(latents).transpose(0, 1).flatten(1)
    network.latent_mean.copy_(latent.mean(1))
    network.latent_deviation.copy_(latent.std(1))


def model_card(network: Autoencoder, name: str, checkpoint: dict, remarks: list[str]) -> str:
    c = network.configuration
    return "\n".join([
        f"# {name}", "",
        f"Latent autoencoder: every side reduced by 8, {c.latent_channels} channels of mean 0 and variance 1; "
        f"{parameter_count(network.encoder):,} parameters in the encoder, {parameter_count(network.decoder):,} in "
        "the decoder. The network is this project's own; PatchScaler (Liu et al.) asks only for a latent "
        "with sides reduced by 8. Weights trained by this project; licence Apache-2.0.", "",
        *data_lines(checkpoint), "Each crop at random orientation; a part of them degraded by the pipeline of "
        "Real-ESRGAN. No benchmark image was seen in training.", "",
        *training_lines(checkpoint, "Central crops of the validation images: PSNR in dB over RGB, the same with "
                        "noise of deviation 0.1 on the latent, and the gradient energy of the reconstruction "
                        "relative to the original's; averaged weights:"),
        *(line for remark in remarks for line in (remark, ""))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("models", type=pathlib.Path)
    constants = parser.add_mutually_exclusive_group(required=True)
    constants.add_argument("--pack", type=pathlib.Path, help="measure the latents on these images")
    constants.add_argument("--like", type=pathlib.Path, help="a model folder with the same encoder")
    parser.add_argument("--remark", action="append", default=[], help="a paragraph for the card")
    a = parser.parse_args()
    checkpoint = torch.load(a.checkpoint, map_location="cpu", weights_only=True)
    network = network_of(checkpoint)
    for value in network.parameters():  # weights are stored in half precision
        value.data = value.data.half().float()
    if a.pack:
        measure_latents(network, TrainingImages(a.pack, [], "train"))
    else:
        shipped, _ = safetensors.read(a.like / "weights.safetensors")
        own = network.state_dict()
        for key, value in shipped.items():
            if key.startswith("encoder.") and not np.array_equal(value, own[key].numpy()):
                parser.error(f"{a.like} holds another encoder: {key} differs")
        network.latent_mean.copy_(torch.from_numpy(shipped["latent_mean"].copy()))
        network.latent_deviation.copy_(torch.from_numpy(shipped["latent_deviation"].copy()))
    name = f"autoencoder-f8c{network.configuration.latent_channels}"
    write_model_folder(
        a.models / name, family="autoencoder", architecture="autoencoder", scale=None,
        configuration=network.configuration.to_json(),
        tensors={key: (value if key.startswith("latent_") else value.half()).numpy()
                 for key, value in network.state_dict().items()},
        card=model_card(network, name, checkpoint, a.remark))


if __name__ == "__main__":
    main()
