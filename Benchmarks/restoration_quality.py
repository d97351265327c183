"""Quality of restoration ×4: PSNR, SSIM, HaarPSI, gradient energy and NIQE of each method.

    python3 Benchmarks/restoration_quality.py --real RealSR --corpus CORPUS --niqe-model niqe_pris_params.npz

RealSR holds real pairs, `HR/NAME.png` and `LR/NAME.png` a quarter as large. CORPUS is a training
corpus with its `manifest.csv`: the middle of each picture whose `split` is `val` is made worse by
`promptscaler degrade` with a fixed seed. Either may be left out. Everything is measured by
`promptscaler evaluate`: PSNR and SSIM on Y, no border left out. Needs a release build and Pillow.
"""

from __future__ import annotations

import argparse
import csv
import json
import pathlib
import shutil
import subprocess
import tempfile
import time

from PIL import Image

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / ".build" / "release" / "promptscaler"

METHODS = {
    "bicubic": ["resize"],
    "promptsr": ["upscale", "--model", "promptsr"],
    "restoration": ["upscale", "--model", "patchscaler", "--fidelity", 1],
    "patchscaler": ["upscale", "--model", "patchscaler"],
}

COLUMNS = [("psnr_db", "PSNR dB", "{:.2f}"), ("ssim", "SSIM", "{:.4f}"),
           ("haarpsi", "HaarPSI", "{:.4f}"), ("gradient_energy_ratio", "gradients", "{:.3f}"),
           ("niqe", "NIQE", "{:.3f}")]


def call(*arguments) -> str:
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"promptscaler {arguments[0]} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def copied(pictures: list, folder: pathlib.Path) -> pathlib.Path:
    folder.mkdir(parents=True)
    for picture in pictures:
        shutil.copyfile(picture, folder / picture.name)
    return folder


def real_pairs(root: pathlib.Path, limit: int | None, folder: pathlib.Path) -> tuple:
    names = sorted(p.name for p in (root / "HR").glob("*.png"))[:limit]
    return tuple(copied([root / side / name for name in names], folder / side)
                 for side in ("HR", "LR"))


def degraded_pairs(corpus: pathlib.Path, a, folder: pathlib.Path) -> tuple:
    """The middle of each validation picture, at most `crop` pixels wide and high, and its quarter."""
    high, low = folder / "HR", folder / "LR"
    high.mkdir(parents=True)
    with (corpus / "manifest.csv").open(newline="") as table:
        names = sorted(row["file"] for row in csv.DictReader(table) if row["split"] == "val")
    for name in names[:a.limit]:
        image = Image.open(corpus / name).convert("RGB")
        width, height = (min(side, a.crop) // 4 * 4 for side in image.size)
        left, top = (image.width - width) // 2, (image.height - height) // 2
        image.crop((left, top, left + width, top + height)).save(
            high / f"{pathlib.Path(name).stem}.png")
    call("degrade", high, "-o", low, "--scale", 4, "--seed", a.seed, "--quiet")
    return high, low


def measure(method: str, high: pathlib.Path, low: pathlib.Path, a, results: pathlib.Path) -> None:
    arguments = [*METHODS[method], low, "-o", results, "--scale", 4, "--format", "png"]
    start = time.monotonic()
    if method != "bicubic":
        arguments += ["--quiet", *(["--home", a.home] if a.home else [])]
    call(*arguments)
    seconds = time.monotonic() - start
    model = ["--niqe-model", a.niqe_model] if a.niqe_model else []
    lines = call("evaluate", high, results, "--border", 0, "--json", *model).splitlines()
    mean = json.loads(lines[-1])
    count = max(len(lines) - 1, 1)
    cells = [form.format(mean[key]) if key in mean else "–" for key, _, form in COLUMNS]
    print(f"| {method} | {' | '.join(cells)} | {seconds / count:.2f} |", flush=True)


def table(title: str, pairs: tuple, a, folder: pathlib.Path) -> None:
    high, low = pairs
    print(f"\n{title}, {len(list(high.iterdir()))} pictures\n")
    print(f"| method | {' | '.join(name for _, name, _ in COLUMNS)} | s per picture |")
    print("|---" * (len(COLUMNS) + 2) + "|")
    if a.niqe_model:
        niqe = json.loads(call("evaluate", high, "--border", 0, "--json", "--niqe-model",
                               a.niqe_model).splitlines()[-1])["niqe"]
        print(f"| original | | | | 1 | {niqe:.3f} | |")
    for method in a.methods:
        measure(method, high, low, a, folder / method)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=pathlib.Path, help="folder of real pairs, HR and LR")
    parser.add_argument("--corpus", type=pathlib.Path, help="folder with manifest.csv")
    parser.add_argument("--niqe-model", type=pathlib.Path, help="the published model, .npz")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--home", type=pathlib.Path, help="folder that holds 'Models'")
    parser.add_argument("--seed", type=int, default=0, help="of the degradations")
    parser.add_argument("--crop", type=int, default=1024, help="side of the validation crops")
    parser.add_argument("--limit", type=int, help="only so many pictures of each kind")
    parser.add_argument("--keep", type=pathlib.Path, help="a new folder for the results")
    a = parser.parse_args()
    if a.real is None and a.corpus is None:
        parser.error("give --real, --corpus or both")
    with tempfile.TemporaryDirectory() as temporary:
        folder = a.keep or pathlib.Path(temporary)
        if a.real:
            table("Real pairs", real_pairs(a.real, a.limit, folder / "real"), a, folder / "real")
        if a.corpus:
            table(f"Validation pictures, degraded with seed {a.seed}",
                  degraded_pairs(a.corpus, a, folder / "degraded"), a, folder / "degraded")


if __name__ == "__main__":
    main()
