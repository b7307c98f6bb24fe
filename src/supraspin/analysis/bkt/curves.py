"""V-I curves of a family: which sweeps, their part odd in the current, their noise, and where they jump.

The sample's V(I) is odd in the current. Where both polarities were measured, V = [V(+I) - V(-I)]/2 is free of the offset and of
thermoelectric voltages; where there is one, the offset is taken from the lowest currents and said to be so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.bkt.jumps import Jumps, find_jumps, legs
from supraspin.analysis.bkt.noise import differences, from_neighbours, intercept, relative_noise, split_noise
from supraspin.data import good, sweeps
from supraspin.flags import Flag
from supraspin.formatting import si

if TYPE_CHECKING:
    import xarray as xr

SHORTEST = 12
"""Points on one side of zero current that a curve needs."""
_UNEVEN = 0.2  # even part over odd part above which the two polarities are not one curve


@dataclass(frozen=True)
class Curve:
    """One curve at one temperature, K: current above 0 (n,) rising, A; odd part of the voltage (n,), V; errors in V and K.

    `floor` and `relative` make the noise. Points from `end` on lie beyond a jump or where the polarities disagree.
    """

    label: str
    temperature: float
    temperature_error: float
    current: np.ndarray
    voltage: np.ndarray
    floor: float
    relative: float
    offset: float
    offset_error: float
    both: bool
    end: int
    jumps: Jumps

    @property
    def sigma(self) -> np.ndarray:
        return np.hypot(self.floor, self.relative * self.voltage)


def read_family(ds: xr.Dataset, temperature_error: float | None = None) -> tuple[list[Curve], list[Flag]]:
    """The curves in zero (or the lowest) field, the coldest first, and what was left out. `temperature_error` in K, if told."""
    found: list[Curve] = []
    left_out: list[str] = []
    lowest, flags = _field_choice(ds)
    fine_points = good(ds).values
    for i, piece in enumerate(sweeps(ds)):
        if not lowest[i]:
            continue
        temperature, scatter = _temperature(piece)
        fine = fine_points[i, : piece.sizes["point"]]
        current, voltage = piece["current"].values.ravel()[fine], piece["voltage"].values.ravel()[fine]
        label = str(piece["source"].values[0])
        curve = None
        if np.isfinite(temperature) and temperature > 0:
            error = scatter if temperature_error is None else temperature_error
            curve = make_curve(current, voltage, temperature, error, label)
        if curve is None:
            left_out.append(label or "a sweep without a name")
        else:
            found.append(curve)
    if left_out:
        text = f"left out, because they have no temperature or too few points ({len(left_out)}): {', '.join(left_out[:4])}"
        flags.append(Flag("left_out", text, "warning", {"curves": float(len(left_out))}))
    if found and not all(curve.both for curve in found):
        count = sum(not curve.both for curve in found)
        text = (f"{count} of {len(found)} curves have one polarity only: their offset is taken from the lowest currents and "
                "cannot be told from a small ohmic voltage there")  # fmt: skip
        flags.append(Flag("one_polarity", text, "warning", {"curves": float(count)}))
    return sorted(found, key=lambda curve: curve.temperature), flags


def make_curve(
    current: np.ndarray, voltage: np.ndarray, temperature: float, temperature_error: float = 0.0, label: str = ""
) -> Curve | None:  # fmt: skip
    """A curve from the readings (n,) in the order of measurement; None where there are too few points."""
    plus, minus = current > 0, current < 0
    if max(np.count_nonzero(plus), np.count_nonzero(minus)) < SHORTEST:
        return None
    if np.count_nonzero(minus) > np.count_nonzero(plus):
        current, voltage, plus, minus = -current, -voltage, minus, plus
    i, up = _levels(current[plus], voltage[plus])
    both = np.count_nonzero(minus) >= SHORTEST
    if both:
        j, down = _levels(-current[minus], voltage[minus])
        inside = (i >= j[0] * (1 - 1e-9)) & (i <= j[-1] * (1 + 1e-9))
        i, up = i[inside], up[inside]
        down = np.interp(i, j, down)
        if i.size < SHORTEST:
            return None
        odd, even = 0.5 * (up - down), 0.5 * (up + down)
        floor, relative = split_noise(differences(even), odd)
        low = slice(0, max(8, i.size // 3))
        offset, offset_error = float(np.median(even[low])), 0.0
    else:
        if i.size < SHORTEST:
            return None
        floor, relative = split_noise(from_neighbours(i, up), np.convolve(up, np.ones(5) / 5, "valid"))
        offset, offset_error = intercept(i, up, floor)
        odd, even = up - offset, np.full(i.size, offset)
        relative = relative_noise(i, odd, floor) or relative
    floor = max(floor, 1e-9 * float(np.abs(odd).max()), np.finfo(float).tiny)
    jumps = find_jumps(legs(current, voltage - offset), floor, relative)
    end = i.size
    first = min(jumps.critical or np.inf, jumps.retrapping or np.inf)
    end = min(end, int(np.searchsorted(i, first)))
    apart = np.abs(even - offset) > np.maximum(_UNEVEN * np.abs(odd), 8 * np.hypot(floor, relative * odd))
    twice = np.flatnonzero(apart[1:] & apart[:-1])
    end = min(end, int(twice[0])) if twice.size else end
    return Curve(label, temperature, temperature_error, i, odd, floor, relative, offset, offset_error, bool(both), end, jumps)


def _levels(current: np.ndarray, voltage: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean voltage at each current, rising; readings at the same current to six digits are one level."""
    order = np.argsort(current, kind="stable")
    i, v = current[order], voltage[order]
    first = np.flatnonzero(np.append(True, np.diff(i) > 1e-6 * i[1:]))
    count = np.diff(np.append(first, i.size))
    return np.add.reduceat(i, first) / count, np.add.reduceat(v, first) / count


def _temperature(piece: xr.Dataset) -> tuple[float, float]:
    """Temperature of the one sweep of `piece` and the scatter of its record, K; NaN and 0 where they are not known."""
    if "temperature" not in piece.variables or piece["temperature"].dims != ("sweep",):
        return float("nan"), 0.0
    scatter = 0.0
    if "temperature_reading" in piece.variables:
        record = piece["temperature_reading"].values.ravel()
        record = record[np.isfinite(record)]
        scatter = float(np.std(record)) if record.size > 1 else 0.0
    return float(piece["temperature"].values[0]), scatter


def _field_choice(ds: xr.Dataset) -> tuple[np.ndarray, list[Flag]]:
    """Which sweeps (sweep,) are in the lowest field, and what there is to say of the field."""
    if "field" not in ds.variables or ds["field"].dims != ("sweep",):
        return np.ones(ds.sizes["sweep"], bool), []
    size = np.abs(ds["field"].values.astype(float))
    size = np.where(np.isfinite(size), size, 0.0)
    chosen, flags = size <= size.min() + 1e-4, []
    others, field = np.count_nonzero(~chosen), float(size[chosen].max())
    if others:
        text = f"only the {chosen.sum()} curves in {si(field, 'T')} are used, {others} others have a field"
        flags.append(Flag("other_fields", text, "note", {"left_out": float(others)}))
    if field > 1e-3:
        text = f"the curves were measured in {si(field, 'T')}: vortices of the field make the voltage, not pairs that unbind"
        flags.append(Flag("in_field", text, "warning", {"field": field}))
    return chosen, flags
