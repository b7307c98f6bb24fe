"""From what a user hands to `fit` to sweeps of clean points.

Points without a finite value, outside the window or in doubt are left out, and a flag says how many and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.datasets import Sweep, errors_like, from_dataset, numbers
from supraspin.flags import Flag
from supraspin.model import Model

NOT_DOUBTS = ("no finite value", "no finite sigma", "not_finite", "doubt")
"""Reasons for leaving a point out that no wish can lift: there is no number, or no name to wish by."""


def read_points(
    model: Model, data: Any, *, x: Any, y: Any, sigma: Any, window: tuple[float, float] | None, keep: Collection[str] = ()
):
    """Groups of sweeps, one group a data set, and flags about points and sweeps left out. Raises `FitError`.

    `keep` names doubts that shall not keep a reading out.
    """
    if window is not None and not (len(window) == 2 and window[0] < window[1]):
        raise FitError(f"window {window} must be (low, high) in {model.x.unit} with low < high")
    sources = list(data) if isinstance(data, list) else [data]
    if not sources:
        raise FitError("no data: the list of data sets is empty")
    sigmas = sigma if isinstance(data, list) and isinstance(sigma, list) else [sigma] * len(sources)
    if len(sigmas) != len(sources):
        raise FitError(f"sigma has {len(sigmas)} entries for {len(sources)} data sets; give one each")
    lost: Counter[str] = Counter()
    groups, flags = [], []
    for source, errors in zip(sources, sigmas, strict=True):
        if keep and not _is_dataset(source):
            raise FitError("keep names doubts, which only a data set has")
        sweeps = (
            from_dataset(model, source, x, y, errors, keep) if _is_dataset(source) else _from_arrays(model, source, x, y, errors)
        )
        trimmed = [_keep(model, sweep, window) for sweep in sweeps]
        mine = sum((sweep.lost for sweep in trimmed), Counter())
        kept = [sweep for sweep in trimmed if len(sweep.y)]
        if not kept:
            where = f" in the window {window[0]:g}..{window[1]:g} {model.x.unit}" if window else ""
            raise FitError(
                f"no usable point of {model.y.name} against {model.x.name}{where}; left out: {_counts(mine) or 'nothing'}"
                + _remedy(mine)
            )
        flags += [_sweep_left_out(sweep) for sweep in trimmed if not len(sweep.y)]
        lost += mine
        groups.append(kept)
    return groups, [*_left_out(lost), *flags]


def _sweep_left_out(sweep: Sweep) -> Flag:
    numbers = {why: float(count) for why, count in sweep.lost.items() if count}
    message = f"sweep {sweep.label} is left out altogether: {_counts(sweep.lost) or 'it has no point there'}{_remedy(sweep.lost)}"
    return Flag("sweep_left_out", message, "warning", numbers)


def _remedy(lost: Mapping[str, int]) -> str:
    """How to keep the points that a doubt took, where one took any whose readings are numbers all the same."""
    doubts = [why for why, count in lost.items() if count and why not in NOT_DOUBTS]
    return f"; keep={doubts} fits them all the same" if doubts else ""


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


def _keep(model: Model, sweep: Sweep, window: tuple[float, float] | None) -> Sweep:
    lost = Counter(sweep.lost)
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
    return Sweep(tuple(c[keep] for c in sweep.coordinates), sweep.y[keep], sigma, sweep.constants, sweep.label, lost)


def _counts(lost: Mapping[str, int]) -> str:
    return ", ".join(f"{why} {count}" for why, count in lost.items() if count)


def _left_out(lost: Mapping[str, int]) -> list[Flag]:
    total = sum(lost.values())
    if not total:
        return []
    by_reason = {why: float(count) for why, count in lost.items() if count}
    return [Flag("points_left_out", f"{total} point{'s' if total > 1 else ''} left out: {_counts(lost)}", "note", by_reason)]
