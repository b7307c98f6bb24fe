"""Loops of resistance against field: which sweeps hold switching magnets, where they switch, and by how much.

A rising and a falling sweep are tested together: only magnets make a reading that depends on the direction of the sweep and
mirrors itself (`mirror`). The level of 1 % is for the whole data set: where no loop has magnets, the rule of Benjamini and
Hochberg passes any with that chance, and where some have, one in a hundred of those that pass is false. Each sweep by itself
is searched for steps (`steps`), and a step counts as a magnet's where the other direction answers it (`matching`); sweeps are
never averaged before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import name_of, sources
from supraspin.analysis.regime import superconducts
from supraspin.analysis.result import Analysis, Finding
from supraspin.analysis.switching.corrections import false_discovery, holm
from supraspin.analysis.switching.figure import draw_loops
from supraspin.analysis.switching.findings import Found, closure_decibels, points_of, state_findings, strongest, with_signals
from supraspin.analysis.switching.layers import combined
from supraspin.analysis.switching.matching import Matched, match
from supraspin.analysis.switching.mirror import mirror_test
from supraspin.analysis.switching.pairs import Loop, pair, read_sweeps, stacked
from supraspin.analysis.switching.report import loop_flags, loops_table, points_off, summary
from supraspin.analysis.switching.series import series_of
from supraspin.analysis.switching.steps import find_steps
from supraspin.analysis.switching.twins import current_flags, find_twins, twin_findings, twin_table
from supraspin.errors import DataError, FitError
from supraspin.flags import Flag

if TYPE_CHECKING:
    import xarray as xr

KIND = ("magnetoresistance", "spin_valve_loop")
SETTINGS = {"polarisation": ("1", "spin polarisation of the known electrode, for the other one by Julliere's formula")}
LEVEL = 0.01
"""Chance that a data set without switching magnets is said to have any."""
_KEY = 20260101
_EACH = 60
"""Loops up to which those that do not pass are searched for steps as well."""


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
    found = with_signals(examine(loops))
    result = Analysis(str(ds.attrs["kind"]), f"Loops: {name_of(ds)}", sources(ds), "")
    if alone:
        text = f"{len(alone)} sweeps have no partner in the other direction and were not tested"
        result.flags.append(Flag("unpaired_sweeps", text, "note", {"sweeps": len(alone)}))
    result.tables.append(loops_table(found, LEVEL))
    result.findings += state_findings(found, settings) + _signal_over_noise(found)
    points = points_of(found)
    series = [one for name in ("temperature", "current") if (one := series_of(points, name)) is not None]
    result.findings += [one.finding for one in series]
    result.fits.update({f"signal against {one.name}": one.fit for one in series if one.fit is not None})
    # One magnet that turns with a peak steps twice as well: where no plateau is proved, both readings of a loop are told.
    twins = [] if any(one.pulse is not None and one.pulse.plateau for one in strongest(found)) else find_twins(loops)
    if twins:
        result.findings += twin_findings(twins)
        result.tables.append(twin_table(twins))
    result.flags += loop_flags(found) + current_flags(loops, twins)
    result.summary = summary(result, found, series, twins)
    result.figures["loops"] = draw_loops(found, series, twins, str(ds.attrs["kind"]))
    result.captions["loops"] = (
        "Loops, shifted for clarity: rising field blue, falling field red, arrows along the sweep. Dotted: switching fields of "
        "each direction; dashed: resistance of parallel and antiparallel magnets."
        + (" Right: signal between the switching fields, filled where the loop passes the test." if series else "")
    )
    return result


def combine(pairs: list[tuple[xr.Dataset, Analysis]], settings: Mapping[str, float]) -> list[Analysis]:
    """Which layer switches where: one set of loops with a signal beside one of anisotropic magnetoresistance."""
    return combined(pairs)


def examine(loops: list[Loop]) -> list[Found]:
    """Every loop with its p value, corrected for all of them, and the steps of its sweeps matched."""
    p, shift = np.ones(len(loops)), np.zeros(len(loops))
    for places, up, down in stacked(loops):
        test = mirror_test(up, down, _KEY)
        p[places] = test.p
        shift[places] = [s * (loops[i].grid[1] - loops[i].grid[0]) for i, s in zip(places, test.shift, strict=True)]
    corrected, discovery = holm(p), false_discovery(p)
    found = []
    for i, loop in enumerate(loops):
        significant = bool(discovery[i] <= LEVEL)
        matched = Matched([], [], [], [])
        if significant or len(loops) <= _EACH:
            rising, falling = (find_steps(sweep.field, sweep.reading) for sweep in (loop.rising, loop.falling))
            centre = float(shift[i]) if significant else 0.0
            matched = match(rising, falling, centre, max(loop.rising.step, loop.falling.step))
        found.append(Found(loop, float(p[i]), float(corrected[i]), float(discovery[i]), significant, float(shift[i]), matched))
    return found


def _signal_over_noise(found: list[Found]) -> list[Finding]:
    best = strongest(found)
    told = [closure_decibels(one.loop, points_off(one)) for one in best]
    if not told or not np.isfinite(told).all():
        return []
    text = "log10 of the loop's opening over the two directions' half difference; a loop counts as closed below 0.4"
    return [Finding("log10_signal_over_noise", float(np.mean(told)) / 20, "1", text=text)]
