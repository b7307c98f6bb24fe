"""What is reported of a spin valve read by I-V curves: levels, switching fields, and the terms beside the linear one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from supraspin.analysis.result import Analysis, Finding
from supraspin.analysis.spin_valve.bias import window_findings
from supraspin.analysis.spin_valve.iv import LEVEL, Valve
from supraspin.analysis.spin_valve.report import add_terms, choices_table, curves_table
from supraspin.analysis.spin_valve.states import pooled
from supraspin.analysis.spin_valve.switches import Switch, in_one_piece, mirrored
from supraspin.flags import Flag
from supraspin.formatting import concise, si

_LIMIT = 1.645  # standard deviations of a one-sided 95 % limit


def add_findings(result: Analysis, valve: Valve) -> None:
    """Findings, flags and tables of the valve, into `result`."""
    result.flags += [*valve.flags, *_jump_flags(valve)]
    if valve.levels is None:
        _add_none(result, valve)
    else:
        _add_levels(result, valve)
        result.findings += switch_findings(valve.switches)
        result.flags += _switch_flags(valve)
        if valve.bias is not None:
            found, fitted, flags = window_findings(valve.bias, valve.levels.difference)
            result.findings += found
            result.flags += flags
            if fitted is not None:
                result.fits["bias window"] = fitted
    add_terms(result, valve)
    result.tables += [*choices_table(valve), curves_table(valve)]


def _add_none(result: Analysis, valve: Valve) -> None:
    values = np.array([r.value for r in valve.readings if r.part == 0])
    errors = np.array([r.stderr for r in valve.readings if r.part == 0])
    if values.size:
        mean, error, _ = pooled(values, errors)
        result.findings.append(
            Finding("nonlocal_resistance", mean, "ohm", error, text="mean of all curves; no two states are seen")
        )
    result.findings.append(Finding("two_state_chance", valve.p, "1", text="chance of such a gap in R_NL without two states"))
    changed = [c.field for c, t in zip(valve.curves, valve.terms, strict=True) if t.after is not None]
    if changed:
        text = f"the slope changes within the curve at {', '.join(si(b, 'T') for b in changed)}, yet no two states are seen"
        result.flags.append(Flag("slope_changes_within", text, "warning", {"curves": float(len(changed))}))


def _add_levels(result: Analysis, valve: Valve) -> None:
    found = valve.levels
    assert found is not None
    moved = max((abs(d - found.difference) for d in valve.spread.values()), default=None)
    told = f"parallel minus antiparallel; chance of such a gap without two states {_chance(valve.p)}"
    result.findings += [
        Finding("spin_signal", found.difference, "ohm", found.error, moved, identified=valve.claimed, text=told),
        Finding(
            "nonlocal_resistance_parallel", found.parallel, "ohm", found.parallel_error, text="state before the field reverses"
        ),
        Finding("nonlocal_resistance_antiparallel", found.antiparallel, "ohm", found.antiparallel_error),
    ]
    middle, error = 0.5 * (found.parallel + found.antiparallel), 0.5 * found.error
    result.findings.append(Finding("resistance_offset", middle, "ohm", error, text="background, whatever the alignment"))
    result.findings.append(over_background(found.difference, found.error, middle, error))
    result.findings.append(Finding("two_state_chance", valve.p, "1", text="chance of such a gap in R_NL without two states"))


def over_background(signal: float, signal_error: float, middle: float, error: float) -> Finding:
    """Signal over the background; a lower limit where the background cannot be told from 0 (2 standard errors)."""
    name, text = "signal_over_background", "spin signal over the part that does not depend on the alignment"
    if abs(middle) > 2 * error:
        ratio = abs(signal / middle)
        relative = math.hypot(signal_error / signal, error / middle)
        return Finding(name, ratio, "1", ratio * relative, text=text)
    bound = max(abs(signal) - _LIMIT * signal_error, 0.0) / (abs(middle) + _LIMIT * error)
    return Finding(name, bound, "1", limit="lower", identified=False, text=f"{text}, which cannot be told from 0")


def switch_findings(found: Sequence[Switch]) -> list[Finding]:
    """A coercive field for each switch, numbered within each direction in the order of time."""
    names: dict[str, int] = {}
    out = []
    for s in found:
        base = {1: "coercive_field_rising", -1: "coercive_field_falling", 0: "coercive_field"}[s.direction]
        names[base] = names.get(base, 0) + 1
        name = base if names[base] == 1 else f"{base}_{names[base]}"
        to = "parallel" if s.to > 0 else "antiparallel"
        text = f"to {to}, between {si(s.first, 'T')} and {si(s.last, 'T')}"
        if s.within is not None:
            text += f"; in the middle of the curve at {si(s.within, 'T')}"
        out.append(Finding(name, s.field, "T", s.stderr, text=text))
    return out


def _jump_flags(valve: Valve) -> list[Flag]:
    jumps = [(c, j) for c, t in zip(valve.curves, valve.terms, strict=True) for j in t.jumps]
    if not jumps:
        return []
    curve, largest = max(jumps, key=lambda one: abs(one[1].size))
    where = f"{len({id(c) for c, _ in jumps})} of {len(valve.curves)} curves"
    text = (f"the offset jumps within {where}, by up to {si(abs(largest.size), 'V')} (at {si(curve.field, 'T')}); "
            "such steps are fitted and taken off")  # fmt: skip
    return [Flag("offset_jump", text, "note", {"jumps": float(len(jumps)), "largest": abs(largest.size)})]


def _switch_flags(valve: Valve) -> list[Flag]:
    flags = []
    for c, t in zip(valve.curves, valve.terms, strict=True):
        if t.change is None or t.after is None:
            continue
        at, before = si(float(c.current[t.change.at]), "A"), concise(t.values["linear"], t.stderr["linear"], "ohm")
        text = (f"the curve at {si(c.field, 'T')} switches within its own sweep, at {at} (point {t.change.at}): "
                f"its slope goes from {before} to {concise(*t.after, 'ohm')}")  # fmt: skip
        numbers = {"field": c.field, "point": float(t.change.at), "change": t.change.size, "p": t.change.p}
        flags.append(Flag("switches_within", text, "warning", numbers))
    if valve.states is not None and np.sum(valve.states[1:] != valve.states[:-1]) < 2:
        text = "there is a single step and no way back: something else that happened once would look the same"
        flags.append(Flag("single_step", text, "warning"))
    if valve.states is not None and not in_one_piece(valve.readings, valve.states):
        text = "the antiparallel state comes and goes within one run of the field, as in no spin valve: outliers look like that"
        flags.append(Flag("states_in_pieces", text, "warning"))
    match = mirrored(valve.switches)
    if match is None:
        text = "switches are seen with the field going one way only: whether they mirror each other is not known"
        flags.append(Flag("mirror_unknown", text, "note"))
    elif not match:
        text = "no switch of the rising field mirrors one of the falling field: a spin valve's would, so doubt the alignment"
        flags.append(Flag("not_mirrored", text, "warning"))
    return flags


def _chance(p: float) -> str:
    return f"< {p:.1g}" if p <= 2.1e-4 else f"{p:.2g}"


def summary(valve: Valve) -> str:
    """One or two sentences."""
    found = valve.levels
    thermal = np.median([t.values["quadratic"] for t in valve.terms])
    if found is None:
        return (f"No two states are seen in {len(valve.curves)} non-local I-V curves (chance of the largest gap {valve.p:.2g}, "
                f"{LEVEL:g} is asked for). Thermal term {thermal:.3g} V/A^2.")  # fmt: skip
    if not valve.claimed:
        apart = concise(found.difference, found.error, "ohm")
        return (f"Two groups of R_NL, {apart} apart, but not shown to be the states of a spin valve (see the remarks). "
                f"Thermal term {thermal:.3g} V/A^2.")  # fmt: skip
    fields = [
        f"{ {1: 'rising', -1: 'falling', 0: 'the'}[s.direction] } field {si(s.first, 'T')} to {si(s.last, 'T')}"
        for s in valve.switches
    ]
    where = f" Switches: {'; '.join(fields)}." if fields else ""
    return (f"Spin signal {concise(found.difference, found.error, 'ohm')} between {si(found.parallel, 'ohm')} (parallel) and "
            f"{si(found.antiparallel, 'ohm')} (antiparallel).{where} Thermal term {thermal:.3g} V/A^2.")  # fmt: skip
