"""Sweeps of the field that are resistive at zero field, superconduct from B_K on, and turn normal at B_c2."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.critical_field.monotonic import Line
from supraspin.analysis.critical_field.normal import NormalState
from supraspin.analysis.crossings import outermost
from supraspin.analysis.phase_map.onset import Onset, onset
from supraspin.analysis.phase_map.rise import SMALLEST, Profiles, profiles, rise
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

_ALONE = 8.0
"""Standard deviations that the rise on a line has to have where there are fewer than three lines to compare."""
_HEIGHT_ALONE = 0.1
_WAYS = {1: "away from 0", -1: "towards 0"}


@dataclass(frozen=True)
class Reentry:
    """A line with a resistive inside: its onset, its resistance at the inner end, and its way out of the superconductor."""

    line: Line
    inside: float
    at: Onset
    edge: float | None
    edge_error: float | None


def reentries(found: Sequence[Line], normal: NormalState) -> list[Reentry]:
    """The lines that show it, none where the rise does not stand out from noise, drift and slow noise."""
    seen = profiles(found, normal)
    shown = rise(seen).lines if len(seen.lines) >= 3 and rise(seen).found else _alone(seen, normal)
    result = []
    for line, far, yes in zip(seen.lines, seen.edge, shown, strict=True):
        r = normal.part(line)
        at = onset(line.x, r, float(far)) if yes else None
        if at is not None:
            out = outermost(line.x, r, 0.5, normal.noise(line))
            inside = float(np.mean(r[: max(1, r.size // 40)]))
            result.append(Reentry(line, inside, at, out.place if out else None, out.stderr if out else None))
    return result


def _alone(seen: Profiles, normal: NormalState) -> np.ndarray:
    """Which lines show the rise when each stands for itself: the scatter of bins in the normal state is the noise."""
    shown = np.zeros(len(seen.lines), bool)
    if len(seen.lines) >= 3:
        return shown
    for i, (line, far, values) in enumerate(zip(seen.lines, seen.edge, seen.mean, strict=True)):
        finite = values[np.isfinite(values)]
        if finite.size < 4:
            continue
        size = max(2, int(np.count_nonzero(line.x < far)) // finite.size)
        outside = normal.part(line)[line.x > 1.3 * far]
        blocks = outside[: outside.size // size * size].reshape(-1, size).mean(axis=1)
        slow = float(np.std(np.diff(blocks))) / math.sqrt(2) if blocks.size >= 4 else 0.05
        noise = max(slow, math.sqrt(float(np.nanmedian(seen.white[i]))))
        lowest = int(finite.argmin())
        height = float(finite[0] - finite[lowest])
        steady = float(np.mean(finite[: lowest + 1] > finite[lowest] + 0.25 * height)) > 0.25
        shown[i] = height > max(_HEIGHT_ALONE, _ALONE * noise) and steady
    return shown


def add_reentry(result: Analysis, found: Sequence[Line], normal: NormalState) -> None:
    """Name the re-entrance of R(B), with its numbers at the coldest sweep, and list all sweeps that show it."""
    if not found or found[0].along != "field":
        return
    seen = sorted(reentries(found, normal), key=lambda one: one.line.other)
    if not seen:
        return
    first = seen[0]
    at, where = first.at, si(first.line.other, "K")
    end = f", and normal above {si(first.edge, 'T')}" if first.edge is not None else ""
    text = (f"re-entrant in field: at {where} resistive at zero field ({100 * first.inside:.0f} % of the normal resistance), "
            f"superconducting from {uncertain(at.place, at.stderr, 'T')} on ({100 * max(at.lowest, 0):.1f} %){end}")  # fmt: skip
    numbers = {"temperature": first.line.other, "zero_field": first.inside, "ordering_field": at.place, "height": at.height}
    result.flags.append(Flag("reentrant_in_field", text, "note", numbers))
    told = f"field from which the film superconducts at {where}; below it the resistance rises again"
    result.findings.append(Finding("ordering_field", at.place, "T", at.stderr, at.systematic, text=told))
    result.findings.append(
        Finding("zero_field_resistance_share", first.inside, "1", text=f"of the normal resistance, at {where}")
    )
    rows = tuple(
        (si(one.line.other, "K"), f"{100 * one.inside:.1f} %", uncertain(one.at.place, one.at.stderr, "T"),
         f"{100 * one.at.lowest:.1f} %", uncertain(one.edge, one.edge_error, "T"), _WAYS[one.line.branch])
        for one in seen
    )  # fmt: skip
    columns = ("temperature", "R(0)/R_N", "B_K", "lowest R/R_N", "B_c2 (50 %)", "sweep")
    note = f"a rise counts from {100 * SMALLEST:.0f} % of the normal resistance on"
    result.tables.append(Table("Re-entrance in field", columns, rows, note))
