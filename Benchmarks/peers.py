"""Times this project against PyTorch, OpenVINO and ONNX Runtime, in turn, and prints ratios.

    swift build -c release && (cd Benchmarks && swift build -c release)
    python3 Benchmarks/peers.py Models/promptsr-x4 photo-320x180.png --threads 1 2

Every table shows the median of the rounds; a round runs each program once, one after the other.
Before that, every result is compared with the twin's. Needs NumPy, Pillow and PyTorch; OpenVINO and
ONNX Runtime (with onnx) take part when they are installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
from PIL import Image

import peer_networks
from peer_networks import safetensors

ROOT = pathlib.Path(__file__).resolve().parent.parent
UPSCALE = ROOT / ".build" / "release" / "promptscaler"
NETWORK = ROOT / "Benchmarks" / ".build" / "release" / "network-benchmark"


class ThisProject:
    """`network-benchmark`, started once; each call runs the network on all regions."""

    name = "this project"

    def __init__(self, model: pathlib.Path, regions: np.ndarray, threads: int, folder: pathlib.Path):
        batch, results = folder / "regions.safetensors", folder / f"results-{threads}.safetensors"
        safetensors.write(batch, {"regions": regions}, {})
        self.process = subprocess.Popen(
            [NETWORK, model, "--input", batch, "--output", results, "--threads", str(threads),
             "--precision", "f32", "--in-turn"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.seconds()  # the results are written before the first answer
        self.results = safetensors.read(results)[0]["results"]

    def seconds(self) -> float:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


class Peer:
    """One of `peer_networks` on `[R, H, W, 3]`, a call for each region."""

    def __init__(self, kind, network, regions: np.ndarray, threads: int, note: str = ""):
        self.name = kind.name + note
        self.images = [np.ascontiguousarray(region.transpose(2, 0, 1)[None]) for region in regions]
        self.run = kind(network, self.images[0].shape, threads)
        results = np.concatenate([self.run(image) for image in self.images])
        self.results = results.transpose(0, 2, 3, 1).reshape(len(regions), -1)

    def seconds(self) -> float:
        begin = time.perf_counter()
        for image in self.images:
            self.run(image)
        return time.perf_counter() - begin

    def close(self) -> None:
        del self.run


class Command:
    """A whole command, from the start of the process to its end."""

    def __init__(self, name: str, arguments: list):
        self.name, self.arguments = name, arguments

    def seconds(self) -> float:
        begin = time.perf_counter()
        subprocess.run(self.arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - begin

    def close(self) -> None:
        pass


def available(wanted: list) -> list:
    modules = {"pytorch": ["torch"], "openvino": ["openvino"], "onnxruntime": ["onnxruntime", "onnx"]}
    return [kind for name, kind in peer_networks.PEERS.items() if name in wanted and
            all(importlib.util.find_spec(module) for module in modules[name])]


def in_turn(title: str, runners: list, rounds: int) -> dict:
    """Runs the programs one after the other, `rounds` times; the first one is the measure."""
    times = {runner.name: [] for runner in runners}
    for _ in range(rounds):
        for runner in runners:
            times[runner.name].append(runner.seconds())
    print(f"\n{title}\n\n| | median s | best s | ratio of medians |\n|---|---|---|---|")
    measure = statistics.median(times[runners[0].name])
    for name, values in times.items():
        median = statistics.median(values)
        print(f"| {name} | {median:.3f} | {min(values):.3f} | {median / measure:.2f} |", flush=True)
    return times


def padded(image: np.ndarray, multiple: int) -> np.ndarray:
    """Mirrored at the right and lower edge up to whole multiples."""
    down, right = (-size % multiple for size in image.shape[:2])
    return np.pad(image, ((0, down), (0, right), (0, 0)), mode="reflect")


def cut(image: np.ndarray, width: int, height: int, columns: int, rows: int) -> np.ndarray:
    """`columns` · `rows` equally spread regions, `[R, height, width, 3]`."""
    image = np.pad(image, ((0, max(0, height - image.shape[0])), (0, max(0, width - image.shape[1])),
                           (0, 0)), mode="reflect")
    def starts(extent, length, count):
        return [i * (extent - length) // max(count - 1, 1) for i in range(count)]
    return np.stack([image[y:y + height, x:x + width]
                     for y in starts(image.shape[0], height, rows)
                     for x in starts(image.shape[1], width, columns)])


def plan(model: pathlib.Path, photo: pathlib.Path, options: list) -> dict:
    """What `promptscaler upscale --dry-run` says it will do."""
    text = subprocess.run(
        [UPSCALE, "upscale", photo, "-o", "-", "--format", "png", "--model", model, "--dry-run",
         "--json", *options],
        check=True, capture_output=True, text=True).stdout
    return json.loads(text)["plan"]


def grid(image: np.ndarray, planned: dict) -> np.ndarray:
    """The regions of a plan."""
    width, height = planned["region"]["width"], planned["region"]["height"]
    rows = next(rows for rows in range(1, planned["regions"] + 1)
                if planned["regions"] % rows == 0 and rows * height >= image.shape[0]
                and planned["regions"] // rows * width >= image.shape[1])
    return cut(image, width, height, planned["regions"] // rows, rows)


def compare_networks(a, twin, image: np.ndarray, threads: int, folder: pathlib.Path) -> None:
    """The regions that `upscale` makes, in all programs; and the whole picture in PyTorch."""
    planned = plan(a.model, a.photo, a.upscale)
    regions = grid(image, planned)
    runners = [ThisProject(a.model, regions, threads, folder)]
    runners += [Peer(kind, twin, regions, threads) for kind in available(a.peers)]
    for runner in runners:
        difference = runner.results - runners[1].results
        error = float((difference**2).mean() ** 0.5)
        print(f"{runner.name}: from the twin at most {np.abs(difference).max():.1e}, rms {error:.1e}")
        if error > 1e-4:  # a pixel between two categories may fall to either by rounding
            sys.exit("these are not the same network")
    whole = padded(image, 16)[None]
    runners.append(Peer(peer_networks.PyTorch, twin, whole, threads, ", whole picture"))
    shape = "×".join(str(size) for size in regions.shape[:3])
    in_turn(f"The network alone on {shape} pixels, {threads} thread(s)", runners, a.rounds)
    for runner in runners:
        runner.close()


def compare_commands(a, threads: int, folder: pathlib.Path) -> None:
    """Ours on the file; and the peers' shortest script on the whole picture."""
    result = folder / "result.png"
    runners = [Command("this project", [UPSCALE, "upscale", a.photo, "-o", result, "--model", a.model,
                                        "--threads", str(threads), "--precision", "f32",
                                        "--overwrite", *a.upscale])]
    runners += [Command(kind.name, [sys.executable, __file__, a.model, a.photo, "--threads",
                                    str(threads), "--once", kind.__name__, "--result", result])
                for kind in available(a.peers) if kind is peer_networks.PyTorch]
    in_turn(f"From file to file, {threads} thread(s)", runners, a.rounds)


def once(a, image: np.ndarray) -> None:
    """What a user of a peer would write: the whole padded picture in one call, and save it."""
    kind = getattr(peer_networks, a.once)
    whole = np.ascontiguousarray(padded(image, 16).transpose(2, 0, 1)[None])
    y = kind(peer_networks.twin(a.model), whole.shape, a.threads[0])(whole)[0].transpose(1, 2, 0)
    scale = y.shape[0] // padded(image, 16).shape[0]
    y = y[:image.shape[0] * scale, :image.shape[1] * scale]
    Image.fromarray((y.clip(0, 1) * 255).round().astype(np.uint8)).save(a.result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path, help="a model folder")
    parser.add_argument("photo", type=pathlib.Path, help="a picture of 320x180, say")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", nargs="+", default=list(peer_networks.PEERS),
                        choices=list(peer_networks.PEERS))
    parser.add_argument("--upscale", nargs="*", default=[], metavar="OPTION",
                        help="further options of promptscaler upscale, without their dashes: region 64")
    parser.add_argument("--once", help=argparse.SUPPRESS)
    parser.add_argument("--result", type=pathlib.Path, help=argparse.SUPPRESS)
    a = parser.parse_args()
    names = a.upscale[::2]
    a.upscale = [word for name, value in zip(names, a.upscale[1::2]) for word in (f"--{name}", value)]
    image = np.asarray(Image.open(a.photo).convert("RGB"), dtype=np.float32) / 255
    if a.once:
        return once(a, image)
    twin = peer_networks.twin(a.model)
    with tempfile.TemporaryDirectory() as folder:
        for threads in a.threads:
            compare_networks(a, twin, image, threads, pathlib.Path(folder))
            compare_commands(a, threads, pathlib.Path(folder))


if __name__ == "__main__":
    main()
