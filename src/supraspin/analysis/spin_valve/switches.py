"""Where a spin valve switches in the order of time, and whether that is how a spin valve does it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.spin_valve.states import Reading


@dataclass(frozen=True)
class Switch:
    """A switch between two fields of one run, T; `to` is +1 for parallel. `within`: the field of the curve that saw it.

    `mean`: its field and standard error, where many loops together give it better than two neighbouring fields.
    """

    direction: int
    first: float
    last: float
    to: int
    within: float | None = None
    mean: tuple[float, float] | None = None

    @property
    def field(self) -> float:
        if self.mean is not None:
            return self.mean[0]
        return 0.5 * (self.first + self.last) if self.within is None else self.within

    @property
    def stderr(self) -> float:
        """That of an even distribution between neighbouring fields: half of the interval where a curve stands within it."""
        if self.mean is not None:
            return self.mean[1]
        return abs(self.last - self.first) / math.sqrt(12) / (1 if self.within is None else 2)


def switches(readings: Sequence[Reading], states: np.ndarray) -> list[Switch]:
    """Where the state changes from one reading to the next within a run, in the order of time."""
    found = []
    for i in range(1, len(readings)):
        one, other = readings[i - 1], readings[i]
        if states[i] == states[i - 1] or (other.direction != one.direction):
            continue
        if other.part == 1:  # the switch is within this curve: the neighbours of the curve bound it
            before = readings[i - 2] if i > 1 and readings[i - 2].direction == one.direction else one
            behind = readings[i + 1] if i + 1 < len(readings) and readings[i + 1].direction == one.direction else other
            found.append(Switch(one.direction, before.field, behind.field, int(states[i]), one.field))
        else:
            found.append(Switch(one.direction, one.field, other.field, int(states[i])))
    return found


def mirrored(found: Sequence[Switch]) -> bool | None:
    """Whether the switches of rising and falling field can be mirror images; None where one direction has none."""
    spans = {d: [(sorted((d * s.first, d * s.last)), s.to) for s in found if s.direction == d] for d in (1, -1)}
    if not spans[1] or not spans[-1]:
        return None
    return any(a[0] <= b[1] and b[0] <= a[1] and to == other for a, to in spans[1] for b, other in spans[-1])


def in_one_piece(readings: Sequence[Reading], states: np.ndarray) -> bool:
    """Whether each run of the field holds the antiparallel state at most once, from its beginning to its end."""
    ways = np.array([r.direction for r in readings])
    for way in np.unique(ways):
        inside = np.flatnonzero(states[ways == way] < 0)
        pieces = 1 + int(np.sum(np.diff(inside) > 1))
        if inside.size and pieces > (1 if way else 2):
            return False
    return True
