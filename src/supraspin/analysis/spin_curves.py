"""Parallel and antiparallel curves taken together: the spin signal is their odd part, the background their even part."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from supraspin.data import make

if TYPE_CHECKING:
    import xarray as xr


def spin_signal(pieces: list[xr.Dataset], resistance_offset: float) -> tuple[np.ndarray, np.ndarray]:
    """Field and signal as a parallel curve shows it: half the difference, or a single curve less its offset (both SI)."""
    x, means = _means(pieces)
    if len(means) == 2:
        return x, 0.5 * (means[1.0] - means[-1.0])
    sign, curve = next(iter(means.items()))
    return x, sign * (curve - resistance_offset)


def half_difference(pieces: list[xr.Dataset]) -> xr.Dataset:
    """Half of parallel minus antiparallel as one parallel sweep; a background that both share is gone from it."""
    x, y = spin_signal(pieces, 0.0)
    return make(
        "hanle", field=x, nonlocal_resistance=y, per_sweep={"alignment": 1}, source=str(pieces[0].attrs.get("source", ""))
    )


def common_background(pieces: list[xr.Dataset]) -> float | None:
    """Swing of what parallel and antiparallel curves share, ohm; None within the noise or 2 % of the signal."""
    _, means = _means(pieces)
    shared, signal = 0.5 * (means[1.0] + means[-1.0]), 0.5 * (means[1.0] - means[-1.0])
    noise = 1.4826 * float(np.median(np.abs(np.diff(shared)))) / math.sqrt(2.0)
    width = max(3, shared.size // 40)
    smooth = np.convolve(shared, np.ones(width) / width, mode="valid")
    swing = float(np.ptp(smooth))
    return swing if swing > max(6 * noise / math.sqrt(width), 0.02 * float(np.ptp(signal))) else None


def _means(pieces: list[xr.Dataset]) -> tuple[np.ndarray, dict[float, np.ndarray]]:
    """Curves of each alignment, averaged over sweeps, at the fields of the first one."""
    groups: dict[float, list[tuple[np.ndarray, np.ndarray]]] = {}
    for piece in pieces:
        sign = float(piece["alignment"].values.ravel()[0]) if "alignment" in piece else 1.0
        x, y = piece["field"].values.ravel(), piece["nonlocal_resistance"].values.ravel()
        fine = np.isfinite(x) & np.isfinite(y)
        order = np.argsort(x[fine], kind="stable")
        groups.setdefault(-1.0 if sign < 0 else 1.0, []).append((x[fine][order], y[fine][order]))
    x = next(iter(groups.values()))[0][0]
    return x, {sign: np.mean([np.interp(x, a, b) for a, b in curves], axis=0) for sign, curves in groups.items()}
