"""A map on a regular grid: R/R_N and the phase at each place, empty where nothing was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.critical_field.monotonic import Line
from supraspin.analysis.critical_field.normal import NormalState
from supraspin.analysis.phase_map.edges import Boundaries

NO_DATA, NORMAL, SUPERCONDUCTING, ORDERED = 0, 1, 2, 3
NAMES = {NO_DATA: "no data", NORMAL: "N", SUPERCONDUCTING: "SC", ORDERED: "FM+SC"}
_MOST = 240
_GAP = 4.0


@dataclass(frozen=True)
class LabelMap:
    """`part` (row, column) is R/R_N, NaN where there are no data, `label` one of `NAMES`; rows are lines at `other`, columns `x`.

    `edges` are the borders of the cells along rows; `along` names the coordinate of the columns.
    """

    along: str
    x: np.ndarray
    other: np.ndarray
    edges: np.ndarray
    part: np.ndarray
    label: np.ndarray

    def share(self, label: int) -> float:
        """Part of the measured cells that bear a label."""
        known = self.label != NO_DATA
        return float(np.mean(self.label[known] == label)) if known.any() else 0.0


def label_map(found: Sequence[Line], state: NormalState, seen: Boundaries) -> LabelMap:
    """The lines, those at the same place averaged, on a common grid along their swept coordinate."""
    along = found[0].along
    high = max(float(line.x[-1]) for line in found)
    high = min(high, state.hottest) if along == "temperature" else high
    low = min(float(line.x[0]) for line in found)
    count = int(np.clip(np.median([line.x.size for line in found]), 16, _MOST))
    x = np.linspace(low, high, count)
    rows: dict[float, list[np.ndarray]] = {}
    for line in found:
        rows.setdefault(round(abs(line.other), 9), []).append(_resampled(line, state.part(line), x))
    other = np.array(sorted(rows))
    part = np.full((other.size, count), np.nan)
    for i, value in enumerate(other):
        stack = np.stack(rows[value])
        known = np.isfinite(stack)
        part[i] = np.where(known.any(axis=0), np.where(known, stack, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1), np.nan)
    return LabelMap(along, x, other, _edges(other), part, _labels(along, x, other, part, seen))


def _resampled(line: Line, r: np.ndarray, x: np.ndarray) -> np.ndarray:
    """r at the places x: cell means where the line is denser, straight lines where it is sparser, NaN across gaps and outside."""
    if line.x.size > 2 * x.size:
        cells = np.searchsorted(0.5 * (x[1:] + x[:-1]), line.x)
        sums, counts = np.bincount(cells, r, minlength=x.size), np.bincount(cells, minlength=x.size)
        values = np.where(counts > 0, sums / np.maximum(counts, 1), np.interp(x, line.x, r))
    else:
        values = np.interp(x, line.x, r)
    step = float(x[1] - x[0])
    spacing = np.diff(line.x)
    wide = max(_GAP * float(np.median(spacing)), 2 * step)
    at = np.clip(np.searchsorted(line.x, x), 1, line.x.size - 1)
    inside_gap = (spacing[at - 1] > wide) & (x > line.x[at - 1] + 0.5 * step) & (x < line.x[at] - 0.5 * step)
    outside = (x < line.x[0] - 0.5 * step) | (x > line.x[-1] + 0.5 * step)
    return np.where(inside_gap | outside, np.nan, values)


def _edges(other: np.ndarray) -> np.ndarray:
    """Borders (row, 2) of the cells: half-way to the neighbours, but no further than the usual spacing."""
    if other.size < 2:
        return np.array([[value - 0.5, value + 0.5] for value in other])
    gaps = np.diff(other)
    most = 1.5 * float(np.median(gaps))
    half = 0.5 * np.where(gaps <= 2 * most, gaps, most)
    return np.stack([other - np.concatenate([half[:1], half]), other + np.concatenate([half, half[-1:]])], axis=1)


def _labels(along: str, x: np.ndarray, other: np.ndarray, part: np.ndarray, seen: Boundaries) -> np.ndarray:
    normal = _along_rows(along, other, seen.normal[0.5])
    order = _along_rows(along, other, seen.order.points) if seen.order is not None else np.full(other.size, np.nan)
    label = np.full(part.shape, SUPERCONDUCTING)
    for i in range(other.size):
        if np.isfinite(normal[i]):
            label[i, x >= normal[i]] = NORMAL
        elif not np.nanmedian(part[i][np.isfinite(part[i])][-5:] if np.isfinite(part[i]).any() else [1.0]) < 0.5:
            label[i] = NORMAL
        if np.isfinite(order[i]):
            label[i, x < order[i]] = ORDERED
    label[~np.isfinite(part)] = NO_DATA
    return label


def _along_rows(along: str, other: np.ndarray, points) -> np.ndarray:
    """Place of a boundary on each row, NaN where it has none."""
    place, row = (points.temperature, points.field) if along == "temperature" else (points.field, points.temperature)
    result = np.full(other.size, np.nan)
    for i, value in enumerate(other):
        here = np.abs(row - value) < 1e-6
        if here.any():
            result[i] = float(place[here].mean())
    return result
