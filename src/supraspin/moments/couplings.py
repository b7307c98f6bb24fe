"""Couplings J_ij between the moments of a sample, from J(r): a function, or an exchange table by its `interpolate`.

E = -sum_(pairs) S_i.J(r_i - r_j).S_j, J > 0 ferromagnetic. J(r) takes displacements in the plane, m, (..., 2), and gives
(...,) or, with anisotropy and Dzyaloshinskii-Moriya part, (..., 3, 3), both in eV; J(-r) is the transpose of J(r). A function
whose `through_depth` is true takes (..., 3).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.interpolate import CubicSpline

from supraspin.errors import ModelError
from supraspin.moments.sample import Sample

Exchange = Callable[[np.ndarray], np.ndarray]


def coupling_matrix(sample: Sample, exchange: Exchange, *, cutoff: float | None = None) -> np.ndarray:
    """J_ij, eV, (realisations, N, N) or (realisations, N, N, 3, 3), nothing on the diagonal.

    In a periodic box a moment meets the nearest image of another or, with a `cutoff` in m, all images within it.
    """
    return np.stack([_one(sample, d, exchange, cutoff) for d in range(sample.realisations)])


def _one(sample: Sample, realisation: int, exchange: Exchange, cutoff: float | None) -> np.ndarray:
    apart = sample.displacements(realisation)
    n = sample.count
    upper = np.triu_indices(n, 1)
    apart = apart[upper]
    total = None
    for shift in _images(sample, cutoff):
        moved = apart.copy()
        moved[:, :2] += shift
        near = np.ones(len(moved), bool) if cutoff is None else np.linalg.norm(moved, axis=1) <= cutoff
        if not near.any() and total is not None:
            continue
        values = np.asarray(exchange(moved[near] if getattr(exchange, "through_depth", False) else moved[near, :2]), float)
        if values.shape not in ((near.sum(),), (near.sum(), 3, 3)):
            raise ModelError(f"J(r) of displacements ({near.sum()}, 2) has the shape {values.shape}; (n,) or (n, 3, 3) is wanted")
        total = np.zeros((len(moved), *values.shape[1:])) if total is None else total
        total[near] += values
    if total is None or not np.all(np.isfinite(total)):
        raise ModelError("J(r) is not finite between all moments; a table needs all components of the tensor that are used")
    matrix = np.zeros((n, n, *total.shape[1:]))
    matrix[upper] = total
    matrix[upper[::-1]] = np.swapaxes(total, -1, -2) if total.ndim == 3 else total
    return matrix


def _images(sample: Sample, cutoff: float | None) -> np.ndarray:
    """Shifts of the box, m, (n, 2)."""
    if cutoff is None or not sample.periodic:
        return np.zeros((1, 2))
    heights = sample.area / np.linalg.norm(sample.box[::-1], axis=1)
    reach = np.ceil(cutoff / heights + 0.5).astype(int)
    return np.array([(i, j) for i in range(-reach[0], reach[0] + 1) for j in range(-reach[1], reach[1] + 1)]) @ sample.box


def layered(exchange: Exchange, spacing: float, decay_length: float) -> Exchange:
    """J of a plane, weakened by exp(-|z|/l) between layers; `spacing` m below which two moments are in one layer."""

    def through(displacements: np.ndarray) -> np.ndarray:
        values = np.asarray(exchange(displacements[..., :2]), float)
        z = np.abs(displacements[..., 2])
        weak = np.exp(-np.where(z < spacing / 2, 0.0, z) / decay_length)
        return values * weak.reshape(weak.shape + (1,) * (values.ndim - weak.ndim))

    through.through_depth = True  # type: ignore[attr-defined]
    return through


class Interpolated:
    """J(r) at any point of a grid, such as (temperature, gap), from J(r) at its nodes.

    `nodes`: the rising values along each axis; `functions`: J(r) at each node, nested as the axes are. Cubic along axes of four
    nodes and more, linear along shorter ones.
    """

    def __init__(self, nodes: Sequence[Sequence[float]], functions: Sequence):
        self.nodes = [np.asarray(axis, float) for axis in nodes]
        self.functions: dict[tuple[int, ...], Exchange] = {}
        for place in np.ndindex(*(len(axis) for axis in self.nodes)):
            entry: Any = functions
            for i in place:
                entry = entry[i]
            self.functions[place] = entry
        if any(np.any(np.diff(axis) <= 0) for axis in self.nodes):
            raise ModelError("the nodes of an exchange grid must rise")

    def weights(self, *point: float) -> np.ndarray:
        """Weight of each node at a point. Raises `ModelError` outside the grid."""
        total = np.ones(())
        for value, axis in zip(point, self.nodes, strict=True):
            total = np.multiply.outer(total, _weights(float(value), axis))
        return total

    def at(self, *point: float) -> Exchange:
        """J(r) at a point."""
        weights = self.weights(*point)
        used = [(w, self.functions[place]) for place, w in np.ndenumerate(weights) if w != 0]
        return lambda r: np.sum([w * np.asarray(f(r)) for w, f in used], axis=0)

    def matrices(self, sample: Sample, points, *, cutoff: float | None = None) -> np.ndarray:
        """J_ij at several points: (realisations, points, N, N) or (realisations, points, N, N, 3, 3)."""
        weights = [self.weights(*np.atleast_1d(p)) for p in points]
        total = None
        for place, function in self.functions.items():
            w = np.array([of_point[place] for of_point in weights])
            if not np.any(w):
                continue
            one = coupling_matrix(sample, function, cutoff=cutoff)[:, None]
            part = w.reshape(1, -1, *(1,) * (one.ndim - 2)) * one
            total = part if total is None else total + part
        assert total is not None
        return total


def _weights(value: float, axis: np.ndarray) -> np.ndarray:
    if np.any(value == axis):
        return (axis == value).astype(float)
    if not axis[0] <= value <= axis[-1]:
        raise ModelError(f"{value:.4g} lies outside the exchange tables, which go from {axis[0]:.4g} to {axis[-1]:.4g}")
    if len(axis) >= 4:
        return CubicSpline(axis, np.eye(len(axis)))(value)
    return np.array([np.interp(value, axis, unit) for unit in np.eye(len(axis))])
