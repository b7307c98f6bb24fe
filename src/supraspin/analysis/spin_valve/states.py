"""Two states of a spin valve in values that were read one after the other: are there two, what are they, where does it switch?

Test: in the sorted values, the widest gap that leaves two or more on either side, over the deviation within the two groups.
Its chance comes from the same number of values without states: white noise, a random walk, and a straight drift with noise;
the least favourable of them counts. Levels are means whose errors allow for scatter beyond that of each curve.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

_TRIALS = 4999
_EXACT = 1e-9  # least error of a reading, in parts of the largest


@dataclass(frozen=True)
class Reading:
    """The non-local resistance (ohm) of a curve, or of the part of one before (-1) or after (+1) a switch within it."""

    field: float
    direction: int
    value: float
    stderr: float
    part: int = 0


@dataclass(frozen=True)
class Levels:
    """Mean (ohm) of each state with its standard error, and their difference parallel minus antiparallel with its own."""

    parallel: float
    parallel_error: float
    antiparallel: float
    antiparallel_error: float
    difference: float
    error: float
    scatter: float


def gap_statistic(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Widest gap over the deviation within groups for values (..., n), and the threshold in its middle (...)."""
    ordered = np.sort(values, axis=-1)
    n = ordered.shape[-1]
    count = np.arange(2, n - 1)
    total, square = np.cumsum(ordered, axis=-1), np.cumsum((ordered - ordered.mean(axis=-1, keepdims=True)) ** 2, axis=-1)
    shifted = total - np.arange(1, n + 1) * ordered.mean(axis=-1, keepdims=True)
    low, all_squares = shifted[..., count - 1], square[..., -1:]
    within = all_squares - low**2 / count - low**2 / (n - count)
    gaps = ordered[..., count] - ordered[..., count - 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(gaps > 0, gaps / np.sqrt(np.maximum(within, 0.0) / (n - 2)), 0.0)
    best = np.argmax(ratio, axis=-1)
    middle = 0.5 * (ordered[..., count] + ordered[..., count - 1])
    return np.take_along_axis(ratio, best[..., None], -1)[..., 0], np.take_along_axis(middle, best[..., None], -1)[..., 0]


def two_state_chance(values: np.ndarray) -> tuple[float, float]:
    """p value of the gap in values (n,) in the order of time, n >= 6, and the threshold between the groups."""
    found, threshold = gap_statistic(values)
    p = max(float((1 + np.sum(null >= found)) / (1 + null.size)) for null in _nulls(values.size))
    return p, float(threshold)


@lru_cache(maxsize=32)
def _nulls(n: int) -> tuple[np.ndarray, ...]:
    """The statistic in n values without states, for each sort of them."""
    rng = np.random.default_rng(n)
    white = rng.standard_normal((_TRIALS, n))
    walk = np.cumsum(rng.standard_normal((_TRIALS, n)), axis=-1)
    drift = np.linspace(0, 4, n) + rng.standard_normal((_TRIALS, n))
    return tuple(gap_statistic(kind)[0] for kind in (white, walk, walk + white, drift))


def levels(readings: Sequence[Reading], states: np.ndarray) -> Levels:
    """Both levels from readings and their states (+1 parallel, -1 antiparallel); at least one reading of each."""
    y = np.array([r.value for r in readings])
    e = _finite(y, np.array([r.stderr for r in readings]))
    extra = _scatter(y, e, states)
    weight = 1 / (e**2 + extra**2) / student(y.size - 2) ** 2
    mean, error = {}, {}
    for s in (1, -1):
        here = states == s
        mean[s] = float(np.sum(weight[here] * y[here]) / weight[here].sum())
        error[s] = float(weight[here].sum() ** -0.5)
    return Levels(mean[1], error[1], mean[-1], error[-1], mean[1] - mean[-1], math.hypot(error[1], error[-1]), extra)


def pooled(values: np.ndarray, errors: np.ndarray) -> tuple[float, float, float]:
    """Mean of values (n,) with errors (n,), its standard error, and the scatter beyond the errors that it allows for."""
    errors = _finite(values, errors)
    extra = _scatter(values, errors, np.ones(values.size))
    weight = 1 / (errors**2 + extra**2) / student(values.size - 1) ** 2
    return float(np.sum(weight * values) / weight.sum()), float(weight.sum() ** -0.5), extra


def _finite(values: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """The errors (n,), above zero: a curve without noise has none, and yet no infinite weight."""
    return np.maximum(errors, _EXACT * float(np.abs(values).max(initial=0.0)) or _EXACT)


def student(freedom: int) -> float:
    """By how much an error grows because the scatter behind it is known from few values (68 % of Student's t)."""
    from scipy.stats import t

    return float(t.ppf(0.841345, max(freedom, 1)))


def _scatter(y: np.ndarray, e: np.ndarray, states: np.ndarray) -> float:
    """Scatter beyond the errors that makes chi-square equal to its degrees of freedom (Paule and Mandel), 0 where none does."""
    from scipy.optimize import brentq

    freedom = y.size - len(np.unique(states))

    def excess(extra: float) -> float:
        weight, total = 1 / (e**2 + extra**2), 0.0
        for s in np.unique(states):
            here = states == s
            mean = np.sum(weight[here] * y[here]) / weight[here].sum()
            total += float(np.sum(weight[here] * (y[here] - mean) ** 2))
        return total - freedom

    if freedom < 1 or excess(0.0) <= 0:
        return 0.0
    largest = 2 * float(np.ptp(y)) + float(e.max())
    return float(brentq(excess, 0.0, largest)) if excess(largest) < 0 else largest


def parallel_is_above(readings: Sequence[Reading], threshold: float) -> bool:
    """Whether the upper group is the parallel state: the one before the field passes zero, else the one at the largest fields."""
    before = [r for r in readings if r.direction * r.field <= 0 and r.direction]
    if not before:
        far = max(abs(r.field) for r in readings)
        before = [r for r in readings if abs(r.field) > 0.8 * far]
    return float(np.median([r.value for r in before])) > threshold
