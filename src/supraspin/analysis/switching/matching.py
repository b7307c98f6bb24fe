"""Which step of the falling sweep answers which of the rising one: a magnet switches in both, mirrored about the loop's centre.

In the order of time both go the same way, R_up(B) = R_down(-B). What has no partner happened once: a jump of the contact, or a
magnet that switched in this sweep alone. What has a partner of the opposite sign is odd, R_up(B) = c - R_down(-B), as a Hall
voltage or a loop against a pinned layer is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.switching.steps import Step

_SPREAD = 0.2
"""Share of a coercive field by which a magnet may switch at another field the next time."""
_UNLIKE = 2.5
"""Ratio of sizes from which two steps are not those of one magnet."""


@dataclass(frozen=True)
class Switch:
    """A magnet: its step in the rising and in the falling sweep."""

    rising: Step
    falling: Step

    @property
    def coercive_field(self) -> float:
        return 0.5 * (self.rising.field - self.falling.field)

    @property
    def centre(self) -> float:
        return 0.5 * (self.rising.field + self.falling.field)

    @property
    def error(self) -> float:
        """Standard error of coercive field and centre, T."""
        return 0.5 * math.hypot(self.rising.field_error, self.falling.field_error)


@dataclass(frozen=True)
class Matched:
    """Steps of a loop: `switches` in ascending coercive field, `single` steps of each sweep, and pairs that are odd."""

    switches: list[Switch]
    single_rising: list[Step]
    single_falling: list[Step]
    odd: list[Switch]


def match(rising: list[Step], falling: list[Step], centre: float, spacing: float) -> Matched:
    """Match steps of two sweeps about a `centre` (T) known to a few of the sweep's `spacing` (T)."""
    pairs = _assigned(rising, falling, centre, spacing, 1.0)
    single_up = [step for i, step in enumerate(rising) if i not in {a for a, _ in pairs}]
    single_down = [step for j, step in enumerate(falling) if j not in {b for _, b in pairs}]
    odd = [Switch(single_up[a], single_down[b]) for a, b in _assigned(single_up, single_down, centre, spacing, -1.0)]
    switches = sorted((Switch(rising[a], falling[b]) for a, b in pairs), key=lambda one: one.coercive_field)
    return Matched(switches, single_up, single_down, odd)


def _assigned(rising: list[Step], falling: list[Step], centre: float, spacing: float, sign: float) -> list[tuple[int, int]]:
    """Places in both lists of steps that belong together, their sizes related by `sign`; the closest in all."""
    from scipy.optimize import linear_sum_assignment

    if not rising or not falling:
        return []
    far = 1e3
    cost = np.full((len(rising), len(falling)), far)
    for a, up in enumerate(rising):
        for b, down in enumerate(falling):
            half, apart = 0.5 * abs(up.field - down.field), abs(up.field + down.field - 2 * centre)
            reach = max(4 * spacing, 4 * math.hypot(up.field_error, down.field_error), 2 * _SPREAD * half)
            ratio = abs(up.size / down.size)
            if sign * up.size * down.size > 0 and apart <= reach and 1 / _UNLIKE < ratio < _UNLIKE:
                cost[a, b] = apart / reach
    chosen = zip(*linear_sum_assignment(cost), strict=True)
    return [(int(a), int(b)) for a, b in chosen if cost[a, b] < far]
