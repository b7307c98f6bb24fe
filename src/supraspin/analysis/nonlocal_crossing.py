"""Where R_NL of one state changes its sign with the bias current, if it clearly does."""

from __future__ import annotations

import numpy as np

_CLEAR = 3.0  # standard errors by which the resistance must be on either side of zero


def sign_change(current: np.ndarray, value: np.ndarray, stderr: np.ndarray) -> tuple[float, float] | None:
    """The current (A) at which value (n,) over ascending currents >= 0 (n,) passes through zero, and its error; None without.

    A straight line through the points about the last change of sign that both sides bear out; its root carries their errors.
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
    if x.size < 3:
        part = slice(low, high + 1)
        x, y, e = current[part], value[part], stderr[part]
    middle = float(np.mean(x))
    matrix = np.stack([np.ones_like(x), x - middle], axis=1) / e[:, None]
    covariance = np.linalg.inv(matrix.T @ matrix)
    a, b = covariance @ (matrix.T @ (y / e))
    if b == 0:
        return None
    root = -a / b
    slope = np.array([-1 / b, a / b**2])
    return float(middle + root), float(np.sqrt(slope @ covariance @ slope))
