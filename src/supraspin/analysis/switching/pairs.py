"""Sweeps of a data set paired into loops: one up, one down, under the same conditions, on one grid of fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.data import good, sweeps
from supraspin.data.schema import needed

if TYPE_CHECKING:
    import xarray as xr

FEWEST = 16
"""Points of a sweep below which nothing is looked for."""
_ALONE = 5.0
_VISIBLE = 0.05
"""Share of the swing of a sweep below which a reading that stands alone does no harm; the last digit of a meter, for one."""
_SAME = 0.03
"""Relative difference of temperature or current within which two sweeps belong to one loop."""


@dataclass(frozen=True)
class Sweep:
    """One sweep: field (n,) T and reading (n,) ohm in the order of time, and what it was taken at (NaN where not known).

    `spikes` counts readings that stood alone far from both neighbours and were put between them.
    """

    index: int
    field: np.ndarray
    reading: np.ndarray
    direction: int
    temperature: float
    current: float
    spikes: int = 0

    @property
    def step(self) -> float:
        """Usual distance of neighbouring fields, T."""
        return float(np.median(np.abs(np.diff(self.field))))


@dataclass(frozen=True)
class Loop:
    """A rising and a falling sweep, and both on one mirrored grid, in the order of time: `up` at `grid`, `down` at `-grid`."""

    rising: Sweep
    falling: Sweep
    grid: np.ndarray
    up: np.ndarray
    down: np.ndarray

    @property
    def temperature(self) -> float:
        return float(np.mean([self.rising.temperature, self.falling.temperature]))

    @property
    def current(self) -> float:
        return float(np.mean([self.rising.current, self.falling.current]))


def read_sweeps(ds: xr.Dataset) -> list[Sweep]:
    """The sweeps that have enough points and go one way."""
    x, y = needed(ds)[:2]
    found = []
    for index, piece in enumerate(sweeps(ds)):
        fine = good(piece).values.ravel()
        field, reading = (piece[name].values.ravel()[fine] for name in (x, y))
        direction = int(np.sign(field[-1] - field[0])) if field.size else 0
        if field.size >= FEWEST and direction:
            reading, spikes = without_spikes(reading)
            known = _constant(piece, "temperature"), _constant(piece, "current")
            found.append(Sweep(index, field, reading, direction, *known, spikes))
    return found


def without_spikes(reading: np.ndarray) -> tuple[np.ndarray, int]:
    """Readings (n,) with single ones that stand alone set to the mean of their neighbours, and how many there were.

    A reading stands alone where it differs from both neighbours, one way, by `_ALONE` times the usual difference and the
    differences beside them, while these differ far less from each
    other, and it would be seen in the whole sweep: a step, a ramp, the tip of a peak and the last digit of a meter do not.
    """
    before, here, after = reading[:-2], reading[1:-1], reading[2:]
    usual = 1.4826 * float(np.median(np.abs(np.diff(reading))))
    least = np.minimum(np.abs(here - before), np.abs(here - after))
    steps = np.pad(np.abs(np.diff(reading)), 2, mode="reflect")
    beside = np.maximum(steps[1 : 1 + here.size], steps[4 : 4 + here.size])
    alone = (
        (least > _ALONE * beside)
        & ((here - before) * (here - after) > 0)
        & (least > _ALONE * usual)
        & (np.abs(after - before) < 0.3 * least)
        & (least > _VISIBLE * np.ptp(reading))
    )
    places = np.flatnonzero(alone) + 1
    clean = reading.copy()
    clean[places] = 0.5 * (reading[places - 1] + reading[places + 1])
    return clean, int(places.size)


def _constant(piece: xr.Dataset, name: str) -> float:
    return float(piece[name].values[0]) if name in piece.coords and piece[name].dims == ("sweep",) else np.nan


def pair(found: list[Sweep]) -> tuple[list[Loop], list[Sweep]]:
    """Loops of neighbouring sweeps in opposite directions, and the sweeps that have no partner."""
    loops, alone, i = [], [], 0
    while i < len(found):
        if i + 1 < len(found) and (loop := _loop(found[i], found[i + 1])) is not None:
            loops.append(loop)
            i += 2
        else:
            alone.append(found[i])
            i += 1
    return loops, alone


def _loop(first: Sweep, second: Sweep) -> Loop | None:
    if first.direction == second.direction or not (
        _alike(first.temperature, second.temperature) and _alike(first.current, second.current)
    ):
        return None
    rising, falling = (first, second) if first.direction > 0 else (second, first)
    # On the mirrored grid, so far as both sweeps reach on either side of zero.
    reach = min(rising.field.max(), -rising.field.min(), falling.field.max(), -falling.field.min())
    step = max(rising.step, falling.step)
    points = int(2 * reach / step) + 1 if reach > 0 and step > 0 else 0
    if points < FEWEST:
        return None
    grid = np.linspace(-reach, reach, points)
    up = np.interp(grid, *_ascending(rising))
    down = np.interp(-grid, *_ascending(falling))
    return Loop(rising, falling, grid, up, down)


def _ascending(sweep: Sweep) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(sweep.field, kind="stable")
    return sweep.field[order], sweep.reading[order]


def _alike(a: float, b: float) -> bool:
    return (np.isnan(a) and np.isnan(b)) or abs(a - b) <= _SAME * max(abs(a), abs(b))


def stacked(loops: list[Loop]) -> list[tuple[list[int], np.ndarray, np.ndarray]]:
    """Loops of one number of points together: their places in the list, and both sweeps (loops, n)."""
    groups: dict[int, list[int]] = {}
    for place, loop in enumerate(loops):
        groups.setdefault(loop.grid.size, []).append(place)
    return [
        (places, np.stack([loops[i].up for i in places]), np.stack([loops[i].down for i in places])) for places in groups.values()
    ]
