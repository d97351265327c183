"""Times the autoencoder against its PyTorch twin, in turn, and prints ratios of medians.

    (cd Benchmarks && swift build -c release)
    python3 Benchmarks/autoencoder.py Models/autoencoder-f8c16 --side 2048

Without a model folder the network has random weights, which take as long. Needs NumPy and PyTorch.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import torch

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Scripts" / "training"))

import safetensors  # noqa: E402
from autoencoder import Autoencoder, Configuration  # noqa: E402

PROGRAM = ROOT / "Benchmarks" / ".build" / "release" / "autoencoder-benchmark"


def network(folder: pathlib.Path | None) -> Autoencoder:
    if folder is None:
        torch.manual_seed(1)
        return Autoencoder().eval()
    values = json.loads((folder / "configuration.json").read_text())
    values.pop("architecture")
    result = Autoencoder(Configuration(**values)).eval()
    tensors, _ = safetensors.read(folder / "weights.safetensors")
    result.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in tensors.items()})
    return result


def write(twin: Autoencoder, folder: pathlib.Path) -> None:
    safetensors.write(folder / "weights.safetensors",
                      {name: value.numpy() for name, value in twin.state_dict().items()}, {})
    (folder / "configuration.json").write_text(json.dumps(twin.configuration.to_json()))


class ThisProject:
    def __init__(self, folder: pathlib.Path, a: argparse.Namespace):
        self.process = subprocess.Popen(
            [PROGRAM, folder, "--side", str(a.side), "--threads", str(a.threads), "--precision",
             a.precision, "--in-turn"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def seconds(self) -> list[float]:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return [float(part) for part in self.process.stdout.readline().split()]


class PyTorch:
    """The whole picture in one call, as a user of the twin would write it."""

    def __init__(self, twin: Autoencoder, a: argparse.Namespace):
        torch.set_num_threads(a.threads)
        self.twin, self.precision = twin, a.precision
        self.image = torch.rand(1, 3, a.side, a.side)

    @torch.inference_mode()
    def seconds(self) -> list[float]:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.precision == "bf16"):
            begin = time.perf_counter()
            latent = self.twin.encode(self.image)
            middle = time.perf_counter()
            self.twin.decode(latent.float())
            return [middle - begin, time.perf_counter() - middle]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path, nargs="?", help="a model folder")
    parser.add_argument("--side", type=int, default=2048)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--rounds", type=int, default=3)
    a = parser.parse_args()
    twin = network(a.model)
    with tempfile.TemporaryDirectory() as folder:
        write(twin, pathlib.Path(folder))
        runners = {"this project, tiles": ThisProject(pathlib.Path(folder), a),
                   "PyTorch eager, the whole picture at once": PyTorch(twin, a)}
        for runner in runners.values():
            runner.seconds()
        times = {name: [] for name in runners}
        for _ in range(a.rounds):
            for name, runner in runners.items():
                times[name].append(runner.seconds())
        runners["this project, tiles"].process.stdin.close()
    print(f"{a.side}×{a.side} pixels, {a.threads} threads, {a.precision}\n")
    print("| | encode s | ratio | decode s | ratio |\n|---|---|---|---|---|")
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in times.items()}
    measure = medians["this project, tiles"]
    for name, (encode, decode) in medians.items():
        print(f"| {name} | {encode:.2f} | {encode / measure[0]:.2f} | {decode:.2f} | {decode / measure[1]:.2f} |")


if __name__ == "__main__":
    main()
