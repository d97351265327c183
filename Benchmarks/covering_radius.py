"""How well memories cover a corpus: the distance of its patches to the nearest entry.

    promptscaler memory build CORPUS -o all --size 20000        # every candidate an entry
    python3 Benchmarks/covering_radius.py all MEMORY… --random 2000

Distances are those of farthest point sampling, in the scales of `all`: values and keys, each divided by its mean
distance to its centroid. Needs NumPy.
"""

from __future__ import annotations

import argparse
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Scripts" / "training"))
import safetensors  # noqa: E402

Parts = list[np.ndarray]  # values [N, ...] and keys [N, D], float32


def parts_of(memory: pathlib.Path) -> Parts:
    tensors, _ = safetensors.read(memory / "values.safetensors")
    return [tensors[name].reshape(len(tensors[name]), -1).astype(np.float32) for name in ("values", "keys")]


def distances(candidates: np.ndarray, entries: np.ndarray) -> np.ndarray:
    """Of each candidate `[N, D]` to the nearest of the entries `[E, D]`."""
    lengths = (entries**2).sum(1)
    nearest = [((block**2).sum(1)[:, None] - 2 * block @ entries.T + lengths).min(1)
               for block in np.array_split(candidates, max(1, len(candidates) // 1000))]
    return np.sqrt(np.maximum(np.concatenate(nearest), 0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("all", type=pathlib.Path, help="a memory of all candidates")
    parser.add_argument("memories", type=pathlib.Path, nargs="+")
    parser.add_argument("--random", type=int, metavar="COUNT", help="compare with random candidates, five times")
    a = parser.parse_args()
    everything = parts_of(a.all)
    scales = [np.linalg.norm(part - part.mean(0), axis=1).mean() for part in everything]

    def joined(parts: Parts) -> np.ndarray:
        return np.concatenate([part / scale for part, scale in zip(parts, scales)], 1)

    candidates = joined(everything)
    print(f"{len(candidates)} candidates\n| entries | count | radius | 99th percentile | mean |\n|---|---|---|---|---|")

    def tell(name: str, entries: np.ndarray) -> None:
        found = distances(candidates, entries)
        print(f"| {name} | {len(entries)} | {found.max():.3f} | {np.percentile(found, 99):.3f} | {found.mean():.3f} |")

    for memory in a.memories:
        tell(memory.name, joined(parts_of(memory)))
    for seed in range(5 if a.random else 0):
        rows = np.random.default_rng(seed).choice(len(candidates), a.random, replace=False)
        tell(f"random {seed}", candidates[rows])


if __name__ == "__main__":
    main()
