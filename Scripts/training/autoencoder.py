"""The latent autoencoder, the PyTorch twin of `Sources/Autoencoding`: same names, same shapes.

PatchScaler (section 3.1) works on the latents of an autoencoder that reduces each side by 8. This
one is our own: two scales of residual convolutions beside a linear path. Normalisation looks at the channels of one position only, so that
every output depends on a bounded neighbourhood, and an image encoded in tiles equals the image
encoded at once.

Letters of the shapes: B batch, H W pixels, h = H/8 and w = W/8, c latent channels.
"""

from __future__ import annotations

import dataclasses

import torch
import torch.nn.functional as F
from torch import nn

DOWNSAMPLING = 8


@dataclasses.dataclass(frozen=True)
class Configuration:
    """What the network is; the same keys as `AutoencoderConfiguration` in Swift."""

    latent_channels: int = 16  # c
    fine_channels: int = 128  # at a quarter of the image's side
    coarse_channels: int = 256  # at an eighth
    encoder_blocks: tuple[int, int] = (2, 2)  # fine, coarse
    decoder_blocks: tuple[int, int] = (2, 2)  # fine, coarse

    def to_json(self) -> dict:
        return {"architecture": "autoencoder"} | dataclasses.asdict(self)


class Autoencoder(nn.Module):
    """Images `[B, 3, H, W]` in 0…1 and latents `[B, c, h, w]` of mean 0 and variance 1 per channel."""

    def __init__(self, configuration: Configuration = Configuration()):
        super().__init__()
        self.configuration = configuration
        self.encoder = Encoder(configuration)
        self.decoder = Decoder(configuration)
        start_with_unit_features(self)
        self.register_buffer("latent_mean", torch.zeros(configuration.latent_channels))
        self.register_buffer("latent_deviation", torch.ones(configuration.latent_channels))

    def encode(self, image: torch.Tensor) -> torch.Tensor:
        latent = self.encoder(image)
        return (latent - self.latent_mean.view(1, -1, 1, 1)) / self.latent_deviation.view(1, -1, 1, 1)

    def decode(self, latent: torch.Tensor) -> torch.Tensor:
        return self.decoder(
            latent * self.latent_deviation.view(1, -1, 1, 1) + self.latent_mean.view(1, -1, 1, 1))


@dataclasses.dataclass(frozen=True)
class DecoderConfiguration:
    """What a detail decoder is; the same keys as `DetailDecoderConfiguration` in Swift."""

    latent_channels: int = 16
    fine_channels: int = 128
    coarse_channels: int = 256
    decoder_blocks: tuple[int, int] = (2, 2)
    autoencoder: str = ""  # fingerprint of the autoencoder whose latents it decodes

    def to_json(self) -> dict:
        return {"architecture": "detail-decoder"} | dataclasses.asdict(self)


class DetailDecoder(nn.Module):
    """Latents `[B, c, h, w]` to images, by a decoder that learned on latents that were drawn (`train_detail_decoder.py`)."""

    def __init__(self, c: DecoderConfiguration = DecoderConfiguration()):
        super().__init__()
        self.configuration = c
        self.decoder = Decoder(Configuration(c.latent_channels, c.fine_channels, c.coarse_channels,
                                             decoder_blocks=c.decoder_blocks))
        self.register_buffer("latent_mean", torch.zeros(c.latent_channels))
        self.register_buffer("latent_deviation", torch.ones(c.latent_channels))

    def decode(self, latent: torch.Tensor) -> torch.Tensor:
        return self.decoder(
            latent * self.latent_deviation.view(1, -1, 1, 1) + self.latent_mean.view(1, -1, 1, 1))


class Encoder(nn.Module):
    def __init__(self, c: Configuration):
        super().__init__()
        self.head = convolution(3 * 4**2, c.fine_channels)
        self.fine = residual_blocks(c.fine_channels, c.encoder_blocks[0])
        self.reduce = nn.Conv2d(c.fine_channels * 2**2, c.coarse_channels, 1)
        self.coarse = residual_blocks(c.coarse_channels, c.encoder_blocks[1])
        self.norm = ChannelNorm(c.coarse_channels)
        self.tail = convolution(c.coarse_channels, c.latent_channels)
        self.linear = nn.Conv2d(3 * DOWNSAMPLING**2, c.latent_channels, 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        image = (image - 0.5).contiguous(memory_format=torch.channels_last)  # [B, 3, H, W]
        x = self.head(F.pixel_unshuffle(image, 4))  # [B, 128, H/4, W/4]
        x = self.fine(x)
        x = self.reduce(F.pixel_unshuffle(x, 2))  # [B, 256, h, w]
        x = self.coarse(x)
        return self.tail(self.norm(x)) + self.linear(F.pixel_unshuffle(image, DOWNSAMPLING))  # [B, c, h, w]


class Decoder(nn.Module):
    def __init__(self, c: Configuration):
        super().__init__()
        self.head = convolution(c.latent_channels, c.coarse_channels)
        self.coarse = residual_blocks(c.coarse_channels, c.decoder_blocks[1])
        self.expand = nn.Conv2d(c.coarse_channels, c.fine_channels * 2**2, 1)
        self.fine = residual_blocks(c.fine_channels, c.decoder_blocks[0])
        self.norm = ChannelNorm(c.fine_channels)
        self.tail = convolution(c.fine_channels, 3 * 4**2)
        self.linear = nn.Conv2d(c.latent_channels, 3 * DOWNSAMPLING**2, 1)

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        latent = latent.contiguous(memory_format=torch.channels_last)  # [B, c, h, w]
        x = self.coarse(self.head(latent))  # [B, 256, h, w]
        x = F.pixel_shuffle(self.expand(x), 2)  # [B, 128, H/4, W/4]
        x = self.fine(x)
        detail = F.pixel_shuffle(self.tail(self.norm(x)), 4)  # [B, 3, H, W]
        return detail + F.pixel_shuffle(self.linear(latent), DOWNSAMPLING) + 0.5


class ResidualBlock(nn.Module):
    """Normalisation and two 3×3 convolutions beside the identity."""

    def __init__(self, channels: int):
        super().__init__()
        self.norm = ChannelNorm(channels)
        self.first = convolution(channels, channels)
        self.second = convolution(channels, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.second(F.silu(self.first(self.norm(x))))


class ChannelNorm(nn.LayerNorm):
    """Layer normalisation over the channels of each position of `[B, C, H, W]`."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast(x.device.type, enabled=False):
            return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def residual_blocks(channels: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(ResidualBlock(channels) for _ in range(count)))


def convolution(inputs: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, padding=1)


@torch.no_grad()
def start_with_unit_features(network: Autoencoder) -> None:
    """Features of deviation about 1 everywhere; residual branches and linear paths start at zero."""
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="linear" if layer.kernel_size == (1, 1) else "relu")
            nn.init.zeros_(layer.bias)
            if name.endswith(("second", "linear")):
                nn.init.zeros_(layer.weight)
    network.encoder.head.weight.mul_(3)  # pixels deviate by a third
    network.decoder.tail.weight.mul_(0.1)
