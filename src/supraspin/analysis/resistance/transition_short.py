"""A transition whose normal state is seen only shortly: the readings end a few per cent above T_C.

The search by steps (`transition_search`) needs a normal state about as long as the transition is wide. Where that is missing,
a transition is claimed all the same if it is as plain as none of the usual artefacts is: a fall by at least half, to a floor,
both levels flat to a small part of the fall and the floor at least twice as long in T as the fall is wide. Noise that wanders
enough to fall so far does not then stand still, and a metal has no floor so close to where it is steepest.
"""

from __future__ import annotations

import math

import numpy as np

from supraspin.analysis.resistance.curve import Curve, slow_noise, white
from supraspin.analysis.resistance.transition_levels import Line, blocks, crossing
from supraspin.analysis.resistance.transition_shape import Shape, bottom

_FALL = 0.5
"""Least fall in parts of R_N."""
_FLAT = 0.1
"""Most that nine tenths of the readings on a level may spread, in parts of the fall."""
_FEWEST_ABOVE, _FEWEST_BELOW = 3, 8
_LONGER = 2.0
"""Least length of the floor over the breadth of the fall, both in T."""
_STEEPER = 5.0
"""Least steepness of the fall, on average, over the slope of what is taken for the normal state."""
_AWAY = ((2.0, 6, 0.0), (1.0, 6, 0.003), (0.5, _FEWEST_ABOVE, 0.012))
"""Where the normal state may begin above the onset, in distances of onset and middle, how many readings it then has, and what
is still missing there of R_N, in parts of it, for a Gaussian spread of T_C."""
_WIDEST = 2.0
"""Largest ratio of the temperatures at which the fall begins and ends."""
_ROUNDS = 6
NO_FALL = "no fall to half of the resistance at the highest temperature, to a level and within a factor of two in temperature"
_RISING = "the resistance still rises at the highest temperature: the normal state is not reached"
_SPARSE = f"fewer than {_FEWEST_ABOVE} readings lie above the fall: the normal state is not seen"


def short_shape(curve: Curve, lead: float) -> Shape | str:
    """The shape of a transition with a short normal state, or why there is none."""
    order = np.argsort(-curve.temperature, kind="stable")
    sorted_ = Curve(curve.temperature[order], curve.resistance[order] - lead, curve.row[order])
    t, r = sorted_.temperature, sorted_.resistance
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(r, 1, mode="edge"), 3), axis=1)
    level = float(np.median(r[:_FEWEST_ABOVE]))
    shape: Shape | str = _RISING
    for _ in range(_ROUNDS):
        floor = _floor(t, r, smooth, level)
        if isinstance(floor, str):
            return floor
        base = float(np.median(r[floor]))
        shape = _levels(sorted_, level, base, floor, lead)
        if isinstance(shape, str):
            return shape
        before, level = level, shape.normal.value - lead
        if abs(level - before) < 1e-3 * level:
            break
    return shape


def _floor(t: np.ndarray, r: np.ndarray, smooth: np.ndarray, level: float) -> slice | str:
    """The stretch of readings below the fall, from its foot down to where they leave the lowest level."""
    under = np.flatnonzero(smooth < (1 - _FALL) * level) if level > 0 else np.array([], int)
    if not under.size or t.size - under[0] < _FEWEST_BELOW:
        return NO_FALL
    first = int(under[0])
    base = bottom(t[first:], r[first:])
    foot = first + int(np.argmax(smooth[first:] < base + 0.5 * _FLAT * (level - base)))
    left = np.flatnonzero(np.abs(smooth[foot:] - base) > _FLAT * (level - base))
    floor = slice(foot, foot + int(left[0]) if left.size else t.size)
    few = floor.stop - floor.start < _FEWEST_BELOW
    if few or np.ptp(np.percentile(r[floor], [5, 95])) > _FLAT * (level - base):
        return NO_FALL
    return floor


def _levels(curve: Curve, level: float, base: float, floor: slice, lead: float) -> Shape | str:
    """The shape between a normal resistance and a floor (`curve` from hot to cold, without leads), and a better normal line."""
    t, r = curve.temperature, curve.resistance
    fall = (level - base) / level
    if fall < _FALL:
        return NO_FALL
    share, noise = r / level, white(r) / level
    seed = 0.5 * float(t[floor.start] + t[max(floor.start - 1, 0)])
    at, y = blocks(curve, share, noise)
    cuts = [crossing(at, y, 1 - part * fall, seed, room=fall * min(part, 1 - part)) for part in (0.5, 0.1, 0.9)]
    if cuts[0] is None or cuts[1] is None:
        return _RISING
    middle = cuts[0].temperature
    onset = max(cuts[1].temperature, middle)
    foot = min(cuts[2].temperature if cuts[2] is not None else float(t[floor.start]), middle)
    if onset > _WIDEST * foot:
        return NO_FALL
    if t[floor.start] - t[floor.stop - 1] < _LONGER * (onset - foot):
        return "the resistance below the fall is seen over too small a range beside the breadth of the fall"
    gap = float(t[max(floor.start - 1, 0)] - t[floor.start])
    found = _plateau(curve, onset, max(onset - middle, 0.5 * gap), middle, lead)
    if found is None:
        return _SPARSE if np.count_nonzero(t >= onset) < _FEWEST_ABOVE else _RISING
    if 0.8 * fall * level / max(onset - foot, 1e-9) < _STEEPER * found[1]:
        return _RISING
    return Shape(found[0], middle, onset, foot, fall, short=True)


def _plateau(curve: Curve, onset: float, wide: float, middle: float, lead: float) -> tuple[Line, float] | None:
    """The mean of the readings above the onset as a line without slope, and the slope that they leave possible, ohm/K.

    The error holds what that slope would make of R at the middle of the fall, and what is missing of R_N so near to it.
    """
    choices = ((curve.temperature >= onset + away * wide, fewest, missing) for away, fewest, missing in _AWAY)
    above, missing = next(((above, missing) for above, fewest, missing in choices if above.sum() >= fewest), (None, 0.0))
    if above is None:
        return None
    t, r = curve.temperature[above], curve.resistance[above]
    at, mean = float(t.min()), float(r.mean())
    spread = float(np.sqrt(np.sum((t - t.mean()) ** 2)))
    slope = float((t - t.mean()) @ r) / spread**2 if spread > 0 else 0.0
    rest = r - mean - slope * (t - t.mean())
    noise = max(float(np.sqrt(rest @ rest / max(t.size - 2, 1))), white(curve.resistance))
    possible = math.hypot(slope, noise / spread) if spread > 0 else math.inf
    slow = slow_noise(curve.row[above], rest)
    slope_error = possible * (float(t.mean()) - middle)
    error = math.sqrt(noise**2 / t.size + 1.7 * slow.variance + slope_error**2 + (missing * mean) ** 2)
    line = Line(at, mean + lead, 0.0, error, slow, int(t.size), (at, float(t.max())))
    return line, abs(slope) + (2 * noise / spread if spread > 0 else math.inf)
