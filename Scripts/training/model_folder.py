"""Model folders as `Documentation/ModelFolders.md` describes them: weights, configuration, card, manifest."""

from __future__ import annotations

import hashlib
import json
import pathlib

import numpy as np
import torch

import safetensors


def write_model_folder(folder: pathlib.Path, *, family: str, architecture: str, scale: int | None,
                       configuration: dict, tensors: dict[str, np.ndarray], card: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    safetensors.write(folder / "weights.safetensors", tensors, {"format": "pt"})
    (folder / "configuration.json").write_text(json.dumps(configuration, indent=2) + "\n")
    (folder / "model-card.md").write_text(card)
    files = [_entry(folder / name)
             for name in ("configuration.json", "weights.safetensors", "model-card.md")]
    lines = f"{files[0]['sha256']}\n{files[1]['sha256']}\n"
    manifest = {
        "format_version": 1, "name": folder.name, "family": family, "architecture": architecture,
        "scale": scale, "licence": "Apache-2.0",
        "fingerprint": hashlib.sha256(lines.encode()).hexdigest(), "files": files}
    if scale is None:
        del manifest["scale"]
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def _entry(path: pathlib.Path) -> dict:
    data = path.read_bytes()
    return {"name": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def configured(configuration_class, values: dict):
    """A configuration from what its `to_json` gave: without the architecture, and lists as tuples again."""
    return configuration_class(**{key: tuple(value) if isinstance(value, list) else value
                                  for key, value in values.items() if key != "architecture"})


def network_from(folder: pathlib.Path, network_class, configuration_class):
    """The network of a model folder, such as `network_from(folder, Autoencoder, Configuration)`."""
    values = json.loads((folder / "configuration.json").read_text())
    network = network_class(configured(configuration_class, values)).eval()
    tensors, _ = safetensors.read(folder / "weights.safetensors")
    network.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in tensors.items()})
    return network


def network_at(path: pathlib.Path, network_class, configuration_class, of_checkpoint):
    """The network of a model folder, or of a training run's checkpoint by `of_checkpoint`."""
    if path.is_dir():
        return network_from(path, network_class, configuration_class)
    return of_checkpoint(torch.load(path, map_location="cpu", weights_only=True))
