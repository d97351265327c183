"""The project's own attention kernel under PyTorch, for training on a processor.

`native/grouped_attention.c` is compiled on first use where clang is found, and is four times faster
than PyTorch's attention at heads 12 wide. Elsewhere, and on a GPU, the network uses PyTorch's.
"""

from __future__ import annotations

import concurrent.futures
import ctypes
import hashlib
import pathlib
import shutil
import subprocess
import tempfile

import torch

_HERE = pathlib.Path(__file__).parent
_KERNELS = _HERE.parent.parent / "Sources" / "CKernels"
_SOURCES = [_HERE / "native" / "grouped_attention.c", _HERE / "native" / "narrow_heads.h",
            *sorted(_KERNELS.glob("*.[ch]")),
            *sorted((_KERNELS / "include").glob("*.h"))]


class _Shape(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int32) for name in
                ("groups", "group_tokens", "heads", "head_width", "accumulates")]


def _compiled() -> ctypes.CDLL | None:
    compiler = shutil.which("clang")
    if compiler is None or not _SOURCES[0].exists():
        return None
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in _SOURCES)).hexdigest()[:16]
    library = pathlib.Path(tempfile.gettempdir()) / f"promptscaler-attention-{digest}.so"
    if not library.exists():
        partial = library.with_suffix(".partial")
        result = subprocess.run(
            [compiler, "-O2", "-march=native", "-mprefer-vector-width=512", "-DPS_ONE_PROCESSOR",
             "-I", str(_KERNELS / "include"), "-shared", "-fPIC", str(_SOURCES[0]), "-o", str(partial)],
            capture_output=True)
        if result.returncode != 0:
            return None
        partial.replace(library)
    loaded = ctypes.CDLL(str(library))
    loaded.ps_grouped_attention_scratch.restype = ctypes.c_size_t
    loaded.gradient_scratch_bytes.restype = ctypes.c_size_t
    return loaded


_library = _compiled()


_threads = concurrent.futures.ThreadPoolExecutor(torch.get_num_threads())


def _over_groups(groups: int, work) -> None:
    """Calls `work(first, count)` for equal parts of the groups, each on a thread of its own."""
    parts = min(groups, torch.get_num_threads())
    edges = [groups * part // parts for part in range(parts + 1)]
    list(_threads.map(lambda part: work(edges[part], edges[part + 1] - edges[part]), range(parts)))


class _GroupedAttention(torch.autograd.Function):
    @staticmethod
    def forward(ctx, qkv, tokens, scale, group_tokens):
        rows, c3 = qkv.shape
        heads = scale.numel()
        qkv, tokens, scale = qkv.contiguous(), tokens.to(torch.int32).contiguous(), scale.contiguous()
        out = qkv.new_empty(rows, c3 // 3)

        def work(first, count):
            shape = _Shape(count, group_tokens, heads, c3 // 3 // heads, 0)
            scratch = _scratch(_library.ps_grouped_attention_scratch(ctypes.byref(shape)))
            _library.ps_grouped_attention(
                ctypes.byref(shape), _pointer(qkv), _pointer(tokens[first * group_tokens:]),
                _pointer(scale), _pointer(out), _pointer(scratch))

        _over_groups(rows // group_tokens, work)
        ctx.save_for_backward(qkv, tokens, scale)
        ctx.group_tokens = group_tokens
        return out

    @staticmethod
    def backward(ctx, d_out):
        qkv, tokens, scale = ctx.saved_tensors
        (rows, c3), heads, group_tokens = qkv.shape, scale.numel(), ctx.group_tokens
        d_out, d_qkv = d_out.contiguous(), torch.empty_like(qkv)
        d_scale = qkv.new_empty(rows // group_tokens, heads)

        def work(first, count):
            shape = _Shape(count, group_tokens, heads, c3 // 3 // heads, 0)
            scratch = _scratch(_library.gradient_scratch_bytes(ctypes.byref(shape)))
            _library.ps_grouped_attention_gradient(
                ctypes.byref(shape), _pointer(qkv), _pointer(tokens[first * group_tokens:]),
                _pointer(scale), _pointer(d_out), _pointer(d_qkv), _pointer(d_scale[first:]),
                _pointer(scratch))

        _over_groups(rows // group_tokens, work)
        return d_qkv, None, d_scale.sum(0), None


def _scratch(size: int) -> torch.Tensor:
    return torch.empty(size // 4 + 16, dtype=torch.float32)


def _pointer(tensor: torch.Tensor) -> ctypes.c_void_p:
    return ctypes.c_void_p(tensor.data_ptr())


def grouped_attention(qkv: torch.Tensor, tokens: torch.Tensor, scale: torch.Tensor,
                      group_tokens: int) -> torch.Tensor:
    """`qkv` `[N, 3C]`, `tokens` `[N]` row numbers by group, `scale` `[S]`; gives `[N, C]`."""
    return _GroupedAttention.apply(qkv, tokens, scale, group_tokens)


def is_available(tensor: torch.Tensor) -> bool:
    return _library is not None and tensor.device.type == "cpu" and tensor.dtype == torch.float32
