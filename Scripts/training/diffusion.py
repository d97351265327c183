"""The noise schedule, and how a network's output becomes a clean latent.

PatchScaler, equations (4) to (7): x_t = √ᾱ_t x_0 + √(1 - ᾱ_t) ε, and a sampler may start at τ < T from
the coarse latent y_0 instead of from x_0, because √ᾱ_τ (x_0 - y_0) is small there. ᾱ is that of latent
diffusion (Rombach et al. 2022): √β rises linearly, so that ᾱ_400 is 0.43 and the start at τ = 400 is noisy enough.

Only the difference d = x_0 - y_0 is denoised. z_t = x_t - √ᾱ_t y_0 = √ᾱ_t d + √(1 - ᾱ_t) ε, and with σ the deviation of d
the network's output F gives d = c_skip z_t + c_out F, where c_skip z_t is the best linear estimate and F has
variance 1 at every t (the preconditioning of Karras et al. 2022, for a variance-preserving process).
"""

from __future__ import annotations

import torch

STEPS = 1000  # T
FIRST_BETA, LAST_BETA = 0.00085, 0.012


def cumulative_alphas() -> torch.Tensor:
    """ᾱ_t for t = 0 … T, float64 `[T + 1]`; ᾱ_0 = 1."""
    betas = torch.linspace(FIRST_BETA**0.5, LAST_BETA**0.5, STEPS, dtype=torch.float64) ** 2
    return torch.cat([torch.ones(1, dtype=torch.float64), (1 - betas).cumprod(0)])


class Preconditioning:
    """The factors around the network, for differences of deviation `deviation` (σ)."""

    def __init__(self, deviation: float, device="cpu"):
        self.alphas = cumulative_alphas().float().to(device)
        self.deviation = deviation

    def noisy(self, difference: torch.Tensor, noise: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """z_t of `[B, c, V, V]` differences and noise, `t` `[B]`."""
        alpha = self._alpha(t)
        return alpha.sqrt() * difference + (1 - alpha).sqrt() * noise

    def input(self, z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """z_t at variance 1: what the network sees."""
        return z / self._variance(t).sqrt()

    def difference(self, output: torch.Tensor, z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """d from the network's output F."""
        return self.skip(t) * z + self.out(t) * output

    def target(self, difference: torch.Tensor, z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        """F for which `difference` is right."""
        return (difference - self.skip(t) * z) / self.out(t)

    def moved(self, z: torch.Tensor, difference: torch.Tensor, t: torch.Tensor, after: torch.Tensor) -> torch.Tensor:
        """z at an earlier time, with the same noise: a step of DDIM (Song et al. 2021)."""
        now, then = self._alpha(t), self._alpha(after)
        noise = (z - now.sqrt() * difference) / (1 - now).sqrt()
        return then.sqrt() * difference + (1 - then).sqrt() * noise

    def skip(self, t: torch.Tensor) -> torch.Tensor:
        return self._alpha(t).sqrt() * self.deviation**2 / self._variance(t)

    def out(self, t: torch.Tensor) -> torch.Tensor:
        return self.deviation * ((1 - self._alpha(t)) / self._variance(t)).sqrt()

    def _alpha(self, t: torch.Tensor) -> torch.Tensor:
        return self.alphas[t].view(-1, 1, 1, 1)

    def _variance(self, t: torch.Tensor) -> torch.Tensor:
        alpha = self._alpha(t)
        return alpha * self.deviation**2 + 1 - alpha


def steps_from(tau: int, count: int) -> list[int]:
    """`count` values of t from `tau` down, evenly spaced, without 0."""
    return [round(tau * (count - index) / count) for index in range(count)]


@torch.no_grad()
def sampled(network, preconditioning: Preconditioning, coarse: torch.Tensor, prompt, noise: torch.Tensor,
            tau: int = STEPS, count: int = 20) -> torch.Tensor:
    """DPM-Solver++(2M) (Lu et al. 2022) on z from τ to 0. `network(z, coarse, t, prompt)` gives F."""
    p, alphas = preconditioning, preconditioning.alphas
    times = [*steps_from(tau, count), 0]
    z = (1 - alphas[tau]).sqrt() * noise  # equation (6): the difference is neglected at τ
    before, log_ratio_before = None, None
    for now, after in zip(times, times[1:]):
        t = torch.full((len(coarse),), now, device=coarse.device)
        d = p.difference(network(p.input(z, t), coarse, t, prompt).float(), z, t)
        if after == 0:
            return coarse + d
        scale_now, scale_after = alphas[now].sqrt(), alphas[after].sqrt()
        sigma_now, sigma_after = (1 - alphas[now]).sqrt(), (1 - alphas[after]).sqrt()
        step = (scale_after / sigma_after).log() - (scale_now / sigma_now).log()  # of half log-SNR
        estimate = d
        if before is not None:
            ratio = log_ratio_before / step
            estimate = (1 + 1 / (2 * ratio)) * d - before / (2 * ratio)
        z = sigma_after / sigma_now * z - scale_after * torch.expm1(-step) * estimate
        before, log_ratio_before = d, step
    raise AssertionError("the last step returns")
