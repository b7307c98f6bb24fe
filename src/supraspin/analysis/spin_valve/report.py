"""The terms of V(I) beside the linear one, each with its test, and the tables of a spin valve read by I-V curves."""

from __future__ import annotations

import math

import numpy as np

from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.analysis.spin_valve.iv import Valve
from supraspin.analysis.spin_valve.states import pooled
from supraspin.flags import Flag
from supraspin.formatting import concise, si

_SEEN = 2.81  # standard errors beyond which one of two further terms is called seen, at 1 % for both together
_HIGHER = {"cubic": ("V/A^3", "odd"), "quartic": ("V/A^4", "even")}


def add_terms(result: Analysis, valve: Valve) -> None:
    """The thermal term, the further ones with their test, the offset and its drift, and how open the cycles are."""
    rows = []

    def mean(name: str) -> tuple[float, float]:
        kept = [t for t in valve.terms if name in t.values]
        y, e = np.array([t.values[name] for t in kept]), np.array([t.stderr[name] for t in kept])
        value, error, _ = pooled(y, e) if y.size else (math.nan, math.nan, 0.0)
        return value, error

    value, error = mean("quadratic")
    each = [t.values["quadratic"] for t in valve.terms]
    span = f"{min(each):.3g} to {max(each):.3g} V/A^2 in single curves"
    result.findings.append(Finding("thermal_coefficient", value, "V/A^2", error, text=f"quadratic in the current; {span}"))
    rows.append(("quadratic (thermal)", concise(value, error, "V/A^2"), f"{value / error:.1f}", span))
    for name, (unit, parity) in _HIGHER.items():
        value, error = mean(name)
        seen = abs(value) > _SEEN * error
        rows.append((name, concise(value, error, unit), f"{value / error:.1f}", "seen" if seen else "not seen"))
        if seen:
            text = f"V(I) has a {name} term, {parity} in the current: {concise(value, error, unit)}"
            result.flags.append(Flag(f"{name}_term", text, "warning", {"value": value, "stderr": error}))
    for name, what in (("drift", "drift of the offset within a curve"), ("opening", "opening of the cycle at full current")):
        value, error = mean(name)
        if math.isfinite(value):
            seen = abs(value) > _SEEN * error
            rows.append((what, concise(value, error, "V"), f"{value / error:.1f}", "seen" if seen else "not seen"))
            if seen and name == "opening":
                text = (f"the cycle of the current does not close: up and down differ by {si(2 * value, 'V')} at full current, "
                        "heating or a lag of the amplifier; what is odd in the current is free of it")  # fmt: skip
                result.flags.append(Flag("cycle_open", text, "note", {"value": value, "stderr": error}))
    value, error = mean("offset")
    offsets = [t.values["offset"] for t in valve.terms]
    result.findings.append(
        Finding("voltage_offset", value, "V", error, text=f"moves by {si(float(np.ptp(offsets)), 'V')} between curves")
    )
    rows.append(("offset", concise(value, error, "V"), f"{value / error:.1f}", f"moves by {si(float(np.ptp(offsets)), 'V')}"))
    note = "means over the curves, errors from their scatter; a switch or a jump within a curve is fitted beside the terms"
    result.tables.append(Table("Terms of V(I)", ("term", "mean", "over its error", "remark"), tuple(rows), note))


def choices_table(valve: Valve) -> list[Table]:
    """The signal under each choice of terms; empty where no signal is claimed."""
    if not valve.spread or valve.levels is None:
        return []
    choices = {"as reported": valve.levels.difference, **valve.spread}
    rows = tuple((name, si(value, "ohm", 4)) for name, value in choices.items())
    note = "the largest move is the systematic error"
    return [Table("What the choices change", ("choice", "spin signal"), rows, note)]


def curves_table(valve: Valve) -> Table:
    words = {1: "parallel", -1: "antiparallel", 0: ""}
    going = {1: "rising", -1: "falling", 0: ""}
    states = valve.states if valve.states is not None else np.zeros(len(valve.readings), int)
    owners = np.cumsum([r.part != 1 for r in valve.readings]) - 1  # both parts of a curve that switches share its terms
    rows = []
    for r, state, owner in zip(valve.readings, states, owners, strict=True):
        t = valve.terms[owner]
        part = {-1: ", before its switch", 0: "", 1: ", behind its switch"}[r.part]
        thermal = concise(t.values["quadratic"], t.stderr["quadratic"], "V/A^2")
        rows.append((si(r.field, "T"), going[r.direction], concise(r.value, r.stderr, "ohm"), words[int(state)] + part, thermal))
    columns = ("field", "direction", "R_NL", "state", "thermal term")
    return Table("Each curve, in the order of time", columns, tuple(rows))
