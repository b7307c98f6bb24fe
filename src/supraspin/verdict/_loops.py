"""Which loops are the junction's and which the contact line's own, and what both show: read once for all rivals of the loops.

The data sets are told by their names ("amr", "contact line") or, where names say nothing, by their resistance: the line's is far
below the junction's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import name_of
from supraspin.analysis.switching.pairs import Loop, pair, read_sweeps
from supraspin.verdict._film import once
from supraspin.verdict._loop_shape import Shape, like, shape_of, strength

if TYPE_CHECKING:
    import xarray as xr

SEEN = 7.0
"""Errors that the height of a loop must have to be seen: noise that is slow, and searched for its best plateau, has up to 5.4."""
_LINE = re.compile(r"\bamr|amr[_ -]|contact[_ -]?(line|only|alone)", re.IGNORECASE)
_FAR = 3.0
"""Ratio of resistances from which the smaller is the line's."""
_SAME = 0.01
"""Relative difference of temperature and current up to which loops are repetitions of one."""
_REACH = 1.0
"""Largest field of a loop, T: beyond it sweeps look at the superconductor."""
_MINOR = 0.8
"""Largest field of a minor loop over that of the full one."""


@dataclass(frozen=True)
class Measured:
    """The loops of one data set, the shape of the clearest and the largest field."""

    name: str
    loops: tuple[Loop, ...]
    clearest: Shape
    reach: float

    @property
    def seen(self) -> bool:
        return self.clearest.seen >= SEEN


@once
def measured(ds: xr.Dataset) -> Measured | None:
    """The loops of a data set; None where it has none in small fields."""
    if ds.attrs["kind"] != "magnetoresistance":
        return None
    found = [one for one in pair(read_sweeps(ds))[0] if np.abs(one.rising.field).max() <= _REACH]
    if not found:
        return None
    loops = repeated(found)
    clearest = max(loops, key=strength)
    shape = shape_of(clearest)
    reach = max(float(np.abs(one.rising.field).max()) for one in loops)
    return Measured(name_of(ds), tuple(loops), shape, reach)


def repeated(loops: Sequence[Loop]) -> list[Loop]:
    """Loops taken again under the same conditions and at the same fields as one, the mean of their readings."""
    groups: list[list[Loop]] = []
    for one in loops:
        same = [group for group in groups if _again(group[0], one)]
        if same:
            same[0].append(one)
        else:
            groups.append([one])
    return [_mean(group) for group in groups]


def _again(one: Loop, other: Loop) -> bool:
    near = [a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= _SAME * max(abs(a), abs(b))
            for a, b in ((one.temperature, other.temperature), (one.current, other.current))]  # fmt: skip
    fields = [np.array_equal(a.field, b.field) for a, b in ((one.rising, other.rising), (one.falling, other.falling))]
    return all(near) and all(fields)


def _mean(group: Sequence[Loop]) -> Loop:
    def mean(values: list[np.ndarray]) -> np.ndarray:
        return np.mean(values, axis=0)

    first = group[0]
    rising = replace(first.rising, reading=mean([one.rising.reading for one in group]))
    falling = replace(first.falling, reading=mean([one.falling.reading for one in group]))
    up, down = mean([one.up for one in group]), mean([one.down for one in group])
    return replace(first, rising=rising, falling=falling, up=up, down=down)


def line_and_junctions(data: Sequence[xr.Dataset]) -> tuple[list[Measured], list[Measured]]:
    """Loops of the contact line alone, and those of junctions."""
    found = [one for ds in data if (one := measured(ds)) is not None]
    line = [one for one in found if _LINE.search(one.name)]
    rest = [one for one in found if one not in line]
    if not line and len(rest) > 1:
        bases = [one.clearest.base for one in rest]
        line = [one for one, base in zip(rest, bases, strict=True) if 0 < base < max(bases) / _FAR]
        rest = [one for one in rest if one not in line]
    return line, rest


def junction(data: Sequence[xr.Dataset]) -> Measured | str:
    """The junction's full loops in which something is seen most clearly, or why there are none."""
    junctions = line_and_junctions(data)[1]
    if not junctions:
        return "no loops of a junction in rising and falling field"
    widest = max(one.reach for one in junctions)
    full = [one for one in junctions if one.reach > _MINOR * widest]
    best = max(full, key=lambda one: one.clearest.seen)
    return best if best.seen else "the junction's loops show nothing that mirrors itself between rising and falling field"


def junction_heights(data: Sequence[xr.Dataset], shape: Shape) -> list[tuple[float, Shape, str]]:
    """Temperature, the height there with the fields of `shape`, and the data set, of every full loop of the junctions."""
    junctions = line_and_junctions(data)[1]
    widest = max((one.reach for one in junctions), default=0.0)
    full = [one for one in junctions if one.reach > _MINOR * widest]
    return [(loop.temperature, like(loop, shape), one.name) for one in full for loop in one.loops]


def line(data: Sequence[xr.Dataset]) -> Measured | str:
    """The contact line's own loops, or why there are none."""
    lines = line_and_junctions(data)[0]
    if not lines:
        return "no loops of the contact line alone"
    best = max(lines, key=lambda one: one.clearest.seen)
    return best if best.seen else "the contact line's own loops show nothing"


def minor(data: Sequence[xr.Dataset]) -> Measured | str:
    """Loops of a junction over a smaller field than its full ones."""
    junctions = line_and_junctions(data)[1]
    widest = max((one.reach for one in junctions), default=0.0)
    small = [one for one in junctions if one.reach <= _MINOR * widest]
    return small[0] if small else "no loop of the film alone: all go beyond both coercive fields"
