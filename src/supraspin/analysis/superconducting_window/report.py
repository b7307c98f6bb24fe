"""What is reported of a superconducting window: its edges with what they rest on, the coherence peaks, and a sentence."""

from __future__ import annotations

import numpy as np

from supraspin.analysis.result import Finding, Table
from supraspin.analysis.superconducting_window.depth import FieldMap
from supraspin.analysis.superconducting_window.edges import Edge, Window
from supraspin.flags import Flag
from supraspin.formatting import concise, si, uncertain

_ROWS = 24


def edge_finding(name: str, edge: Edge) -> Finding:
    text = (f"steepest change of the depth (width {si(edge.width, 'T')}); half of the largest depth at {si(edge.half, 'T')}, "
            f"gone at {si(edge.foot, 'T')}; chance {told_chance(edge.p)}")  # fmt: skip
    return Finding(name, edge.field, "T", edge.stderr, edge.systematic, text=text)


def window_flags(window: Window) -> list[Flag]:
    flags = []
    if window.why:
        flags.append(Flag("no_window", f"no edge of a window is claimed: {window.why}", "note", {"deepest": window.deepest}))
        return flags
    for side, edge in (("lower", window.lower), ("upper", window.upper)):
        if edge is None:
            text = f"no {side} edge is claimed: the normal state is not seen on that side, or there is no step in the depth"
            flags.append(Flag(f"no_{side}_edge", text, "warning"))
        elif abs(edge.foot - edge.field) > edge.width and abs(edge.foot - edge.field) > 6 * edge.stderr:
            text = (f"a weaker gap reaches beyond the {side} edge, from {si(edge.field, 'T')} to {si(edge.foot, 'T')}: "
                    "part of the film stays superconducting there")  # fmt: skip
            flags.append(Flag("edge_has_a_foot", text, "note", {"edge": edge.field, "foot": edge.foot}))
    return flags


def peak_findings(chart: FieldMap, peak: np.ndarray, error: np.ndarray) -> list[Finding]:
    known = np.flatnonzero(np.isfinite(peak))
    if known.size == 0:
        return []
    low, high = known[int(np.argmin(peak[known]))], known[int(np.argmax(peak[known]))]
    text = (
        "highest coherence peak, {} of all fields, at {}; a gap is not the position of its peak where bands are split or smeared"
    )
    return [
        Finding(
            "peak_bias_smallest",
            float(peak[low]),
            "V",
            float(error[low]),
            text=text.format("smallest", si(chart.field[low], "T")),
        ),
        Finding(
            "peak_bias_largest",
            float(peak[high]),
            "V",
            float(error[high]),
            text=text.format("largest", si(chart.field[high], "T")),
        ),
    ]


def peak_table(chart: FieldMap, peak: np.ndarray, error: np.ndarray) -> Table:
    known = np.flatnonzero(np.isfinite(peak))
    some = known[np.unique(np.linspace(0, known.size - 1, min(_ROWS, known.size)).astype(int))] if known.size else known
    rows = [
        (si(chart.field[k], "T"), concise(chart.depth[k], chart.error[k], "1"), concise(peak[k], error[k], "V")) for k in some
    ]
    note = "peak: vertex of a parabola through the folded spectrum; only where it stands above the noise, within the window"
    return Table("Gap against field", ("field", "depth", "coherence peak"), tuple(rows), note)


def window_summary(window: Window, chart: FieldMap) -> str:
    if window.why:
        span = f"{chart.field.size} spectra between {si(chart.field[0], 'T')} and {si(chart.field[-1], 'T')}"
        return f"No superconducting window is claimed in {span}: {window.why}."
    edges = (("from", window.lower), ("to", window.upper))
    told = {name: uncertain(e.field, e.stderr, "T", systematic=e.systematic) for name, e in edges if e is not None}
    where = " ".join(f"{name} {value}" for name, value in told.items())
    return f"A gap (depth up to {window.deepest:.2g}) is there {where}, and gone outside."


def told_chance(p: float) -> str:
    return "below 1e-9" if p < 1e-9 else f"{p:.1g}"
