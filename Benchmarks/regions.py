"""Time and PSNR of PromptSR ×4 for several region sizes and overlaps, to choose the defaults.

    python3 Benchmarks/regions.py Models/promptsr-x4 photo1.jpg photo2.jpg ... --regions 64 128 --overlaps 8 16

Each photo's central crop is reduced by `promptscaler resize` to a quarter, enlarged again, and
compared by `promptscaler evaluate`: luma, without the outermost 4 pixels.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

from PIL import Image

UPSCALE = pathlib.Path(__file__).resolve().parent.parent / ".build" / "release" / "promptscaler"


def call(*arguments) -> str:
    return subprocess.run([UPSCALE, *map(str, arguments)], check=True, capture_output=True,
                          text=True).stdout


def prepare(photos: list, width: int, height: int, folder: pathlib.Path) -> tuple:
    """Folders with the crops and with their quarters."""
    high, low = folder / "high", folder / "low"
    high.mkdir()
    for photo in photos:
        image = Image.open(photo).convert("RGB")
        left, top = (image.width - width) // 2, (image.height - height) // 2
        image.crop((left, top, left + width, top + height)).save(high / f"{photo.stem}.png")
    call("resize", high, "-o", low, "--scale", "0.25")
    return high, low


def measure(a, region: int, overlap: int, high, low, folder: pathlib.Path) -> tuple:
    """Seconds of all pictures together, regions of a picture, pixels seen per pixel, PSNR."""
    results = folder / f"{region}-{overlap}"
    lines = call("upscale", low, "-o", results, "--model", a.model, "--scale", 4, "--precision",
                 "f32", "--threads", a.threads, "--region", region, "--overlap", overlap, "--json")
    reports = [json.loads(line)["report"] for line in lines.splitlines()]
    plans = [report["plan"] for report in reports]
    seen = statistics.mean(p["network_pixels"] / (p["input"]["width"] * p["input"]["height"])
                           for p in plans)
    scores = call("evaluate", high, results, "--border", 4, "--channel", "y", "--json")
    psnr = json.loads(scores.splitlines()[-1])["psnr_db"]  # the mean of the pictures
    return sum(report["seconds"] for report in reports), plans[0]["regions"], seen, psnr


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("photos", type=pathlib.Path, nargs="+")
    parser.add_argument("--regions", type=int, nargs="+", default=[48, 64, 96, 128])
    parser.add_argument("--overlaps", type=int, nargs="+", default=[4, 8, 12, 16])
    parser.add_argument("--crop", type=int, nargs=2, default=[1024, 768], metavar=("W", "H"))
    parser.add_argument("--threads", type=int, default=2)
    a = parser.parse_args()
    print("| region | overlap | regions | pixels seen per pixel | seconds | PSNR dB |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        high, low = prepare(a.photos, *a.crop, pathlib.Path(folder))
        for region in a.regions:
            for overlap in a.overlaps:
                if overlap * 4 > region:
                    continue  # more than two regions would meet
                seconds, regions, seen, psnr = measure(
                    a, region, overlap, high, low, pathlib.Path(folder))
                print(f"| {region} | {overlap} | {regions} | {seen:.2f} | {seconds:.2f} | {psnr:.3f} |",
                      flush=True)


if __name__ == "__main__":
    main()
