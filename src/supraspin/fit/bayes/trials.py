"""How often the wrong model wins: odds of rivals on many simulated data sets, made by one of them.

The measurement (coordinates, noise, what is held) is given once. Its compiled programs serve all data sets, which differ in
their readings only, and each search begins at the truth, or for a rival where it comes nearest to the curve without noise.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import beta

from supraspin.errors import FitError
from supraspin.fit.bayes.evidence import evidence
from supraspin.fit.bayes.joint import Joint, join
from supraspin.fit.bayes.part import Part
from supraspin.fit.bayes.prior import Prior
from supraspin.fit.bayes.weight import own_options
from supraspin.fit.rival import find_rival
from supraspin.model import Model

ODDS = (1.0, 3.0, 20.0, 150.0)


@dataclass(frozen=True)
class Trials:
    """`log_odds` (n,) of the true model over its rival in n data sets, and the larger k-hat (n,) of the two evidences (not a
    number where annealing had to help)."""

    true: str
    rival: str
    log_odds: np.ndarray
    k_hat: np.ndarray

    def wrong(self, odds: float) -> float:
        """Share of data sets in which the rival is preferred at these odds or more."""
        return float(np.mean(self.log_odds <= -np.log(odds)))

    def right(self, odds: float) -> float:
        """Share in which the true model is."""
        return float(np.mean(self.log_odds >= np.log(odds)))

    def wrong_at_least(self, odds: float, level: float = 0.01) -> float:
        """Lower limit of the share of the wrong, by the binomial distribution."""
        n, found = len(self.log_odds), int(np.sum(self.log_odds <= -np.log(odds)))
        return float(beta.ppf(level, found, n - found + 1)) if found else 0.0


def trials(
    true: str | Callable[..., Any] | Model, rival: str | Callable[..., Any] | Model, x: Any,
    truths: Sequence[Mapping[str, float]], noise: float | Sequence[float], *, count: int, key: int,
    priors: Mapping[str, Prior] | None = None, draws: int = 400, threads: int | None = None, **options: Any,
) -> Trials:  # fmt: skip
    """Simulate `count` data sets of `true` at the `truths` in turn (SI values of its parameters) with white noise (one number, or
    one a truth), known to the fits, and weigh the two models on each. `options` are those of `fit` (`fix`, `free`, `start`).
    """
    if not truths or count < 1:
        raise FitError("trials need at least one truth and one data set")
    levels = np.broadcast_to(np.asarray(noise, dtype=float), (len(truths),))
    one, other = find_rival(true), find_rival(rival)
    prepared: list[tuple[np.ndarray, float, list[Joint]]] = []
    for truth, level in zip(truths, levels, strict=True):
        curve = np.asarray(one.model.function(x, **truth), dtype=float)
        wholes = []
        for side in (one, other):
            own = own_options(side, options)
            if side is one:
                free = [name for name in side.parameters if name in truth and name not in (own.get("fix") or {})]
                near = {name: truth[name] for name in free if not side.parameters[name].held or name in (own["free"] or ())}
                own["start"] = near | dict(own.get("start") or {})
            given = {name: prior for name, prior in (priors or {}).items() if name in side.parameters}
            wholes.append(join([Part(side.model, (x, curve), options={**own, "sigma": float(level)})], given, key=key))
        prepared.append((curve, float(level), wholes))

    def run(i: int) -> tuple[float, float]:
        curve, level, wholes = prepared[i % len(prepared)]
        readings = curve + level * np.random.default_rng([key, i]).standard_normal(curve.size)
        found = [evidence(_with_readings(whole, readings), count=draws, key=key + i, nest=False)[0] for whole in wholes]
        return found[0].log_evidence - found[1].log_evidence, float(np.maximum(found[0].k_hat, found[1].k_hat))

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        rows = np.array(list(pool.map(run, range(count))))
    return Trials(one.name, other.name, rows[:, 0], rows[:, 1])


def _with_readings(whole: Joint, y: np.ndarray) -> Joint:
    """The same single sweep with other readings (n,)."""
    (part,) = whole.arrays["parts"]
    (bucket,) = part["buckets"]
    full = np.zeros_like(bucket["y"])
    full[0, : len(y)] = y
    return replace(whole, arrays={**whole.arrays, "parts": [{**part, "buckets": [{**bucket, "y": full}]}]})
