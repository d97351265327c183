"""Looks for seams between patches: gradient energy where patches are blended, against that inside of them.

    python3 Benchmarks/seams.py photo-of-a-sky.jpg

A flat grey, a gradient, both with noise and JPEG, and the photos that are given are enlarged four times by PatchScaler.
Where patches lie is read from `--save-maps`. The ratio is that of mean squared differences of neighbouring pixels across
the borders, in columns and rows where two patches overlap, and elsewhere; beside it stands the ratio of the same
places without diffusion, since a photo is not the same everywhere. With `--seeds` each is enlarged as often, with other
noise, and the ratio is the mean of theirs, with the deviation of one. The last column is the mean difference in colour to
bicubic enlargement, over blocks of 64×64 pixels, in 8-bit levels. Needs a release build, NumPy and Pillow.
"""

from __future__ import annotations

import argparse
import io
import json
import pathlib
import subprocess
import tempfile

import numpy as np
from PIL import Image

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / ".build" / "release" / "promptscaler"


def pictures(side: int = 192) -> dict[str, Image.Image]:
    """What is made here."""
    random_source = np.random.default_rng(0)
    grey = np.full((side, side, 3), 128.0)
    slope = np.linspace(90, 200, side)[:, None, None] * np.array([0.8, 0.9, 1.0]) + 0 * grey
    made = {"grey": grey, "gradient": slope}
    for name in ("grey", "gradient"):
        made[f"noisy {name}"] = made[name] + random_source.normal(0, 6, grey.shape)
    images = {name: Image.fromarray(values.clip(0, 255).round().astype(np.uint8)) for name, values in made.items()}
    for name in ("noisy grey", "noisy gradient"):
        file = io.BytesIO()
        images[name].save(file, "JPEG", quality=50)
        images[name + ", JPEG"] = Image.open(file).convert("RGB")
    return images


def upscaled(photo: pathlib.Path, folder: pathlib.Path, options: list) -> tuple[np.ndarray, list[dict]]:
    result, maps = folder / "result.png", folder / "maps"
    subprocess.run([PROGRAM, "upscale", photo, "-o", result, "--model", "patchscaler", "--overwrite", "--quiet",
                    "--save-maps", maps, *map(str, options)], check=True)
    record = json.loads((maps / "result-textures.json").read_text())
    return np.asarray(Image.open(result).convert("RGB"), np.float64), record["patches"]


def blended(places: set[int], side: int, extent: int) -> np.ndarray:
    """Which of the steps from one pixel to the next lie where two patches overlap, along one direction."""
    covered = np.zeros(extent, int)
    for place in places:
        covered[place : place + side] += 1
    return covered[1:] + covered[:-1] > 2


def ratio(image: np.ndarray, patches: list[dict]) -> float:
    """Mean energy where patches overlap, over that elsewhere: both directions together."""
    across, inside = [], []
    for axis, key in ((1, "x"), (0, "y")):
        steps = np.square(np.diff(image, axis=axis)).mean((1 - axis, 2))
        border = blended({patch[key] for patch in patches}, patches[0]["side"], image.shape[axis])
        across.append(steps[border])
        inside.append(steps[~border])
    return np.concatenate(across).mean() / max(np.concatenate(inside).mean(), 1e-12)


def colour_shift(image: np.ndarray, photo: pathlib.Path, side: int = 64) -> float:
    """Mean absolute difference of block means to the photo enlarged by bicubic interpolation."""
    enlarged = Image.open(photo).convert("RGB").resize(image.shape[1::-1], Image.BICUBIC)
    height, width = (length // side * side for length in image.shape[:2])
    difference = (image - np.asarray(enlarged, np.float64))[:height, :width]
    return float(np.abs(difference.reshape(height // side, side, width // side, side, 3).mean((1, 3))).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=pathlib.Path, nargs="*")
    parser.add_argument("--home", type=pathlib.Path, help="folder that holds 'Models'")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds")
    parser.add_argument("--groups", help="as for `upscale`; with `uniform` smooth patches are sampled too")
    a = parser.parse_args()
    options = ["--home", a.home] if a.home else []
    options += ["--groups", a.groups] if a.groups else []
    print("| picture | at borders / inside | without diffusion | energy | colour |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for name, image in pictures().items():
            image.save(folder / f"{name}.png")
        made = [folder / f"{name}.png" for name in pictures()]
        for photo in [*made, *a.photos]:
            runs = [upscaled(photo, folder, [*options, "--seed", seed]) for seed in range(a.seeds)]
            images, patches = [image for image, _ in runs], runs[0][1]
            coarse, _ = upscaled(photo, folder, [*options, "--fidelity", "1"])
            ratios = [ratio(image, patches) for image in images]
            energy = np.mean([np.square(np.diff(image, axis=1)).mean() for image in images])
            spread = f" ± {np.std(ratios, ddof=1):.3f}" if len(ratios) > 1 else ""
            print(f"| {photo.stem} | {np.mean(ratios):.3f}{spread} | {ratio(coarse, patches):.3f} | {energy:.2f} | "
                  f"{np.mean([colour_shift(image, photo) for image in images]):.2f} |", flush=True)


if __name__ == "__main__":
    main()
