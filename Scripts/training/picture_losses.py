"""What pictures that a network makes are compared with photos by: errors and local gradient energies."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

LEVEL_ENERGY = 4e-5  # of a gradient of about a level


def gradients(image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Differences to the right and lower neighbour, `[B, C, H-1, W-1]` each."""
    corner = image[..., :-1, :-1]
    return image[..., :-1, 1:] - corner, image[..., 1:, :-1] - corner


def block_energies(image: torch.Tensor, side: int = 8) -> torch.Tensor:
    """Mean squared gradient in `side`×`side` blocks."""
    across, down = gradients(image)
    return F.avg_pool2d(across.square() + down.square(), side)


def local_energy(image: torch.Tensor, side: int = 8) -> torch.Tensor:
    """Root of the mean squared gradient in blocks."""
    return (block_energies(image, side) + 1e-5).sqrt()


def reconstruction_loss(restored: torch.Tensor, image: torch.Tensor, energy_weight: float) -> torch.Tensor:
    """Root mean square of each crop's error, and the difference of local gradient energies.

    The first counts smooth and busy crops about alike, as a mean of PSNRs does; without the second,
    textures come out too smooth.
    """
    loss = ((restored - image).square().mean((1, 2, 3)) + 1e-6).sqrt().mean()
    return loss + energy_weight * (local_energy(restored) - local_energy(image)).abs().mean()


def excess(restored: torch.Tensor, photo: torch.Tensor) -> torch.Tensor:
    """How far local energies are above the photo's, as the logarithm of their ratio: what is flat counts as much as what is busy.

    A critic alone asks for the grain that photos have, and is answered with a lattice or a weave.
    """
    ratios = (local_energy(restored).square() + LEVEL_ENERGY) / (local_energy(photo).square() + LEVEL_ENERGY)
    return ratios.log().clamp_min(0).mean()


def psnr(restored: torch.Tensor, image: torch.Tensor) -> float:
    error = (restored.clamp(0, 1) * 255).round() / 255 - image
    return -10 * math.log10(max(error.square().mean().item(), 1e-9))
