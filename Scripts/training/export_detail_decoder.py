"""Writes the averaged weights of a detail decoder's run as a model folder that the Swift side reads.

    python3 export_detail_decoder.py runs/decoder/checkpoint.pt ../../Models
"""

from __future__ import annotations

import argparse
import pathlib

import torch

from autoencoder import DecoderConfiguration, DetailDecoder
from export_autoencoder import network_of as autoencoder_of
from model_card import data_lines, parameter_count, training_lines
from model_folder import write_model_folder

NAME = "detail-decoder"


def network_of(checkpoint: dict) -> DetailDecoder:
    """The averaged decoder of a checkpoint; its encoder is the autoencoder's own and stays behind."""
    c = autoencoder_of(checkpoint).configuration
    network = DetailDecoder(DecoderConfiguration(c.latent_channels, c.fine_channels, c.coarse_channels, c.decoder_blocks,
                                                 checkpoint["data"]["autoencoder"])).eval()
    network.load_state_dict({name: value for name, value in checkpoint["average"].items() if not name.startswith("encoder.")})
    return network


def model_card(network: DetailDecoder, checkpoint: dict, remarks: list[str]) -> str:
    return "\n".join([
        f"# {NAME}", "",
        f"Decodes latents that PatchScaler made, in the place of the autoencoder's decoder; {parameter_count(network):,} "
        "parameters. The network is this project's own, and the paper has none: there the decoder of Stable Diffusion is used "
        "as it is. Weights trained by this project; licence Apache-2.0.", "",
        *data_lines(checkpoint), "Patches of 128×128 pixels: latents that were drawn by Patch-DiT in one step, coarse ones of the "
        "restoration module, and clean ones. No benchmark image was seen in training.", "",
        *training_lines(checkpoint, "PSNR in dB and gradient energy (of the photo's) of validation photos that were only encoded; "
                        "then of 256 drawn patches of validation photos and of their coarse latents, with the energy in the flattest "
                        "quarter of 8×8 blocks; last how often the critic told real from decoded. Averaged weights:"),
        *(line for remark in remarks for line in (remark, ""))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--remark", action="append", default=[], help="a paragraph for the card")
    a = parser.parse_args()
    checkpoint = torch.load(a.checkpoint, map_location="cpu", weights_only=True)
    network = network_of(checkpoint)
    write_model_folder(
        a.models / NAME, family=NAME, architecture=NAME, scale=None, configuration=network.configuration.to_json(),
        tensors={key: (value if key.startswith("latent_") else value.half()).numpy()
                 for key, value in network.state_dict().items()},
        card=model_card(network, checkpoint, a.remark))


if __name__ == "__main__":
    main()
