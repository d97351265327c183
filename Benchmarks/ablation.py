"""What the parts of PatchScaler do to the same pictures: how steps are given to patches, and the prompts.

    python3 Benchmarks/ablation.py PAIRS --niqe-model niqe_pris_params.npz --curve Documentation/Figures/pgs.svg

PAIRS holds `HR/NAME.png` and `LR/NAME.png`, a quarter as large, such as `restoration_quality.py --keep` leaves behind.
Every variant is one run of `upscale` on the folder LR, measured by `evaluate`. The curve draws NIQE against
seconds: uniform sampling with fewer and fewer steps, the network's groups and continuous sampling likewise, and the groups of `--plans`.
Wrong degradations are opposite to what the classifier says of each photo. Needs a release build.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Scripts" / "training"))
from line_plot import write_lines  # noqa: E402

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / ".build" / "release" / "promptscaler"

SCHEDULES = {"uniform": ["--groups", "uniform"], "the network's groups": [], "continuous": ["--groups", "continuous"]}
PROMPTS = {
    "all prompts": [],
    "no textures": ["--no-texture-prompt"],
    "no degradation": ["--no-degradation-prompt"],
    "neither": ["--no-texture-prompt", "--no-degradation-prompt"],
}


def call(*arguments) -> str:
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"promptscaler {arguments[0]} ended with {done.returncode}: {done.stderr}")
    return done.stdout


class Ablation:
    """One folder of pairs, and the runs on it."""

    def __init__(self, a: argparse.Namespace, folder: pathlib.Path):
        self.high, self.low, self.folder = a.pairs / "HR", a.pairs / "LR", folder
        self.common = ["--model", "patchscaler", "--scale", 4, "--format", "png", "--quiet",
                       *(["--home", a.home] if a.home else []), *(["--memory", a.memory] if a.memory else [])]
        self.niqe = ["--niqe-model", a.niqe_model] if a.niqe_model else []
        self.count = 0

    def measure(self, options: list, pictures: list[list] | None = None) -> dict:
        """Runs `upscale` with these options, or with other ones for each picture, and evaluates the results."""
        results = self.folder / str(self.count)
        self.count += 1
        start = time.monotonic()
        if pictures is None:
            call("upscale", self.low, "-o", results, *self.common, *options)
        else:
            results.mkdir()
            for picture, own in zip(sorted(self.low.iterdir()), pictures):
                call("upscale", picture, "-o", results / picture.name, *self.common, *options, *own)
        seconds = time.monotonic() - start
        lines = call("evaluate", self.high, results, "--border", 0, "--json", *self.niqe).splitlines()
        return json.loads(lines[-1]) | {"seconds": seconds / max(1, len(lines) - 1)}

    def opposites(self) -> list[list]:
        """For each picture `--degradation` with the opposite of what the classifier says."""
        options = []
        for picture in sorted(self.low.iterdir()):
            report = json.loads(call("prompt", "degradation", picture, "--json"))
            words = [f"{opposite(kind)} {kind['type']}" for kind in report["degradations"]]
            options.append(["--degradation", ", ".join(words)])
        return options


def opposite(kind: dict) -> str:
    """The degree of a type that is farthest from what a report says."""
    if kind["degree"] != "none":
        return "no"
    return "heavy" if "heavy" in kind["probabilities"] else "visible"


def row(name: str, figures: dict) -> None:
    niqe = f"{figures['niqe']:.3f}" if "niqe" in figures else "–"
    print(f"| {name} | {figures['psnr_db']:.2f} | {figures['ssim']:.4f} | {figures['haarpsi']:.4f} | "
          f"{figures['gradient_energy_ratio']:.3f} | {niqe} | {figures['seconds']:.2f} |", flush=True)


def heading(title: str) -> None:
    print(f"\n| {title} | PSNR dB | SSIM | HaarPSI | gradients | NIQE | s per picture |\n|---|---|---|---|---|---|---|")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument("--niqe-model", type=pathlib.Path, help="the published model, .npz")
    parser.add_argument("--home", type=pathlib.Path, help="folder that holds 'Models'")
    parser.add_argument("--memory", type=pathlib.Path, help="the memory of the textures that are right")
    parser.add_argument("--random-memory", type=pathlib.Path, help="one of textures that have nothing to do with them")
    parser.add_argument("--steps", type=int, nargs="+", default=[20, 12, 8, 4, 2], help="of the hardest patches")
    parser.add_argument("--plans", nargs="+", default=[], help="other groups, as `upscale --groups` takes them")
    parser.add_argument("--curve", type=pathlib.Path, help="an SVG file")
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        ablation = Ablation(a, pathlib.Path(temporary))
        heading("prompts")
        for name, options in PROMPTS.items():
            row(name, ablation.measure(options))
        if a.random_memory:
            row("random textures", ablation.measure(["--memory", a.random_memory]))
        row("wrong degradation", ablation.measure([], ablation.opposites()))
        heading("steps")
        lines: dict[str, list] = {}
        for schedule, options in SCHEDULES.items():
            for steps in a.steps:
                figures = ablation.measure([*options, "--steps", steps])
                row(f"{schedule}, {steps}", figures)
                lines.setdefault(schedule, []).append((figures["seconds"], figures.get("niqe", 0)))
        for plan in a.plans:
            row(plan, ablation.measure(["--groups", plan]))
        if a.curve:
            slowest = max(seconds for points in lines.values() for seconds, _ in points)
            heights = [niqe for points in lines.values() for _, niqe in points]
            write_lines(a.curve, {name: [(seconds / slowest, niqe) for seconds, niqe in points]
                                  for name, points in lines.items()},
                        f"seconds per picture, of {slowest:.1f}", "NIQE", (min(heights) - 0.1, max(heights) + 0.1))


if __name__ == "__main__":
    main()
