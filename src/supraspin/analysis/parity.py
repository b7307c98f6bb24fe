"""Even and odd parts of a curve about its centre, and the first zero of an even one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Parity:
    """Even and odd part of a curve at distances `u` >= 0 from its centre; `asymmetry` is rms odd over the swing of even.

    The part of the odd rms that noise alone makes is taken off.
    """

    u: np.ndarray
    even: np.ndarray
    odd: np.ndarray

    @property
    def asymmetry(self) -> float:
        swing = float(np.ptp(self.even))
        noise = 1.4826 * float(np.median(np.abs(np.diff(self.odd)))) / math.sqrt(2.0)
        # The rms of pure noise scatters; three standard deviations of that are noise too.
        least = noise**2 * (1 + 3 * math.sqrt(2.0 / self.odd.size))
        excess = float(np.mean(self.odd**2)) - least
        return math.sqrt(max(excess, 0.0)) / swing if swing > 0 else math.nan


def split_parity(x: np.ndarray, y: np.ndarray, centre: float = 0.0) -> Parity | None:
    """Even and odd parts of y(x) about `centre` at the points of the right half; x need not be sorted.

    The left half is read at the mirrored places by a cubic spline, so that sharp flanks are not rounded. Returns None where
    the two sides have fewer than eight points in common.
    """
    from scipy.interpolate import CubicSpline

    x, where, counts = np.unique(x - centre, return_inverse=True, return_counts=True)
    y = np.bincount(where, y) / counts
    reach = min(x[-1], -x[0])
    right = (x >= 0) & (x <= reach)
    if reach <= 0 or np.count_nonzero(right) < 8 or np.count_nonzero((x <= 0) & (x >= -reach)) < 8:
        return None
    u = x[right]
    mirrored = CubicSpline(x, y)(-u)
    return Parity(u, 0.5 * (y[right] + mirrored), 0.5 * (y[right] - mirrored))


def first_zero(u: np.ndarray, y: np.ndarray) -> tuple[float, float] | None:
    """First crossing of zero of y(u), u >= 0 ascending, and its standard error; None where noise leaves no clear one.

    The crossing counts where the curve stays on the other side, beyond its noise, for the next points; position and error
    come from a cubic through the points about it.
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
    reach = max(2 * half, at // 3, 6)
    part = slice(max(0, at - reach), min(len(u), at + reach + 1))
    scale = float(np.ptp(u[part]))
    shift = (u[part] - u[at]) / scale
    if shift.size < 8:
        return None
    cubic, cov = np.polyfit(shift, z[part], 3, cov=True)
    roots = np.roots(cubic)
    real = roots[np.abs(roots.imag) < 1e-9].real
    real = real[np.abs(real) <= 1]
    if real.size == 0:
        return None
    root = float(real[np.argmin(np.abs(real))])
    slope = float(np.polyval(np.polyder(cubic), root))
    powers = root ** np.arange(3, -1, -1)
    error = math.sqrt(float(powers @ cov @ powers)) / abs(slope) if slope else math.inf
    return float(u[at] + root * scale), error * scale
