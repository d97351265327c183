"""What steered textures do to Patch-DiT's error on the held-out photos of `steering.py`.

    python3 Benchmarks/steering_errors.py CORPUS --program .build/release/promptscaler

The same photos, memory and rankings. Each patch of a held-out photo is denoised once at t = 400, 700 and 1000 from the
same noise, with the textures that are found without tags, with the photo's own content as tag and with another's; the
first estimate is compared with the photo itself. Differences have the standard error of their mean over photos. The
degradation prompt is left out. Needs NumPy, Pillow and PyTorch.
"""

from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
from PIL import Image

from steering import SIDE, answers, contents, lay_out, steered

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Scripts" / "training"))

import autoencoder  # noqa: E402
import patch_dit  # noqa: E402
import restoration_module  # noqa: E402
import safetensors  # noqa: E402
from denoising_errors import TIMES  # noqa: E402
from diffusion import Preconditioning  # noqa: E402
from model_folder import network_from  # noqa: E402
from restoration_data import as_batch  # noqa: E402


class Denoising:
    """The networks, and the memory's textures."""

    def __init__(self, models: pathlib.Path, memory: pathlib.Path):
        self.autoencoder = network_from(
            models / "autoencoder-f8c16", autoencoder.Autoencoder, autoencoder.Configuration)
        self.restoration = network_from(models / "restoration-module", restoration_module.RestorationModule,
                                        restoration_module.Configuration)
        self.network = network_from(models / "patch-dit", patch_dit.PatchDiT, patch_dit.Configuration)
        self.preconditioning = Preconditioning(self.network.configuration.difference_deviation)
        self.textures = safetensors.read(memory / "values.safetensors")[0]["values"]

    @torch.no_grad()
    def latents(self, clean: pathlib.Path, low: pathlib.Path) -> tuple[torch.Tensor, torch.Tensor]:
        """Clean and coarse `[c, h, w]`."""
        pictures = [Image.open(clean), Image.open(low).resize((SIDE, SIDE), Image.BICUBIC)]
        values = np.stack([np.asarray(picture, np.float32) / 255 for picture in pictures])
        real, degraded = self.autoencoder.encode(torch.from_numpy(values.transpose(0, 3, 1, 2)))
        return real, self.restoration(degraded[None])[0][0]

    @torch.no_grad()
    def errors(self, latents: tuple, places: list[dict], matches: list[list[dict]]) -> np.ndarray:
        """Mean squared error over a photo's patches at each of TIMES, with these textures for each patch."""
        c = self.network.configuration
        real, coarse = (torch.stack([latent[:, place["y"] // 8 :, place["x"] // 8 :][:, : c.patch_side, : c.patch_side]
                                     for place in places]) for latent in latents)
        found = [patch[: c.textures] for patch in matches]
        prompt = patch_dit.PromptTokens(
            as_batch(np.concatenate([self.textures[[m["entry"] for m in patch]] for patch in found]))
            .unflatten(0, (len(found), -1)),
            torch.tensor([[m["similarity"] for m in patch] for patch in found]),
            torch.ones(len(found), c.textures, dtype=torch.bool))
        noise = torch.randn(real.shape, generator=torch.Generator().manual_seed(0))
        results = []
        for time in TIMES:
            t = torch.full((len(real),), time)
            z = self.preconditioning.noisy(real - coarse, noise, t)
            output = self.network(self.preconditioning.input(z, t), coarse, t, prompt)
            difference = self.preconditioning.difference(output, z, t)
            results.append((coarse + difference - real).square().mean().item())
        return np.array(results)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("corpus", type=pathlib.Path, help="the folder of training photos")
    parser.add_argument("--program", default="promptscaler", help="the promptscaler to measure")
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / "Models")
    parser.add_argument("--weights", type=float, nargs="+", default=[0.1, 0.2, 0.5])
    parser.add_argument("--initial", type=int, default=2000, help="patches that are encoded")
    parser.add_argument("--size", type=int, default=400, help="entries of the memory, 1000 at most")
    a = parser.parse_args()
    names = list(contents())
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        held_out, memory = lay_out(a.corpus, folder), folder / "textures"
        subprocess.run([a.program, "memory", "build", str(folder / "photos"), "-o", str(memory), "--tags",
                        str(folder / "tags.csv"), "--initial", str(a.initial), "--size", str(a.size)], check=True)
        denoising, table = Denoising(a.models, memory), {}
        for photo, content in held_out:
            patches = answers(a.program, memory, photo, a.size)
            everything, places = ([patch[key] for patch in patches] for key in ("matches", "position"))
            latents = denoising.latents(photo.parent.parent / "originals" / photo.name, photo)
            wrong = names[(names.index(content) + 1) % len(names)]
            for title, tag, weight in [("no tags", None, 0.0), *(("right", content, w) for w in a.weights),
                                       *(("wrong", wrong, w) for w in a.weights)]:
                errors = denoising.errors(latents, places, steered(everything, tag, weight))
                table.setdefault(title + (f", {weight}" if tag else ""), []).append(errors)
    print(f"| tags, weight |{''.join(f' t = {t} |' for t in TIMES)}\n|---|{'---|' * len(TIMES)}")
    plain = np.array(table["no tags"])
    for name, rows in table.items():
        more = np.array(rows) - plain
        spread = more.std(0, ddof=1) / len(rows) ** 0.5
        print(f"| {name} | " + " | ".join(
            f"{error:.4f}" + (f" ({change:+.5f} ± {deviation:.5f})" if name != "no tags" else "")
            for error, change, deviation in zip(np.mean(rows, 0), more.mean(0), spread)) + " |")


if __name__ == "__main__":
    main()
