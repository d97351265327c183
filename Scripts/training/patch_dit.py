"""Patch-DiT, PatchScaler's denoiser of latent patches, the PyTorch twin of `Sources/Diffusion`: same names, same shapes.

Transformer blocks over the 2×2 tokens of a patch, each with cross-attention to the tokens of the
prompt (section 3.3): K retrieved textures through a similarity-aware encoder, and the degradation
prompt. The prompt's keys and values do not depend on t and are computed once a patch; what t changes are
two scales a dimension, on the queries and on what is read.

Around the blocks stand residual convolutions at every latent position, which the paper's network has not. Alone the
transformer has to learn what lies beside what, and after hours on two cores it still left speckle and the grid
of its tokens in flat places.

Letters of the shapes: B batch, V patch side, c latent channels, C fine channels, N = (V/2)² tokens, W width,
K textures, M = K (V/4)² texture tokens, G degradation tokens, P = 1 + M + G prompt tokens.
"""

from __future__ import annotations

import dataclasses
import math

import torch
import torch.nn.functional as F
from torch import nn


def paper_sampling() -> dict:
    """The groups of PatchScaler: simple, medium and hard patches; see `export_patch_dit.py`."""
    return {"stride": 12, "sampler": "dpm",
            "groups": [{"confidence": 0.95, "tau": 400, "steps": 8}, {"confidence": 0.75, "tau": 700, "steps": 14},
                       {"confidence": 0.0, "tau": 1000, "steps": 20}]}


@dataclasses.dataclass(frozen=True)
class Configuration:
    """What the network is; the same keys as `PatchDiTConfiguration` in Swift."""

    latent_channels: int = 16  # c
    patch_side: int = 16  # V
    fine_channels: int = 128  # C
    fine_blocks: tuple[int, int] = (3, 3)  # before and after the transformer
    width: int = 256  # W
    depth: int = 4
    heads: int = 4
    textures: int = 4  # K, at most
    degradation_tokens: int = 6  # G; 0 for a network without
    degradation_size: int = 128  # numbers in a degradation token
    difference_deviation: float = 0.5  # σ: of clean minus coarse latents
    autoencoder: str = ""  # fingerprint of the autoencoder whose latents it reads
    sampling: dict = dataclasses.field(default_factory=paper_sampling)  # how a photo's patches are sampled

    def to_json(self) -> dict:
        return {"architecture": "patch-dit"} | dataclasses.asdict(self)


@dataclasses.dataclass
class PromptTokens:
    """What conditions a batch. A texture or degradation of weight 0 in `present` counts as absent."""

    textures: torch.Tensor  # [B, K, c, V, V]
    similarities: torch.Tensor  # [B, K]
    texture_present: torch.Tensor  # [B, K], bool
    degradation: torch.Tensor | None = None  # [B, G, degradation_size]
    degradation_present: torch.Tensor | None = None  # [B], bool

    def of(self, rows: torch.Tensor) -> PromptTokens:
        """The prompts of some patches of the batch."""
        return PromptTokens(*(None if value is None else value[rows] for value in vars(self).values()))

    def whole(self) -> PromptTokens:
        """The same with nothing absent."""
        return dataclasses.replace(self, texture_present=torch.ones_like(self.texture_present),
                                   degradation_present=torch.ones_like(self.degradation_present))


class PatchDiT(nn.Module):
    """Noisy differences `[B, c, V, V]`, coarse latents `[B, c, V, V]`, t `[B]` and a prompt to F `[B, c, V, V]`."""

    def __init__(self, configuration: Configuration = Configuration()):
        super().__init__()
        c = configuration
        self.configuration = c
        self.time = TimeEmbedding(c.width)
        self.modulation = nn.Linear(c.width, 8 * c.width)  # shared by the blocks, which add their own
        self.fine_modulation = nn.Linear(c.width, 3 * c.fine_channels)  # likewise
        self.prompt = PromptEncoder(c)
        self.head = nn.Conv2d(2 * c.latent_channels, c.fine_channels, 3, padding=1)
        self.fine_in = nn.ModuleList(FineBlock(c.fine_channels) for _ in range(c.fine_blocks[0]))
        self.reduce = nn.Conv2d(c.fine_channels * 2**2, c.width, 1)
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.depth))
        self.expand = nn.Conv2d(c.width, c.fine_channels * 2**2, 1)
        self.fine_out = nn.ModuleList(FineBlock(c.fine_channels) for _ in range(c.fine_blocks[1]))
        self.final_modulation = nn.Linear(c.width, 2 * c.fine_channels)
        self.tail = nn.Conv2d(c.fine_channels, c.latent_channels, 3, padding=1)
        self.register_buffer("positions", sine_positions(c.patch_side // 2, c.width), persistent=False)
        start(self)

    def forward(self, z: torch.Tensor, coarse: torch.Tensor, t: torch.Tensor, prompt: PromptTokens) -> torch.Tensor:
        return self.denoise(z, coarse, t, self.keys_and_values(prompt))

    def keys_and_values(self, prompt: PromptTokens) -> list:
        """Once a patch, for every step: keys, values of each block, and which tokens are there."""
        tokens, present = self.prompt(prompt)  # [B, P, W], [B, P]
        return [(*block.cross.keys_and_values(tokens), present) for block in self.blocks]

    def denoise(self, z: torch.Tensor, coarse: torch.Tensor, t: torch.Tensor, prompts: list) -> torch.Tensor:
        time = F.silu(self.time(t))  # [B, W]
        fine = self.fine_modulation(time).unflatten(1, (3, -1))  # [B, 3, C]
        shared = self.modulation(time).unflatten(1, (8, -1))  # [B, 8, W]
        x = self.head(torch.cat([z, coarse], 1).contiguous(memory_format=torch.channels_last))  # [B, C, V, V]
        for block in self.fine_in:
            x = block(x, fine)
        y = self.reduce(F.pixel_unshuffle(x, 2)).flatten(2).transpose(1, 2) + self.positions  # [B, N, W]
        for block, prompt in zip(self.blocks, prompts):
            y = block(y, shared, prompt)
        side = self.configuration.patch_side // 2
        x = x + F.pixel_shuffle(self.expand(y.transpose(1, 2).unflatten(2, (side, side))), 2)
        for block in self.fine_out:
            x = block(x, fine)
        shift, scale = self.final_modulation(time).chunk(2, -1)
        return self.tail(modulated(x, shift, scale))  # [B, c, V, V]


class FineBlock(nn.Module):
    """Two 3×3 convolutions at every position of `[B, C, V, V]`, beside the identity."""

    def __init__(self, channels: int):
        super().__init__()
        self.own_modulation = nn.Parameter(torch.zeros(3, channels))
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: torch.Tensor, shared: torch.Tensor) -> torch.Tensor:
        shift, scale, gate = (shared + self.own_modulation).unbind(1)  # [B, C]
        y = self.second(F.silu(self.first(modulated(x, shift, scale))))
        return x + (1 + gate)[:, :, None, None] * y


class Block(nn.Module):
    """Self-attention, cross-attention to the prompt, and a wide layer, each behind a gate from t."""

    def __init__(self, c: Configuration):
        super().__init__()
        self.own_modulation = nn.Parameter(torch.zeros(8, c.width))
        self.attention = SelfAttention(c.width, c.heads)
        self.cross = CrossAttention(c.width, c.heads)
        self.widen = nn.Linear(c.width, 4 * c.width)
        self.narrow = nn.Linear(4 * c.width, c.width)

    def forward(self, x: torch.Tensor, shared: torch.Tensor, prompt: tuple) -> torch.Tensor:
        # shift, scale and gate of attention; of the wide layer; scales of the queries and of what is read
        b1, s1, g1, b2, s2, g2, query, read = (shared + self.own_modulation).unsqueeze(2).unbind(1)
        x = x + g1 * self.attention(normalised(x) * (1 + s1) + b1)
        x = x + self.cross(normalised(x) * (1 + query), prompt, 1 + read)
        return x + g2 * self.narrow(F.gelu(self.widen(normalised(x) * (1 + s2) + b2), approximate="tanh"))


class SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        q, k, v = (split(part, self.heads) for part in self.qkv(x).chunk(3, -1))  # [B, heads, N, W/heads]
        return self.out(joined(attention(q, k, v)))


class CrossAttention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def keys_and_values(self, tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        k, v = self.key_value(tokens).chunk(2, -1)
        return split(k, self.heads), split(v, self.heads)

    def forward(self, x: torch.Tensor, prompt: tuple, scale: torch.Tensor) -> torch.Tensor:
        keys, values, present = prompt
        q = split(self.query(x), self.heads)
        read = attention(q, keys.to(q.dtype), values.to(q.dtype), present[:, None, None, :])
        return self.out(joined(read) * scale)


class PromptEncoder(nn.Module):
    """A prompt to tokens `[B, P, W]`, and which of them are there. The first stands for no prompt at all."""

    def __init__(self, c: Configuration):
        super().__init__()
        self.nothing = nn.Parameter(torch.zeros(c.width))
        self.texture = nn.Linear(c.latent_channels * 4**2, c.width)
        self.similarity = nn.Linear(16, 2 * c.width)  # a scale and a shift for the tokens of a texture
        self.texture_widen = nn.Linear(c.width, 2 * c.width)
        self.texture_narrow = nn.Linear(2 * c.width, c.width)
        if c.degradation_tokens:
            self.degradation = nn.Linear(c.degradation_size, c.width)
            self.degradation_kind = nn.Parameter(torch.zeros(c.degradation_tokens, c.width))
        self.register_buffer("positions", sine_positions(c.patch_side // 4, c.width), persistent=False)

    def forward(self, prompt: PromptTokens) -> tuple[torch.Tensor, torch.Tensor]:
        batch, count = prompt.similarities.shape
        tokens = [self.nothing.expand(batch, 1, -1)]
        present = [torch.ones(batch, 1, dtype=torch.bool, device=self.nothing.device)]
        x = self.textures(prompt.textures.flatten(0, 1), prompt.similarities.flatten())  # [B·K, M/K, W]
        tokens.append(x.reshape(batch, -1, x.shape[-1]))
        present.append(prompt.texture_present.repeat_interleave(x.shape[1], 1))
        if prompt.degradation is not None:
            tokens.append(normalised(self.degradation(prompt.degradation)) + self.degradation_kind)
            present.append(prompt.degradation_present[:, None].expand(-1, prompt.degradation.shape[1]))
        return torch.cat([token.float() for token in tokens], 1), torch.cat(present, 1)

    def textures(self, patches: torch.Tensor, similarities: torch.Tensor) -> torch.Tensor:
        """The similarity-aware texture encoder: `[Q, c, V, V]` and `[Q]` to `[Q, (V/4)², W]`."""
        x = self.texture(tokens_of(patches, 4)) + self.positions
        scale, shift = self.similarity(similarity_features(similarities)).unsqueeze(1).chunk(2, -1)
        x = normalised(x) * (1 + scale) + shift
        return normalised(x + self.texture_narrow(F.gelu(self.texture_widen(x), approximate="tanh")))


class TimeEmbedding(nn.Module):
    """t in 0…1000, `[B]`, to `[B, W]`."""

    def __init__(self, width: int):
        super().__init__()
        self.first = nn.Linear(width, width)
        self.second = nn.Linear(width, width)
        self.width = width

    def forward(self, t: torch.Tensor) -> torch.Tensor:
        rates = torch.exp(-math.log(10_000) * torch.arange(self.width // 2, device=t.device) / (self.width // 2))
        angles = t.float()[:, None] * rates
        return self.second(F.silu(self.first(torch.cat([angles.cos(), angles.sin()], 1))))


def similarity_features(similarities: torch.Tensor) -> torch.Tensor:
    """Cosines `[Q]` to 16 bumps between -0.25 and 1, `[Q, 16]`."""
    centres = torch.linspace(-0.25, 1, 16, device=similarities.device)
    return torch.exp(-(((similarities.float()[:, None] - centres) / 0.1) ** 2))


def normalised(x: torch.Tensor) -> torch.Tensor:
    """Layer normalisation without weights, in single precision."""
    return F.layer_norm(x.float(), x.shape[-1:], eps=1e-6)


def modulated(x: torch.Tensor, shift: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """Layer normalisation over the channels of each position of `[B, C, V, V]`; `[B, C]` say what becomes of it."""
    x = normalised(x.permute(0, 2, 3, 1)) * (1 + scale[:, None, None]) + shift[:, None, None]
    return x.permute(0, 3, 1, 2)


def tokens_of(patches: torch.Tensor, side: int) -> torch.Tensor:
    """`[B, c, V, V]` to `[B, (V/side)², side·side·c]`: a token's positions row by row, channels last."""
    b, c, v, _ = patches.shape
    n = v // side
    return patches.view(b, c, n, side, n, side).permute(0, 2, 4, 3, 5, 1).reshape(b, n * n, side * side * c)


def attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, present: torch.Tensor | None = None) -> torch.Tensor:
    """Written out: so short sequences take a quarter of the time of PyTorch's own on a processor."""
    scores = (q @ k.transpose(-1, -2)).float() * q.shape[-1] ** -0.5
    if present is not None:
        scores = scores.masked_fill(~present, -math.inf)
    return scores.softmax(-1).to(v.dtype) @ v


def split(x: torch.Tensor, heads: int) -> torch.Tensor:
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def joined(x: torch.Tensor) -> torch.Tensor:
    return x.transpose(1, 2).flatten(2)


def sine_positions(side: int, width: int) -> torch.Tensor:
    """Row and column of `side`² tokens as sines and cosines, `[side², width]`: a half for each."""
    rates = torch.exp(-math.log(10_000) * torch.arange(width // 4) / (width // 4))
    angles = torch.arange(side)[:, None] * rates
    axis = torch.cat([angles.sin(), angles.cos()], 1)  # [side, width/2]
    return torch.cat([axis[:, None].expand(-1, side, -1), axis[None].expand(side, -1, -1)], 2).reshape(side**2, width)


@torch.no_grad()
def start(network: PatchDiT) -> None:
    """Gates at zero, so that blocks begin as the identity (adaLN-Zero), except what reads the prompt."""
    for layer in network.modules():
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="linear" if layer.kernel_size == (1, 1) else "relu")
            nn.init.zeros_(layer.bias)
    for layer in (network.modulation, network.fine_modulation, network.final_modulation, network.tail,
                  network.prompt.similarity):
        nn.init.zeros_(layer.weight)
    for block in network.blocks:
        nn.init.zeros_(block.cross.out.weight)
    for block in [*network.fine_in, *network.fine_out]:
        nn.init.zeros_(block.second.weight)
    network.expand.weight.mul_(0.1)
    nn.init.normal_(network.prompt.nothing, std=0.02)
    for name in ("first", "second"):
        nn.init.normal_(getattr(network.time, name).weight, std=0.02)
