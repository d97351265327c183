"""Joins files of pairs (`restoration_pairs.py`) that were made from one pack with different seeds.

    python3 join_pairs.py restoration.safetensors more.safetensors all.safetensors

So crops can be added to those of which a network has already learned, without encoding any twice. What
`restoration_prompts.py` adds is left out, as it belongs to one restoration module.
"""

from __future__ import annotations

import argparse
import pathlib

import numpy as np

import safetensors
from restoration_pairs import NAMES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path, nargs="+", help="two files or more")
    parser.add_argument("result", type=pathlib.Path)
    a = parser.parse_args()
    (first, metadata), *others = (safetensors.read(path) for path in a.pairs)
    for path, (tensors, other) in zip(a.pairs[1:], others):
        if other != metadata:
            parser.error(f"{path} is of other images or another autoencoder than {a.pairs[0]}")
    parts = [first] + [tensors for tensors, _ in others]
    safetensors.write(a.result, {name: np.concatenate([part[name] for part in parts]) for name in NAMES}, metadata)


if __name__ == "__main__":
    main()
