"""Critics of what Patch-DiT estimates: what makes it look like photos and not like the mean of many.

A mean squared error asks for the mean of all pictures that fit a coarse latent, and the mean is smooth. Here a small
network tells real from estimated patches, beside their coarse latents, and the estimates learn to be taken for
real: the relativistic loss on pairs, steadied by the slope of the critic at both kinds (Huang et al. 2024, "The GAN
is dead; long live the GAN!"). The slope is taken from a small step in a random direction instead of a second
gradient (Lin et al. 2025, "Diffusion Adversarial Post-Training for One-Step Video Generation").

One critic looks at latents, which costs little. It passes faint hatches over, which eyes do not; the other one looks at what
the decoder makes of them.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from crew import Crew

SLOPE_EVERY = 4  # steps of a critic, and then counted four times


class LatentCritic(nn.Module):
    """Latents and coarse ones `[B, c, V, V]` to logits that they are real, `[B, 1, V, V]` and `[B, 1, V/2, V/2]`."""

    def __init__(self, latent_channels: int, channels: int = 64):
        super().__init__()
        self.head = nn.Conv2d(2 * latent_channels, channels, 3, padding=1)
        self.fine = nn.ModuleList(ResidualConvolutions(channels) for _ in range(2))
        self.fine_logit = nn.Conv2d(channels, 1, 1)
        self.reduce = nn.Conv2d(channels, 2 * channels, 2, stride=2)
        self.coarse = nn.ModuleList(ResidualConvolutions(2 * channels) for _ in range(2))
        self.coarse_logit = nn.Conv2d(2 * channels, 1, 1)

    def forward(self, latent: torch.Tensor, coarse: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = self.head(torch.cat([latent, coarse], 1).contiguous(memory_format=torch.channels_last))
        for block in self.fine:
            x = block(x)
        y = self.reduce(F.silu(x))
        for block in self.coarse:
            y = block(y)
        return self.fine_logit(F.silu(x)), self.coarse_logit(F.silu(y))


class PictureCritic(nn.Module):
    """Pictures `[B, 3, 8V, 8V]` and coarse latents `[B, c, V, V]` to logits `[B, 1, 2V, 2V]` and `[B, 1, V, V]`."""

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

    def forward(self, picture: torch.Tensor, coarse: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = F.pixel_unshuffle(4 * (picture - 0.5), 2).contiguous(memory_format=torch.channels_last)
        x = self.fine(self.head(x))  # [B, C1, 4V, 4V]
        x = self.middle(self.reduce_fine(F.silu(x)))  # [B, C2, 2V, 2V]
        y = self.join(torch.cat([self.reduce_middle(F.silu(x)), coarse.to(x.dtype)], 1))  # [B, C3, V, V]
        return self.middle_logit(F.silu(x)), self.coarse_logit(F.silu(self.coarse(y)))


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
                 view=lambda latent: latent, slope_step: float = 0.1, slope_weight: float = 3.0):
        self.share = share  # its pull, as a part of that of the squared error
        self.count = count  # how many patches of a batch it sees, or all
        self.critic = critic.to(device, memory_format=torch.channels_last)
        self.optimizer = torch.optim.Adam(self.critic.parameters(), rate, betas=(0.5, 0.99))
        self.crew, self.device, self.view = crew, device, view
        self.slope_step, self.slope_weight = slope_step, slope_weight
        self.steps = 0
        self.wins = 0.5  # how often it takes the real one for the more real one, lately

    def pull(self, real: torch.Tensor, estimate: torch.Tensor, coarse: torch.Tensor) -> torch.Tensor:
        """One step of the critic; then the gradient, at the latents, of the loss by which they learn to be taken for real."""
        estimate = estimate.detach().requires_grad_()
        with torch.autocast(self.device, torch.bfloat16):
            with torch.no_grad():
                real = self.view(real).float()
            seen = self.view(estimate).float()
        self._learn(real, seen.detach(), coarse)
        loss = sum(F.softplus(of_real - of_estimate).mean() for of_real, of_estimate in
                   (logit.chunk(2) for logit in self._logits(torch.cat([real, seen]), coarse.repeat(2, 1, 1, 1))))
        return torch.autograd.grad(loss, estimate)[0]

    def _learn(self, real: torch.Tensor, estimate: torch.Tensor, coarse: torch.Tensor) -> None:
        both, copies = torch.cat([real, estimate]), 2
        measures_slope = self.steps % SLOPE_EVERY == 0
        if measures_slope:
            both, copies = torch.cat([both, both + self.slope_step * torch.randn_like(both)]), 4
        loss, wins = 0.0, 0.0
        for logit in self._logits(both, coarse.repeat(copies, 1, 1, 1)):
            of_real, of_estimate = logit[: 2 * len(real)].chunk(2)
            loss = loss + F.softplus(of_estimate - of_real).mean()
            if measures_slope:
                there, moved = logit.chunk(2)
                loss = loss + SLOPE_EVERY * self.slope_weight * (moved - there).square().mean()
            wins += (of_real > of_estimate).float().mean().item() / 2
        self.steps += 1
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.crew.average_gradients(self.critic)
        self.optimizer.step()
        self.wins = 0.98 * self.wins + 0.02 * wins

    def _logits(self, seen: torch.Tensor, coarse: torch.Tensor) -> list[torch.Tensor]:
        with torch.autocast(self.device, torch.bfloat16):
            return [logit.float() for logit in self.critic(seen, coarse)]

    def state_dict(self) -> dict:
        return {"critic": self.critic.state_dict(), "optimizer": self.optimizer.state_dict(), "steps": self.steps}

    def load_state_dict(self, state: dict) -> None:
        self.critic.load_state_dict(state["critic"])
        rate = self.optimizer.param_groups[0]["lr"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.optimizer.param_groups[0]["lr"] = rate  # the arguments decide, not the checkpoint
        self.steps = state["steps"]
