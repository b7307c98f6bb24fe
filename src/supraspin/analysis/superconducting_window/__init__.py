"""Maps of dI/dV over bias and field: the window of fields in which the gap is there, and its hysteresis.

Each field gives one depth of the gap (`depth`); the window's edges are the steepest changes from a normal state that
is seen outside (`edges`). Two maps of one junction, field rising and falling, tell the hysteresis (`pair`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import name_of, sources
from supraspin.analysis.regime import distinct
from supraspin.analysis.result import Analysis, Finding
from supraspin.analysis.superconducting_window.depth import FieldMap, peaks, read_map
from supraspin.analysis.superconducting_window.edges import Window, find_window
from supraspin.analysis.superconducting_window.figures import draw_map, draw_pair
from supraspin.analysis.superconducting_window.hysteresis import report_pair
from supraspin.analysis.superconducting_window.pair import compare_windows
from supraspin.analysis.superconducting_window.report import edge_finding, peak_findings, peak_table, window_flags, window_summary
from supraspin.errors import DataError

if TYPE_CHECKING:
    import xarray as xr

KIND = "tunnel_spectrum"
SETTINGS = {
    "bias_offset": ("V", "true zero of the bias axis, in place of the centre of symmetry"),
    "sweep_direction": ("1", "which way the field of a map was swept: 1 rising, -1 falling"),
}
TITLE = "Superconducting window"
_FIELDS = 20


def suits(ds: xr.Dataset) -> bool:
    return distinct(ds, "field") >= _FIELDS


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one map. Raises `DataError` for a direction that is none, `FitError` for too few usable spectra."""
    told = settings.get("sweep_direction")
    if told is not None and abs(told) != 1:
        raise DataError(f"setting 'sweep_direction' must be 1 or -1, not {told:g}")
    chart = read_map(ds, settings.get("bias_offset"))
    window = find_window(chart.field, chart.depth, chart.error, chart.unseen)
    result = Analysis(KIND, f"{TITLE}: {name_of(ds)}", sources(ds), "")
    direction = int(told) if told is not None else _direction(ds)
    if direction:
        result.findings.append(
            Finding("sweep_direction", float(direction), "1", text="+1 field rising from sweep to sweep, -1 falling")
        )
    edges = {"window_lower_edge": window.lower, "window_upper_edge": window.upper}
    result.findings += [edge_finding(name, edge) for name, edge in edges.items() if edge is not None]
    peak, error = peaks(chart)
    shown = _in_window(chart, window) & (chart.depth > window.normal + 0.5 * (window.deepest - window.normal))
    peak = np.where(shown, peak, np.nan)
    if window.lower is not None and window.upper is not None:
        low, high = window.lower, window.upper
        half = 0.5 * math.hypot(low.stderr, high.stderr)
        result.findings.append(Finding("window_centre", 0.5 * (low.field + high.field), "T", half))
        result.findings.append(Finding("window_width", high.field - low.field, "T", 2 * half))
    if window.lower is not None or window.upper is not None:
        result.findings.append(
            Finding("gap_depth", window.deepest, "1", float(np.median(chart.error)), text="largest, 1 - G(0)/G outside")
        )
    result.findings.append(Finding("bias_offset", chart.offset, "V", text="centre of symmetry of the deepest spectra"))
    result.flags += window_flags(window)
    if shown.any():
        result.findings += peak_findings(chart, peak, error)
        result.tables.append(peak_table(chart, peak, error))
    result.summary = window_summary(window, chart)
    result.figures["map"] = draw_map(chart, window, peak)
    result.captions["map"] = (
        "Conductance over that outside the gap (above; orange: highest coherence peak, where it is resolved) and depth of "
        "the gap (below). Dashed: edges, where the depth changes most; dotted: where it leaves the level of the normal state."
    )
    return result


def _direction(ds: xr.Dataset) -> int:
    """The direction of the field from sweep to sweep where times tell it, else 0: the order of rows in a file is no proof."""
    if "outer_direction" not in ds.variables:
        return 0
    signs = np.unique(ds["outer_direction"].values)
    return int(signs[0]) if signs.size == 1 else 0


def _in_window(chart: FieldMap, window: Window) -> np.ndarray:
    if window.lower is None and window.upper is None:
        return np.zeros(chart.field.size, dtype=bool)
    low = window.lower.foot if window.lower is not None else -math.inf
    high = window.upper.foot if window.upper is not None else math.inf
    return (chart.field > low) & (chart.field < high)


def combine(pairs: list[tuple[xr.Dataset, Analysis]], settings: Mapping[str, float]) -> list[Analysis]:
    """The hysteresis of two maps given together, taken as one junction; nothing for any other number of maps."""
    own = [(ds, result) for ds, result in pairs if result.title.startswith(TITLE) and suits(ds)]
    if len(own) != 2:
        return []
    offset = settings.get("bias_offset")
    charts = [read_map(ds, offset) for ds, _ in own]
    windows = [find_window(chart.field, chart.depth, chart.error, chart.unseen) for chart in charts]
    pair = compare_windows((charts[0], charts[1]), (windows[0], windows[1]))
    if pair is None:
        return []
    names = [name_of(ds) for ds, _ in own]
    result = Analysis(
        KIND, f"Hysteresis of the superconducting window: {names[0]} and {names[1]}", sources(own[0][0]) + sources(own[1][0]), ""
    )
    centres = [0.5 * (w.lower.field + w.upper.field) for w in windows if w.lower is not None and w.upper is not None]
    report_pair(result, pair, names, charts, centres, [_told(one) for _, one in own])
    result.figures["maps"] = draw_pair(charts, windows, names)
    result.captions["maps"] = (
        "Both maps with the edges of their windows; depth of the gap of both as measured, and the second at -B."
    )
    return [result]


def _told(result: Analysis) -> int:
    return next((int(f.value) for f in result.findings if f.name == "sweep_direction"), 0)
