"""Numbers of switching loops: levels, coercive fields, the signal against temperature and current."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.loop_pairs import Loop
from supraspin.analysis.loop_steps import Step, noise_of
from supraspin.analysis.result import Finding
from supraspin.models.julliere import partner_polarisation

_SAME = 0.5
"""Distance of switching fields over their mean within which those of two sweeps are one magnet's."""


@dataclass(frozen=True)
class Found:
    """A loop and what was found: p value, corrected p value, centre (T), steps of either sweep, and the levels outside and
    between them, ohm (NaN without steps)."""

    loop: Loop
    p: float
    holm: float
    significant: bool
    shift: float
    rising: list[Step]
    falling: list[Step]
    outside: tuple[float, float]
    between: tuple[float, float]


def levels(loop: Loop, steps: list[list[Step]]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Resistance (value, error) outside the two steps that matter most and between them, over both sweeps."""
    outer, inner = [], []
    for sweep, part in zip((loop.rising, loop.falling), steps, strict=True):
        if len(part) < 2:
            continue
        first, last = _main_pair(part)
        inside = (sweep.field > first.between[1]) & (sweep.field < last.between[0])
        outside = (sweep.field < first.between[0]) | (sweep.field > last.between[1])
        if inside.any() and outside.any():
            noise = noise_of(sweep.reading)
            outer.append((float(sweep.reading[outside].mean()), noise / math.sqrt(outside.sum())))
            inner.append((float(sweep.reading[inside].mean()), noise / math.sqrt(inside.sum())))
    return _mean(outer), _mean(inner)


def _main_pair(steps: list[Step]) -> tuple[Step, Step]:
    """The two largest steps of opposite sign, in ascending field."""
    largest = max(steps, key=lambda s: abs(s.size))
    others = [s for s in steps if s.size * largest.size < 0] or [s for s in steps if s is not largest]
    first, last = sorted((largest, max(others, key=lambda s: abs(s.size))), key=lambda s: s.field)
    return first, last


def _mean(parts: list[tuple[float, float]]) -> tuple[float, float]:
    if not parts:
        return math.nan, math.nan
    values, errors = np.array(parts).T
    # Sweeps that differ by more than their noise (a drift) have an error that says so.
    spread = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return float(values.mean()), math.hypot(float(np.sqrt((errors**2).sum())) / len(values), spread)


def state_findings(real: list[Found], settings: Mapping[str, float]) -> list[Finding]:
    """Signal, ratio, coercive fields and centre, from the loop with the largest signal."""
    sized = [one for one in real if math.isfinite(one.between[0])]
    found = []
    if sized:
        best = max(sized, key=lambda one: abs(one.between[0] - one.outside[0]) - 5 * math.hypot(one.between[1], one.outside[1]))
        signal = best.between[0] - best.outside[0]
        error = math.hypot(best.between[1], best.outside[1])
        found.append(Finding("switching_signal", signal, "ohm", error, text="between the two switching fields minus outside"))
        ratio = signal / best.outside[0]
        ratio_error = abs(ratio) * math.hypot(error / signal, best.outside[1] / best.outside[0])
        found.append(Finding("switching_ratio", ratio, "1", ratio_error, text="of the resistance outside"))
        if "polarisation" in settings and ratio > 0:
            other = float(partner_polarisation(ratio, settings["polarisation"]))
            slope = (float(partner_polarisation(ratio + ratio_error, settings["polarisation"])) - other) if ratio_error else 0.0
            text = "by Julliere's formula; bias and modulation lower it"
            found.append(Finding("polarisation_2", other, "1", abs(slope), text=text))
        found += coercive_fields(best)
    return found


def coercive_fields(one: Found) -> list[Finding]:
    """Coercive field and centre of each magnet: a step of the rising sweep with its partner in the falling one."""
    up, down = sorted(one.rising, key=lambda s: s.field), sorted(one.falling, key=lambda s: -s.field)
    found = []
    for number, (rise, fall) in enumerate(zip(up, down, strict=False), 1):
        half, middle = 0.5 * (rise.field - fall.field), 0.5 * (rise.field + fall.field)
        error = 0.5 * math.hypot(rise.field_error, fall.field_error)
        if half > 0 and abs(middle) < _SAME * max(abs(rise.field), abs(fall.field)) + abs(one.shift) and len(up) == len(down):
            name = "coercive_field" if number == 1 else f"coercive_field_{number}"
            text = f"rising at {rise.field:.4g} T, falling at {fall.field:.4g} T"
            found.append(Finding(name, half, "T", error, text=text))
            found.append(Finding(f"{name.replace('coercive_field', 'loop_centre')}", middle, "T", error))
    return found


def series_findings(found: list[Found]) -> list[Finding]:
    """Between which temperatures, and which currents, the switching goes: an interval with both sides, else a limit."""
    told = []
    for name, unit, words in (("temperature", "K", "ordering_temperature"), ("current", "A", "window_current")):
        values = np.array([getattr(one.loop, name) for one in found])
        if not np.isfinite(values).all() or np.ptp(values) <= 0.03 * np.abs(values).max():
            continue
        switch = np.array([one.significant for one in found])
        size = np.abs(values)
        last = float(size[switch].max())
        beyond = size[~switch & (size > last)]
        mixed = bool((~switch & (size <= last)).any())
        if beyond.size and not mixed:
            first = float(beyond.min())
            text = f"switching up to {last:.4g} {unit}, none from {first:.4g} {unit} on"
            told.append(Finding(words, 0.5 * (last + first), unit, (first - last) / math.sqrt(12), text=text))
        elif not beyond.size:
            told.append(Finding(words, last, unit, limit="lower", identified=False, text="every loop up to here switches"))
    return told


def closure_decibels(loop: Loop) -> float:
    """Signal over noise of the loop's opening, dB: the half sum that is odd about the middle against the half difference."""
    common, other = 0.5 * (loop.up + loop.down), 0.5 * (loop.up - loop.down)
    odd = 0.5 * (common - common[::-1])
    signal, noise = (float(np.mean((part - part.mean()) ** 2)) for part in (odd, other))
    return 10 * math.log10(signal / noise) if signal > 0 and noise > 0 else math.nan
