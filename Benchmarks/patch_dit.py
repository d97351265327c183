"""Times a step of Patch-DiT against PyTorch and OpenVINO, in turn, and prints ratios of medians.

    (cd Benchmarks && swift build -c release)
    python3 Benchmarks/patch_dit.py Models/patch-dit --batch 64

The keys and values of the prompt are made before in all of them. Every result is compared with the twin's in f32.
Without a model folder the network has random weights, which take as long. Needs NumPy and PyTorch; OpenVINO
takes part when it is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Scripts" / "training"))

import safetensors  # noqa: E402
from model_folder import network_from, write_model_folder  # noqa: E402
from patch_dit import Configuration, PatchDiT, PromptTokens  # noqa: E402

PROGRAM = ROOT / "Benchmarks" / ".build" / "release" / "patch-dit-benchmark"
TIME = 500


def network(folder: pathlib.Path | None) -> PatchDiT:
    if folder is not None:
        return network_from(folder, PatchDiT, Configuration)
    torch.manual_seed(1)
    result = PatchDiT().eval()
    for value in result.parameters():
        torch.nn.init.normal_(value, std=0.05)
    return result


def inputs(twin: PatchDiT, batch: int) -> dict[str, torch.Tensor]:
    """As the twin has them: channels first."""
    c, random_source = twin.configuration, torch.Generator().manual_seed(2)
    latent = (c.latent_channels, c.patch_side, c.patch_side)
    return {"z": torch.randn(batch, *latent, generator=random_source),
            "coarse": torch.randn(batch, *latent, generator=random_source),
            "textures": torch.randn(batch, c.textures, *latent, generator=random_source),
            "similarities": torch.rand(batch, c.textures, generator=random_source),
            "degradation": torch.randn(batch, c.degradation_tokens, c.degradation_size, generator=random_source)}


class ThisProject:
    name = "this project, 16 patches a call"

    def __init__(self, twin: PatchDiT, values: dict, a: argparse.Namespace, folder: pathlib.Path):
        self.folder = folder
        write_model_folder(folder / "patch-dit", family="patch-dit", architecture="patch-dit", scale=None,
                           configuration=twin.configuration.to_json(), card="# patch-dit\n",
                           tensors={name: value.numpy() for name, value in twin.state_dict().items()})
        safetensors.write(folder / "inputs.safetensors", {
            name: np.ascontiguousarray(value.movedim(-3, -1).numpy() if value.dim() > 3 else value.numpy())
            for name, value in values.items()}, {})
        self.process = subprocess.Popen(
            [PROGRAM, folder / "patch-dit", "--input", folder / "inputs.safetensors", "--output",
             folder / "results.safetensors", "--time", str(TIME), "--threads", str(a.threads), "--precision",
             a.precision], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def seconds(self) -> float:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def results(self) -> torch.Tensor:
        self.seconds()  # the results are written before the first answer
        return torch.from_numpy(safetensors.read(self.folder / "results.safetensors")[0]["results"].copy()).movedim(3, 1)


class Step(torch.nn.Module):
    """`PatchDiT.denoise` with all that it reads as one list of tensors."""

    def __init__(self, twin: PatchDiT, tokens: int):
        super().__init__()
        self.twin, self.tokens = twin, tokens

    def forward(self, z, coarse, t, *prompts):
        present = torch.ones(z.shape[0], self.tokens, dtype=torch.bool)
        pairs = zip(prompts[::2], prompts[1::2])
        return self.twin.denoise(z, coarse, t, [(keys, values, present) for keys, values in pairs])


class PyTorch:
    name = "PyTorch eager"

    def __init__(self, step: Step, values: list, a: argparse.Namespace):
        torch.set_num_threads(a.threads)
        self.step, self.values, self.precision = step, values, a.precision

    @torch.inference_mode()
    def results(self) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.precision == "bf16"):
            return self.step(*self.values).float()

    def seconds(self) -> float:
        begin = time.perf_counter()
        self.results()
        return time.perf_counter() - begin


class OpenVINO:
    name = "OpenVINO"

    def __init__(self, step: Step, values: list, a: argparse.Namespace):
        import openvino
        with torch.no_grad():
            model = openvino.convert_model(step, example_input=tuple(values), input=[list(v.shape) for v in values])
        self.run = openvino.Core().compile_model(model, "CPU", {
            "INFERENCE_NUM_THREADS": a.threads, "INFERENCE_PRECISION_HINT": a.precision, "PERFORMANCE_HINT": "LATENCY"})
        self.values = [value.numpy() for value in values]

    def results(self) -> torch.Tensor:
        return torch.from_numpy(self.run(self.values)[0])

    def seconds(self) -> float:
        begin = time.perf_counter()
        self.run(self.values)
        return time.perf_counter() - begin


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path, nargs="?", help="a model folder")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--rounds", type=int, default=7)
    a = parser.parse_args()
    twin = network(a.model)
    values = inputs(twin, a.batch)
    everything = torch.ones(a.batch, twin.configuration.textures, dtype=torch.bool)
    prompts = twin.keys_and_values(PromptTokens(
        values["textures"], values["similarities"], everything, values["degradation"],
        torch.ones(a.batch, dtype=torch.bool)))
    step = Step(twin, prompts[0][2].shape[1]).eval()
    arguments = [values["z"], values["coarse"], torch.full((a.batch,), TIME),
                 *(part.contiguous() for keys, value, _ in prompts for part in (keys, value))]
    right = step(*arguments)
    with tempfile.TemporaryDirectory() as folder:
        runners = [ThisProject(twin, values, a, pathlib.Path(folder)), PyTorch(step, arguments, a)]
        if importlib.util.find_spec("openvino"):
            runners.append(OpenVINO(step, arguments, a))
        for runner in runners:
            error = runner.results() - right
            print(f"{runner.name}: from the twin in f32 at most {error.abs().max():.1e}, "
                  f"rms {error.square().mean().sqrt():.1e}")
        times = {runner.name: [] for runner in runners}
        for _ in range(a.rounds):
            for runner in runners:
                times[runner.name].append(runner.seconds())
        runners[0].process.stdin.close()
    measure = statistics.median(times[runners[0].name])
    print(f"\n{a.batch} patches, {a.threads} threads, {a.precision}\n\n| | s a step | ratio |\n|---|---|---|")
    for name, own in times.items():
        print(f"| {name} | {statistics.median(own):.3f} | {statistics.median(own) / measure:.2f} |")


if __name__ == "__main__":
    main()
