"""Several processes that train one network together: each takes a part of every batch.

On a processor, one process that uses two threads leaves a third of both idle, because many of
PyTorch's operations run on one. Two processes of one thread each do not.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile

import torch
import torch.distributed as distributed
from torch import nn


class Crew:
    """`size` processes with equal weights. `rank` 0 is the one that was started; it also reports."""

    def __init__(self, rank: int, size: int):
        self.rank, self.size = rank, size

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def average_gradients(self, network: nn.Module) -> None:
        values = list(network.parameters())
        self.add_gradients(values)
        for value in values:
            if value.grad is not None:
                value.grad /= self.size

    def add_gradients(self, values: list[torch.Tensor]) -> None:
        """Replaces each gradient by its sum over the processes."""
        if self.size == 1:
            return
        gradients = [value.grad for value in values if value.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        distributed.all_reduce(flat)
        for gradient, total in zip(gradients, flat.split([gradient.numel() for gradient in gradients])):
            gradient.copy_(total.view_as(gradient))

    def sum(self, value: torch.Tensor) -> torch.Tensor:
        """The sum of each process's tensor; all have the same shape."""
        if self.size == 1:
            return value
        total = value.clone()
        distributed.all_reduce(total)
        return total

    def any(self, flag: bool) -> bool:
        """Whether any process says so: all must stop at the same step."""
        if self.size == 1:
            return flag
        flags = torch.tensor([float(flag)])
        distributed.all_reduce(flags)
        return flags.item() > 0


def train_together(size: int, work) -> None:
    """Calls `work(crew)` in `size` processes. They are forked, so data read before are shared."""
    if size == 1:
        return work(Crew(0, 1))
    meeting = tempfile.mkdtemp() + "/meeting"
    threads = max(1, torch.get_num_threads() // size)

    def join(rank: int) -> None:
        torch.set_num_threads(threads)
        distributed.init_process_group(
            "gloo", init_method=f"file://{meeting}", rank=rank, world_size=size)
        work(Crew(rank, size))
        distributed.destroy_process_group()

    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    others = [multiprocessing.get_context("fork").Process(target=join, args=(rank,), daemon=True)
              for rank in range(1, size)]
    for process in others:
        process.start()
    join(0)
    for process in others:
        process.join()
