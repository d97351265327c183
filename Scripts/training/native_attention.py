"""The project's own attention kernel under PyTorch, for training on a processor.

`grouped_attention` compiles `native/grouped_attention.c` on first use and is three times faster than
PyTorch's attention at heads 12 wide. Where no compiler is found it is `None`, and the network falls
back to PyTorch.
"""

from __future__ import annotations

import ctypes
import hashlib
import pathlib
import shutil
import subprocess
import tempfile

import torch

_HERE = pathlib.Path(__file__).parent
_SOURCES = [_HERE / "native" / "grouped_attention.c",
            *sorted((_HERE.parent.parent / "Sources" / "CKernels").glob("*.[ch]")),
            *sorted((_HERE.parent.parent / "Sources" / "CKernels" / "include").glob("*.h"))]


class _Shape(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int32) for name in
                ("groups", "group_tokens", "heads", "head_width", "accumulates")]


def _compiled() -> ctypes.CDLL | None:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or not _SOURCES[0].exists():
        return None
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in _SOURCES)).hexdigest()[:16]
    library = pathlib.Path(tempfile.gettempdir()) / f"promptscaler-attention-{digest}.so"
    if not library.exists():
        partial = library.with_suffix(".partial")
        result = subprocess.run(
            [compiler, "-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-fopenmp",
             "-D_Nonnull=", "-D_Nullable=", "-Wno-psabi", "-DPS_ONE_PROCESSOR",
             "-I", str(_HERE.parent.parent / "Sources" / "CKernels" / "include"),
             "-shared", "-fPIC", str(_SOURCES[0]), "-o", str(partial)], capture_output=True)
        if result.returncode != 0:
            return None
        partial.replace(library)
    return ctypes.CDLL(str(library))


_library = _compiled()


class _GroupedAttention(torch.autograd.Function):
    @staticmethod
    def forward(ctx, qkv, tokens, scale, group_tokens):
        rows, c3 = qkv.shape
        shape = _Shape(rows // group_tokens, group_tokens, scale.numel(), c3 // 3 // scale.numel(), 0)
        qkv, tokens, scale = qkv.contiguous(), tokens.to(torch.int32).contiguous(), scale.contiguous()
        out = qkv.new_empty(rows, c3 // 3)
        _library.forward(ctypes.byref(shape), *map(_pointer, (qkv, tokens, scale, out)))
        ctx.save_for_backward(qkv, tokens, scale)
        ctx.shape = shape
        return out

    @staticmethod
    def backward(ctx, d_out):
        qkv, tokens, scale = ctx.saved_tensors
        d_qkv = torch.empty_like(qkv)
        d_scale = qkv.new_empty(ctx.shape.groups, scale.numel())
        _library.backward(ctypes.byref(ctx.shape),
                          *map(_pointer, (qkv, tokens, scale, d_out.contiguous(), d_qkv, d_scale)))
        return d_qkv, None, d_scale.sum(0), None


def _pointer(tensor: torch.Tensor) -> ctypes.c_void_p:
    return ctypes.c_void_p(tensor.data_ptr())


def grouped_attention(qkv: torch.Tensor, tokens: torch.Tensor, scale: torch.Tensor,
                      group_tokens: int) -> torch.Tensor:
    """`qkv` `[N, 3C]`, `tokens` `[N]` row numbers by group, `scale` `[S]`; gives `[N, C]`."""
    return _GroupedAttention.apply(qkv, tokens, scale, group_tokens)


def is_available(tensor: torch.Tensor) -> bool:
    return _library is not None and tensor.device.type == "cpu" and tensor.dtype == torch.float32
