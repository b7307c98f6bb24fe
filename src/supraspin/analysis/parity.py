"""Even and odd parts of a curve about its centre, and the first zero of an even one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Parity:
    """Even and odd part of a curve at distances `u` >= 0 from its centre; `asymmetry` is rms odd over the swing of even."""

    u: np.ndarray
    even: np.ndarray
    odd: np.ndarray

    @property
    def asymmetry(self) -> float:
        swing = float(np.ptp(self.even))
        return float(np.sqrt(np.mean(self.odd**2))) / swing if swing > 0 else math.nan


def split_parity(x: np.ndarray, y: np.ndarray, centre: float = 0.0) -> Parity | None:
    """Even and odd parts of y(x) about `centre` on the data's own spacing; x need not be sorted.

    Returns None where the two sides have fewer than eight points in common.
    """
    order = np.argsort(x, kind="stable")
    x, y = x[order] - centre, y[order]
    reach = min(x[-1], -x[0])
    steps = np.diff(x)
    if reach <= 0 or not np.any(steps > 0):
        return None
    count = int(reach / np.median(steps[steps > 0])) + 1
    if count < 8:
        return None
    u = np.linspace(0.0, reach, count)
    right, left = np.interp(u, x, y), np.interp(-u, x, y)
    return Parity(u, 0.5 * (right + left), 0.5 * (right - left))


def first_zero(u: np.ndarray, y: np.ndarray) -> tuple[float, float] | None:
    """First crossing of zero of y(u), u >= 0 ascending, and its standard error; None where noise leaves no clear one.

    The crossing counts where the curve stays on the other side, beyond its noise, for the next points; position and error
    come from a straight line through the points about it.
    """
    sign = np.sign(y[0]) if y[0] != 0 else 1.0
    z = y * sign
    half = max(2, len(u) // 60)
    smooth = np.convolve(np.pad(z, half, mode="edge"), np.ones(2 * half + 1) / (2 * half + 1), mode="valid")
    noise = 1.4826 * float(np.median(np.abs(np.diff(z)))) / math.sqrt(2.0)
    below = np.nonzero(smooth < 0)[0]
    below = below[below > half]
    if below.size == 0:
        return None
    at = int(below[0])
    deepest = float(smooth[at : at + max(4 * half, at // 2)].min())
    if -deepest < 3 * noise / math.sqrt(2 * half + 1):
        return None
    # the straight stretch about the crossing: until the curve has swung a quarter of the way either side
    reach = max(2 * half, int(0.2 * at), 4)
    part = slice(max(0, at - reach), min(len(u), at + reach + 1))
    (slope, cut), cov = np.polyfit(u[part], z[part], 1, cov=True)
    if slope >= 0:
        return None
    zero = -cut / slope
    variance = (cov[1, 1] + zero**2 * cov[0, 0] + 2 * zero * cov[0, 1]) / slope**2
    return float(zero), float(math.sqrt(max(variance, 0.0)))
