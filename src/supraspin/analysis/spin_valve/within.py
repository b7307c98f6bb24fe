"""A bias sweep during which the valve switched: first it lies on the curve of one state, then on that of the other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.spin_valve.box import Box
from supraspin.analysis.spin_valve.map import BiasMap

_MARGIN = 3
_LEVEL = 0.01


@dataclass(frozen=True)
class Within:
    """The field (T) and direction of the sweep that switched, and the current (A) at which it did."""

    field: float
    direction: int
    current: float


def switches_within(chart: BiasMap, boxes: dict[int, Box]) -> list[Within]:
    """Looks at the sweeps on either side of each edge. Currents are taken to rise, or fall, in the order of time."""
    found = []
    for way, box in boxes.items():
        values, order = chart.runs[way], chart.order(way)
        inside = np.arange(order.size)
        own = (inside >= box.first) & (inside < box.last)
        edges = (box.first - 1, box.first, box.last - 1, box.last)
        calm = ~np.isin(inside, edges)
        if (own & calm).sum() < 2 or (~own & calm).sum() < 2:
            continue
        parallel, other = np.median(values[~own & calm], axis=0), np.median(values[own & calm], axis=0)
        noise = 1.4826 * float(np.median(np.abs(values[~own & calm] - parallel)))
        for k in edges:
            at = _break(values[k], parallel, other, noise) if 0 <= k < order.size else None
            if at is not None:
                found.append(Within(float(order[k]), way, float(0.5 * (chart.current[at - 1] + chart.current[at]))))
    return found


def _break(row: np.ndarray, one: np.ndarray, other: np.ndarray, noise: float) -> int | None:
    """The point from which on a row follows the other curve, where that beats each curve alone beyond chance."""
    if noise <= 0 or row.size < 2 * _MARGIN + 2:
        return None
    a, b = (row - one) ** 2 / noise**2, (row - other) ** 2 / noise**2
    alone = min(a.sum(), b.sum())
    best = None
    for first, second in ((a, b), (b, a)):
        sums = np.concatenate(([0.0], np.cumsum(first))) + second.sum() - np.concatenate(([0.0], np.cumsum(second)))
        at = _MARGIN + int(np.argmin(sums[_MARGIN:-_MARGIN]))
        if best is None or sums[at] < best[0]:
            best = float(sums[at]), at
    looks = 2 * row.size
    # A gain of chi-square with one degree of freedom, corrected for the places looked at and for noise that is not white.
    asked = 2 * 2 * math.log(looks / _LEVEL)
    return best[1] if best is not None and alone - best[0] > asked and best[0] < 2 * row.size else None
