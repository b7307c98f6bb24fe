"""Where R_NL of one state changes its sign with the bias current, if it clearly does."""

from __future__ import annotations

import numpy as np

_DRAWS = 200
_CLEAR = 3.0  # standard errors by which the resistance must be on either side of zero


def sign_change(current: np.ndarray, value: np.ndarray, stderr: np.ndarray) -> tuple[float, float] | None:
    """The current (A) at which value (n,) over ascending currents >= 0 (n,) passes through zero, and its error; None without.

    The root of a monotone cubic through the points about the last change of sign that both sides bear out; its error is the
    spread of the roots when the points move by their errors.
    """
    z = value / stderr
    clear = np.flatnonzero(np.abs(z) > _CLEAR)
    if clear.size < 2:
        return None
    sides = np.sign(z[clear])
    turn = np.flatnonzero(sides[1:] != sides[:-1])
    if turn.size == 0:
        return None
    low, high = int(clear[turn[0]]), int(clear[turn[0] + 1])
    part = slice(max(low - 1, 0), min(high + 2, value.size))
    x, y, e = current[part], value[part], stderr[part]
    root = _root(x, y, x[low - part.start], x[high - part.start])
    rng = np.random.default_rng(0)
    moved = [_root(x, y + e * rng.standard_normal(y.size), x[low - part.start], x[high - part.start]) for _ in range(_DRAWS)]
    return root, float(np.std(moved))


def _root(x: np.ndarray, y: np.ndarray, low: float, high: float) -> float:
    """Where the cubic is nearest to zero between two places; with several roots the middle one."""
    from scipy.interpolate import PchipInterpolator

    roots = PchipInterpolator(x, y).roots(extrapolate=False)
    inside = roots[(roots >= low) & (roots <= high)]
    return float(np.median(inside)) if inside.size else low if abs(y[0]) < abs(y[-1]) else high
