"""Writes the averaged weights of a Patch-DiT run as a model folder for the Swift side.

    python3 export_patch_dit.py runs/dit/checkpoint.pt ../../Models --groups 0.95:400:8,0.75:700:14,0:1000:20

The plan of sampling belongs to a trained pair of restoration module and Patch-DiT, so it is stored with the
weights. A group is written CONFIDENCE:TAU:STEPS: patches of at least this mean confidence that no earlier
group took start at τ and take so many steps; 0:0 for TAU:STEPS leaves them as the restoration module made them.
"""

from __future__ import annotations

import argparse
import pathlib

import torch

from model_card import data_lines, parameter_count, training_lines
from model_folder import write_model_folder
from patch_dit import Configuration, PatchDiT

SAMPLERS = ("dpm", "ddim", "ddpm")


def groups_of(text: str) -> list[dict]:
    """`0.95:400:8,0:1000:20` as the configuration's list."""
    groups = []
    for part in text.split(","):
        confidence, tau, steps = part.split(":")
        groups.append({"confidence": float(confidence), "tau": int(tau), "steps": int(steps)})
    bounds = [group["confidence"] for group in groups]
    if bounds != sorted(set(bounds), reverse=True) or bounds[-1] != 0 or bounds[0] > 1:
        raise argparse.ArgumentTypeError("confidences must fall from 1 or less to 0")
    for group in groups:
        if not (group["tau"] == group["steps"] == 0 or 1 <= group["steps"] <= group["tau"] <= 1000):
            raise argparse.ArgumentTypeError("a group needs 1 ≤ steps ≤ τ ≤ 1000, or 0 for both")
    return groups


def network_of(checkpoint: dict, sampling: dict | None = None) -> PatchDiT:
    """The averaged network of a checkpoint, its weights rounded to half precision."""
    values = dict(checkpoint["data"]["configuration"])
    values.pop("architecture", None)
    values["sampling"] = Configuration().sampling | values.get("sampling", {}) | (sampling or {})
    network = PatchDiT(Configuration(**values)).eval()
    network.load_state_dict({name: value.half().float() for name, value in checkpoint["average"].items()})
    return network


def model_card(network: PatchDiT, checkpoint: dict, remarks: list[str], name: str) -> str:
    c = network.configuration
    data = {key: value for key, value in checkpoint["data"].items() if key != "configuration"}
    degradation = f" and {c.degradation_tokens} tokens of a degradation prompt" if c.degradation_tokens else ""
    return "\n".join([
        f"# {name}", "",
        "Draws detail into the coarse latents that the restoration module makes: PatchScaler's Patch-DiT (Liu et "
        f"al.), a diffusion transformer over patches of {c.patch_side}×{c.patch_side} latent positions, "
        f"conditioned on at most {c.textures} textures of a memory{degradation}; {parameter_count(network):,} "
        f"parameters. Latents are those of the autoencoder {c.autoencoder[:12] or 'of any name'}. The network is "
        "this project's own. Weights trained by this project; licence Apache-2.0.", "",
        "| mean confidence of a patch, at least | starts at τ | steps |", "|---|---|---|",
        *(f"| {group['confidence']} | {group['tau']} | {group['steps']} |" for group in c.sampling["groups"]), "",
        *data_lines({"data": data}),
        "Pairs as for the restoration module, with its coarse latents, and with textures retrieved from other "
        "pictures than the crop's own (`restoration_prompts.py`). No benchmark image was seen in training.", "",
        *training_lines(checkpoint, "On patches of the validation images, averaged weights: mean squared error of the "
                        "clean latent at t = 400, 700 and 1000 with the right textures, with others, and with none, and "
                        "that of the coarse latent:"),
        *(line for remark in remarks for line in (remark, ""))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--groups", type=groups_of, help="CONFIDENCE:TAU:STEPS,… of the sampling plan")
    parser.add_argument("--stride", type=int, help="latent positions from one patch to the next")
    parser.add_argument("--sampler", choices=SAMPLERS)
    parser.add_argument("--name", default="patch-dit")
    parser.add_argument("--remark", action="append", default=[], help="a paragraph for the card")
    a = parser.parse_args()
    sampling = {key: value for key, value in
                {"groups": a.groups, "stride": a.stride, "sampler": a.sampler}.items() if value is not None}
    checkpoint = torch.load(a.checkpoint, map_location="cpu", weights_only=True)
    network = network_of(checkpoint, sampling)
    write_model_folder(
        a.models / a.name, family="patch-dit", architecture="patch-dit", scale=None,
        configuration=network.configuration.to_json(),
        tensors={key: value.half().numpy() for key, value in network.state_dict().items()},
        card=model_card(network, checkpoint, a.remark, a.name))


if __name__ == "__main__":
    main()
