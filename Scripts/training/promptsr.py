"""PromptSR, the PyTorch twin of `Sources/PromptSR`: same names, same shapes, same arithmetic.

Source: Liu et al., "PromptSR: Cascade Prompting for Lightweight Image Super-Resolution".
Equation numbers below are the paper's. Letters of the shapes: B batch, H W pixels of the
low-resolution image, N = H·W tokens, C channels, M anchors, S heads, G tokens per category group.
What the paper leaves open, and what was chosen, stands in `Documentation/PromptSR.md`.
"""

from __future__ import annotations

import dataclasses
import math

import torch
import torch.nn.functional as F
from torch import nn

import native_attention


@dataclasses.dataclass(frozen=True)
class Configuration:
    """What the network is; the same keys as `PromptSRConfiguration` in Swift."""

    scale: int = 4
    channels: int = 48
    heads: int = 4
    residual_groups: int = 4
    blocks_per_group: int = 3  # 4 is PromptSR*
    anchor_stride: int = 8  # d
    window_size: int = 16
    category_group_size: int = 128
    anchor_update: float = 0.01  # alpha of equation (8)
    mean: tuple[float, float, float] = (0.4488, 0.4371, 0.4040)

    def to_json(self) -> dict:
        return {"architecture": "promptsr"} | dataclasses.asdict(self)


class PromptSR(nn.Module):
    """`[B, 3, H, W]` in 0…1 to `[B, 3, H·scale, W·scale]`; H and W are multiples of the window."""

    def __init__(self, configuration: Configuration = Configuration()):
        super().__init__()
        c = configuration
        self.configuration = c
        self.head = nn.Conv2d(3, c.channels, 3, padding=1)
        self.groups = nn.ModuleList(ResidualGroup(c) for _ in range(c.residual_groups))
        self.tail = nn.Conv2d(c.channels, c.channels, 3, padding=1)
        self.upsample = nn.Conv2d(c.channels, 3 * c.scale**2, 3, padding=1)
        self.register_buffer("mean", torch.tensor(c.mean).view(1, 3, 1, 1), persistent=False)
        start_as_interpolation(self)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.enlarge(self.features(image))

    def features(self, image: torch.Tensor) -> torch.Tensor:
        """Everything that does not depend on the scale: equations (1)–(3)."""
        shallow = self.head((image - self.mean).contiguous(memory_format=torch.channels_last))
        x = shallow  # [B, C, H, W], channels last in memory
        for group in self.groups:
            x = group(x)
        return self.tail(x) + shallow

    def enlarge(self, features: torch.Tensor) -> torch.Tensor:
        """The decoder, equation (4)."""
        x = self.upsample(features)  # [B, 3·s², H, W]
        return F.pixel_shuffle(x, self.configuration.scale) + self.mean


class ResidualGroup(nn.Module):
    """Cascade prompting blocks, a 3×3 convolution, and a skip; anchor prompts live inside it."""

    def __init__(self, c: Configuration):
        super().__init__()
        self.blocks = nn.ModuleList(CascadePromptingBlock(c) for _ in range(c.blocks_per_group))
        self.convolution = nn.Conv2d(c.channels, c.channels, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        tokens = x.permute(0, 2, 3, 1)  # [B, H, W, C]
        prompts = None  # equation (8) starts afresh in each group
        for block in self.blocks:
            tokens, prompts = block(tokens, prompts)
        return self.convolution(tokens.permute(0, 3, 1, 2)) + x


class CascadePromptingBlock(nn.Module):
    """Global anchor prompting, then local prompting by the coarse and by the fine map."""

    def __init__(self, c: Configuration):
        super().__init__()
        self.global_prompting = GlobalAnchorPrompting(c)
        self.coarse_prompting = LocalPrompting(c, window_shift=0)
        self.fine_prompting = LocalPrompting(c, window_shift=c.window_size // 2)

    def forward(self, x, prompts):
        x, coarse, fine, prompts = self.global_prompting(x, prompts)
        x = self.coarse_prompting(x, coarse)
        x = self.fine_prompting(x, fine)
        return x, prompts


class GlobalAnchorPrompting(nn.Module):
    """GAPL: anchors gather from every pixel (7), and every pixel reads from the anchors (10)."""

    def __init__(self, c: Configuration):
        super().__init__()
        self.norm = nn.LayerNorm(c.channels)
        self.qkv = nn.Linear(c.channels, 3 * c.channels)
        d = c.anchor_stride
        self.downscale = nn.Conv2d(
            c.channels, c.channels, d + 1, stride=d, padding=d // 2, groups=c.channels)
        self.anchor = nn.Linear(c.channels, c.channels)
        self.prompt_kv = nn.Linear(c.channels, 2 * c.channels)
        self.out = nn.Linear(c.channels, c.channels)
        self.feed_forward = FeedForward(c, mixes_neighbours=False)
        self.update = c.anchor_update

    def forward(self, x, previous):
        b, h, w, c = x.shape
        y = self.norm(x)
        q, k, v = self.qkv(y).view(b, h * w, 3 * c).split(c, dim=-1)  # each [B, N, C]
        downscaled = self.downscale(y.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)  # [B, H/d, W/d, C]
        anchors = self.anchor(downscaled.flatten(1, 2))  # [B, M, C]

        coarse = anchors @ (k / math.sqrt(c)).transpose(1, 2)  # [B, M, N], equation (7)
        prompts = coarse.softmax(dim=-1) @ v  # [B, M, C]
        if previous is not None:  # equation (8)
            prompts = self.update * previous + (1 - self.update) * prompts

        kp, vp = self.prompt_kv(prompts).split(c, dim=-1)  # equation (9)
        fine = (q / math.sqrt(c)) @ (kp + anchors).transpose(1, 2)  # [B, N, M], equation (10)
        prompted = fine.softmax(dim=-1) @ vp  # [B, N, C]

        x = x + self.out(prompted).view(b, h, w, c)  # (11)
        x = self.feed_forward(x)  # (12)
        return x, coarse.argmax(dim=1), fine.argmax(dim=2), prompts


class LocalPrompting(nn.Module):
    """LPL: window attention plus category attention over the same q, k, v; equations (13)–(15)."""

    def __init__(self, c: Configuration, window_shift: int):
        super().__init__()
        self.norm = nn.LayerNorm(c.channels)
        self.qkv = nn.Linear(c.channels, 3 * c.channels)
        start = torch.full((c.heads,), (c.channels // c.heads) ** -0.5)
        self.window_scale = nn.Parameter(start.clone())
        self.category_scale = nn.Parameter(start.clone())
        self.out = nn.Linear(c.channels, c.channels)
        self.feed_forward = FeedForward(c, mixes_neighbours=True)
        self.heads, self.window, self.shift = c.heads, c.window_size, window_shift
        self.group = c.category_group_size

    def forward(self, x, category):
        qkv = self.qkv(self.norm(x))  # [B, H, W, 3C]
        attended = self.window_attention(qkv) + self.category_attention(qkv, category)
        return self.feed_forward(x + self.out(attended))

    def window_attention(self, qkv):
        """Attention inside windows of `window`² pixels (WSA); shifted windows wrap around."""
        b, h, w, _ = qkv.shape
        v, s = self.window, self.shift
        tokens = torch.arange(b * h * w, device=qkv.device).view(b, h, w)
        windows = torch.roll(tokens, (-s, -s), dims=(1, 2)).view(b, h // v, v, w // v, v)
        order = windows.transpose(2, 3).flatten()
        return attention(qkv, order, self.window_scale, v * v)

    def category_attention(self, qkv, category):
        """Attention inside groups of `group` tokens after a stable sort by category (CSA)."""
        b, h, w, _ = qkv.shape
        order = torch.sort(category, dim=1, stable=True).indices  # [B, N]
        order = order + torch.arange(b, device=order.device)[:, None] * (h * w)
        return attention(qkv, order.flatten(), self.category_scale, self.group)


def attention(qkv: torch.Tensor, order: torch.Tensor, scale: torch.Tensor, group: int):
    """Self-attention inside groups of consecutive tokens of `order`, a learned scale per head.

    `qkv` is `[B, H, W, 3C]`, `order` a permutation of its B·H·W tokens; gives `[B, H, W, C]`.
    """
    *leading, c3 = qkv.shape
    rows, c, heads = qkv.reshape(-1, c3), c3 // 3, scale.numel()
    if native_attention.is_available(rows):
        return native_attention.grouped_attention(rows, order, scale, group).view(*leading, c)
    grouped = rows[order].view(-1, group, 3, heads, c // heads)
    q, k, v = grouped.permute(2, 0, 3, 1, 4)  # each [G, S, T, C/S]
    y = F.scaled_dot_product_attention(q * scale.view(1, heads, 1, 1), k, v, scale=1.0)
    y = y.transpose(1, 2).reshape(-1, c)
    return torch.empty_like(y).index_copy(0, order, y).view(*leading, c)


class FeedForward(nn.Module):
    """`x + W2(mix(GELU(W1 LN x)))`; `mix` is the identity or the identity plus a depthwise 3×3."""

    def __init__(self, c: Configuration, mixes_neighbours: bool):
        super().__init__()
        self.norm = nn.LayerNorm(c.channels)
        self.expand = nn.Linear(c.channels, c.channels)
        self.mix = (
            nn.Conv2d(c.channels, c.channels, 3, padding=1, groups=c.channels)
            if mixes_neighbours else None)
        self.reduce = nn.Linear(c.channels, c.channels)

    def forward(self, x):
        y = F.gelu(self.expand(self.norm(x)), approximate="tanh")
        if self.mix is not None:
            y = y + self.mix(y.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        return x + self.reduce(y)


@torch.no_grad()
def start_as_interpolation(network: PromptSR) -> None:
    """Initial weights with which the untrained network is a bilinear upscaler plus small noise.

    Three channels of `head` carry the colours, `upsample` interpolates them, and everything that
    writes into the residual stream starts small. It is no change of the network, only of where
    training begins: it starts at the PSNR of bilinear interpolation instead of at noise.
    """
    scale = network.configuration.scale
    for module in network.modules():
        if isinstance(module, nn.Linear):
            nn.init.trunc_normal_(module.weight, std=module.in_features**-0.5)
            nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Conv2d):
            fan_in = module.in_channels // module.groups * module.kernel_size[0] ** 2
            nn.init.normal_(module.weight, std=fan_in**-0.5)
            nn.init.zeros_(module.bias)
    for module in network.modules():
        if isinstance(module, (GlobalAnchorPrompting, LocalPrompting)):
            module.out.weight.mul_(0.2)
            module.feed_forward.reduce.weight.mul_(0.2)
    for group in network.groups:
        group.convolution.weight.mul_(0.1)
    network.tail.weight.mul_(0.02)
    network.head.weight[:3] = 0
    network.upsample.weight.mul_(0.02)
    network.upsample.weight[:, :3] = 0
    for colour in range(3):
        network.head.weight[colour, colour, 1, 1] = 1
        for row in range(scale):
            for column in range(scale):
                taps = torch.outer(_bilinear_taps(row, scale), _bilinear_taps(column, scale))
                network.upsample.weight[(colour * scale + row) * scale + column, colour] = taps


def _bilinear_taps(phase: int, scale: int) -> torch.Tensor:
    offset = (phase + 0.5) / scale - 0.5  # position of the output sample between input samples
    return torch.tensor([max(0.0, -offset), 1 - abs(offset), max(0.0, offset)])
