"""How an order grows with the size of the sample: N <x^2> ~ N^s, from s = 0 without order to s = 1 with it.

x^2 is m^2, q^2, or |m_k|^2 at the k, other than 0, where the structure factor S(k) is largest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from supraspin.moments.averages import unit_averages
from supraspin.moments.binning import binned_error, jackknife

THRESHOLD = 0.5
"""Exponent that parts order from none."""


def strength(order: str, run: xr.Dataset, k: int) -> tuple[float, float]:
    """N <x^2> at temperature number `k`, and its error; "magnetisation", "overlap" or "structure"."""
    n = int(run.attrs["count"])
    if order != "structure":
        (x,) = unit_averages(run, "m2" if order == "magnetisation" else "q2")
        value, error = jackknife(lambda mean: n * mean, x[:, k])
        return float(value), float(error)
    s, best = _peak(run, k)
    if len(s) >= 8:
        value, error = jackknife(lambda mean: mean, s[:, best])
        return float(value), float(error)
    # S(k) is kept as a sum: with few realisations its scatter is taken to be that of m^2, which is of the same kind.
    series = run["m2"].values.mean(axis=-1)[:, :, k].mean(axis=1)
    relative = binned_error(series)[0] / max(series.mean(), 1e-300)
    return float(s.mean(axis=0)[best]), float(s.mean(axis=0)[best] * relative)


def shoulder(run: xr.Dataset, k: int) -> bool:
    """Whether the largest S(k) stands beside a larger S(0), and so is part of it."""
    s, best = _peak(run, k)
    at_zero = np.all(run["wave_vector"].values == 0, axis=-1)
    return bool(s.mean(axis=0)[best] <= s.mean(axis=0)[at_zero].max())


def _peak(run: xr.Dataset, k: int) -> tuple[np.ndarray, int]:
    """S over realisations and waves, and where its mean is largest but at 0."""
    s = run["structure"].values[:, k]
    away = np.any(run["wave_vector"].values != 0, axis=-1)
    return s, int(np.argmax(np.where(away, s.mean(axis=0), -np.inf)))


def growth(sizes: Sequence[int], values, errors) -> tuple[float, float]:
    """s and its error from N <x^2> at two or more sizes; the error is raised where they do not lie on a power law."""
    value, error = np.asarray(values, float), np.asarray(errors, float)
    x, y, w = np.log(sizes), np.log(value), (value / np.maximum(error, 1e-9 * value)) ** 2
    centre = np.sum(w * x) / np.sum(w)
    spread = np.sum(w * (x - centre) ** 2)
    slope = float(np.sum(w * (x - centre) * y) / spread)
    left = y - np.sum(w * y) / np.sum(w) - slope * (x - centre)
    excess = np.sum(w * left**2) / (len(x) - 2) if len(x) > 2 else 1.0
    return slope, float(np.sqrt(max(1.0, excess) / spread))
