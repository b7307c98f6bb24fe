"""A posterior: draws with their diagnosis, what they say of each parameter, and where the prior speaks instead of the data."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr

from supraspin.fit.bayes.diagnostics import Diagnosis
from supraspin.fit.bayes.joint import Joint
from supraspin.fit.bayes.mode import Mode
from supraspin.fit.bayes.nuts import Chains
from supraspin.fit.parameter import number
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EDGE = 2.0
"""|u| beyond which the prior ends, to the eye: 2.3 % lie there on each side."""
OPEN = math.exp(-2)
"""Likelihood at the end of a prior, relative to its largest, above which the data leave that end open (2 sigma)."""
SHARP = 4.0
"""Gain in width from which a parameter is determined wherever it lies in its prior."""


@dataclass(frozen=True)
class Marginal:
    """What the posterior says of one parameter, SI. `limit` is "lower" or "upper" where the other side is the prior's, and
    `determined` is False where both are. `gain` is the standard deviation of the prior over that of the posterior, in u."""

    name: str
    unit: str
    mean: float
    deviation: float
    median: float
    interval_68: tuple[float, float]
    interval_95: tuple[float, float]
    limit: str | None
    limit_value: float | None
    determined: bool
    gain: float
    r_hat: float
    ess: float
    prior: str
    source: str

    def __str__(self) -> str:
        if self.limit and self.limit_value is not None:
            return f"{'>' if self.limit == 'lower' else '<'} {si(self.limit_value, self.unit)} at 95 %"
        if not self.determined:
            return "not determined by the data"
        return uncertain(self.mean, self.deviation, self.unit)

    def to_dict(self) -> dict[str, Any]:
        return {
            "unit": self.unit, "mean": number(self.mean), "deviation": number(self.deviation), "median": number(self.median),
            "interval_68": [number(v) for v in self.interval_68], "interval_95": [number(v) for v in self.interval_95],
            "limit": self.limit, "limit_value": number(self.limit_value), "determined": self.determined,
            "gain": number(self.gain),
            "r_hat": number(self.r_hat), "ess": number(self.ess), "prior": self.prior, "source": self.source,
        }  # fmt: skip


@dataclass(frozen=True)
class Posterior:
    """Draws from the joint posterior of `whole`. `noise`: see `noise_draws`. `flags` name what is wrong with them."""

    whole: Joint
    modes: tuple[Mode, ...]
    chains: Chains
    diagnosis: Diagnosis
    noise: list[np.ndarray]
    flags: tuple[Flag, ...]
    seconds: float

    @property
    def names(self) -> tuple[str, ...]:
        return self.whole.names

    @property
    def draws(self) -> dict[str, np.ndarray]:
        """Parameter -> draws (chain, draw), SI."""
        return {q.name: q.prior.value(self.chains.u[..., i]) for i, q in enumerate(self.whole.quantities)}

    @property
    def maximum(self) -> dict[str, float]:
        """Where the posterior, as a density of u, is highest, SI."""
        return dict(zip(self.names, map(float, self.whole.values(self.modes[0].u)), strict=True))

    @property
    def marginals(self) -> Mapping[str, Marginal]:
        """What the draws say of each parameter."""
        return {q.name: _marginal(self, i) for i, q in enumerate(self.whole.quantities)}

    def correlation(self) -> np.ndarray:
        """Correlations (k, k) of the draws in u."""
        return np.corrcoef(self.chains.u.reshape(-1, len(self.names)), rowvar=False).reshape(len(self.names), -1)

    def report(self) -> str:
        """The posterior as text."""
        seen = self.diagnosis
        least = np.nanmin(np.minimum(seen.ess_bulk, seen.ess_tail))
        parts = ", ".join(f"{p.problem.model.name} ({p.problem.n} points)" for p in self.whole.parts)
        lines = [
            "[[Posterior]]", f"    {parts}",
            f"    {seen.chains} chains, {seen.draws} draws: R-hat at most {np.nanmax(seen.r_hat):.3f}, "
            f"at least {least:.0f} effective draws, {seen.divergences} divergences; {self.seconds:.1f} s",
            "[[Parameters]]",
        ]  # fmt: skip
        width = max(len(name) for name in self.names) + 1
        for name, m in self.marginals.items():
            low, high = m.interval_95
            where = f" (95 %: {si(low, m.unit)} .. {si(high, m.unit)})" if m.determined and not m.limit else ""
            lines.append(f"    {name + ':':<{width}} {m}{where}")
            lines.append(f"    {'':<{width}}   prior: {m.prior} [{m.source}]")
        if self.flags:
            lines.append("[[Flags]]")
            for flag in self.flags:
                text = f"{flag.level} {flag.code}: {flag.message}"
                lines += textwrap.wrap(text, 116, initial_indent="    ", subsequent_indent="        ")
        return "\n".join(lines)

    __str__ = report

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and text, in SI."""
        seen = self.diagnosis
        return {
            "parts": [
                {"name": p.name, "model": p.problem.model.name, "n": p.problem.n, "noise": p.noise} for p in self.whole.parts
            ],
            "parameters": {name: m.to_dict() for name, m in self.marginals.items()},
            "maximum": {name: number(v) for name, v in self.maximum.items()},
            "chains": seen.chains, "draws": seen.draws, "divergences": seen.divergences,
            "r_hat": number(float(np.nanmax(seen.r_hat))),
            "ess": number(float(np.nanmin(np.minimum(seen.ess_bulk, seen.ess_tail)))),
            "flags": [{**f.to_dict(), "numbers": {k: number(v) for k, v in f.numbers.items()}} for f in self.flags],
            "seconds": number(self.seconds),
        }  # fmt: skip

    def save(self, path: str | Path) -> Path:
        """Write a netCDF file with the groups that ArviZ reads (posterior, sample_stats, observed_data, ...)."""
        from supraspin.fit.bayes.storage import save

        return save(self, Path(path))

    def corner(self) -> Figure:
        """All parameters against each other."""
        from supraspin.fit.bayes.corner import corner

        return corner(self)

    def predictive(self) -> Figure:
        """Data with the curves and the readings that the posterior expects."""
        from supraspin.fit.bayes.predictive import predictive

        return predictive(self)


def open_ends(u: np.ndarray) -> tuple[bool, bool]:
    """Whether the data leave the lower and the upper end of a prior open, by draws of u (n,).

    Draws over the prior's own share, interval by interval, are the likelihood; at an end that is open it does not fall.
    """
    if 1 / np.std(u) > SHARP:
        return False, False
    edges = np.array([-np.inf, *np.arange(-EDGE, EDGE + 0.1, 0.5), np.inf])
    likelihood = np.histogram(u, edges)[0] / len(u) / np.diff(ndtr(edges))
    return bool(likelihood[0] > OPEN * likelihood.max()), bool(likelihood[-1] > OPEN * likelihood.max())


def _marginal(found: Posterior, i: int) -> Marginal:
    q, u = found.whole.quantities[i], found.chains.u[..., i].ravel()
    values = q.prior.value(u)
    low, high = (tuple(map(float, np.quantile(values, ends))) for ends in ((0.15865, 0.84135), (0.025, 0.975)))
    open_low, open_high = open_ends(u)
    limit = None if open_low == open_high else "upper" if open_low else "lower"
    ends = {"upper": float(np.quantile(values, 0.95)), "lower": float(np.quantile(values, 0.05))}
    seen = found.diagnosis
    return Marginal(
        q.name, q.unit, float(values.mean()), float(values.std(ddof=1)), float(np.median(values)), (low[0], low[1]),
        (high[0], high[1]), limit, ends[limit] if limit else None, not (open_low and open_high), float(1 / np.std(u)),
        float(seen.r_hat[i]), float(min(seen.ess_bulk[i], seen.ess_tail[i])), q.prior.describe(q.unit), q.prior.source,
    )  # fmt: skip
