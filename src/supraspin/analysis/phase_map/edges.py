"""The boundaries of a map: into the normal state, and between the superconductor and the resistive region inside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from supraspin.analysis.critical_field.monotonic import Line
from supraspin.analysis.critical_field.normal import NormalState
from supraspin.analysis.critical_field.points import LEVELS, Points, boundary, points
from supraspin.analysis.phase_map.onset import onset
from supraspin.analysis.phase_map.rise import Rise, profiles, rise


@dataclass(frozen=True)
class Order:
    """The inner boundary: its points, those for other choices of the stretch of the rise that is fitted, and what they move each
    point by along the swept coordinate; heights of the rise in parts of R_N."""

    points: Points
    others: tuple[Points, ...]
    systematic: np.ndarray
    height: np.ndarray

    def turned(self, angle: float) -> Order:
        """The same with the field at `angle`, rad, to the film."""
        return replace(self, points=self.points.turned(angle), others=tuple(one.turned(angle) for one in self.others))


@dataclass(frozen=True)
class Boundaries:
    """`normal` holds the points at each criterion; `order` is None where no region stands out, `seen` says how it was judged."""

    normal: Mapping[float, Points]
    order: Order | None
    seen: Rise


def boundaries(found: Sequence[Line], state: NormalState) -> Boundaries:
    """Both boundaries of a map's lines."""
    outer = {level: boundary(found, state, level) for level in LEVELS}
    along = profiles(found, state)
    seen = rise(along)
    rows: list[tuple[float, ...]] = []
    others: list[list[tuple[float, ...]]] = [[], []]
    moved: list[list[float]] = [[], []]
    systematic, heights = [], []
    for line, edge, shown in zip(along.lines, along.edge, seen.lines & seen.found, strict=True):
        at = onset(line.x, state.part(line), float(edge)) if shown else None
        if at is None:
            continue
        rows.append(_row(line, at.place, at.stderr))
        for into, moves, other in zip(others, moved, at.others, strict=True):
            into.append(_row(line, *(other or (at.place, at.stderr))))
            moves.append(abs(other[0] - at.place) if other is not None else math.nan)
        systematic.append(at.systematic)
        heights.append(at.height)
    order = None
    if rows:
        alike = [_alike(np.array(moves)) for moves in moved]
        choices = tuple(points(other).where(keep) for other, keep in zip(others, alike, strict=True) if keep.any())
        order = Order(points(rows), choices, np.array(systematic), np.array(heights))
    return Boundaries(outer, order, seen)


def _alike(moves: np.ndarray) -> np.ndarray:
    """Which lines another choice moves no further than is usual: a single line on which it fails says nothing of the others."""
    known = np.isfinite(moves)
    return known & (moves <= 5 * float(np.median(moves[known]))) if known.any() else known


def _row(line: Line, place: float, error: float) -> tuple[float, ...]:
    if line.along == "temperature":
        return place, abs(line.other), error, 0.0, line.angle, line.branch, line.sweep
    return line.other, place, line.wander, error, line.angle, line.branch, line.sweep
