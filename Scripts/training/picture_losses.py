"""What pictures that a network makes are compared with photos by: errors and local gradient energies."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

LEVEL_ENERGY = 4e-5  # of a gradient of about a level
SCALES = 3


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
    return root_mean_square(restored - image) + energy_weight * (local_energy(restored) - local_energy(image)).abs().mean()


def detail_loss(restored: torch.Tensor, image: torch.Tensor, energy_weight: float) -> torch.Tensor:
    """Root mean square of each crop's error, and that of the local energies of brightness and of colour, across and down,
    at three scales.

    An absolute difference of energies asks for their median, which is far below the mean where it is uncertain what was
    there. Energies of one scale alone are had most cheaply from the finest pattern there is, and those of red, green and
    blue from specks of colour.
    """
    loss = root_mean_square(restored - image)
    restored, image = brightness_and_colour(restored), brightness_and_colour(image)
    for scale in range(SCALES):
        for own, right in zip(gradients(restored), gradients(image)):
            own, right = ((F.avg_pool2d(band.square(), 8) + 1e-5).sqrt() for band in (own, right))
            of_channels = (own - right).flatten(0, 1)[:, None]
            loss = loss + energy_weight / (2 * SCALES) * root_mean_square(of_channels)
        if scale < SCALES - 1:
            restored, image = F.avg_pool2d(restored, 2), F.avg_pool2d(image, 2)
    return loss


def brightness_and_colour(image: torch.Tensor) -> torch.Tensor:
    """The mean of red, green and blue, and how far red and blue are from it: `[B, 3, H, W]`."""
    mean = image.mean(1, keepdim=True)
    return torch.cat([mean, image[:, 0:1] - mean, image[:, 2:3] - mean], 1)


def root_mean_square(values: torch.Tensor) -> torch.Tensor:
    """Of each of a batch, and their mean."""
    return (values.square().mean((1, 2, 3)) + 1e-6).sqrt().mean()


def excess(restored: torch.Tensor, photo: torch.Tensor) -> torch.Tensor:
    """How far local energies are above the photo's, as the logarithm of their ratio: what is flat counts as much as what is busy.

    A critic alone asks for the grain that photos have, and is answered with a lattice or a weave.
    """
    ratios = (local_energy(restored).square() + LEVEL_ENERGY) / (local_energy(photo).square() + LEVEL_ENERGY)
    return ratios.log().clamp_min(0).mean()


def psnr(restored: torch.Tensor, image: torch.Tensor) -> float:
    error = (restored.clamp(0, 1) * 255).round() / 255 - image
    return -10 * math.log10(max(error.square().mean().item(), 1e-9))
