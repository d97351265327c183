"""PatchScaler's global restoration module (GRM), the PyTorch twin of `Sources/Diffusion`: same names, same shapes.

From the latent of the enlarged photo to a coarse clean latent and the confidence in each position
(PatchScaler, section 3.1). Three scales of residual convolutions, so that a position knows about 100
positions, 800 pixels, around it.

Letters of the shapes: B batch, h w latent positions (multiples of 4), c latent channels.
"""

from __future__ import annotations

import dataclasses

import torch
import torch.nn.functional as F
from torch import nn

from autoencoder import ChannelNorm, convolution, residual_blocks


@dataclasses.dataclass(frozen=True)
class Configuration:
    """What the network is; the same keys as `RestorationModuleConfiguration` in Swift."""

    latent_channels: int = 16  # c
    channels: tuple[int, int, int] = (128, 192, 256)  # at full, half and quarter side
    blocks: tuple[int, int, int] = (2, 2, 3)  # on the way down, at each side
    upward_blocks: tuple[int, int] = (2, 2)  # on the way up, at full and half side
    autoencoder: str = ""  # fingerprint of the autoencoder whose latents it reads

    def to_json(self) -> dict:
        return {"architecture": "restoration-module"} | dataclasses.asdict(self)


class RestorationModule(nn.Module):
    """Latents `[B, c, h, w]` to coarse clean latents `[B, c, h, w]` and confidences `[B, 1, h, w]` in 0…1."""

    def __init__(self, configuration: Configuration = Configuration()):
        super().__init__()
        c = configuration
        full, half, quarter = c.channels
        self.configuration = c
        self.head = convolution(c.latent_channels, full)
        self.full_down = residual_blocks(full, c.blocks[0])
        self.reduce_full = nn.Conv2d(full * 2**2, half, 1)
        self.half_down = residual_blocks(half, c.blocks[1])
        self.reduce_half = nn.Conv2d(half * 2**2, quarter, 1)
        self.quarter = residual_blocks(quarter, c.blocks[2])
        self.expand_quarter = nn.Conv2d(quarter, half * 2**2, 1)
        self.half_up = residual_blocks(half, c.upward_blocks[1])
        self.expand_half = nn.Conv2d(half, full * 2**2, 1)
        self.full_up = residual_blocks(full, c.upward_blocks[0])
        self.norm = ChannelNorm(full)
        self.tail = convolution(full, c.latent_channels)
        self.confidence = convolution(full, 1)
        start_as_identity(self)

    def forward(self, latent: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = self.full_down(self.head(latent.contiguous(memory_format=torch.channels_last)))  # [B, C1, h, w]
        y = self.half_down(self.reduce_full(F.pixel_unshuffle(x, 2)))  # [B, C2, h/2, w/2]
        z = self.quarter(self.reduce_half(F.pixel_unshuffle(y, 2)))  # [B, C3, h/4, w/4]
        y = self.half_up(y + F.pixel_shuffle(self.expand_quarter(z), 2))  # [B, C2, h/2, w/2]
        x = self.full_up(x + F.pixel_shuffle(self.expand_half(y), 2))  # [B, C1, h, w]
        x = self.norm(x)
        return latent + self.tail(x), torch.sigmoid(self.confidence(x))  # [B, c, h, w], [B, 1, h, w]


@torch.no_grad()
def start_as_identity(network: RestorationModule) -> None:
    """Features of deviation about 1; residual branches start at zero, and the coarse latent as the input."""
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="linear" if layer.kernel_size == (1, 1) else "relu")
            nn.init.zeros_(layer.bias)
            if name.endswith("second") or name in ("tail", "confidence"):
                nn.init.zeros_(layer.weight)
            if name.startswith("expand"):
                layer.weight.mul_(0.1)
