"""Two maps of one junction: do their windows differ, and are they mirror images of each other in field?

The exchange field of a magnet that remembers its past shifts the window, the other way when the sweep goes the other way:
R of one direction at B is that of the other at -B. The statistic holds the depths d1(B), d2(B) against both hypotheses,

    same = rms(d1(B) - d2(B)),    mirror = rms(d1(B) - d2(-B)),

beside the differences of the edges over their errors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.superconducting_window.depth import FieldMap
from supraspin.analysis.superconducting_window.edges import Window

_SEEN = 2.81  # standard errors, 1 % for two edges together


@dataclass(frozen=True)
class Pair:
    """Shifts of both edges (first map minus second) and misses of the mirror image, T, each with its error; the two rms."""

    shifts: tuple[float, float]
    misses: tuple[float, float]
    errors: tuple[float, float]
    miss_errors: tuple[float, float]
    same: float
    mirror: float

    @property
    def differ(self) -> bool:
        return any(abs(s) > _SEEN * e for s, e in zip(self.shifts, self.errors, strict=True))

    @property
    def mirrored(self) -> bool:
        """Both edges where the mirror image has them, and the depths closer to the mirror image than to each other."""
        return all(abs(m) <= _SEEN * e for m, e in zip(self.misses, self.miss_errors, strict=True)) and self.mirror < self.same


def compare_windows(charts: tuple[FieldMap, FieldMap], windows: tuple[Window, Window]) -> Pair | None:
    """None where an edge is missing or the maps have too little field in common."""
    one, other = windows
    if one.lower is None or one.upper is None or other.lower is None or other.upper is None:
        return None
    first, second = charts
    reach = min(-first.field[0], first.field[-1], -second.field[0], second.field[-1])
    grid = np.linspace(-reach, reach, max(first.field.size, second.field.size))
    if reach <= max(abs(e.field) for w in (one, other) for e in (w.lower, w.upper) if e is not None):
        return None
    a, b = np.interp(grid, first.field, first.depth), np.interp(grid, second.field, second.depth)
    return Pair(
        (one.lower.field - other.lower.field, one.upper.field - other.upper.field),
        (one.lower.field + other.upper.field, one.upper.field + other.lower.field),
        (math.hypot(one.lower.stderr, other.lower.stderr), math.hypot(one.upper.stderr, other.upper.stderr)),
        (math.hypot(one.lower.stderr, other.upper.stderr), math.hypot(one.upper.stderr, other.lower.stderr)),
        float(np.sqrt(np.mean((a - b) ** 2))),
        float(np.sqrt(np.mean((a - b[::-1]) ** 2))),
    )
