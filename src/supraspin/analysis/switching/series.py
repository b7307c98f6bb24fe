"""Up to which temperature, and within which bias, a loop switches: from the signal of every loop of a series.

The signal of the loops that pass the test lies between their own switching fields; in the others it is measured between those of
the nearest loop that does, so that a vanishing signal is a number with an error too. Against temperature it is fitted by
`polarisation_temperature`, against current by `spin_valve_bias`. Where the fit does not determine the onset, it lies between the
last loop that switches and the first beyond that does not; where every loop switches there is only a limit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.precision import precision
from supraspin.analysis.result import Finding
from supraspin.errors import FitError
from supraspin.fit import FitResult, fit

_SAME = 0.03
"""Relative difference within which two loops were taken at one temperature, or one current."""
_LAWS: tuple[dict[str, float], ...] = ({"bloch_exponent": 1.0}, {"bloch_exponent": 2.0}, {"critical_exponent": 0.7})
"""Other laws of the polarisation that the data may well follow: they give the systematic error."""

_FEWEST = 3
"""Loops that switch below which they don't tell the law of the polarisation."""
_FOLLOWS = 0.04
"""Misfit of the law of a bias window over the largest signal above which the signal follows another law."""


@dataclass(frozen=True)
class Point:
    """One loop of a series: where it was taken, its signal with error (ohm), and whether it passed the test."""

    temperature: float
    current: float
    signal: float
    error: float
    switches: bool


@dataclass(frozen=True)
class Series:
    """Signals (n,) with errors against `name` (temperature or current), what follows from them, and the fit behind it."""

    name: str
    values: np.ndarray
    signal: np.ndarray
    error: np.ndarray
    switches: np.ndarray
    finding: Finding
    fit: FitResult | None
    scale: float


def series_of(points: Sequence[Point], name: str) -> Series | None:
    """The series against `name`, at the value of the other quantity that most loops share; None where there is none."""
    other = "current" if name == "temperature" else "temperature"
    known = [p for p in points if math.isfinite(getattr(p, name)) and math.isfinite(p.signal) and p.error > 0]
    groups = [[q for q in known if _alike(getattr(p, other), getattr(q, other))] for p in known]
    chosen = max(groups, key=lambda group: (len(_distinct(group, name)), len(group)), default=[])
    if len(_distinct(chosen, name)) < 3 or not any(p.switches for p in chosen):
        return None
    chosen = sorted(chosen, key=lambda p: abs(getattr(p, name)))
    values = np.array([abs(getattr(p, name)) for p in chosen])
    signal, error = np.array([p.signal for p in chosen]), np.array([p.error for p in chosen])
    switches = np.array([p.switches for p in chosen])
    scale = 2 * float(np.abs(signal).max())
    finding, best = _edge(name, values, signal / scale, error / scale, switches)
    return Series(name, values, signal, error, switches, finding, best, scale)


def _alike(a: float, b: float) -> bool:
    return (math.isnan(a) and math.isnan(b)) or abs(a - b) <= _SAME * max(abs(a), abs(b))


def _distinct(points: Sequence[Point], name: str) -> list[float]:
    found: list[float] = []
    for value in sorted(abs(getattr(p, name)) for p in points):
        if not found or value - found[-1] > _SAME * value:
            found.append(value)
    return found


def _edge(
    name: str, values: np.ndarray, signal: np.ndarray, error: np.ndarray, switches: np.ndarray
) -> tuple[Finding, FitResult | None]:
    if name == "temperature":
        return _onset(values, signal, error, switches)
    return _window(values, signal, error)


def _onset(values: np.ndarray, signal: np.ndarray, error: np.ndarray, switches: np.ndarray) -> tuple[Finding, FitResult | None]:
    last = float(values[switches].max())
    beyond = values[~switches & (values > last)]
    if not beyond.size:
        text = "every loop up to here switches" if switches.all() else "loops switch up to here, with gaps between"
        return Finding("ordering_temperature", last, "K", limit="lower", identified=False, text=text), None
    first = float(beyond.min())
    best = _fitted("polarisation_temperature", values, signal, error) if switches.sum() >= _FEWEST else None
    if best is not None:
        known, value = precision(best, "ordering_temperature"), best.params["ordering_temperature"].value
        gap = first - last
        if known.determined and known.stderr is not None and last - gap < value < first + gap:
            others = [_fitted("polarisation_temperature", values, signal, error, law) for law in _LAWS]
            moved = max(abs(one.params["ordering_temperature"].value - value) for one in others if one is not None)
            text = f"fit to the signals; loops switch up to {last:.4g} K and not from {first:.4g} K on"
            return Finding("ordering_temperature", value, "K", known.stderr, moved, text=text), best
    text = f"between {last:.4g} K, where loops switch, and {first:.4g} K, where none does"
    return Finding("ordering_temperature", 0.5 * (last + first), "K", (first - last) / math.sqrt(12), text=text), None


def _window(values: np.ndarray, signal: np.ndarray, error: np.ndarray) -> tuple[Finding, FitResult | None]:
    best = _fitted("spin_valve_bias", values, signal, error, {"resistance_offset": 0.0})
    read = half_way(values, signal)
    if best is not None and best.rms < _FOLLOWS * float(np.abs(signal).max()):
        known, value = precision(best, "window_current"), best.params["window_current"].value
        if known.determined and known.stderr is not None and value < values.max():
            moved = abs(read[0] - value) if read is not None else None
            text = "fit to the signals: half of that without bias; systematic by reading it off between the loops"
            return Finding("window_current", value, "A", known.stderr, moved, text=text), best
    if read is None:
        text = "more than half of the signal is left at the largest current"
        return Finding("window_current", float(values.max()), "A", limit="lower", identified=False, text=text), None
    return Finding("window_current", read[0], "A", read[1], text="half of the signal, read off between the loops"), None


def half_way(values: np.ndarray, signal: np.ndarray) -> tuple[float, float] | None:
    """Where signals (n,) at ascending values first stay below half of the first one, and the error by what lies between."""
    left = signal / signal[0] - 0.5
    below = np.flatnonzero(left >= 0)
    at = int(below.max()) + 1
    if at == values.size:
        return None
    share = left[at - 1] / (left[at - 1] - left[at])
    gap = float(values[at] - values[at - 1])
    return float(values[at - 1] + share * gap), gap / math.sqrt(12)


def _fitted(
    model: str, values: np.ndarray, signal: np.ndarray, error: np.ndarray, law: dict[str, float] | None = None
) -> FitResult | None:  # fmt: skip
    """A law through the signals; where it misses them by more than their errors, by so much it is not to be relied on."""
    try:
        best = fit(model, (values, signal), sigma=error, fix=law)
        if best.reduced_chi_square > 2:
            best = fit(model, (values, signal), sigma=np.hypot(error, best.rms), fix=law)
    except FitError:
        return None  # too few loops for the law: what lies between them is told instead
    return best
