"""Writes the averaged weights of a detail decoder's run as a model folder that the Swift side reads.

    python3 export_detail_decoder.py runs/decoder/checkpoint.pt ../../Models
"""

from __future__ import annotations

import argparse
import pathlib

import torch

from autoencoder import Autoencoder, Configuration, DecoderConfiguration, DetailDecoder
from export_autoencoder import block_counts
from model_card import data_lines, parameter_count, training_lines
from model_folder import network_from, write_model_folder

NAME = "detail-decoder"


def network_of(checkpoint: dict) -> DetailDecoder:
    """The averaged decoder of a checkpoint; its sizes follow from the weights."""
    state = {name: value for name, value in checkpoint["average"].items() if not name.startswith("encoder.")}
    coarse, latent = state["decoder.head.weight"].shape[:2]
    network = DetailDecoder(DecoderConfiguration(latent, state["decoder.tail.weight"].shape[1], coarse,
                                                 block_counts(state, "decoder"), checkpoint["data"]["autoencoder"])).eval()
    network.load_state_dict(state)
    return network


@torch.no_grad()
def mix(network: DetailDecoder, autoencoder: Autoencoder, share: float) -> None:
    """Leaves a share of what the network learned since it was the autoencoder's decoder."""
    for own, other in zip(network.decoder.parameters(), autoencoder.decoder.parameters(), strict=True):
        own.copy_(torch.lerp(other, own, share))


def model_card(network: DetailDecoder, checkpoint: dict, remarks: list[str]) -> str:
    return "\n".join([
        f"# {NAME}", "",
        f"Decodes latents that PatchScaler made, in the place of the autoencoder's decoder; {parameter_count(network):,} "
        "parameters. The network is this project's own, and the paper has none: there the decoder of Stable Diffusion is used "
        "as it is. Weights trained by this project; licence Apache-2.0.", "",
        *data_lines(checkpoint), "Patches of 128×128 pixels: latents that were drawn by Patch-DiT in one step, coarse ones of the "
        "restoration module, and clean ones. No benchmark image was seen in training.", "",
        *training_lines(checkpoint, "256 patches of validation photos, drawn, coarse and clean: PSNR in dB, gradient energy as a part of "
                        "the photo's, in all and in the flattest quarter of 8×8 blocks; last how often the critic told real from "
                        "decoded. In earlier runs `psnr` and `energy` are those of whole photos that were only encoded. Averaged "
                        "weights:"),
        *(line for remark in remarks for line in (remark, ""))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--share", type=float, default=1, help="of what was learned, 0…1; the rest is the autoencoder's decoder")
    parser.add_argument("--autoencoder", default="autoencoder-f8c16", help="its name among the models")
    parser.add_argument("--remark", action="append", default=[], help="a paragraph for the card")
    a = parser.parse_args()
    checkpoint = torch.load(a.checkpoint, map_location="cpu", weights_only=True)
    network = network_of(checkpoint)
    if a.share < 1:
        mix(network, network_from(a.models / a.autoencoder, Autoencoder, Configuration), a.share)
        a.remark.append(f"The weights are {a.share:g} of what was learned and {1 - a.share:g} of the decoder of `{a.autoencoder}`: the "
                        "learned ones alone draw more, and more of what is not there in flat places.")
    write_model_folder(
        a.models / NAME, family=NAME, architecture=NAME, scale=None, configuration=network.configuration.to_json(),
        tensors={key: (value if key.startswith("latent_") else value.half()).numpy()
                 for key, value in network.state_dict().items()},
        card=model_card(network, checkpoint, a.remark))


if __name__ == "__main__":
    main()
