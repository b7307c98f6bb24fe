"""Where along a line the resistance begins to rise again towards the corner of the map: T_K at a field, B_K at a temperature.

    r = c   outside x_K,      r = c + a (x_K - x) + b (x_K - x)^2   inside,     a > 0,

between the place where the rise has reached a part of its height and the foot of the transition. x_K and its error are mean and
width of its profile likelihood, in which the other parameters are linear; the choice of the part gives the systematic error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

_PART = 0.6
_OTHERS = (0.4, 0.8)
_FOOT = 0.25
_OUTSIDE = 0.1
"""Length of the flat stretch that has to be seen outside x_K, over that of the rise."""
_MOST = 80
_GRID = 80


@dataclass(frozen=True)
class Onset:
    """x_K and its error, in the unit of x; height and lowest value of r. `others`: (x_K, error) for the other parts, or None."""

    place: float
    stderr: float
    height: float
    lowest: float
    others: tuple[tuple[float, float] | None, ...]

    @property
    def systematic(self) -> float:
        """Largest move of x_K among the parts."""
        return max((abs(other[0] - self.place) for other in self.others if other is not None), default=0.0)


def onset(x: np.ndarray, r: np.ndarray, edge: float) -> Onset | None:
    """The onset on a line x (n,) ascending whose transition is at `edge`; None where the readings do not show it."""
    inside = x < edge
    x, r = _thinned(x[inside], r[inside])
    if x.size < 7:
        return None
    width = max(1, x.size // 20)
    smooth = np.convolve(np.pad(r, width, mode="edge"), np.ones(2 * width + 1) / (2 * width + 1), mode="valid")
    # The outermost place from which the curve falls by most on the way out: peak inside, minimum outside.
    fall = np.maximum.accumulate(smooth) - smooth
    lowest = int(fall.argmax())
    peak = int(smooth[: lowest + 1].argmax())
    height = float(smooth[peak] - smooth[lowest])
    if height <= 0 or lowest - peak < 2:
        return None
    rising = np.flatnonzero(smooth[lowest:] > smooth[lowest] + _FOOT * height)
    last = lowest + int(rising[0]) if rising.size else x.size
    fits = [_kink(x, r, smooth, peak, lowest, last, part * height) for part in (_PART, *_OTHERS)]
    if fits[0] is None:
        return None
    place, error, level = fits[0]
    beyond = x[:last] > place + error
    # Of a rise that the line's end or the transition cuts off, the onset is only known to lie further out.
    if np.count_nonzero(beyond) < 3 or x[last - 1] - place < _OUTSIDE * (place - x[peak]):
        return None
    others = tuple(None if other is None else other[:2] for other in fits[1:])
    return Onset(place, error, float(smooth[peak]) - level, level, others)


def _thinned(x: np.ndarray, r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of neighbours, so that at most `_MOST` points are left."""
    size = -(-x.size // _MOST)
    if size < 2:
        return x, r
    count = x.size // size
    return x[: count * size].reshape(count, size).mean(1), r[: count * size].reshape(count, size).mean(1)


def _kink(
    x: np.ndarray, r: np.ndarray, smooth: np.ndarray, peak: int, lowest: int, last: int, rise: float
) -> tuple[float, float, float] | None:
    """x_K, its error, and the level outside, from the points down to where the rise is `rise`."""
    reached = np.flatnonzero(smooth[peak : lowest + 1] >= smooth[lowest] + rise)
    first = peak + (int(reached[-1]) if reached.size else 0)
    u, z = x[first:last], r[first:last]
    if u.size < 5:
        return None
    bent = u.size >= 12
    grid = np.linspace(u[1], u[-2], _GRID)
    under = np.maximum(grid[:, None] - u, 0.0)
    parts = [np.ones_like(under), under, under**2] if bent else [np.ones_like(under), under]
    columns = np.stack(parts, axis=2) / [np.ptp(u) ** i for i in range(len(parts))]
    squared = np.einsum("gni,gnj->gij", columns, columns) + 1e-12 * np.eye(len(parts))
    found = np.linalg.solve(squared, np.einsum("gni,n->gi", columns, z)[:, :, None])[:, :, 0]
    rest = z - np.einsum("gni,gi->gn", columns, found)
    squares = np.where(found[:, 1] > 0, np.einsum("gn,gn->g", rest, rest), math.inf)
    at = int(squares.argmin())
    if not math.isfinite(squares[at]):
        return None
    dof = max(u.size - len(parts) - 1, 1)
    growth = _growth(rest[at])
    # A kink's profile has several bottoms: its mean and width hold what its deepest place alone does not.
    weight = np.exp(-0.5 * (squares / squares[at] - 1) * dof / growth)
    weight /= weight.sum()
    place = float(weight @ grid)
    width = math.sqrt(float(weight @ (grid - place) ** 2))
    gap = float(np.median(np.diff(u)))
    error = math.hypot(width, 0.25 * gap if u.size >= 12 else gap / math.sqrt(12))
    return place, error, float(found[at, 0])


def _growth(rest: np.ndarray) -> float:
    """By how much residuals that hang together (slow noise, a rounded onset) widen a variance: block means over white noise."""
    size = max(3, rest.size // 8)
    blocks = rest[: rest.size // size * size].reshape(-1, size).mean(axis=1)
    if blocks.size < 3:
        return 1.0
    ratio = size * float(np.mean(blocks**2)) / max(float(np.mean(rest**2)), 1e-300)
    return max(1.0, ratio)
