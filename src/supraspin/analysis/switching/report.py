"""What is said of loops: the table of all that were looked at, the flags, and the summary."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from supraspin.analysis.result import Analysis, Table
from supraspin.analysis.switching.findings import Found, closure_decibels, strongest
from supraspin.analysis.switching.series import Series
from supraspin.analysis.switching.steps import Step
from supraspin.analysis.switching.twins import Twins, moves
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

_CLOSED = 8.0
"""Signal over noise, dB, below which the paleomagnetists' criterion calls a loop closed."""
_CLEAR = 8.0
"""Standard errors by which a step that nothing answers must stand out to be told."""
_LISTED = 5
_FULL = 0.97
"""Share of the signal that readings must show not to be remarked upon."""


def loops_table(found: Sequence[Found], level: float) -> Table:
    rows = []
    for one in found:
        loop, pulse = one.loop, one.pulse
        at = si(loop.temperature, "K") if math.isfinite(loop.temperature) else ""
        flows = si(loop.current, "A") if math.isfinite(loop.current) else ""
        decibels = closure_decibels(loop, points_off(one))
        signal = ""
        if pulse is not None:
            value, error = (pulse.signal, pulse.signal_error) if pulse.plateau else pulse.seen
            signal = uncertain(value, error, "ohm") + ("" if pulse.plateau else " seen")
        fields = "; ".join(
            f"{uncertain(s.rising.field, s.rising.field_error, 'T')} / {uncertain(s.falling.field, s.falling.field_error, 'T')}"
            for s in one.matched.switches
        )
        told = (f"{one.p:.2g}", f"{one.holm:.2g}", f"{one.discovery:.2g}", f"{decibels:.0f}" if math.isfinite(decibels) else "")
        rows.append((at, flows, *told, signal, fields if one.significant else ""))
    columns = ("temperature", "current", "p", "Holm", "false discovery", "signal/noise (dB)", "signal", "switching up / down")
    note = (f"p: chance of a loop as well mirrored without magnets; false discovery, of which {level:g} is asked for: share of "
            f"such loops among those that do as well, all {len(found)} looked at; Holm: chance of any such; a loop counts as "
            f"closed below {_CLOSED:g} dB; where a loop does not pass, its signal is taken between the switching fields of the "
            "nearest that does")  # fmt: skip
    return Table("Loops", columns, tuple(rows), note)


def points_off(one: Found) -> int:
    """By how many points of its grid the loop is off zero field."""
    return round(one.shift / (one.loop.grid[1] - one.loop.grid[0]))


def loop_flags(found: Sequence[Found]) -> list[Flag]:
    """Remarks on the loops that pass, and on steps that no magnet explains."""
    flags = []
    real = [one for one in found if one.significant]
    spikes = sum(sweep.spikes for one in found for sweep in (one.loop.rising, one.loop.falling))
    if spikes:
        text = f"{spikes} readings stood alone far from both neighbours and were set to their mean"
        flags.append(Flag("spikes", text, "note", {"readings": spikes}))
    if real:
        step = real[0].loop.grid[1] - real[0].loop.grid[0]
        shift = float(np.median([one.shift for one in real]))
        if abs(shift) > 2.5 * step:
            text = f"the loops are centred at {si(shift, 'T')}: exchange bias, or an offset of the field"
            flags.append(Flag("loop_off_centre", text, "warning", {"centre": shift}))
        gradual = [one for one in real if not one.matched.switches]
        if gradual:
            text = f"{len(gradual)} loops are hysteretic without sharp steps that answer each other: magnets that turn gradually"
            flags.append(Flag("gradual", text, "note", {"loops": len(gradual)}))
    return flags + _narrow(found) + _single(found) + _odd(found)


def _narrow(found: Sequence[Found]) -> list[Flag]:
    """The plateau between the two switches that is never reached in full."""
    pulses = [one.pulse for one in strongest(found) if one.pulse is not None]
    if not pulses:
        return []
    reached = max(pulse.reached for pulse in pulses)
    if not any(pulse.plateau for pulse in pulses):
        text = "both magnets switch at so nearly one field that no plateau is proved between them: the signal is told as a bound"
        return [Flag("plateau_not_reached", text, "warning", {"reached": reached})]
    if reached < _FULL:
        text = f"the plateau between both switches is narrow: readings show {reached:.0%} of the signal, the rest is inferred"
        return [Flag("plateau_narrow", text, "note", {"reached": reached})]
    return []


def _single(found: Sequence[Found]) -> list[Flag]:
    """Steps of one sweep alone."""
    told: list[tuple[str, Step]] = []
    for number, one in enumerate(found):
        odd = {id(step) for pair in one.matched.odd for step in (pair.rising, pair.falling)}
        for way, steps in (("rising", one.matched.single_rising), ("falling", one.matched.single_falling)):
            clear = [step for step in steps if id(step) not in odd and abs(step.size) > _CLEAR * step.size_error]
            told += [(f"loop {number + 1} {way} at {si(step.field, 'T')}", step) for step in clear]
    if not told:
        return []
    places = ", ".join(text for text, _ in told[:_LISTED]) + (f" and {len(told) - _LISTED} more" if len(told) > _LISTED else "")
    text = f"steps in one sweep that the other direction does not answer: {places}; no magnet is claimed from them"
    return [Flag("step_in_one_sweep", text, "note", {"steps": len(told), "field": told[0][1].field})]


def _odd(found: Sequence[Found]) -> list[Flag]:
    clear = [
        pair for one in found for pair in one.matched.odd
        if min(abs(step.size) / step.size_error for step in (pair.rising, pair.falling)) > _CLEAR
    ]  # fmt: skip
    count = len(clear)
    if not count:
        return []
    text = (f"{count} pairs of steps answer each other with opposite sign, R_up(B) = c - R_down(-B): a pinned layer, a Hall or a "
            "stray-field signal, not two magnets that switch freely")  # fmt: skip
    return [Flag("odd_in_field", text, "warning", {"pairs": count})]


def summary(result: Analysis, found: Sequence[Found], series: Sequence[Series], twins: Sequence[Twins]) -> str:
    real = [one for one in found if one.significant]
    if not real:
        least = min(one.p for one in found)
        told = f"No switching is proved: none of {len(found)} loops mirrors itself as magnets do (least p {least:.2g})."
        return told + _peaks(result, twins)
    names = {f.name: f for f in result.findings}
    told = f"{len(real)} of {len(found)} loops switch"
    if "switching_signal" in names:
        signal, ratio = names["switching_signal"], names["switching_ratio"]
        size = f"at least {si(abs(signal.value), 'ohm')}" if signal.limit else uncertain(
            signal.value, signal.stderr, signal.unit, systematic=signal.systematic
        )  # fmt: skip
        told += f" by {size} ({100 * ratio.value:.2g} %)"
        fields = [names[name] for name in ("coercive_field", "coercive_field_2") if name in names]
        told += ", coercive fields " + " and ".join(uncertain(f.value, f.stderr, "T") for f in fields)
        told += ", or they show the peak of one magnet" if signal.limit else ""
    told += "."
    for one in series:
        edge, what = one.finding, "temperature" if one.name == "temperature" else "bias current"
        value = f"> {si(edge.value, edge.unit)}" if edge.limit else uncertain(
            edge.value, edge.stderr, edge.unit, systematic=edge.systematic
        )  # fmt: skip
        told += f" The signal {'is gone above' if one.name == 'temperature' else 'is halved at'} a {what} of {value}."
    return told if "switching_signal" in names else told + _peaks(result, twins)


def _peaks(result: Analysis, twins: Sequence[Twins]) -> str:
    if not twins:
        return ""
    up, down = result.finding("peak_field_rising"), result.finding("peak_field_falling")
    places = (
        f" Peaks stand at {uncertain(up.value, up.stderr, 'T')} (rising) and {uncertain(down.value, down.stderr, 'T')} (falling)"
    )
    return places + (
        ", apart as those of a magnet that turns would be; their shape alone does not prove it."
        if moves(twins)
        else ", the same within errors."
    )
