"""Optimisers: Adam as the papers use it, and Muon for the matrices of short runs.

Muon: Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks". The momentum of
each weight matrix is replaced by its nearest orthogonal matrix, found by a few Newton–Schulz steps;
vectors and the first and last layers stay with Adam.
"""

from __future__ import annotations

import torch
from torch import nn

from crew import Crew


def make_optimizer(kind: str, network: nn.Module, rate: float, crew: Crew) -> torch.optim.Optimizer:
    if kind == "adam":
        groups = [{"params": list(network.parameters()), "lr": rate, "initial_lr": rate}]
        return torch.optim.Adam(groups, betas=(0.9, 0.99), eps=1e-8)
    matrices = [module.weight for module in network.modules() if isinstance(module, nn.Linear)
                or isinstance(module, nn.Conv2d) and min(module.in_channels, module.out_channels) >= 64]
    chosen = {id(weight) for weight in matrices}
    others = [value for value in network.parameters() if id(value) not in chosen]
    return Muon(matrices, others, rate, crew)


class Muon(torch.optim.Optimizer):
    """Muon for `matrices`, Adam for `others`; one learning rate, scaled for the matrices.

    Convolutions count as matrices of outputs times everything else. The processes of a crew share the
    matrices out and exchange the finished updates.
    """

    def __init__(self, matrices, others, rate: float, crew: Crew, momentum: float = 0.95,
                 matrix_rate_factor: float = 12.0):
        self.crew = crew
        groups = [
            {"params": matrices, "lr": rate * matrix_rate_factor, "matrices": True},
            {"params": others, "lr": rate, "matrices": False},
        ]
        for group in groups:
            group["initial_lr"] = group["lr"]
        super().__init__(groups, {"momentum": momentum})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for value in group["params"]:
                if value.grad is not None and not self.state[value]:
                    self.state[value] = {"momentum": torch.zeros_like(value)} if group["matrices"] else {
                        "mean": torch.zeros_like(value), "square": torch.zeros_like(value), "steps": 0}
            (self._step_matrices if group["matrices"] else self._step_others)(group)

    def _step_matrices(self, group) -> None:
        by_shape: dict[torch.Size, list] = {}
        for index, value in enumerate(value for value in group["params"] if value.grad is not None):
            value.grad.lerp_(self._momentum(group, value), group["momentum"])
            if index % self.crew.size == self.crew.rank:
                by_shape.setdefault(value.shape, []).append(value)
            else:
                value.grad.zero_()
        for shape, values in by_shape.items():
            updates = orthogonalised(torch.stack([value.grad.flatten(1) for value in values]))
            updates *= max(1.0, shape[0] / updates.shape[2]) ** 0.5
            for value, update in zip(values, updates):
                value.grad.copy_(update.view(shape))
        self.crew.add_gradients(group["params"])
        for value in group["params"]:
            if value.grad is not None:
                value.add_(value.grad, alpha=-group["lr"])

    def _momentum(self, group, value: torch.Tensor) -> torch.Tensor:
        momentum = self.state[value]["momentum"]
        return momentum.lerp_(value.grad, 1 - group["momentum"])

    def _step_others(self, group) -> None:
        for value in group["params"]:
            if value.grad is None:
                continue
            state = self.state[value]
            state["steps"] += 1
            state["mean"].lerp_(value.grad, 0.1)
            state["square"].lerp_(value.grad.square(), 0.01)
            mean = state["mean"] / (1 - 0.9 ** state["steps"])
            square = state["square"] / (1 - 0.99 ** state["steps"])
            value.addcdiv_(mean, square.sqrt().add_(1e-8), value=-group["lr"])


def orthogonalised(matrices: torch.Tensor, steps: int = 5) -> torch.Tensor:
    """About the nearest orthogonal matrix of each of `[B, R, C]`, by a quintic Newton–Schulz iteration in bf16.

    The iteration forgives the rounding of its own iterates. A polynomial of the Gram matrix of the first one, which is
    fewer products, does not: in bf16 its small eigenvalues are wrong by 0.004, are magnified 10⁵ times, and the
    training ends in NaN.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrices.transpose(1, 2) if matrices.shape[1] > matrices.shape[2] else matrices
    x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).bfloat16()
    for _ in range(steps):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    return (x.transpose(1, 2) if matrices.shape[1] > matrices.shape[2] else x).float()
