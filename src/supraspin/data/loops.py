"""Whether a reading against field is a loop of switching magnets or a smooth curve of precessing spins."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from supraspin.data.split import turns

_STEP = 0.35
"""Share of a sweep's swing that falls between two points, its neighbours being small, where a magnet switches."""
_SHORTEST = 16
"""Points below which a coarsely sampled curve cannot be told from a step."""
_OPEN = 0.1
"""Rms distance of neighbouring sweeps in opposite directions, over the swing, from which they count as an open loop."""


def is_loop(field: np.ndarray, reading: np.ndarray) -> bool:
    """Whether the reading (n,) jumps, or differs between rising and falling field (n,), as no Hanle curve does."""
    fine = np.isfinite(field) & np.isfinite(reading)
    x, y = field[fine], reading[fine]
    if x.size < _SHORTEST or np.ptp(y) == 0:
        return False
    legs = [leg for leg in np.split(np.arange(x.size), turns(x, every=True)) if leg.size >= _SHORTEST // 2]
    if any(_jumps(y[leg]) for leg in legs):
        return True
    return any(_apart(x[a], y[a], x[b], y[b]) for a, b in pairwise(legs))


def _jumps(y: np.ndarray) -> bool:
    steps = np.abs(np.diff(y))
    largest = int(steps.argmax())
    beside = np.delete(steps[max(0, largest - 2) : largest + 3], min(largest, 2))
    alone = steps[largest] > _STEP * np.ptp(y) and beside.max(initial=0.0) < _STEP * steps[largest]
    return bool(alone and steps[largest] > 6 * _scatter(y))


def _apart(x: np.ndarray, y: np.ndarray, x_back: np.ndarray, y_back: np.ndarray) -> bool:
    order, back = np.argsort(x), np.argsort(x_back)
    shared = (x[order] >= x_back.min()) & (x[order] <= x_back.max())
    if np.count_nonzero(shared) < _SHORTEST // 2:
        return False
    u = x[order][shared]
    gap = y[order][shared] - np.interp(u, x_back[back], y_back[back])
    # A drift in time opens the two linearly in the field; what opens and closes again is hysteresis.
    rest = np.convolve(gap - np.polyval(np.polyfit(u, gap, 1), u), np.full(5, 0.2), mode="valid")
    noise = float(np.hypot(_scatter(y), _scatter(y_back)))
    return float(np.sqrt(np.mean(rest**2))) > max(_OPEN * float(np.ptp(np.concatenate((y, y_back)))), 0.8 * noise)


def _scatter(y: np.ndarray) -> float:
    """Standard deviation of a reading, from the differences of neighbours."""
    return float(np.median(np.abs(np.diff(y)))) / 0.954
