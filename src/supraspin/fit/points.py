"""From what a user hands to `fit` to sweeps of clean points.

Points without a finite value, outside the window or in doubt are left out, and a flag says how many and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.datasets import Sweep, errors_like, from_dataset, numbers
from supraspin.flags import Flag
from supraspin.model import Model


def read_points(model: Model, data: Any, *, x: Any, y: Any, sigma: Any, window: tuple[float, float] | None):
    """Groups of sweeps, one group a data set, and flags about points left out. Raises `FitError`."""
    if window is not None and not (len(window) == 2 and window[0] < window[1]):
        raise FitError(f"window {window} must be (low, high) in {model.x.unit} with low < high")
    sources = list(data) if isinstance(data, list) else [data]
    if not sources:
        raise FitError("no data: the list of data sets is empty")
    sigmas = sigma if isinstance(data, list) and isinstance(sigma, list) else [sigma] * len(sources)
    if len(sigmas) != len(sources):
        raise FitError(f"sigma has {len(sigmas)} entries for {len(sources)} data sets; give one each")
    lost: Counter[str] = Counter()
    groups = []
    for source, errors in zip(sources, sigmas, strict=True):
        sweeps = (
            from_dataset(model, source, x, y, errors, lost) if _is_dataset(source) else _from_arrays(model, source, x, y, errors)
        )
        kept = [k for k in (_keep(model, sweep, window, lost) for sweep in sweeps) if len(k.y)]
        if not kept:
            where = f" in the window {window[0]:g}..{window[1]:g} {model.x.unit}" if window else ""
            raise FitError(
                f"no usable point of {model.y.name} against {model.x.name}{where}; left out: {_counts(lost) or 'nothing'}"
            )
        groups.append(kept)
    return groups, _left_out(lost)


def _is_dataset(source: Any) -> bool:
    return hasattr(source, "data_vars") and hasattr(source, "coords")


def _from_arrays(model: Model, source: Any, x: Any, y: Any, sigma: Any) -> list[Sweep]:
    if source is not None:
        if not (isinstance(source, (tuple, list)) and len(source) == 2):
            raise FitError(
                f"data of type {type(source).__name__} cannot be fitted; give an xarray.Dataset, a pair (x, y), or x= and y="
            )
        x, y = source
    if x is None or y is None or isinstance(x, str) or isinstance(y, str):
        raise FitError("no data: give an xarray.Dataset, a pair (x, y), or arrays x= and y=")
    coordinates = [numbers(c, "x") for c in x] if isinstance(x, tuple) else [numbers(x, "x")]
    readings = numbers(y, "y")
    if coordinates[0].ndim != 1 or readings.ndim != 1:
        raise FitError(
            f"x and y must be one-dimensional, not {coordinates[0].shape} and {readings.shape}; many curves: fit_batch"
        )
    if len(coordinates) > len(model.axes):
        raise FitError(f"{model.name} takes {', '.join(a.name for a in model.axes)}; {len(coordinates)} coordinates are given")
    n = len(coordinates[0])
    if len(readings) != n:
        raise FitError(f"x has {n} points and y has {len(readings)}; they must be of one length")
    for axis in model.axes[len(coordinates) :]:
        coordinates.append(np.full(n, model.extra[axis.name]))
    try:
        coordinates = [np.broadcast_to(c, (n,)) for c in coordinates]
    except ValueError:
        raise FitError(
            f"coordinates of {model.name} have lengths {[c.size for c in coordinates]}; they must be of one length"
        ) from None
    return [Sweep(tuple(coordinates), readings, errors_like(sigma, (n,)), {})]


def _keep(model: Model, sweep: Sweep, window: tuple[float, float] | None, lost: Counter[str]) -> Sweep:
    there = np.isfinite(sweep.coordinates[0])
    finite = np.isfinite(sweep.y) & np.logical_and.reduce([np.isfinite(c) for c in sweep.coordinates])
    # A reading without a value at a coordinate that has one was lost; one without either is padding.
    lost["no finite value"] += int(np.sum(there & ~finite))
    if sweep.sigma is not None:
        weightless = finite & ~np.isfinite(sweep.sigma)
        lost["no finite sigma"] += int(weightless.sum())
        finite &= ~weightless
    keep = finite
    if window is not None:
        keep = finite & (sweep.coordinates[0] >= window[0]) & (sweep.coordinates[0] <= window[1])
    sigma = None if sweep.sigma is None else sweep.sigma[keep]
    return Sweep(tuple(c[keep] for c in sweep.coordinates), sweep.y[keep], sigma, sweep.constants, sweep.label)


def _counts(lost: Mapping[str, int]) -> str:
    return ", ".join(f"{why} {count}" for why, count in lost.items() if count)


def _left_out(lost: Mapping[str, int]) -> list[Flag]:
    total = sum(lost.values())
    if not total:
        return []
    by_reason = {why: float(count) for why, count in lost.items() if count}
    return [Flag("points_left_out", f"{total} point{'s' if total > 1 else ''} left out: {_counts(lost)}", "note", by_reason)]
