"""Numbers, tables and remarks of a V-I family."""

from __future__ import annotations

import math

import numpy as np

from supraspin.analysis.bkt.exponents import Exponent
from supraspin.analysis.bkt.family import Family
from supraspin.analysis.bkt.verdict import LEVEL, Verdict
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.flags import Flag
from supraspin.formatting import concise, si, uncertain


def add_transition(result: Analysis, family: Family, said: Verdict) -> None:
    """T_BKT, its limit, or the temperature at which the exponent leaps; with the reasons where it is not claimed."""
    found = family.crossing
    known = family.known
    if said.status == "crossing" and found is not None:
        moved = math.hypot(family.systematic, found.interpolation)
        text = "where the exponent of V against I passes 3; systematic: windows and interpolation"
        result.findings.append(Finding("bkt_temperature", found.temperature, "K", found.stderr, moved, text=text))
        if found.interpolation > 2 * found.stderr:
            span = f"between {found.cold[0]:.4g} K and {found.hot[0]:.4g} K the exponent falls by {found.leap:.2g}"
            note = f"the temperature steps limit T_BKT: {span}"
            result.flags.append(Flag("coarse_temperatures", note, "note", {"interpolation": found.interpolation}))
        if family.systematic > 3 * found.stderr:
            note = (f"the choice of the window moves T_BKT by up to {si(family.systematic, 'K')}, against a statistical error of "
                    f"{si(found.stderr, 'K', 2)}")  # fmt: skip
            result.flags.append(Flag("depends_on_window", note, "warning", {"systematic": family.systematic}))
    elif said.status == "abrupt" and found is not None:
        half = 0.5 * (found.hot[0] - found.cold[0])
        text = "middle of the two temperatures between which the exponent leaps; half their distance as the systematic"
        middle = 0.5 * (found.hot[0] + found.cold[0])
        result.findings.append(Finding("exponent_leap_temperature", middle, "K", None, half, text=text))
        result.findings.append(Finding("exponent_below_leap", found.cold[1], "1"))
        result.findings.append(Finding("exponent_above_leap", found.hot[1], "1"))
        note = (f"{said.reasons[0]}: the transition of a bulk superconductor looks so, and BKT only where T_c - T_BKT is smaller "
                "than the steps; T_BKT is not claimed")  # fmt: skip
        result.flags.append(Flag("abrupt_exponent", note, "warning", {"leap": found.leap}))
    elif said.status in ("below", "above"):
        edge = known[0].temperature if said.status == "below" else known[-1].temperature
        limit = "upper" if said.status == "below" else "lower"
        result.findings.append(Finding("bkt_temperature", edge, "K", limit=limit, identified=False, text=said.reasons[0]))
    else:
        note = f"no BKT transition is claimed: {'; '.join(said.reasons)}"
        result.flags.append(Flag("no_bkt_transition", note, "note", {"level": LEVEL}))
    if said.status != "none" and len(said.reasons) > 1:
        result.flags.append(Flag("against_bkt", "; ".join(said.reasons[1:]), "warning"))


def window_flags(family: Family, said: Verdict) -> list[Flag]:
    """Curves that are no power laws, tails at low current, slopes that rise at high current."""
    flags = []
    two = [one for one in family.exponents if one.two_slopes]
    curved = [one for one in family.exponents if one.status == "curved"]
    if said.artefact or curved:
        parts = [f"{len(curved)} of {len(family.exponents)} curves are power laws in no window"] if curved else []
        parts += list(said.reasons) if said.artefact else []
        text = f"window artefact: {'; '.join(parts)}: an exponent of such a curve is that of the window chosen"
        flags.append(Flag("window_artefact", text, "warning", {"curved": float(len(curved))}))
    if family.kneed:
        most = si(family.normal, "ohm")
        text = (f"{family.kneed} of {len(family.exponents)} curves reach the normal branch (V/I up to {most}), "
                "whose exponent 1 is not that of the superconductor: the power law is looked for below the knee")  # fmt: skip
        lost = [one for one in family.exponents if one.status == "none"]
        text += f", where {len(lost)} curves have too few points above the noise" if lost else ""
        flags.append(Flag("normal_branch", text, "note", {"curves": float(family.kneed), "normal": family.normal}))
    if two:
        text = (f"{len(two)} curves have two slopes, ohmic at low current and steeper above (finite size, free vortices, leads): "
                f"{_span(two)}")  # fmt: skip
        flags.append(Flag("two_slopes", text, "note", {"curves": float(len(two))}))
    steeper = [one for one in family.exponents if one.upturn > 0.3]
    if len(steeper) >= 2:
        powers = np.array([one.window[1] * one.voltages[1] for one in steeper])
        same = float(powers.max() / powers.min()) < 4
        text = (f"above their windows {len(steeper)} curves become steeper, from {si(float(powers.min()), 'W')} to "
                f"{si(float(powers.max()), 'W')} on"
                + (": about the same power in all of them, as heating makes it" if same else ""))  # fmt: skip
        flags.append(Flag("heating" if same else "steeper_at_high_current", text, "warning" if same else "note"))
    return flags


def _span(some: list[Exponent]) -> str:
    low, high = some[0].temperature, some[-1].temperature
    return f"{low:.4g} K" if low == high else f"{low:.4g} K to {high:.4g} K"


def add_currents(result: Analysis, family: Family) -> None:
    """Critical and retrapping currents, hysteresis, lead resistance and offset."""
    curves = [one.curve for one in family.exponents]
    jumping = [curve for curve in curves if curve.jumps.critical is not None]
    if jumping:
        coldest = jumping[0]
        assert coldest.jumps.critical is not None
        text = f"V jumps there at {coldest.temperature:.4g} K; the error is half a step of the current"
        result.findings.append(
            Finding("critical_current", coldest.jumps.critical, "A", None, 0.5 * coldest.jumps.step, text=text)
        )
        retrapping = coldest.jumps.retrapping
        if retrapping is not None and abs(retrapping - coldest.jumps.critical) > coldest.jumps.step:
            result.findings.append(Finding("retrapping_current", retrapping, "A", None, 0.5 * coldest.jumps.step))
        note = f"V jumps in {len(jumping)} of {len(curves)} curves; exponents are taken below the jumps"
        result.flags.append(Flag("jumps", note, "note", {"curves": float(len(jumping))}))
    lagging = [curve for curve in curves if curve.jumps.hysteresis is not None]
    if lagging:
        low, high = lagging[0].jumps.hysteresis or (0.0, 0.0)
        note = (f"{len(lagging)} curves differ between rising and falling current ({si(low, 'A')} to {si(high, 'A')} at "
                f"{lagging[0].temperature:.4g} K): heating, or an underdamped switch")  # fmt: skip
        result.flags.append(Flag("hysteretic", note, "warning", {"curves": float(len(lagging))}))
    if family.lead[0]:
        text = "common to the coldest curves and taken off all; it does not superconduct"
        result.findings.append(Finding("lead_resistance", family.lead[0], "ohm", family.lead[1], text=text))
    if any(curve.both for curve in curves):
        offsets = np.array([curve.offset for curve in curves if curve.both])
        spread = float(np.std(offsets)) if offsets.size > 1 else None
        result.findings.append(
            Finding("voltage_offset", float(np.median(offsets)), "V", None, spread, text="even part, taken off; its spread")
        )


def exponent_table(family: Family) -> Table:
    rows = []
    for one in family.exponents:
        cell = uncertain(one.exponent, one.stderr, "1", systematic=one.systematic) if math.isfinite(one.exponent) else "–"
        window = f"{si(one.window[0], 'A')} to {si(one.window[1], 'A')}" if math.isfinite(one.window[0]) else "–"
        bend = one.curvature * math.log(one.window[1] / one.window[0]) if math.isfinite(one.curvature) else math.nan
        critical = one.curve.jumps.critical
        rows.append((
            f"{one.temperature:.4g} K", cell, window, f"{bend:+.2f}" if math.isfinite(bend) else "–",
            one.status + (", two slopes" if one.two_slopes else ""), si(critical, "A") if critical else "–",
        ))  # fmt: skip
    columns = ("temperature", "exponent a", "window", "change of a over it", "curve", "critical current")
    return Table("Exponents of V ~ I^a", columns, tuple(rows), "errors: statistical, spread over windows")


def choices_table(family: Family) -> Table | None:
    """What each choice of window makes of the temperature at which a = 3; None without a crossing."""
    if family.crossing is None:
        return None
    rows = [("as reported", concise(family.crossing.temperature, family.crossing.stderr, "K"))]
    rows += [
        (name, "never passes 3" if other is None else concise(other.temperature, other.stderr, "K"))
        for name, other in family.choices.items()
    ]
    return Table("Where a = 3 by other choices of the window", ("choice", "temperature"), tuple(rows))
