"""What loops say of who turns: distinct coercive fields, size beside the contact line, course with temperature, coupling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from supraspin.analysis.switching.pairs import Sweep
from supraspin.analysis.switching.steps import find_steps
from supraspin.formatting import si, uncertain
from supraspin.verdict._loops import Measured, junction, line, minor
from supraspin.verdict.outcome import Reading

if TYPE_CHECKING:
    import xarray as xr


def separation(data: Sequence[xr.Dataset]) -> Reading | str:
    """How far apart the coercive fields stand that the junction's loops show, over the larger one; 0: a single magnet."""
    seen = junction(data)
    if isinstance(seen, str):
        return seen
    value, error = seen.clearest.separation
    first, second = (uncertain(h, e, "T") for h, e in zip(seen.clearest.fields, seen.clearest.errors, strict=True))
    return Reading(value, error, 0.0, (seen.name,), f"the junction turns at {first} and {second}")


def over_line(data: Sequence[xr.Dataset]) -> Reading | str:
    """Height of the junction's loop over that of the contact line's own, both in ohm."""
    seen, own = junction(data), line(data)
    if isinstance(seen, str):
        return seen
    if isinstance(own, str):
        return own
    a, b = seen.clearest, own.clearest
    value = abs(a.height / b.height)
    error = value * math.hypot(1 / a.seen, 1 / b.seen)
    text = f"{si(abs(a.height), 'ohm')} in the junction, {si(abs(b.height), 'ohm')} in the contact line"
    # Both turn in their grains' own ways.
    return Reading(value, error, 0.1 * value, (seen.name, own.name), text)


def coupling(data: Sequence[xr.Dataset]) -> Reading | str:
    """Middle of the film's own loop over its larger switching field, counted along the contact's magnetisation reversed.

    Positive where the film prefers to be parallel to the contact; from 1/2 on it is parallel when the field is off.
    """
    seen = minor(data)
    if isinstance(seen, str):
        return seen + _limit(data)
    own = [one for one in (_middle(seen, i) for i in range(len(seen.loops))) if one is not None]
    return min(own, key=lambda one: one.error) if own else "the film's own loop shows no switching in either direction"


def _limit(data: Sequence[xr.Dataset]) -> str:
    """What full loops say of a coupling: a film that turns before its contact is held back by no more than its field."""
    full = junction(data)
    if isinstance(full, str) or full.clearest.separation[0] < 0.25:
        return ""
    return f"; their antiparallel state excludes couplings above {si(full.clearest.fields[0], 'T')} only"


def _middle(seen: Measured, number: int) -> Reading | None:
    loop = seen.loops[number]
    steps = [_largest(sweep) for sweep in (loop.rising, loop.falling)]
    up, down = steps
    if up is None or down is None or up.size * down.size > 0:
        return None
    largest = max(abs(up.field), abs(down.field))
    # The contact points where the field was before the first sweep.
    sign = 1.0 if loop.rising.index < loop.falling.index else -1.0
    least = max(loop.rising.step, loop.falling.step) / math.sqrt(12)
    error = 0.5 * math.hypot(up.field_error, down.field_error, least, least)
    text = f"the film turns at {si(up.field, 'T')} in rising and at {si(down.field, 'T')} in falling field"
    return Reading(sign * 0.5 * (up.field + down.field) / largest, error / largest, 0.02, (seen.name,), text)


def _largest(sweep: Sweep):
    found = find_steps(sweep.field, sweep.reading)
    best = max(found, key=lambda one: abs(one.size), default=None)
    return best if best is not None and abs(best.size) > 8 * best.size_error else None
