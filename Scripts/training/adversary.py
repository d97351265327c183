"""Critics of what Patch-DiT estimates: what makes it look like photos and not like the mean of many.

A mean squared error asks for the mean of all pictures that fit a coarse latent, and the mean is smooth. Here a small
network tells real from estimated patches, beside their coarse latents, and the estimates learn to be taken for
real: the relativistic loss on pairs, steadied by the slope of the critic at both kinds (Huang et al. 2024, "The GAN
is dead; long live the GAN!"). The slope is taken from a small step in a random direction instead of a second
gradient (Lin et al. 2025, "Diffusion Adversarial Post-Training for One-Step Video Generation").

One critic looks at latents, which costs little. It passes faint hatches over, which eyes do not; the other one looks at what
the decoder makes of them.

The critic of latents sees the textures of the prompt too, and adds how well a patch goes with them (Miyato and Koyama 2018,
"cGANs with Projection Discriminator"). It learns that from real patches with the textures of others (Reed et al. 2016,
"Generative Adversarial Text to Image Synthesis"). A squared error gains nothing from textures that follow from the coarse
latent; a critic that minds them does.
"""

from __future__ import annotations

import dataclasses

import torch
import torch.nn.functional as F
from torch import nn

from crew import Crew
from picture_losses import excess

SLOPE_EVERY = 4  # steps of a critic, and then counted four times


@dataclasses.dataclass
class Condition:
    """What patches are judged beside. Critics take several versions of all the patches, one after the other."""

    coarse: torch.Tensor  # [B, c, V, V]
    textures: torch.Tensor  # [B, K, c, V, V]
    present: torch.Tensor  # [B, K], bool

    def of(self, rows: torch.Tensor) -> Condition:
        """That of some of the patches."""
        return Condition(*(value[rows] for value in vars(self).values()))

    def with_others_textures(self) -> Condition:
        return Condition(self.coarse, self.textures.roll(1, 0), self.present.roll(1, 0))


class LatentCritic(nn.Module):
    """Latents `[B, c, V, V]` to logits that they are real, `[B, 1, V, V]` and `[B, 1, V/2, V/2]`."""

    minds_textures = True

    def __init__(self, latent_channels: int, channels: int = 64):
        super().__init__()
        self.head = nn.Conv2d(2 * latent_channels, channels, 3, padding=1)
        self.fine = nn.ModuleList(ResidualConvolutions(channels) for _ in range(2))
        self.fine_logit = nn.Conv2d(channels, 1, 1)
        self.reduce = nn.Conv2d(channels, 2 * channels, 2, stride=2)
        self.coarse = nn.ModuleList(ResidualConvolutions(2 * channels) for _ in range(2))
        self.coarse_logit = nn.Conv2d(2 * channels, 1, 1)
        self.character = Character(latent_channels, 2 * channels)

    def forward(self, latent: torch.Tensor, beside: Condition) -> tuple[torch.Tensor, torch.Tensor]:
        x = self.head(torch.cat([latent, repeated(beside.coarse, latent)], 1).contiguous(
            memory_format=torch.channels_last))
        for block in self.fine:
            x = block(x)
        y = self.reduce(F.silu(x))
        for block in self.coarse:
            y = block(y)
        alike = self.character.likeness(latent, beside)[:, None, None, None]
        return self.fine_logit(F.silu(x)) + alike, self.coarse_logit(F.silu(y)) + alike


class Character(nn.Module):
    """What a latent patch is made of, wherever it lies in the patch: a direction for `[B, c, V, V]`."""

    def __init__(self, latent_channels: int, channels: int):
        super().__init__()
        self.first = nn.Conv2d(latent_channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, stride=2)
        self.project = nn.Linear(2 * channels, channels)
        self.log_scale = nn.Parameter(torch.tensor(0.0))

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        x = F.silu(self.second(F.silu(self.first(latent.contiguous(memory_format=torch.channels_last)))))
        spread = x.float().var((2, 3), correction=0).add(1e-4).sqrt()
        return F.normalize(self.project(torch.cat([x.float().mean((2, 3)), spread], 1)).float(), dim=-1)

    def likeness(self, latent: torch.Tensor, beside: Condition) -> torch.Tensor:
        """The mean cosine of a patch with its textures, times the learned scale: `[B]`; 0 without textures."""
        textures = self(beside.textures.flatten(0, 1)).unflatten(0, beside.present.shape)  # [B, K, C]
        present = beside.present / beside.present.sum(1, keepdim=True).clamp_min(1)
        mean = (present[:, :, None] * textures).sum(1)  # [B, C]
        return self.log_scale.exp() * (repeated(mean, latent) * self(latent)).sum(1)


class PictureCritic(nn.Module):
    """Pictures `[B, 3, 8V, 8V]` to logits `[B, 1, 2V, 2V]` and `[B, 1, V, V]`."""

    minds_textures = False

    def __init__(self, latent_channels: int, channels: tuple[int, int, int] = (48, 96, 128)):
        super().__init__()
        fine, middle, coarse = channels
        self.head = nn.Conv2d(3 * 2**2, fine, 3, padding=1)
        self.fine = ResidualConvolutions(fine)
        self.reduce_fine = nn.Conv2d(fine, middle, 2, stride=2)
        self.middle = ResidualConvolutions(middle)
        self.middle_logit = nn.Conv2d(middle, 1, 1)
        self.reduce_middle = nn.Conv2d(middle, coarse, 2, stride=2)
        self.join = nn.Conv2d(coarse + latent_channels, coarse, 1)
        self.coarse = ResidualConvolutions(coarse)
        self.coarse_logit = nn.Conv2d(coarse, 1, 1)

    def forward(self, picture: torch.Tensor, beside: Condition) -> tuple[torch.Tensor, torch.Tensor]:
        x = F.pixel_unshuffle(4 * (picture - 0.5), 2).contiguous(memory_format=torch.channels_last)
        x = self.fine(self.head(x))  # [B, C1, 4V, 4V]
        x = self.middle(self.reduce_fine(F.silu(x)))  # [B, C2, 2V, 2V]
        y = self.reduce_middle(F.silu(x))
        y = self.join(torch.cat([y, repeated(beside.coarse, y).to(y.dtype)], 1))  # [B, C3, V, V]
        return self.middle_logit(F.silu(x)), self.coarse_logit(F.silu(self.coarse(y)))


def repeated(values: torch.Tensor, patches: torch.Tensor) -> torch.Tensor:
    """As many times as there are versions of the patches."""
    return values.repeat(len(patches) // len(values), *[1] * (values.dim() - 1))


class ResidualConvolutions(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.second(F.silu(self.first(F.silu(x))))


class Adversary:
    """A critic, with its optimiser and what makes of latents what it looks at."""

    def __init__(self, critic: nn.Module, rate: float, crew: Crew, device: str, share: float, count: int | None = None,
                 view=lambda latent: latent, slope_step: float = 0.1, slope_weight: float = 3.0, excess_weight: float = 0):
        self.excess_weight = excess_weight  # of local energies above the real ones', for a critic of pictures
        self.share = share  # its pull, as a part of that of the squared error
        self.count = count  # how many patches of a batch it sees, or all
        self.critic = critic.to(device, memory_format=torch.channels_last)
        self.optimizer = torch.optim.Adam(self.critic.parameters(), rate, betas=(0.5, 0.99))
        self.crew, self.device, self.view = crew, device, view
        self.slope_step, self.slope_weight = slope_step, slope_weight
        self.steps = 0
        self.wins = 0.5  # how often it takes the real one for the more real one, lately
        self.matches = 0.5  # how often it finds a real one more real with its own textures than with others'

    def pull(self, real: torch.Tensor, estimate: torch.Tensor, beside: Condition) -> torch.Tensor:
        """One step of the critic; then the gradient, at the latents, of the loss by which they learn to be taken for real."""
        estimate = estimate.detach().requires_grad_()
        with torch.autocast(self.device, torch.bfloat16):
            with torch.no_grad():
                real = self.view(real).float()
            seen = self.view(estimate).float()
        self._learn(real, seen.detach(), beside)
        loss = sum(F.softplus(of_real - of_estimate).mean() for of_real, of_estimate in
                   (logit.chunk(2) for logit in self._logits(torch.cat([real, seen]), beside)))
        if self.excess_weight:
            loss = loss + self.excess_weight * excess(seen, real)
        return torch.autograd.grad(loss, estimate)[0]

    def _learn(self, real: torch.Tensor, estimate: torch.Tensor, beside: Condition) -> None:
        both, copies = torch.cat([real, estimate]), 2
        measures_slope = self.steps % SLOPE_EVERY == 0
        if measures_slope:
            both, copies = torch.cat([both, both + self.slope_step * torch.randn_like(both)]), 4
        loss, wins = 0.0, 0.0
        strange = self._logits(real, beside.with_others_textures()) if self.critic.minds_textures else None
        for index, logit in enumerate(self._logits(both, beside)):
            of_real, of_estimate = logit[: 2 * len(real)].chunk(2)
            loss = loss + F.softplus(of_estimate - of_real).mean()
            if strange:
                loss = loss + F.softplus(strange[index] - of_real).mean()
            if measures_slope:
                there, moved = logit.chunk(2)
                loss = loss + SLOPE_EVERY * self.slope_weight * (moved - there).square().mean()
            wins += (of_real > of_estimate).float().mean().item() / 2
        if strange:
            self.matches = 0.98 * self.matches + 0.02 * (of_real > strange[-1]).float().mean().item()
        self.steps += 1
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.crew.average_gradients(self.critic)
        self.optimizer.step()
        self.wins = 0.98 * self.wins + 0.02 * wins

    def _logits(self, seen: torch.Tensor, beside: Condition) -> list[torch.Tensor]:
        with torch.autocast(self.device, torch.bfloat16):
            return [logit.float() for logit in self.critic(seen, beside)]

    def state_dict(self) -> dict:
        return {"critic": self.critic.state_dict(), "optimizer": self.optimizer.state_dict(), "steps": self.steps}

    def load_state_dict(self, state: dict) -> None:
        self.critic.load_state_dict(state["critic"])
        rate = self.optimizer.param_groups[0]["lr"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.optimizer.param_groups[0]["lr"] = rate  # the arguments decide, not the checkpoint
        self.steps = state["steps"]
