"""How deep the gap is at each field of a tunnel map: one number a spectrum, its error, and where the coherence peaks stand.

    depth = 1 - <G>_inside / <G>_outside,

inside at most half the bias at which the deepest spectra rise to one half, and less where the noise allows it, as a gap that
closes is small; outside in the outer quarter of the bias range. Both are about the centre of symmetry of the deepest spectra,
since the bias axis may be off. Drifts of the gain drop out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.tunnelling.spectra import mirror_centre
from supraspin.data import good
from supraspin.errors import FitError
from supraspin.fit.noise import noise_of_curves

if TYPE_CHECKING:
    import xarray as xr

_SHORTEST = 24
_PLAIN = 0.1  # half width of the inside over the bias range, where no spectrum has a gap to measure it by
_FINE = 0.02  # error of the depth that the inside is chosen for
_NARROWEST = 0.2  # least part of the inside to be used
_DEEPEST = 4  # one in so many spectra counts as one of the deepest
_PEAK = 5.0  # standard errors by which a peak must stand above the conductance outside


@dataclass(frozen=True)
class FieldMap:
    """Spectra over ascending field (f,), T, on one bias grid (b,), V; `conductance` (f, b) over that outside, `outside` (f,) S.

    `depth` (f,) with `error` (f,); `inside` V: half width of the bias range that it is taken from; `offset` V: true zero.
    `unseen`: how close to its edge, over the distance to the middle of the window, a gap that closes as a square root is so
    small that it lies within the inside.
    """

    field: np.ndarray
    bias: np.ndarray
    conductance: np.ndarray
    outside: np.ndarray
    depth: np.ndarray
    error: np.ndarray
    noise: np.ndarray
    offset: float
    inside: float
    unseen: float = 0.0


def read_map(ds: xr.Dataset, offset: float | None = None) -> FieldMap:
    """The map of a data set. Raises `FitError` where fewer than 20 fields have usable spectra."""
    return measure(*_grid(ds), offset)


def measure(fields: np.ndarray, bias: np.ndarray, conductance: np.ndarray, offset: float | None = None) -> FieldMap:
    """The depths of spectra (f, b), S, over ascending fields (f,), T, and bias (b,), V; `offset` V: true zero of the bias."""
    reach = float(min(bias[-1], -bias[0]))
    if reach <= 0:
        raise FitError("the spectra do not reach to both sides of zero bias")
    noise = noise_of_curves(bias, conductance)
    level = np.median(conductance[:, np.abs(bias) > 0.75 * reach], axis=1)
    if not np.all(level):
        raise FitError("the conductance outside the gap is 0 at a field")
    flat = conductance / level[:, None]
    middle = np.abs(bias) < 0.5 * reach
    swing = np.sqrt(np.mean((flat[:, middle] - 1) ** 2, axis=1))
    deepest = np.argsort(swing)[-max(4, fields.size // _DEEPEST) :]
    typical = np.median(flat[deepest], axis=0)
    centre = mirror_centre(bias, typical) if offset is None else offset
    outer = np.abs(bias - centre) > 0.75 * (reach - abs(centre))
    wide = max(_inside(bias - centre, typical), float(np.median(np.diff(bias))))
    wanted = (float(np.median(noise / np.median(conductance[:, outer], axis=1))) / _FINE) ** 2 * float(np.median(np.diff(bias)))
    inside = float(np.clip(wanted / 2, _NARROWEST * wide, wide))
    near = np.abs(bias - centre) <= inside
    if near.sum() < 3:
        near = np.isin(np.arange(bias.size), np.argsort(np.abs(bias - centre))[:3])
    low, high = conductance[:, near].mean(axis=1), conductance[:, outer].mean(axis=1)
    if not np.all(high > 0):
        raise FitError("the conductance outside the gap is not above 0 at every field")
    error = noise / high * np.sqrt(1 / near.sum() + (low / high) ** 2 / outer.sum())
    return FieldMap(
        fields,
        bias,
        conductance / high[:, None],
        high,
        1 - low / high,
        error,
        noise / high,
        centre,
        inside,
        (inside / (2 * wide)) ** 2,
    )


def _grid(ds: xr.Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fields (f,) ascending, repeats averaged, the common bias grid (b,) and the conductance (f, b)."""
    name = "conductance" if "conductance" in ds else "normalised_conductance"
    fine, at = good(ds).values, ds["field"].values.astype(float)
    use = (fine.sum(axis=1) >= _SHORTEST) & np.isfinite(at)
    if np.unique(at[use]).size < 20:
        raise FitError("fewer than 20 fields have a spectrum of 24 points that are not in doubt")
    rows = []
    for b, g, ok in zip(ds["bias"].values[use], ds[name].values[use], fine[use], strict=True):
        unique, where, counts = np.unique(b[ok], return_inverse=True, return_counts=True)
        rows.append((unique, np.bincount(where, g[ok]) / counts))
    low, high = max(b[0] for b, _ in rows), min(b[-1] for b, _ in rows)
    grid = max((b for b, _ in rows), key=lambda b: np.sum((b >= low) & (b <= high)))
    grid = grid[(grid >= low) & (grid <= high)]
    if grid.size < _SHORTEST:
        raise FitError("the spectra of different fields have too little of the bias axis in common")
    values = np.array([np.interp(grid, b, g) for b, g in rows])
    fields, member = np.unique(at[use], return_inverse=True)
    mean = np.zeros((fields.size, grid.size))
    np.add.at(mean, member, values)
    return fields, grid, mean / np.bincount(member)[:, None]


def _inside(bias: np.ndarray, typical: np.ndarray) -> float:
    """Half of the bias at which the deepest spectra rise to one half of their dip; a part of the range where there is no dip."""
    reach = float(min(bias[-1], -bias[0]))
    u = np.linspace(0, reach, 400)
    even = 0.5 * (np.interp(u, bias, typical) + np.interp(-u, bias, typical))
    floor = float(even[u < 0.03 * reach].mean())
    if floor > 1 - _PLAIN:
        return _PLAIN * reach
    risen = np.flatnonzero(even > 0.5 * (1 + floor))
    return 0.5 * float(u[risen[0]]) if risen.size else _PLAIN * reach


def peaks(chart: FieldMap) -> tuple[np.ndarray, np.ndarray]:
    """Bias of the highest coherence peak of each field (f,) and its error, V; NaN where none stands above the noise.

    A parabola through the folded spectrum about its maximum; its vertex moves with the noise as its coefficients do.
    """
    u = np.linspace(0, min(chart.bias[-1] - chart.offset, chart.offset - chart.bias[0]), chart.bias.size // 2)
    at, error = np.full(chart.field.size, np.nan), np.full(chart.field.size, np.nan)
    for k, row in enumerate(chart.conductance):
        even = 0.5 * (np.interp(chart.offset + u, chart.bias, row) + np.interp(chart.offset - u, chart.bias, row))
        top = int(np.argmax(even))
        around = slice(max(top - 3, 0), top + 4)
        if top < 3 or top > u.size - 4 or even[top] < 1 + _PEAK * chart.noise[k] / np.sqrt(2):
            continue
        step = u[1] - u[0]
        x = (u[around] - u[top]) / step
        matrix = np.stack([x**2, x, np.ones_like(x)], axis=1)
        c = np.linalg.lstsq(matrix, even[around], rcond=None)[0]
        if c[0] >= 0 or abs(c[1] / (2 * c[0])) > 3:
            continue
        spread = np.linalg.inv(matrix.T @ matrix) * chart.noise[k] ** 2 / 2
        slope = np.array([c[1] / (2 * c[0] ** 2), -1 / (2 * c[0])])
        at[k] = u[top] - step * c[1] / (2 * c[0])
        error[k] = step * float(np.sqrt(slope @ spread[:2, :2] @ slope))
    return at, error
