"""Loops of resistance against field: which sweeps hold switching magnets, where they switch, and by how much.

A rising and a falling sweep are tested together: only magnets make a reading that depends on the direction of the sweep and
mirrors itself (`loop_mirror`). The level of 1 % is for the whole data set (Holm's correction over its loops). In the loops that
pass, each sweep by itself is searched for steps (`loop_steps`); sweeps are never averaged before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import name_of, sources
from supraspin.analysis.loop_findings import Found, closure_decibels, levels, series_findings, state_findings
from supraspin.analysis.loop_mirror import mirror_test
from supraspin.analysis.loop_pairs import Loop, pair, read_sweeps, stacked
from supraspin.analysis.loop_peaks import find_peak
from supraspin.analysis.loop_steps import find_steps
from supraspin.analysis.regime import superconducts
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.analysis.switching_figure import draw_loops
from supraspin.errors import DataError, FitError
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

if TYPE_CHECKING:
    import xarray as xr

KIND = ("magnetoresistance", "spin_valve_loop")
SETTINGS = {"polarisation": ("1", "spin polarisation of the known electrode, for the other one by Julliere's formula")}
LEVEL = 0.01
"""Chance that a data set without switching magnets is said to have any."""
_KEY = 20260101


def suits(ds: xr.Dataset) -> bool:
    """Loops: fields swept both ways, and no superconducting transition."""
    directions = {int(sign) for sign in ds["direction"].values}
    return {1, -1} <= directions and (ds.attrs["kind"] == "spin_valve_loop" or not superconducts(ds))


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse loops. Raises `DataError` for a polarisation that is none, `FitError` where no two sweeps make a loop."""
    if not 0 < abs(settings.get("polarisation", 0.5)) < 1:
        raise DataError(f"setting 'polarisation' must lie between 0 and 1, not at {settings['polarisation']:g}")
    loops, alone = pair(read_sweeps(ds))
    if not loops:
        raise FitError("no rising and falling sweep of 16 points and more make a loop")
    found = _tested(loops)
    result = Analysis(str(ds.attrs["kind"]), f"Loops: {name_of(ds)}", sources(ds), "")
    if alone:
        text = f"{len(alone)} sweeps have no partner in the other direction and were not tested"
        result.flags.append(Flag("unpaired_sweeps", text, "note", {"sweeps": len(alone)}))
    result.tables.append(_table(found))
    peaks, twin = _peaks(loops)
    result.tables.append(peaks)
    result.findings += twin
    real = [one for one in found if one.significant]
    if not real:
        least = min(one.p for one in found)
        told = " and ".join(f"{uncertain(f.value, f.stderr, 'T')} ({f.name.rpartition('_')[2]} field)" for f in twin)
        result.summary = f"No switching is proved: none of {len(found)} loops mirrors itself as magnets do (least p {least:.2g})."
        result.summary += f" Peaks stand at {told}." if told else ""
    else:
        result.findings += state_findings(real, settings)
        result.findings += series_findings(found)
        result.flags += _remarks(real)
        result.summary = _summary(result, real, len(found))
    result.figures["loops"] = draw_loops(found)
    result.captions["loops"] = "Rising (blue) and falling (red) sweeps, shifted for clarity; dotted: steps of single sweeps."
    return result


def _tested(loops: list[Loop]) -> list[Found]:
    p, shift = np.ones(len(loops)), np.zeros(len(loops))
    for places, up, down in stacked(loops):
        test = mirror_test(up, down, _KEY)
        p[places] = test.p
        shift[places] = test.shift * (loops[places[0]].grid[1] - loops[places[0]].grid[0])
    order = np.argsort(p)
    corrected = np.minimum(np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p)))), 1.0)
    holm = np.empty_like(p)
    holm[order] = corrected
    found = []
    for loop, one, many, middle in zip(loops, p, holm, shift, strict=True):
        significant = bool(many <= LEVEL)
        steps = [find_steps(s.field, s.reading)[0] for s in (loop.rising, loop.falling)] if significant else [[], []]
        low, high = levels(loop, steps)
        found.append(Found(loop, float(one), float(many), significant, float(middle), steps[0], steps[1], low, high))
    return found


def _table(found: list[Found]) -> Table:
    rows = []
    for one in found:
        steps = "; ".join(
            f"{'up' if sign > 0 else 'down'}: " + (", ".join(uncertain(s.field, s.field_error, "T") for s in part) or "none")
            for sign, part in ((1, one.rising), (-1, one.falling))
        )
        loop = one.loop
        at = si(loop.temperature, "K") if math.isfinite(loop.temperature) else ""
        flows = si(loop.current, "A") if math.isfinite(loop.current) else ""
        rows.append(
            (at, flows, f"{one.p:.2g}", f"{one.holm:.2g}", f"{closure_decibels(loop):.0f}", steps if one.significant else "")
        )
    note = f"p: chance of a loop as well mirrored without magnets; corrected by Holm, {LEVEL:g} is asked for. Closed below 8 dB"
    return Table("Loops", ("temperature", "current", "p", "corrected", "signal/noise (dB)", "steps"), tuple(rows), note)


def _peaks(loops: list[Loop]) -> tuple[Table, list[Finding]]:
    """The largest peak or dip of each sweep, and those of the first loop that has one in either direction."""
    rows: list[tuple] = []
    twin: list[Finding] = []
    for number, loop in enumerate(loops):
        ways = {"up": loop.rising, "down": loop.falling}
        both = {way: peak for way, sweep in ways.items() if (peak := find_peak(sweep.field, sweep.reading)) is not None}
        if not twin and len(both) == 2:
            for way, peak in both.items():
                name = "peak_field_rising" if way == "up" else "peak_field_falling"
                twin.append(Finding(name, peak.field, "T", peak.field_error, text=f"height {si(peak.height, 'ohm')}"))
        for way, peak in both.items():
            told = uncertain(peak.field, peak.field_error, "T"), uncertain(peak.height, peak.noise, "ohm"), si(peak.width, "T")
            rows.append((number, way, *told))
    note = "beside a parabola; sweeps without one that stands out are left out"
    return Table(
        "Largest peak or dip of each sweep", ("loop", "direction", "field", "height", "half width"), tuple(rows), note
    ), twin


def _remarks(real: list[Found]) -> list[Flag]:
    flags = []
    shifts = [one.shift for one in real]
    step = real[0].loop.grid[1] - real[0].loop.grid[0]
    if abs(float(np.median(shifts))) > 2.5 * step:
        text = f"the loops are centred at {si(float(np.median(shifts)), 'T')}: exchange bias, or an offset of the field"
        flags.append(Flag("loop_off_centre", text, "warning", {"centre": float(np.median(shifts))}))
    empty = [one for one in real if not one.rising and not one.falling]
    if empty:
        text = f"{len(empty)} loops are hysteretic without a sharp step in either sweep: magnets that turn gradually"
        flags.append(Flag("gradual", text, "note", {"loops": len(empty)}))
    return flags


def _summary(result: Analysis, real: list[Found], count: int) -> str:
    names = {f.name: f for f in result.findings}
    told = f"{len(real)} of {count} loops switch"
    if "switching_signal" in names:
        told += f" by {uncertain(names['switching_signal'].value, names['switching_signal'].stderr, 'ohm')}"
    fields = [f for f in result.findings if f.name.startswith("coercive_field")]
    if fields:
        told += " at " + " and ".join(uncertain(f.value, f.stderr, "T") for f in fields)
    return told + "."
