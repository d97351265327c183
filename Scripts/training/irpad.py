"""IRPAD, the network that tells how an image was degraded: the twin of `Sources/DegradationPrompts`.

Source: Jiang et al. 2024, "DaLPSR" (arXiv:2406.16477): telling the degree of a degradation is retrieval of
the prompt that fits. One query for each type attends to the features of the image; what it becomes is
matched by cosine with the embeddings of that type's prompts, one for each degree.

Letters of the shapes: B batch, H W pixels (multiples of 8), h w features (H/8, W/8), C channels, N tokens,
T types, D embedding size, P prompts of all types, in the bank's order.
"""

from __future__ import annotations

import dataclasses

import torch
import torch.nn.functional as F
from torch import nn

from autoencoder import ChannelNorm, convolution, residual_blocks

STRIDE = 8  # pixels between two features


@dataclasses.dataclass(frozen=True)
class Configuration:
    """What the network is; the same keys as `IRPADConfiguration` in Swift."""

    stem_channels: int = 96
    fine_channels: int = 48  # at H/4
    coarse_channels: int = 96  # at H/8
    blocks: tuple[int, int] = (1, 2)  # fine, coarse
    embedding_size: int = 128  # D
    heads: int = 4
    layers: int = 2
    window: int = 16  # features along a side of the region that one report is about: 128 pixels
    types: tuple[str, ...] = ()  # names of the bank's types, in its order
    degrees: tuple[int, ...] = ()  # how many degrees each type has
    bank_version: str = ""  # of the bank whose types, degrees and cuts it learned
    bank_sha256: str = ""
    temperatures: tuple[float, ...] = ()  # of each type: what its logits are divided by before the softmax
    thresholds: tuple[float, ...] = ()  # of each type: below this confidence it abstains

    def to_json(self) -> dict:
        return {"architecture": "irpad"} | dataclasses.asdict(self)


class IRPAD(nn.Module):
    """Images `[B, 3, H, W]` in 0…1 to the logits of all prompts `[B, P]`."""

    def __init__(self, configuration: Configuration):
        super().__init__()
        c = configuration
        self.configuration = c
        self.encoder = Encoder(c)
        self.queries = nn.Parameter(0.02 * torch.randn(len(c.types), c.embedding_size))
        self.layers = nn.ModuleList(DecoderLayer(c) for _ in range(c.layers))
        self.norm = nn.LayerNorm(c.embedding_size)
        self.project = nn.Linear(c.embedding_size, c.embedding_size)
        self.prompts = nn.Parameter(torch.randn(sum(c.degrees), c.embedding_size))
        self.log_scale = nn.Parameter(torch.tensor(2.3))  # exp: 10 at first

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.logits(self.embeddings(self.tokens(image)))

    def tokens(self, image: torch.Tensor) -> torch.Tensor:
        """`[B, N, C]`, row by row."""
        return self.encoder(image).flatten(2).transpose(1, 2)

    def windows(self, image: torch.Tensor, stride: int) -> torch.Tensor:
        """The logits of each window of one image, `stride` features apart, `[rows, columns, P]`.

        The last windows end at the border. An image smaller than a window is one window.
        """
        features = self.encoder(image)[0]  # [C, h, w]
        tops, lefts = (window_starts(length, self.configuration.window, stride) for length in features.shape[1:])
        side = self.configuration.window
        tokens = torch.stack([features[:, top : top + side, left : left + side].flatten(1).T
                              for top in tops for left in lefts])  # [windows, N, C]
        return self.logits(self.embeddings(tokens)).unflatten(0, (len(tops), len(lefts)))

    def embeddings(self, tokens: torch.Tensor) -> torch.Tensor:
        """What each type's query found among the tokens `[B, N, C]`: `[B, T, D]` of length 1."""
        x = self.queries.expand(len(tokens), -1, -1)  # [B, T, D]
        for layer in self.layers:
            x = layer(x, tokens)
        return F.normalize(self.project(self.norm(x)), dim=-1)

    def logits(self, embeddings: torch.Tensor) -> torch.Tensor:
        """The cosine of each type's embedding with its own prompts, times the learned scale: `[B, P]`."""
        prompts = F.normalize(self.prompts, dim=-1)
        cosines = torch.cat([embeddings[:, index] @ own.T for index, own in
                             enumerate(prompts.split(self.configuration.degrees))], 1)
        return cosines * self.log_scale.exp()


class Encoder(nn.Module):
    """`[B, 3, H, W]` to features `[B, C, H/8, W/8]`. Whole pixels go in: nothing is resized or averaged first."""

    def __init__(self, c: Configuration):
        super().__init__()
        self.head = convolution(3 * 4**2, c.stem_channels)
        self.mix = nn.Conv2d(c.stem_channels, c.fine_channels, 1)
        self.fine = residual_blocks(c.fine_channels, c.blocks[0])
        self.reduce = nn.Conv2d(c.fine_channels, c.coarse_channels, 3, stride=2, padding=1)
        self.coarse = residual_blocks(c.coarse_channels, c.blocks[1])
        self.norm = ChannelNorm(c.coarse_channels)
        with torch.no_grad():
            self.head.weight.copy_(cosine_filters(c.stem_channels))
            self.head.bias.zero_()

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        image = (image - 0.5).contiguous(memory_format=torch.channels_last)
        x = F.silu(self.head(F.pixel_unshuffle(image, 4)))  # [B, 96, H/4, W/4]
        x = self.fine(self.mix(x))  # [B, 48, H/4, W/4]
        x = self.coarse(self.reduce(x))  # [B, 96, h, w]
        return self.norm(x)


class DecoderLayer(nn.Module):
    """Each query attends to the tokens, then passes a small network of its own."""

    def __init__(self, c: Configuration):
        super().__init__()
        size = c.embedding_size
        self.heads = c.heads
        self.query_norm = nn.LayerNorm(size)
        self.query = nn.Linear(size, size)
        self.key_value = nn.Linear(c.coarse_channels, 2 * size)
        self.out = nn.Linear(size, size)
        self.norm = nn.LayerNorm(size)
        self.expand = nn.Linear(size, 2 * size)
        self.contract = nn.Linear(2 * size, size)

    def forward(self, x: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        query = self._apart(self.query(self.query_norm(x)))  # [B, heads, T, D/heads]
        key, value = (self._apart(part) for part in self.key_value(tokens).chunk(2, -1))  # [B, heads, N, D/heads]
        scores = query @ key.transpose(2, 3) * query.shape[-1] ** -0.5
        found = (scores.softmax(-1) @ value).transpose(1, 2).flatten(2)  # [B, T, D]
        x = x + self.out(found)
        return x + self.contract(F.silu(self.expand(self.norm(x))))

    def _apart(self, x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)


def window_starts(length: int, side: int, stride: int) -> list[int]:
    """Where windows begin along one direction: every `stride`, and one that ends at the border."""
    last = max(0, length - side)
    return sorted({*range(0, last, stride), last})


def cosine_filters(count: int) -> torch.Tensor:
    """The head's first weights `[count, 48, 3, 3]`: cosines of JPEG's 8×8 blocks, each and its negative.

    Random filters see little but the low frequencies, where photos are strong; what tells degradations apart is
    faint and high. So every frequency gets a filter of its own, about as loud as the others. The block
    lies in the middle cell of 4×4 pixels and those right and below: every other one is a block of a JPEG file.
    """
    luma, red, blue = (torch.tensor(weights) for weights in (
        [0.299, 0.587, 0.114], [0.701, -0.587, -0.114], [-0.299, -0.587, 0.886]))
    bands = sorted(((u, v) for u in range(8) for v in range(8) if u or v),
                   key=lambda band: (sum(band) > 5, (3 * band[0] + 5 * band[1]) % 7, band))
    chosen = [(luma, band, 1.0) for band in bands]
    for place, band in enumerate([(0, 1), (1, 0), (2, 2), (5, 5)]):
        chosen[9 * place + 6 : 9 * place + 6] = [(red, band, 2.5), (blue, band, 2.5)]
    x = (torch.arange(8) + 0.5) * torch.pi / 8
    filters = []
    for colour, (u, v), loudness in chosen[: (count + 1) // 2]:
        block = torch.outer(torch.cos(u * x), torch.cos(v * x))  # [8, 8]
        gain = loudness / (0.25 / (u * u + v * v) ** 0.8 + 0.012)
        cells = torch.zeros(3, 4, 4, 3, 3)  # colour, row and column in a cell, row and column of cells
        for row in range(8):
            for column in range(8):
                cells[:, row % 4, column % 4, 1 + row // 4, 1 + column // 4] = \
                    colour * block[row, column] * gain / block.norm()
        filters += [cells.flatten(0, 2), -cells.flatten(0, 2)]
    return torch.stack(filters[:count])
