"""Whether a step in R(T) has the shape of a superconducting transition: knee, depth, steepness, breadth."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from supraspin.analysis.resistance.curve import Curve, SlowNoise, white
from supraspin.analysis.resistance.transition_levels import Line, blocks, crossing, straight
from supraspin.analysis.resistance.transition_search import Step, binned

_SMALLEST_FALL = 0.1
_STEEPER = 5.0
_WIDEST = 5.0
_SIGNIFICANT = 5.0
_FIRST = 4
"""Fewest readings from which the steepness at the beginning of a sweep is told."""
_AWAY = ((4.0, 0.0), (2.0, 0.0), (1.0, 0.003))
"""Where the normal state may begin above the onset, in distances of onset and middle, and what is still missing there of R_N, in
parts of it, for a Gaussian spread of T_C."""


@dataclass(frozen=True)
class Shape:
    """Line of the normal state, temperatures (K) at half, a tenth and nine tenths of the fall, and the fall in parts of R_N.

    `short`: the normal state is seen over so little that its slope is not known (`transition_short`).
    """

    normal: Line
    middle: float
    onset: float
    foot: float
    fall: float
    short: bool = False


def shape_of(curve: Curve, falls: list[Step], lead: float) -> Shape | str:
    """The shape of the transition that begins at the hottest of the steps that allow one, or why there is none."""
    for first in range(len(falls)):
        found = _below(curve, falls[first:], lead)
        if not isinstance(found, str):
            break
    return found


def _below(curve: Curve, falls: list[Step], lead: float) -> Shape | str:
    """`shape_of` with the hottest of `falls` as the beginning of the transition."""
    top = math.exp(falls[0].centre + 3 * falls[0].width)
    above = curve.resistance[(curve.temperature >= top) & (curve.temperature <= 1.3 * top)]
    if above.size < 5:
        return "no normal state is seen above the fall"
    line: Line | None = Line(top, float(np.median(above)), 0.0, 0.0, SlowNoise(0.0, 1.0), above.size, (top, 1.3 * top))
    seed, found = math.exp(max(falls, key=lambda step: step.height).centre), _Round(0.0, 0.0, 0.0, 0.0)
    for _ in range(4):
        measured = _round(curve, line, seed, lead) if line is not None else "no normal state is seen above the fall"
        if isinstance(measured, str):
            return measured
        found, seed = measured, measured.middle
        wide = max(found.onset - found.middle, _spacing(curve.temperature, found.onset))
        line = _normal(curve, found.onset, wide)
    if line is None:
        return "no normal state is seen above the fall"
    if line.value <= lead:
        return "the resistance above the fall is not above zero"
    return _judge(curve, line, found, lead)


@dataclass(frozen=True)
class _Round:
    """Temperatures (K) at half, at a tenth and at nine tenths of the fall, and the fall in parts of R_N."""

    middle: float
    onset: float
    foot: float
    fall: float


def _round(curve: Curve, line: Line, seed: float, lead: float) -> _Round | str:
    """The temperatures of a fall from a line of the normal state, looked for around `seed`."""
    base = line.of(curve.temperature) - lead
    fine = base > 0
    if line.value <= lead or fine.sum() < 12:
        return "the resistance above the fall is not above zero"
    t, share = curve.temperature[fine], (curve.resistance[fine] - lead) / base[fine]
    cold = t < seed
    if cold.sum() < 3:
        return "no readings below the fall"
    fall = 1 - bottom(t[cold], share[cold])
    if fall < _SMALLEST_FALL:
        return f"the fall is only {100 * fall:.3g} % of the resistance above it"
    noise = white(curve.resistance) / (line.value - lead)
    t, y = blocks(Curve(t, curve.resistance[fine], curve.row[fine]), share, noise)
    half, start, end = (crossing(t, y, 1 - part * fall, seed, room=fall * min(part, 1 - part)) for part in (0.5, 0.1, 0.9))
    if half is None or start is None:
        return "the curve has no upper knee"
    foot = end.temperature if end is not None else float(curve.temperature.min())
    return _Round(half.temperature, max(start.temperature, half.temperature), min(foot, half.temperature), fall)


def _judge(curve: Curve, line: Line, found: _Round, lead: float) -> Shape | str:
    middle, onset, foot, fall = found.middle, found.onset, found.foot, found.fall
    height = line.value - lead
    if onset / max(foot, 1e-9) > _WIDEST:
        return f"the fall takes a factor of {onset / foot:.2g} in temperature: too broad for a transition"
    steep = 0.8 * fall * height / max(onset - foot, 1e-9)
    error = 2 * line.stderr / max(line.span[1] - line.span[0], 1e-9)
    if steep < _STEEPER * (abs(line.slope) + error):
        return "the fall is not much steeper than the normal state above it"
    noise = math.sqrt(line.slow.variance + white(curve.resistance) ** 2 / 4)
    if fall * height < _SIGNIFICANT * noise:
        return "the fall is no larger than the wander of the normal state"
    if _begins_steepest(curve, onset, foot, 0.8 * fall * height):
        return "the curve is steepest where it begins, as an instrument that settles makes it: a sweep the other way would tell"
    cold = curve.temperature < foot
    flat = cold.sum() >= 5 and foot > 1.03 * float(curve.temperature.min())
    if fall < 0.5 and not flat:
        return "the curve is steepest at its end: half of the fall is not reached and no floor is seen"
    return Shape(line, middle, onset, foot, fall)


def _begins_steepest(curve: Curve, onset: float, foot: float, fall: float) -> bool:
    """Whether a sweep that begins cold is steeper below the foot than on average between foot and onset, over `fall` ohm."""
    order = np.argsort(curve.temperature, kind="stable")
    t, r = curve.temperature[order], curve.resistance[order]
    if curve.row[order[0]] > curve.row[order[-1]]:
        return False
    first = slice(0, max(_FIRST, int(np.searchsorted(t, foot))))
    away = t[first] - t[first].mean()
    return float(away @ r[first]) > float(away @ away) * fall / max(onset - foot, 1e-9)


def _spacing(temperature: np.ndarray, at: float) -> float:
    """Distance of neighbouring temperatures near one, K."""
    near = np.sort(temperature[np.argsort(np.abs(temperature - at))[:12]])
    return float(np.ptp(near)) / max(near.size - 1, 1)


def bottom(t: np.ndarray, share: np.ndarray) -> float:
    """Lowest level of a curve that may rise again: the least of running means over bins."""
    bins = binned(t, share, count=min(40, max(3, t.size // 4)))
    width = min(3, bins.resistance.size)
    return float(np.convolve(bins.resistance, np.ones(width) / width, "valid").min())


def _normal(curve: Curve, onset: float, wide: float) -> Line | None:
    """The line through the normal state: away from the rounded onset as far as there are readings."""
    for away, missing in _AWAY:
        low = onset + away * wide
        for reach in (max(10 * wide, 0.15 * onset), 0.5 * onset, onset):
            found = straight(curve, low, low + reach, low)
            if found is not None and found.points >= 12 and found.span[1] - found.span[0] > wide:
                return replace(found, stderr=math.hypot(found.stderr, missing * found.value))
    return None
