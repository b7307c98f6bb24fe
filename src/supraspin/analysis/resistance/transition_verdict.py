"""What one R(T) curve shows: no transition, a complete or an incomplete one, and whether its resistance rises again.

A transition is claimed where steps beat smooth curves (`transition_search`), and where, besides, the curve does what a metal, a
drift or an upturn does not: it has a normal state that is seen above the fall, it falls by at least a tenth of it, much
steeper than the normal state's own slope, within a factor of five in temperature, and flattens again below or passes half.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from supraspin.analysis.resistance.curve import Curve, SlowNoise, white
from supraspin.analysis.resistance.transition_claim import claim, resolved
from supraspin.analysis.resistance.transition_levels import Crossing, Line, blocks, crossing, straight
from supraspin.analysis.resistance.transition_onset import Onset
from supraspin.analysis.resistance.transition_onset import onset as onset_of
from supraspin.analysis.resistance.transition_rise import CRITICAL as RISE_CRITICAL
from supraspin.analysis.resistance.transition_rise import SMALLEST, Rise, creep, rise
from supraspin.analysis.resistance.transition_shape import bottom

LEVELS = (0.1, 0.5, 0.9)
ZERO = 0.05
"""Part of the normal resistance below which what is left counts as the resistance of leads."""


@dataclass(frozen=True)
class Transition:
    """The transition of one curve.

    `normal` is the line of the normal state (its value at the onset is R just above T_C), `floor` the lowest level with its
    error, `lead` what is subtracted as resistance of leads (0 unless the curve reaches zero). `crossings` holds T_C(x) for the
    levels x that are reached, `onset`, `middle` and `foot` the temperatures at 10, 50 and 90 % of the fall. `short`: too little
    is seen of the normal state to know its slope. `resolved`: the fall takes more than one reading.
    """

    statistic: float
    found: bool
    why_not: str = ""
    normal: Line | None = None
    floor: float = math.nan
    floor_stderr: float = math.nan
    lead: float = 0.0
    lead_stderr: float = 0.0
    complete: bool = False
    crossings: dict[float, Crossing] | None = None
    middle: float = math.nan
    foot: float = math.nan
    onset: float = math.nan
    rise: Rise | None = None
    rising: Onset | None = None
    short: bool = False
    resolved: bool = True

    @property
    def reentrant(self) -> bool:
        """Whether the resistance rises again on cooling, beyond noise and drift."""
        return self.rising is not None

    @property
    def residual(self) -> float:
        """The lowest resistance as a part of that just above the transition, leads taken off."""
        assert self.normal is not None
        return (self.floor - self.lead) / (self.normal.value - self.lead)


def transition(curve: Curve, lead: float | None = None, *, repeated: bool = False) -> Transition:
    """The transition of a curve; `lead` is a known resistance of leads, ohm, which is measured at the floor otherwise.

    `repeated` says that a sweep in the other direction rises too, so that a rise straight in time is no drift.
    """
    if curve.temperature.size < 24:
        return Transition(0.0, False, f"only {curve.temperature.size} usable readings")
    statistic, shape = claim(curve, lead or 0.0)
    if isinstance(shape, str):
        return Transition(statistic, False, shape)
    normal, middle, onset = shape.normal, shape.middle, shape.onset
    slow = _drifting(curve, normal)
    risen = rise(curve, middle, slow)
    claimed = risen is not None and significant(risen, normal) and (repeated or not risen.like_drift)
    rising = onset_of(curve, middle, risen.foot, risen.top, slow) if risen is not None and claimed else None
    floor, floor_error = (rising.lowest, rising.lowest_stderr) if rising else _floor(curve, middle, onset)
    complete = abs(floor - (lead or 0.0)) < ZERO * normal.value
    taken = lead if lead is not None else floor if complete else 0.0
    error = floor_error if lead is None and complete else 0.0
    result = Transition(
        statistic, True, "", normal, floor, floor_error, taken, error, complete, {}, middle, shape.foot, onset, risen, rising,
        shape.short, resolved(curve, shape, lead or 0.0),
    )  # fmt: skip
    return replace(result, crossings={x: c for x in LEVELS if (c := cross(curve, result, x)) is not None})


def significant(risen: Rise | None, normal: Line) -> bool:
    """Whether a rise is beyond noise and large enough to be called one."""
    return risen is not None and risen.z > RISE_CRITICAL and risen.size > SMALLEST * normal.value


def cross(curve: Curve, found: Transition, level: float, normal: Line | None = None) -> Crossing | None:
    """T_C at a level x; `normal` may be another line than the transition's own."""
    normal = normal or found.normal
    assert normal is not None
    height = normal.of(curve.temperature) - found.lead
    share = (curve.resistance - found.lead) / np.where(height > 0, height, math.nan)
    fine = np.isfinite(share)
    noise = white(curve.resistance) / (normal.value - found.lead)
    t, y = blocks(Curve(curve.temperature[fine], curve.resistance[fine], curve.row[fine]), share[fine], noise)
    lowest = found.rise.foot if found.rise is not None and found.reentrant else 0.0
    slow = math.sqrt(2 * normal.slow.variance + (level * normal.stderr) ** 2 + ((1 - level) * found.lead_stderr) ** 2)
    room = min(level - (found.floor - found.lead) / (normal.value - found.lead), 1 - level)
    return crossing(t, y, level, found.middle, lowest=lowest, room=room, noise=noise,
                    slow=slow / (normal.value - found.lead), thermometer=white(curve.temperature[fine]))  # fmt: skip


def _drifting(curve: Curve, normal: Line) -> SlowNoise:
    return replace(normal.slow, creep=creep(normal.slope, curve, normal.span))


def _floor(curve: Curve, middle: float, onset: float) -> tuple[float, float]:
    """The lowest level below the transition and its error, ohm: the mean of what lies below its foot, or the end of a fall."""
    low = float(curve.temperature.min())
    for away in (3.0, 1.5, 1.0):
        foot = middle - away * (onset - middle)
        line = straight(curve, low, max(foot, low), low, degree=0) if foot > low else None
        if line is not None:
            under = curve.temperature < middle
            lowest = bottom(curve.temperature[under], curve.resistance[under])
            # A curve that is still falling has its lowest level at its end, not on the average.
            flat = abs(line.value - lowest) < 0.02 * float(np.median(curve.resistance[curve.temperature > onset]))
            return (line.value if flat else lowest), line.stderr
    cold = np.argsort(curve.temperature)[:5]
    return float(np.median(curve.resistance[cold])), float(np.std(curve.resistance[cold]) / math.sqrt(5))
