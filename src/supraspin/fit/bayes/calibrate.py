"""Simulation-based calibration: truths from the prior must rank uniformly among the draws of their posteriors (arXiv:1804.06788).

Data sets of one shape share the compiled programs, so that each costs its sampling and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from scipy.stats import chi2

from supraspin.fit.bayes import nuts
from supraspin.fit.bayes.density import program
from supraspin.fit.bayes.joint import Joint
from supraspin.fit.bayes.mode import Mode, climb, evaluator
from supraspin.fit.bayes.sample import noise_draws
from supraspin.scheduler import THREADS, Progress, run_tasks


@dataclass(frozen=True)
class Calibration:
    """Ranks (data sets, k) of the truths among `draws` thinned draws, 0 to `draws`, and the truths (data sets, k) in u."""

    names: tuple[str, ...]
    ranks: np.ndarray
    draws: int
    truths: np.ndarray
    divergences: int

    def coverage(self, level: float) -> np.ndarray:
        """Share of the truths (k,) within the central interval of that level."""
        return np.mean(self._within(self.ranks, level), axis=0)

    def expected(self, level: float) -> float:
        """What that share should be: ranks are whole numbers."""
        return float(np.mean(self._within(np.arange(self.draws + 1), level)))

    def _within(self, ranks: np.ndarray, level: float) -> np.ndarray:
        return np.abs((ranks + 0.5) / (self.draws + 1) - 0.5) < 0.5 * level

    def probabilities(self, bins: int = 8) -> np.ndarray:
        """Probability (k,) of ranks at least as uneven, by chi-square over `bins`, if they are uniform."""
        edges = np.linspace(-0.5, self.draws + 0.5, bins + 1)
        expected = len(self.ranks) / bins
        counts = np.array([np.histogram(column, edges)[0] for column in self.ranks.T])
        return chi2.sf(np.sum((counts - expected) ** 2 / expected, axis=1), bins - 1)

    def uniform(self, level: float = 0.01) -> bool:
        """Whether no parameter's ranks are uneven at this level, which is that of all tests together."""
        return bool(np.min(self.probabilities()) > level / len(self.names))


def with_readings(whole: Joint, u: np.ndarray, generator: np.random.Generator) -> Joint:
    """The same measurements with readings simulated at u (k,). Where sigma is not given, that in use is the truth."""
    curves = program(whole.layout, "curves")(u[None], whole.arrays)
    scale = noise_draws(whole, u[None, None], 0)
    parts = []
    for p, (layout, own) in enumerate(zip(whole.layout.parts, whole.arrays["parts"], strict=True)):
        buckets = []
        for b, (bucket, data) in enumerate(zip(layout.buckets, own["buckets"], strict=True)):
            there = data["weight"] > 0
            level = np.ones(layout.groups) if layout.noise == "integrated" else scale[p][0, 0]
            size = np.where(there, level[list(bucket.groups)][:, None] / np.where(there, data["weight"], 1), 0.0)
            if layout.noise == "student":
                errors = generator.standard_t(whole.values(u)[layout.tail], size=size.shape)
            else:
                errors = generator.standard_normal(size.shape)
            buckets.append({**data, "y": np.asarray(curves[p][b])[0] + size * errors})
        parts.append({**own, "buckets": buckets})
    return replace(whole, arrays={**whole.arrays, "parts": parts}, starts=u[None])


def calibrate(
    whole: Joint, count: int, *, key: int, warmup: int = 200, draws: int = 315, thin: int = 5, threads: int | None = None,
    scheduler: str = THREADS, store: str | Path | None = None, progress: Progress | None = None,
) -> Calibration:  # fmt: skip
    """Ranks of `count` truths drawn from the prior of a joint posterior, whose data only give the shape of the measurements.

    Each data set has its own seed, so that ranks are the same however many run at once and wherever; `scheduler`, `store` and
    `progress` are those of `run_tasks`.
    """
    one = partial(
        ranks_of, replace(whole, parts=()), key, warmup, draws, thin
    )  # parts hold compiled programs, which do not travel
    asked = f"calibration of {', '.join(whole.names)}: key {key}, {warmup} + {draws} draws, every {thin}th"
    found = run_tasks(one, range(count), scheduler=scheduler, workers=threads, store=store, fingerprint=asked, progress=progress)
    kept = len(range(0, draws, thin))
    return Calibration(whole.names, found["ranks"], kept, found["truth"], int(found["divergences"].sum()))


def ranks_of(whole: Joint, key: int, warmup: int, draws: int, thin: int, number: int) -> dict[str, np.ndarray]:
    """A truth (k,) drawn from the prior, and its ranks (k,) among the draws of one chain on data simulated there."""
    generator = np.random.default_rng([key, number])
    truth = generator.standard_normal(len(whole.quantities))
    simulated = with_readings(whole, truth, generator)
    found = climb(evaluator(whole.layout, simulated.arrays), truth[None], np.full((1, len(truth)), 0.1))
    mode = Mode(found[0][0], float(found[1][0]), found[2][0], bool(found[3][0]))
    chain = nuts.run(
        whole.layout, [mode], simulated.arrays, chains=1, warmup=warmup, draws=draws, target=0.9, key=key + number, threads=1
    )
    ranks = np.sum(chain.u[0, ::thin] < truth, axis=0)
    return {"ranks": ranks, "truth": truth, "divergences": np.array(chain.diverging.sum())}
