"""How much of an original's detail each sampling plan draws, where there is little of it and where there is much.

    python3 Benchmarks/drawn_detail.py --corpus CORPUS --plans 0.9:0:0,0:900:1 0.9:0:0,0:600:1

The middle of each picture of CORPUS whose `split` in the manifest is `val` is made worse in two ways: by Real-ESRGAN's
recipe ("heavily"), and by a blur, a reduction to a quarter, a little noise and JPEG ("lightly"). Blocks of 8×8 pixels are
sorted into quarters by the gradient energy of the original, picture by picture. A cell is the energy of the result over that
of the original, the mean of the pictures: 1 is right. Much above 1 in the flattest quarter is a pattern that was not there, which
eyes see at once and PSNR and NIQE do not: so plans are chosen by this, on validation pictures, and not on a benchmark.
Needs a release build, NumPy and Pillow.
"""

from __future__ import annotations

import argparse
import pathlib
import tempfile

import numpy as np
from PIL import Image

from restoration_quality import call, degraded_pairs

BLOCK = 8
LIGHT = [(0.6, 1, 92), (1.6, 3, 75), (2.4, 5, 60), (0.6, 1, 85), (1.6, 3, 92), (2.4, 5, 75)]  # blur, noise, JPEG


def light_copies(high: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    folder.mkdir()
    for index, path in enumerate(sorted(high.iterdir())):
        blur, noise, quality = LIGHT[index % len(LIGHT)]
        call("degrade", path, "-o", folder / path.name, "--blur", blur, "--resize", 0.25, "--noise", noise, "--jpeg", quality,
             "--seed", index, "--quiet")
    return folder


def block_energies(path: pathlib.Path) -> np.ndarray:
    """Of each block, the mean squared difference of neighbouring pixels' luma."""
    luma = np.asarray(Image.open(path).convert("L"), np.float64)
    energy = np.zeros(luma.shape)
    energy[:, :-1] += np.diff(luma, axis=1) ** 2
    energy[:-1] += np.diff(luma, axis=0) ** 2
    height, width = (side // BLOCK * BLOCK for side in luma.shape)
    return energy[:height, :width].reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK).mean((1, 3))


def ratios(original: pathlib.Path, result: pathlib.Path) -> list[float]:
    """Of the four quarters of blocks, the flattest first; NaN where the original has no energy at all."""
    right, drawn = block_energies(original), block_energies(result)
    quarters = np.digitize(right, np.quantile(right, [0.25, 0.5, 0.75]))
    sums = [(drawn[quarters == quarter].sum(), right[quarters == quarter].sum()) for quarter in range(4)]
    return [above / below if below else float("nan") for above, below in sums]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=pathlib.Path, required=True)
    parser.add_argument("--plans", nargs="+", default=["0:0:0", "0.9:0:0,0:900:1"])
    parser.add_argument("--sampler", default="ddim")
    parser.add_argument("--crop", type=int, default=512, help="largest side of a picture")
    parser.add_argument("--limit", type=int, help="only so many pictures")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--home", help="as for promptscaler")
    a = parser.parse_args()
    print("| made worse | plan | flattest | flat | detailed | most detailed |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        root = pathlib.Path(temporary)
        high, heavy = degraded_pairs(a.corpus, a, root)
        for name, low in (("heavily", heavy), ("lightly", light_copies(high, root / "light"))):
            for number, plan in enumerate(a.plans):
                results = root / f"{name}-{number}"
                call("upscale", low, "-o", results, "--scale", 4, "--format", "png", "--model", "patchscaler", "--groups", plan,
                     "--sampler", a.sampler, "--quiet", *(["--home", a.home] if a.home else []))
                table = np.array([ratios(path, results / path.name) for path in sorted(high.iterdir())])
                print(f"| {name} | `{plan}` | {' | '.join(f'{value:.2f}' for value in np.nanmean(table, 0))} |", flush=True)


if __name__ == "__main__":
    main()
