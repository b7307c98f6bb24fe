"""Thermometers that cannot be believed, and temperatures that ran away."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from supraspin.data.choose import longest_run
from supraspin.errors import DataError
from supraspin.flags import Flag

OVERLOAD = 1e30
"""A finite reading beyond this is an instrument's way of saying that it had none."""
_STUCK_RUN = 20
_DRIFT_SHARE, _DRIFT_KELVIN = 0.05, 0.02


def pegged(thermometers: Mapping[str, np.ndarray]) -> list[Flag]:
    """Thermometers that stood still, or left their range, while another one moved by more than a tenth."""
    flags = []
    for name, values in thermometers.items():
        start, run = longest_run(values)
        others = [other for other in thermometers if other != name and _moved(thermometers[other], start, run)]
        if run > max(_STUCK_RUN, 0.05 * values.size) and others:
            said = f"{name} stood at {values[start]:.6g} K for {run} of {values.size} points while {others[0]} moved: pegged"
            flags.append(Flag("pegged", said, "warning", {"points": run, "value": float(values[start])}))
    return flags


def _moved(values: np.ndarray, start: int, run: int) -> bool:
    part = values[start : start + run]
    part = part[np.isfinite(part)]
    return part.size > 0 and part.max() > 0 and np.ptp(part) > 0.1 * part.max() and longest_run(values)[1] < run


def below_zero(values: np.ndarray, source: str) -> list[Flag]:
    """A remark where a thermometer reads below absolute zero. Raises `DataError` where it mostly does."""
    fine = values[np.isfinite(values) & (np.abs(values) < OVERLOAD)]
    count = int(np.count_nonzero(fine < 0))
    if not count:
        return []
    if 2 * count > fine.size:
        said = f"{source}: the temperature is {float(np.median(fine)):.6g} K, below absolute zero"
        raise DataError(f"{said}; temperatures are in kelvin unless the header says °C")
    said = f"the temperature is below absolute zero at {count} of {values.size} points"
    return [Flag("below_zero", said, "warning", {"points": count, "lowest": float(fine.min())})]


def robust_median(values: np.ndarray) -> float:
    """Median of the finite readings that are no overload; NaN where there is none."""
    fine = values[np.isfinite(values) & (np.abs(values) < OVERLOAD)]
    return float(np.median(fine)) if fine.size else float("nan")


def drift(temperature: np.ndarray) -> tuple[np.ndarray, list[Flag]]:
    """Points where the temperature had run away: beyond 5 % (and 20 mK) of its median, and beyond what its scatter explains."""
    away = np.zeros(temperature.size, bool)
    finite = np.flatnonzero(np.isfinite(temperature) & (np.abs(temperature) < OVERLOAD))
    values = temperature[finite]
    if values.size < 8:
        return away, []
    middle = float(np.median(values))
    limit = max(_DRIFT_SHARE * abs(middle), _DRIFT_KELVIN)
    size = max(3, values.size // 25)
    blocks = [float(np.median(part)) for part in np.array_split(values, max(2, values.size // size))]
    noise = 1.4826 * float(np.median(np.abs(np.diff(values)))) / np.sqrt(2)
    # Five standard errors of a block's median at either end of the range over some 25 blocks.
    if max(blocks) - min(blocks) <= limit + 10 * 1.2533 * noise / np.sqrt(size):
        return away, []
    smooth = np.interp(np.arange(values.size), (np.arange(len(blocks)) + 0.5) * values.size / len(blocks), blocks)
    away[finite] = np.abs(smooth - middle) > limit
    count = int(away.sum())
    running = np.median(np.lib.stride_tricks.sliding_window_view(values, 5), axis=1)
    first = float(running[0])
    last = float(running[np.abs(running - first).argmax()])
    said = f"the temperature ran from {first:.3g} K to {last:.3g} K during the sweep"
    said += f"; {count} of {temperature.size} points are more than {limit:.2g} K off its median"
    numbers = {"from": first, "to": last, "median": middle, "points": count}
    return away, [Flag("temperature_drift", said, "warning", numbers)]
