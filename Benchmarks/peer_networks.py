"""The networks that this project is compared with: the PyTorch twin, and its exports.

Two operators of the twin have no fast counterpart in OpenVINO and ONNX: the sort by category and the
scattering of rows back to their places. `Exportable` writes both as a counting sort and a gather.
It is a rewriting, not another network: `peers.py` compares every result with the twin's.
"""

from __future__ import annotations

import contextlib
import functools
import io
import pathlib
import sys
import warnings

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Scripts" / "training"))

import native_attention  # noqa: E402
import promptsr  # noqa: E402
import safetensors  # noqa: E402

native_attention.is_available = lambda _: False  # PyTorch's own attention


def twin(folder: pathlib.Path) -> promptsr.PromptSR:
    """The twin with the weights of a model folder."""
    tensors, _ = safetensors.read(folder / "weights.safetensors")
    blocks = 1 + max(int(name.split(".")[3]) for name in tensors if name.startswith("groups.0.blocks"))
    scale = round((tensors["upsample.bias"].size / 3) ** 0.5)
    network = promptsr.PromptSR(promptsr.Configuration(scale=scale, blocks_per_group=blocks)).eval()
    network.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in tensors.items()})
    return network


class Exportable:
    """Methods of `LocalPrompting` that export; category count M is H·W / d²."""

    def window_attention(self, qkv):
        b, h, w, _ = qkv.shape
        v, s = self.window, self.shift
        tokens = torch.arange(b * h * w).view(b, h, w)
        windows = torch.roll(tokens, (-s, -s), dims=(1, 2)).view(b, h // v, v, w // v, v)
        order = windows.transpose(2, 3).flatten()
        return attention(qkv, order, torch.argsort(order), self.window_scale, v * v)

    def category_attention(self, qkv, category):
        b, h, w, _ = qkv.shape
        n, m = h * w, (h // 8) * (w // 8)
        marks = F.one_hot(category, m).float()  # [B, N, M]
        before = marks.cumsum(1) - marks  # earlier tokens of each category
        sizes = marks.sum(1)  # [B, M]
        starts = (sizes.cumsum(1) - sizes)[:, None]  # [B, 1, M]
        place = ((before + starts) * marks).sum(2).long()  # [B, N], where each token goes
        place = (place + torch.arange(b)[:, None] * n).flatten()
        tokens = torch.arange(b * n)
        order = torch.zeros_like(tokens).scatter(0, place, tokens)
        return attention(qkv, order, place, self.category_scale, self.group)


def attention(qkv, order, place, scale, group):
    *leading, c3 = qkv.shape
    c, heads = c3 // 3, scale.numel()
    grouped = qkv.reshape(-1, c3)[order].view(-1, group, 3, heads, c // heads)
    q, k, v = grouped.permute(2, 0, 3, 1, 4)
    y = F.scaled_dot_product_attention(q * scale.view(1, heads, 1, 1), k, v, scale=1.0)
    return y.transpose(1, 2).reshape(-1, c)[place].view(*leading, c)


@contextlib.contextmanager
def exportable():
    """Inside, `LocalPrompting` is `Exportable`."""
    kept = {name: promptsr.LocalPrompting.__dict__[name]
            for name in ("window_attention", "category_attention")}
    try:
        for name in kept:
            setattr(promptsr.LocalPrompting, name, Exportable.__dict__[name])
        yield
    finally:
        for name, method in kept.items():
            setattr(promptsr.LocalPrompting, name, method)


class PyTorch:
    """The twin, eager, f32."""

    name = "PyTorch eager"

    def __init__(self, network, shape, threads):
        torch.set_num_threads(threads)
        self.network, self.threads = network, threads

    @torch.inference_mode()
    def __call__(self, images: np.ndarray) -> np.ndarray:
        torch.set_num_threads(self.threads)
        return self.network(torch.from_numpy(images)).numpy()


@functools.cache
def openvino_model(network, shape):
    import openvino

    with exportable(), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openvino.convert_model(network, example_input=torch.rand(shape), input=list(shape))


@functools.cache
def onnx_model(network, shape) -> bytes:
    file = io.BytesIO()
    with exportable(), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(network, torch.rand(shape), file, opset_version=17, dynamo=False)
    return file.getvalue()


class OpenVINO:
    """The exportable twin through OpenVINO's own converter, f32."""

    name = "OpenVINO"

    def __init__(self, network, shape, threads):
        import openvino

        self.compiled = openvino.Core().compile_model(openvino_model(network, shape), "CPU", {
            "INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32",
            "PERFORMANCE_HINT": "LATENCY"})

    def __call__(self, images: np.ndarray) -> np.ndarray:
        return self.compiled(images)[0]


class OnnxRuntime:
    """The exportable twin as ONNX in ONNX Runtime, f32."""

    name = "ONNX Runtime"

    def __init__(self, network, shape, threads):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self.session = onnxruntime.InferenceSession(
            onnx_model(network, shape), options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name

    def __call__(self, images: np.ndarray) -> np.ndarray:
        return self.session.run(None, {self.input: images})[0]


PEERS = {"pytorch": PyTorch, "openvino": OpenVINO, "onnxruntime": OnnxRuntime}
