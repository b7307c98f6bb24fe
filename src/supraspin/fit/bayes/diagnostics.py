"""Have the chains found the posterior? Rank-normalised split R-hat and effective sample sizes (doi:10.1214/20-BA1221)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from supraspin.flags import Flag

WORST_R_HAT = 1.01
FEWEST = 100.0
"""Effective draws, per chain, below which quantiles are not to be trusted."""
DIVERGENT = 0.01
"""Share of divergent draws above which part of the posterior has not been reached."""


@dataclass(frozen=True)
class Diagnosis:
    """R-hat and effective sample sizes (of the middle, and of the 5 and 95 % quantiles) of each parameter (k,); divergences."""

    r_hat: np.ndarray
    ess_bulk: np.ndarray
    ess_tail: np.ndarray
    divergences: int
    draws: int
    chains: int
    saturated: int = 0

    def flags(self, names: tuple[str, ...]) -> list[Flag]:
        """What is wrong; "fault" where the draws must not be used."""
        out = []
        worst = int(np.argmax(np.where(np.isfinite(self.r_hat), self.r_hat, np.inf)))
        if not self.r_hat[worst] <= WORST_R_HAT:
            message = f"the chains disagree: R-hat of {names[worst]} is {self.r_hat[worst]:.3f}, more than {WORST_R_HAT}"
            out.append(Flag("chains_disagree", message, "fault", {"r_hat": float(self.r_hat[worst])}))
        fewest = np.minimum(self.ess_bulk, self.ess_tail)
        least = int(np.argmin(np.where(np.isfinite(fewest), fewest, -1.0)))
        if not fewest[least] >= FEWEST * self.chains:
            message = f"too few effective draws: {fewest[least]:.0f} of {names[least]}, fewer than {FEWEST * self.chains:.0f}"
            out.append(Flag("few_draws", message, "fault", {"ess": float(fewest[least])}))
        if self.divergences:
            share = f"{self.divergences} of {self.draws} draws diverged"
            message = f"{share}: the posterior has a corner that the sampler does not enter"
            out.append(
                Flag(
                    "divergences",
                    message,
                    "fault" if self.divergences > DIVERGENT * self.draws else "warning",
                    {"divergences": float(self.divergences)},
                )
            )
        if self.saturated > 0.05 * self.draws:
            message = f"{self.saturated} of {self.draws} trajectories were cut at their greatest length: the draws are slow"
            out.append(Flag("trajectories_cut", message, "warning", {"saturated": float(self.saturated)}))
        return out


def diagnose(draws: np.ndarray, diverging: np.ndarray, steps: np.ndarray, deepest: int) -> Diagnosis:
    """Of draws (chain, draw, k)."""
    columns = [draws[..., i] for i in range(draws.shape[-1])]
    return Diagnosis(
        np.array([r_hat(c) for c in columns]), np.array([ess_bulk(c) for c in columns]), np.array([ess_tail(c) for c in columns]),
        int(diverging.sum()), diverging.size, draws.shape[0], int(np.sum(steps >= 2**deepest - 1)),
    )  # fmt: skip


def _split(draws: np.ndarray) -> np.ndarray:
    """Each chain (c, n) in two halves (2 c, n // 2)."""
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, -half:]])


def _normal_ranks(draws: np.ndarray) -> np.ndarray:
    ranks = rankdata(draws.ravel()).reshape(draws.shape)
    return ndtri((ranks - 0.375) / (draws.size + 0.25))


def _plain_r_hat(draws: np.ndarray) -> float:
    n = draws.shape[1]
    within = np.mean(np.var(draws, axis=1, ddof=1))
    between = np.var(np.mean(draws, axis=1), ddof=1)
    if within == 0:
        return 1.0 if between == 0 else math.inf
    return float(np.sqrt((n - 1) / n + between / within))


def r_hat(draws: np.ndarray) -> float:
    """Rank-normalised split R-hat of chains (c, n), the larger of that of the place and that of the spread."""
    if not np.all(np.isfinite(draws)):
        return math.nan
    halves = _split(draws)
    folded = np.abs(halves - np.median(halves))
    return max(_plain_r_hat(_normal_ranks(halves)), _plain_r_hat(_normal_ranks(folded)))


def ess(draws: np.ndarray) -> float:
    """Effective sample size of the mean of chains (c, n): Geyer's initial monotone sequence over all chains."""
    chains, n = draws.shape
    if n < 4 or not np.all(np.isfinite(draws)):
        return math.nan
    if np.ptp(draws) == 0:
        return float(draws.size)
    centred = draws - draws.mean(axis=1, keepdims=True)
    size = 1 << (2 * n - 1).bit_length()
    power = np.abs(np.fft.rfft(centred, size, axis=1)) ** 2
    covariance = np.fft.irfft(power, size, axis=1)[:, :n].real / n
    within = np.mean(covariance[:, 0]) * n / (n - 1)
    total = within * (n - 1) / n + (np.var(draws.mean(axis=1), ddof=1) if chains > 1 else 0.0)
    rho = 1 - (within - np.mean(covariance, axis=0) * n / (n - 1)) / total
    rho[0] = 1.0
    pairs = rho[: 2 * (n // 2)].reshape(-1, 2).sum(axis=1)
    below = np.flatnonzero(pairs <= 0)
    pairs = pairs[: below[0]] if below.size else pairs
    pairs = np.minimum.accumulate(pairs)
    tau = max(-1 + 2 * float(pairs.sum()), 1 / math.log10(draws.size))
    return draws.size / tau


def ess_bulk(draws: np.ndarray) -> float:
    """Effective sample size of the middle of the distribution."""
    return ess(_normal_ranks(_split(draws))) if np.all(np.isfinite(draws)) else math.nan


def ess_tail(draws: np.ndarray) -> float:
    """The smaller effective sample size of the 5 and 95 % quantiles."""
    if not np.all(np.isfinite(draws)):
        return math.nan
    low, high = np.quantile(draws, (0.05, 0.95))
    return min(ess((_split(draws) <= edge).astype(float)) for edge in (low, high))
