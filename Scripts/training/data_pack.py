"""Packs the training corpus into one file that travels to any machine, and reads it back.

The pack is a plain zip of the corpus' own JPEG files, byte for byte, with a `manifest.csv` of
their rows: nothing is recompressed. `python3 data_pack.py CORPUS PACK` makes it.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import pathlib
import random
import zipfile

import numpy as np
from PIL import Image

from resampling import bicubic


def make(corpus: pathlib.Path, pack: pathlib.Path, limit_megabytes: float,
         only_redistributable: bool) -> None:
    """Writes every validation image, and training images until the pack is full.

    Small pictures come first (many scenes for few bytes), then large ones in a fixed random order.
    """
    rows = list(csv.DictReader((corpus / "manifest.csv").open(newline="")))
    if only_redistributable:
        rows = [row for row in rows if row["redistributable"] == "yes"]
    random.Random(0).shuffle(rows)
    rows.sort(key=lambda row: (row["split"] != "val", int(row["width"]) * int(row["height"]) > 600_000))
    chosen, size = [], 0
    for row in rows:
        if size + int(row["bytes"]) > limit_megabytes * 1e6 - 200_000:
            continue
        chosen.append(row)
        size += int(row["bytes"])
    listing = io.StringIO()
    writer = csv.DictWriter(listing, rows[0].keys())
    writer.writeheader()
    writer.writerows(chosen)
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("manifest.csv", listing.getvalue())
        for row in chosen:
            archive.write(corpus / row["file"], row["file"])
    print(f"{len(chosen)} of {len(rows)} images, {pack.stat().st_size / 1e6:.1f} MB: {pack}")


class TrainingImages:
    """High-resolution images and their bicubic reductions, held in memory as uint8 `[H, W, 3]`."""

    def __init__(self, pack: pathlib.Path, scales: list[int], split: str):
        self.scales = scales
        self.high: list[np.ndarray] = []
        self.files: list[str] = []
        weights = []
        with zipfile.ZipFile(pack) as archive:
            listing = archive.read("manifest.csv")
            self.manifest_sha256 = hashlib.sha256(listing).hexdigest()
            for row in csv.DictReader(io.StringIO(listing.decode())):
                if row["split"] != split:
                    continue
                image = Image.open(io.BytesIO(archive.read(row["file"]))).convert("RGB")
                self.high.append(np.asarray(image))
                self.files.append(row["file"])
                area = image.width * image.height
                weights.append(area * min(max(float(row["detail"]), 3.0), 20.0))
        self.probabilities = np.array(weights) / np.sum(weights)
        self.low = {scale: [self._reduced(image, scale) for image in self.high] for scale in scales}

    def crops(self, seed: int, step: int, count: int, size: int, part: int = 0) -> np.ndarray:
        """`count` random crops without their reductions, float32 `[B, 3, size, size]`."""
        random_source = np.random.default_rng([seed, step, 1, part])
        return _as_batch([self.crop(random_source, size)[0] for _ in range(count)])

    def crop(self, random_source: np.random.Generator, size: int) -> tuple[np.ndarray, int]:
        """A random crop, uint8 `[size, size, 3]`, and the index of its image."""
        index = random_source.choice(len(self.high), p=self.probabilities)
        high = self.high[index]
        top = random_source.integers(high.shape[0] - size + 1)
        left = random_source.integers(high.shape[1] - size + 1)
        return _crop(high, top, left, size, random_source.integers(8)), int(index)

    @staticmethod
    def _reduced(image: np.ndarray, scale: int) -> np.ndarray:
        height, width = image.shape[0] // scale, image.shape[1] // scale
        return bicubic(image[: height * scale, : width * scale], height, width)

    def batch(self, seed: int, step: int, scale: int, count: int, size: int, part: int = 0):
        """`count` random crops, `size` pixels wide in low resolution, that follow from the arguments.

        Returns low and high, float32 `[B, 3, size, size]` and `[B, 3, size·scale, size·scale]`.
        """
        random_source = np.random.default_rng([seed, step, scale, part])
        lows, highs = [], []
        for _ in range(count):
            index = random_source.choice(len(self.high), p=self.probabilities)
            low, high = self.low[scale][index], self.high[index]
            top = random_source.integers(low.shape[0] - size + 1)
            left = random_source.integers(low.shape[1] - size + 1)
            symmetry = random_source.integers(8)
            lows.append(_crop(low, top, left, size, symmetry))
            highs.append(_crop(high, top * scale, left * scale, size * scale, symmetry))
        return _as_batch(lows), _as_batch(highs)


def _crop(image: np.ndarray, top: int, left: int, size: int, symmetry: int) -> np.ndarray:
    crop = np.rot90(image[top : top + size, left : left + size], symmetry % 4)
    return crop[:, ::-1] if symmetry >= 4 else crop


def _as_batch(crops: list[np.ndarray]) -> np.ndarray:
    return np.ascontiguousarray(np.stack(crops).transpose(0, 3, 1, 2), np.float32) / 255


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("pack", type=pathlib.Path)
    parser.add_argument("--limit-megabytes", type=float, default=55)
    parser.add_argument("--only-redistributable", action="store_true",
                        help="leave out images whose licence forbids passing them on")
    arguments = parser.parse_args()
    make(arguments.corpus, arguments.pack, arguments.limit_megabytes, arguments.only_redistributable)
