"""The texture classifier T, the PyTorch twin of `Sources/TextureMemory/Classifier`: same names, same shapes.

PatchScaler (section 3.3) describes a patch of a latent by the penultimate feature of a texture
classifier; that feature, normalised, is the key under which the texture memory keeps the patch.

Letters of the shapes: B batch, V patch side in latent positions, c latent channels, D key size.
"""

from __future__ import annotations

import dataclasses

import torch
import torch.nn.functional as F
from torch import nn

from autoencoder import convolution, residual_blocks


@dataclasses.dataclass(frozen=True)
class Configuration:
    """What the network is; the same keys as `TextureClassifierConfiguration` in Swift."""

    latent_channels: int = 16  # c
    patch_side: int = 16  # V
    fine_channels: int = 64
    coarse_channels: int = 128  # at half the side
    blocks: tuple[int, int] = (1, 2)  # fine, coarse
    key_size: int = 256  # D
    classes: tuple[str, ...] = ()  # names of the texture classes, when trained on named folders
    autoencoder: str = ""  # fingerprint of the autoencoder whose latents it reads

    def to_json(self) -> dict:
        return {"architecture": "texture-classifier"} | dataclasses.asdict(self)


class TextureClassifier(nn.Module):
    """Latent patches `[B, c, V, V]` to keys `[B, D]` of length 1."""

    def __init__(self, configuration: Configuration = Configuration()):
        super().__init__()
        c = configuration
        self.configuration = c
        self.head = convolution(c.latent_channels, c.fine_channels)
        self.fine = residual_blocks(c.fine_channels, c.blocks[0])
        self.reduce = nn.Conv2d(c.fine_channels * 2**2, c.coarse_channels, 1)
        self.coarse = residual_blocks(c.coarse_channels, c.blocks[1])
        self.project = nn.Linear(5 * c.coarse_channels, c.key_size)
        if c.classes:
            self.classify = nn.Linear(c.key_size, len(c.classes))

    def forward(self, patches: torch.Tensor) -> torch.Tensor:
        return F.normalize(self.features(patches))

    def features(self, patches: torch.Tensor) -> torch.Tensor:
        """The penultimate feature `[B, D]`, not normalised."""
        x = self.fine(self.head(patches.contiguous(memory_format=torch.channels_last)))  # [B, C1, V, V]
        x = self.coarse(self.reduce(F.pixel_unshuffle(x, 2)))  # [B, C2, V/2, V/2]
        x = F.silu(x)
        # Where: the mean of each quadrant, quadrants row by row. How rough: the deviation of the whole.
        quadrants = F.adaptive_avg_pool2d(x, 2).permute(0, 2, 3, 1).flatten(1)  # [B, 4·C2]
        variance = x.var((2, 3), unbiased=False)  # [B, C2]
        return self.project(torch.cat([quadrants, (variance + 1e-6).sqrt()], 1))  # [B, D]

    def logits(self, patches: torch.Tensor) -> torch.Tensor:
        """Scores of the named classes, `[B, classes]`."""
        return self.classify(F.silu(self.features(patches)))
