"""Makes the crops that IRPAD learns from, with what remains visible of each degradation.

    python3 irpad_crops.py pack.zip crops --count 26000                          # parts of 500 in a folder
    python3 irpad_crops.py pack.zip crops-val --split val --kinds pipeline=1     # for the evaluation
    python3 irpad_crops.py FOLDER… crops-benchmarks --kinds pipeline=1           # of folders of images

Each part holds `crops` U8 `[N, 128, 128, 3]`, never resized after their degradation, `measures` F32 `[N, M]`
(their names stand in the metadata), and for each crop the `photo` I32 it is from, its `scale` and its `kind`.
Parts that are there already are not made again.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import pathlib

import numpy as np
from PIL import Image

import safetensors
from data_pack import TrainingImages
from degradation_labels import LabelledDegradation

SIDE = 128  # of a crop
PART = 500  # crops in a file
KINDS = ("pipeline", "steps", "clean")
SCALES = {1: 0.35, 2: 0.35, 4: 0.30}


class Photos:
    """High-resolution photos, uint8 `[H, W, 3]`, from a pack or from folders."""

    def __init__(self, sources: list[pathlib.Path], split: str):
        if sources[0].is_dir():
            files = sorted(file for folder in sources for file in folder.glob("*.png")
                           if not file.stem.endswith("_LR"))
            self.images = [np.asarray(Image.open(file).convert("RGB")) for file in files]
            self.probabilities = np.full(len(files), 1 / len(files))
        else:
            images = TrainingImages(sources[0], [], split)
            self.images, self.probabilities = images.high, images.probabilities

    def crop(self, random_source: np.random.Generator, side: int) -> tuple[np.ndarray, int] | None:
        """A random crop, float32, and the photo it is from; none where the photo is too small."""
        photo = int(random_source.choice(len(self.images), p=self.probabilities))
        image = self.images[photo]
        if min(image.shape[:2]) < side:
            return None
        top, left = (int(random_source.integers(length - side + 1)) for length in image.shape[:2])
        return np.float32(image[top : top + side, left : left + side]) / 255, photo


def make_crop(photos: Photos, kinds: dict[str, float], seed: int, index: int) -> dict:
    random_source = np.random.default_rng([seed, index])
    crop = None
    while crop is None:
        scale = int(random_source.choice(list(SCALES), p=list(SCALES.values())))
        crop = photos.crop(random_source, SIDE * scale)
    kind = str(random_source.choice(list(kinds), p=np.array(list(kinds.values())) / sum(kinds.values())))
    # A key of its own: equal keys would tie the draws to the choice of photo and kind.
    image, measures = LabelledDegradation(seed, index, 1, scale=scale).labelled(crop[0], kind)
    return {"crop": image, "measures": measures, "photo": crop[1], "scale": scale, "kind": KINDS.index(kind)}


def make_part(photos: Photos, kinds: dict[str, float], seed: int, part: int, count: int, path: pathlib.Path) -> None:
    made = [make_crop(photos, kinds, seed, part * PART + index) for index in range(count)]
    names = list(made[0]["measures"])
    tensors = {"crops": np.stack([one["crop"] for one in made]),
               "measures": np.array([[one["measures"][name] for name in names] for one in made], np.float32)}
    tensors |= {key: np.array([one[key] for one in made], np.int32) for key in ("photo", "scale", "kind")}
    safetensors.write(path, tensors, {"measures": json.dumps(names), "seed": str(seed)})


def read_crops(folders: list[pathlib.Path]) -> dict:
    """All parts of the folders: the tensors by name, `measures` as columns; NaN where a part lacks a measure."""
    parts = [safetensors.read(path) for folder in folders for path in sorted(folder.glob("part-*.safetensors"))]
    tensors = {key: np.concatenate([part[key] for part, _ in parts]) for key in parts[0][0] if key != "measures"}
    columns = [dict(zip(json.loads(metadata["measures"]), part["measures"].T)) for part, metadata in parts]
    tensors["measures"] = {
        name: np.concatenate([own.get(name, np.full(len(part["crops"]), np.nan, np.float32))
                              for own, (part, _) in zip(columns, parts)])
        for name in sorted({name for own in columns for name in own})}
    return tensors


_arguments: tuple = ()


def _remember(*arguments) -> None:
    global _arguments
    _arguments = arguments


def _work(job: tuple) -> pathlib.Path:
    make_part(*_arguments, *job)
    return job[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=pathlib.Path, nargs="+", help="a pack, or folders of PNG files")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--split", default="train")
    parser.add_argument("--count", type=int, default=26_000)
    parser.add_argument("--kinds", nargs="+", default=["pipeline=0.65", "steps=0.25", "clean=0.1"])
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    kinds = {name: float(share) for name, share in (kind.split("=") for kind in a.kinds)}
    a.folder.mkdir(parents=True, exist_ok=True)
    jobs = [(part, min(PART, a.count - part * PART), a.folder / f"part-{part:04}.safetensors")
            for part in range(-(-a.count // PART))]
    jobs = [job for job in jobs if not job[-1].exists()]
    photos = Photos(a.sources, a.split)
    with multiprocessing.get_context("fork").Pool(a.processes, _remember, (photos, kinds, a.seed)) as pool:
        for path in pool.imap(_work, jobs):
            print(path.name, flush=True)


if __name__ == "__main__":
    main()
