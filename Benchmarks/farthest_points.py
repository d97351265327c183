"""Times farthest point sampling against NumPy and BLAS on the same candidates, in turn.

    swift build -c release && (cd Benchmarks && swift build -c release)
    python3 Benchmarks/farthest_points.py candidates.safetensors --count 2000

The file has 'values', F16 [N, ...], and 'keys', F32 [N, D]. NumPy works on both parts joined and
scaled in single precision, with the squared lengths of all rows computed once: a step is one
matrix-vector product by BLAS on all its threads, one minimum and one arg-max. Needs NumPy.

Besides the time that passes, the processor time of all threads is compared: on a machine that is busy
with other things it is the fairer number, best with --threads 1, where no thread of BLAS spins.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCHMARK = ROOT / "Benchmarks" / ".build" / "release" / "memory-benchmark"


def joined(path: pathlib.Path):
    """Values and keys side by side, each divided by its mean distance to its centroid."""
    import numpy as np
    sys.path.insert(0, str(ROOT / "Scripts" / "training"))
    import safetensors
    tensors, _ = safetensors.read(path)
    parts = [tensors["values"].reshape(len(tensors["values"]), -1), tensors["keys"]]
    rows = np.empty((len(parts[0]), sum(part.shape[1] for part in parts)), np.float32)
    column = 0
    for part in parts:
        target = rows[:, column:column + part.shape[1]]
        target[:] = part
        distances = np.linalg.norm(target - target.mean(0, dtype=np.float64).astype(np.float32), axis=1)
        target /= distances.mean(dtype=np.float64)
        column += part.shape[1]
    return rows


def numpy_points(rows, count: int, first: int) -> tuple[list[int], float]:
    import numpy as np
    lengths = np.einsum("ij,ij->i", rows, rows)
    nearest = np.full(len(rows), np.inf, np.float32)
    products = np.empty(len(rows), np.float32)
    points = [first]
    while True:
        new = points[-1]
        np.dot(rows, rows[new], out=products)
        products *= -2
        products += lengths
        products += lengths[new]
        np.minimum(nearest, products, out=nearest)
        if len(points) == count:
            return points, float(np.sqrt(max(nearest.max(), 0)))
        points.append(int(nearest.argmax()))


def processor_seconds(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("candidates", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sketch", type=int, default=64)
    parser.add_argument("--random", type=int, default=0,
                        help="sets of points drawn at random, whose covering radius is printed")
    a = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(a.threads)  # before NumPy is loaded

    rows = joined(a.candidates)
    ratios = []
    for turn in range(a.rounds):
        before = processor_seconds(resource.RUSAGE_CHILDREN)
        ours = json.loads(subprocess.run(
            [BENCHMARK, "sample", a.candidates, "--count", str(a.count), "--threads",
             str(a.threads), "--sketch", str(a.sketch), "--random", "0" if turn else str(a.random)],
            check=True, stdout=subprocess.PIPE, text=True).stdout)
        ours_processor = processor_seconds(resource.RUSAGE_CHILDREN) - before
        before, start = processor_seconds(resource.RUSAGE_SELF), time.perf_counter()
        points, radius = numpy_points(rows, a.count, 0)
        seconds = time.perf_counter() - start
        processor = processor_seconds(resource.RUSAGE_SELF) - before
        ratios.append(seconds / ours["seconds"])
        print(f"this project {ours['seconds']:.2f} s, NumPy {seconds:.2f} s, ratio {ratios[-1]:.1f}; "
              f"processor time {ours_processor:.2f} s (the whole program), {processor:.2f} s, ratio "
              f"{processor / ours_processor:.1f}")
        if turn == 0:
            indices = ours.pop("indices")
            equal = next((i for i, (x, y) in enumerate(zip(indices, points)) if x != y), len(points))
            print(json.dumps(ours, indent=1))
            print(f"covering radius: {ours['coveringRadius']:.5f} here, {radius:.5f} with NumPy")
            print(f"the first {equal} of {len(points)} points are the same in NumPy's rounding")
    print(f"median ratio {sorted(ratios)[len(ratios) // 2]:.1f}")


if __name__ == "__main__":
    main()
