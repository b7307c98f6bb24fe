"""What a user hands to `fit_batch`, checked and made into arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.marquardt import Frozen
from supraspin.model import Model


def read_curves(entry: Model, x: Any, ys: Any) -> tuple[Frozen, np.ndarray]:
    try:
        coordinates = [np.array(c, dtype=float) for c in (x if isinstance(x, tuple) else (x,))]
        curves = np.array(ys, dtype=float)
    except (TypeError, ValueError):
        raise FitError("x and ys must be arrays of numbers") from None
    if curves.ndim != 2 or coordinates[0].ndim != 1 or curves.shape[1] != len(coordinates[0]) or not curves.size:
        raise FitError(f"ys has shape {curves.shape}; it must be (curves, {len(np.atleast_1d(coordinates[0]))}) to go with x")
    if len(coordinates) > len(entry.axes):
        raise FitError(f"{entry.name} takes {', '.join(a.name for a in entry.axes)}; {len(coordinates)} coordinates are given")
    n = len(coordinates[0])
    coordinates += [np.full(n, entry.extra[a.name]) for a in entry.axes[len(coordinates) :]]
    if not all(np.all(np.isfinite(c)) and c.size in (1, n) for c in coordinates):
        raise FitError("every coordinate must be finite and as long as x")
    return Frozen(tuple(np.array(np.broadcast_to(c, (n,))) for c in coordinates)), curves


def per_curve_values(entry: Model, what: str, name: str, value: Any, count: int) -> np.ndarray:
    par = entry.check_parameter(name)
    array = np.asarray(value, dtype=float)
    if array.ndim and array.shape != (count,):
        raise FitError(f"{what} of {name!r} has shape {array.shape}; give one number or one for each of {count} curves")
    if not np.all((array >= par.lower) & (array <= par.upper)):
        raise FitError(f"{what} of {name!r} is outside its bounds {par.lower:g}..{par.upper:g} {par.unit}")
    return np.broadcast_to(array, (count,)).astype(float)


def weights(ys: np.ndarray, sigma: Any, levels: np.ndarray) -> np.ndarray:
    if sigma is None:
        there = np.isfinite(ys)
        count = np.maximum(there.sum(axis=1), 1)
        mean = np.where(there, ys, 0.0).sum(axis=1) / count
        spread = np.sqrt(np.where(there, (ys - mean[:, None]) ** 2, 0.0).sum(axis=1) / count)
        size = np.where(spread > 0, spread, 1.0)
        errors = np.where(np.isfinite(levels), np.maximum(levels, 1e-9 * size), 1e-2 * size)[:, None]
    else:
        errors = np.asarray(sigma, dtype=float)
        if np.any(errors <= 0):
            raise FitError(f"sigma must be positive; its smallest value is {np.nanmin(errors):g}")
    try:
        errors = np.broadcast_to(errors, ys.shape)
    except ValueError:
        raise FitError(f"sigma has shape {np.shape(sigma)}, the curves have {ys.shape}") from None
    good = np.isfinite(ys) & np.isfinite(errors)
    return np.where(good, 1.0 / np.where(good, errors, 1.0), 0.0)
