"""Numbers of switching loops: which loops pass, their magnets, signal and background, and the means over equal loops."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from supraspin.analysis.result import Finding
from supraspin.analysis.switching.flanks import Window, fit_turning
from supraspin.analysis.switching.matching import Matched, Switch
from supraspin.analysis.switching.pairs import Loop
from supraspin.analysis.switching.pulse import Pulse, fit_pulse
from supraspin.analysis.switching.series import Point
from supraspin.analysis.switching.signal import mean, signal_findings

_SAME = 0.03


@dataclass(frozen=True)
class Found:
    """A loop and what was found: p value, corrected for all loops by Holm, share of false discoveries up to it, centre (T),
    its magnets, and its signal (None where no switching fields are known)."""

    loop: Loop
    p: float
    holm: float
    discovery: float
    significant: bool
    shift: float
    matched: Matched
    pulse: Pulse | None = None

    @property
    def windows(self) -> tuple[Window, Window] | None:
        """Intervals of both switching fields in the rising and the falling sweep, from the two magnets that matter most."""
        pair = main_pair(self.matched.switches)
        if pair is None:
            return None
        first, second = pair
        return (first.rising.between, second.rising.between), (first.falling.between, second.falling.between)


def main_pair(switches: Sequence[Switch]) -> tuple[Switch, Switch] | None:
    """The largest step and the largest of opposite sign, in ascending coercive field; None without such a pair."""
    if not switches:
        return None
    largest = max(switches, key=lambda s: abs(s.rising.size))
    others = [s for s in switches if s.rising.size * largest.rising.size < 0]
    if not others:
        return None
    first, second = sorted((largest, max(others, key=lambda s: abs(s.rising.size))), key=lambda s: s.coercive_field)
    return first, second


def with_signals(found: list[Found]) -> list[Found]:
    """The loops with their signals: between their own switching fields, else between those of the loop nearest to them."""
    known = [one for one in found if one.significant and one.windows is not None]
    if not known:
        return found
    spans = [_span(found, "temperature"), _span(found, "current")]
    turning = {id(one): fit_turning(one.loop, *one.windows) for one in known if one.windows is not None}
    told = []
    for one in found:
        nearest = one if id(one) in turning else min(known, key=lambda other: _distance(one, other, spans))
        windows = nearest.windows
        told.append(replace(one, pulse=fit_pulse(one.loop, turning[id(nearest)], *windows)) if windows is not None else one)
    return told


def _span(found: Sequence[Found], name: str) -> float:
    values = [getattr(one.loop, name) for one in found if math.isfinite(getattr(one.loop, name))]
    return float(np.ptp(values)) if values else 0.0


def _distance(one: Found, other: Found, spans: list[float]) -> float:
    pairs = ((one.loop.temperature, other.loop.temperature), (one.loop.current, other.loop.current))
    parts = [abs(a - b) / span for (a, b), span in zip(pairs, spans, strict=True) if span > 0 and math.isfinite(a - b)]
    return sum(parts)


def points_of(found: Sequence[Found]) -> list[Point]:
    """Each loop's signal as a point of a series."""
    return [
        Point(one.loop.temperature, one.loop.current, one.pulse.signal, one.pulse.signal_error, one.significant)
        for one in found
        if one.pulse is not None
    ]


def strongest(found: Sequence[Found]) -> list[Found]:
    """The loop with the largest signal and those taken like it that pass too; empty where no signal is known."""
    sized = [(one, one.pulse) for one in found if one.significant and one.windows is not None and one.pulse is not None]
    if not sized:
        return []
    best = max(sized, key=lambda pair: abs(pair[1].signal) - 5 * math.hypot(pair[1].signal_error, pair[1].systematic))[0].loop
    return [
        one for one, _ in sized
        if _alike(one.loop.temperature, best.temperature) and _alike(one.loop.current, best.current)
    ]  # fmt: skip


def _alike(a: float, b: float) -> bool:
    return (math.isnan(a) and math.isnan(b)) or abs(a - b) <= _SAME * max(abs(a), abs(b))


def state_findings(found: Sequence[Found], settings: Mapping[str, float]) -> list[Finding]:
    """Signal, ratio, levels, coercive fields, centre and background of the strongest loops."""
    best = strongest(found)
    pulses = [one.pulse for one in best if one.pulse is not None]
    if not pulses:
        return []
    return signal_findings(pulses, settings) + _fields(best) + _background(pulses)


def _fields(best: Sequence[Found]) -> list[Finding]:
    """Coercive field and centre of the two magnets, each direction beside them, as means over equal loops."""
    told = []
    pairs = [pair for one in best if (pair := main_pair(one.matched.switches)) is not None]
    step = max(max(one.loop.rising.step, one.loop.falling.step) for one in best)
    # The two may be the flanks of one magnet's peak, which turns in the middle.
    one_peak = not any(one.pulse is not None and one.pulse.plateau for one in best)
    aside = 0.5 * float(np.mean([b.coercive_field - a.coercive_field for a, b in pairs])) if one_peak else None
    for number, name in enumerate(("coercive_field", "coercive_field_2")):
        mine = [pair[number] for pair in pairs]
        # Loops that share their fields share what lies between two readings.
        half, error = mean([(s.coercive_field, s.error) for s in mine], least=step / math.sqrt(24))
        middle, _ = mean([(s.centre, s.error) for s in mine])
        text = "lower of two" if number == 0 else "higher of two"
        told.append(Finding(name, half, "T", error, aside, text=f"{text}, half the distance between rising and falling field"))
        told.append(Finding(name.replace("coercive_field", "loop_centre"), middle, "T", error, text="middle of the two"))
        for way in ("rising", "falling"):
            steps = [getattr(s, way) for s in mine]
            field, own = mean([(s.field, s.field_error) for s in steps], least=step / math.sqrt(12))
            told.append(Finding(f"{name.replace('coercive', 'switching')}_{way}", field, "T", own))
    return told


def _background(pulses: Sequence[Pulse]) -> list[Finding]:
    words = {
        "drift": "with time, over one sweep; removed",
        "odd": "odd in the field, over half of its range; removed",
        "even": "quadratic in the field, at the end of its range; removed",
    }
    told = []
    for name, text in words.items():
        value, error = mean([getattr(p, name) for p in pulses])
        told.append(Finding(f"background_{name}", value, "ohm", error, text=text))
    return told


def closure_decibels(loop: Loop, shift: int = 0) -> float:
    """Signal over noise of the loop's opening, dB; `shift` points is where its middle lies.

    The signal is the half sum of the sweeps that is odd about the middle, the noise their half difference, which for a loop of
    magnetisation is the upper branch plus the inverted lower one; a drift is removed. Below 8 dB a loop counts as closed.
    """
    size = loop.grid.size
    up, down = np.roll(loop.up, -shift), np.roll(loop.down, shift)
    part = slice(abs(shift), size - abs(shift))
    u = np.linspace(-1, 1, size - 2 * abs(shift))
    up, down = (one[part] - np.polyval(np.polyfit(u, one[part], 1), u) for one in (up, down))
    common, other = 0.5 * (up + down), 0.5 * (up - down)
    signal, noise = float(np.mean((0.5 * (common - common[::-1])) ** 2)), float(np.mean(other**2))
    return 10 * math.log10(signal / noise) if signal > 0 and noise > 0 else math.nan
