"""Whether a transition goes in two steps: a stretch within it that is much flatter than what lies above and below.

The share y of the normal resistance is averaged in bins of T. Between two steep parts, each at least a tenth of the fall, there
must be a stretch with less than `_FLATTER` of the gentler of the two slopes, by `_CRITICAL` standard errors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.resistance.curve import Curve
from supraspin.analysis.resistance.transition_verdict import Transition

_BINS = 32
_FEWEST = 8
_PART = 0.1
_FLATTER = 0.3
_CRITICAL = 5.0


@dataclass(frozen=True)
class TwoSteps:
    """Temperatures (K) at the middle of the lower and the upper step, and the level of the shoulder between them."""

    lower: float
    upper: float
    level: float
    significance: float


def two_steps(curve: Curve, found: Transition) -> TwoSteps | None:
    """The two steps of a transition, None where it goes in one."""
    assert found.normal is not None
    height = found.normal.of(curve.temperature) - found.lead
    fine = height > 0
    share = (curve.resistance[fine] - found.lead) / height[fine]
    slow = math.sqrt(2 * found.normal.slow.variance) / (found.normal.value - found.lead)
    return steps_of(curve.temperature[fine], share, found.foot, found.onset, found.residual, slow)


def steps_of(t: np.ndarray, y: np.ndarray, foot: float, onset: float, bottom: float, slow: float) -> TwoSteps | None:
    """The two steps of y(t) between the temperatures of foot and onset; `bottom` is the lowest level, `slow` slow noise of y."""
    wide = onset - foot
    inside = (t > foot - 0.3 * wide) & (t < onset + 0.3 * wide)
    count = min(_BINS, int(inside.sum()) // 3)
    if count < _FEWEST or wide <= 0:
        return None
    edges = np.linspace(foot - 0.3 * wide, onset + 0.3 * wide, count + 1)
    place = np.clip(np.searchsorted(edges, t[inside]) - 1, 0, count - 1)
    number = np.bincount(place, minlength=count)
    kept = number > 0
    n = number[kept]
    at = np.bincount(place, t[inside], count)[kept] / n
    mean = np.bincount(place, y[inside], count)[kept] / n
    square = np.bincount(place, y[inside] ** 2, count)[kept] / n
    # The curve's own slope within a bin is no noise.
    own = (np.gradient(mean, at) * (edges[1] - edges[0])) ** 2 / 12
    scatter = np.sqrt(np.maximum(square - mean**2 - own, 0.0) * n / np.maximum(n - 1, 1))
    error = np.maximum(scatter, np.median(scatter[n > 1]) if (n > 1).any() else 0.0) / np.sqrt(n)
    return _best(at, mean, np.hypot(error, slow / math.sqrt(2)), _PART * (1 - bottom))


def _best(t: np.ndarray, y: np.ndarray, error: np.ndarray, part: float) -> TwoSteps | None:
    """The flattest stretch between two parts that fall by at least `part` each."""
    slope = np.diff(y) / np.diff(t)
    noise = np.hypot(error[1:], error[:-1]) / np.diff(t)
    best: TwoSteps | None = None
    for i in range(1, t.size - 3):
        for j in range(i + 2, t.size - 1):
            if y[i] - y[0] < part or y[-1] - y[j] < part:
                continue
            under, over = int(slope[:i].argmax()), j + int(slope[j:].argmax())
            below, above = float(slope[under]), float(slope[over])
            if below < _CRITICAL * noise[under] or above < _CRITICAL * noise[over]:
                continue
            flat = (y[j] - y[i]) / (t[j] - t[i])
            sigma = float(np.hypot(error[i], error[j])) / float(t[j] - t[i])
            gentle = min(below, above)
            z = (0.5 * gentle - flat) / sigma if sigma > 0 else 0.0
            if flat < _FLATTER * gentle and z > _CRITICAL and (best is None or z > best.significance):
                level = float(y[i : j + 1].mean())
                lower = float(np.interp(0.5 * (y[0] + level), y[: i + 1], t[: i + 1]))
                upper = float(np.interp(0.5 * (y[-1] + level), y[j:], t[j:]))
                best = TwoSteps(lower, upper, level, z)
    return best
