"""Does a map that is swept to one side of zero only hold a stretch of field with another level, which the bias ends?

Without the mirror image of the other direction (`mirror`) a switch and a jump of the offset look alike at one current. What tells
them apart is the bias: the spin signal is even in the current and ends at large ones, a jump of the offset or a drift is the same
at all, a thermal voltage odd. So readings of both signs of the current are averaged, and each small current has one of the large
ones taken off. In these differences a switch is at the same fields for all pairs of currents; noise, drifts and jumps of single
loops are not. The statistic is the share of their stretches' gains that the mean of all pairs, or of the half with the smaller
currents, keeps. Its chance comes from the pairs themselves: the increments of each change places by themselves.

A background that bends with the field and fades with the bias is common to the pairs too. So the stretch must lie within the
sweep, beat a smooth curve with as many parameters by `_ABRUPT`, and lead back to the level before it: one more step anywhere may
not do much better. A signal that is the same at all currents is not told from jumps, and not claimed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from supraspin.analysis.spin_valve.box import clear_of

_STAGES = (99, 999)
_MOST = 12  # pairs of currents, neighbouring ones averaged
_FEWEST = 4
_EDGES = 48  # places tried for the edges of a stretch
_LONGEST = 0.7  # share of the sweep that a stretch may take
_MARGIN = 2  # readings that a stretch must leave at either end
_ABRUPT = 1.5
_FURTHER = 16.0  # gain in chi-square by one more step from which a stretch that leads back is not the whole story


@dataclass(frozen=True)
class OneSide:
    """Chance of so much that is common to the pairs of currents, and the stretch (first place, one after the last), if any."""

    p: float
    stretch: tuple[int, int] | None


@dataclass(frozen=True)
class _Grid:
    """Stretches (m,), as columns (n, m) without a parabola and of unit length, beside the parabola and the smooth rival."""

    first: np.ndarray
    last: np.ndarray
    columns: np.ndarray
    parabola: np.ndarray
    smooth: np.ndarray


def one_side(current: np.ndarray, values: np.ndarray, rng: np.random.Generator) -> OneSide | None:
    """The verdict on R_NL (f, i) of one run in the order of time; None where there are too few currents for it."""
    pairs = pairs_of(current, values)
    if len(pairs) < _FEWEST:
        return None
    grid = _grid(pairs.shape[1])
    observed, picked = _statistic(pairs, grid)
    above = done = 0
    for goal in _STAGES:
        drawn = np.concatenate([_statistic(_scrambled(pairs, n, rng), grid)[0] for n in _portions(goal - done, pairs.size)])
        above, done = above + int(np.sum(drawn >= observed * (1 - 1e-9))), goal
        if above >= 10:  # chance clearly suffices
            break
    mean = pairs[: int(picked)].mean(axis=0)
    return OneSide((1 + above) / (1 + done), _stretch(mean, grid))


def pairs_of(current: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Even part in the current, that of a small one less that of a large one (pairs, f), the smallest currents first."""
    size = np.round(np.abs(current) / np.abs(current).max(), 6)
    at, member = np.unique(size, return_inverse=True)
    even = (values @ (member[:, None] == np.arange(at.size))) / np.bincount(member)
    half = at.size // 2
    pairs = (even[:, :half] - even[:, at.size - half :]).T
    return np.stack([part.mean(axis=0) for part in np.array_split(pairs, min(_MOST, half))]) if half else pairs


def _portions(count: int, size: int) -> list[int]:
    """`count` in portions whose numbers fit into the memory at once."""
    most = max(1, 1_000_000 // size)
    return [min(most, count - k) for k in range(0, count, most)]


@lru_cache(maxsize=16)
def _grid(n: int) -> _Grid:
    edges = np.unique(np.linspace(0, n, min(n, _EDGES) + 1).round().astype(int))
    first, last = (edge.ravel() for edge in np.meshgrid(edges, edges, indexing="ij"))
    fine = (last - first >= 2) & (last - first <= _LONGEST * n)
    place, x = np.arange(n)[:, None], np.linspace(-1, 1, n)
    columns = ((place >= first[fine]) & (place < last[fine])).astype(float)
    parabola, smooth = (np.linalg.qr(np.vander(x, degree + 1))[0] for degree in (2, 5))
    columns = columns - parabola @ (parabola.T @ columns)
    length = np.linalg.norm(columns, axis=0)
    kept = length > 0.5
    return _Grid(first[fine][kept], last[fine][kept], columns[:, kept] / length[kept], parabola, smooth)


def _statistic(pairs: np.ndarray, grid: _Grid) -> tuple[np.ndarray, np.ndarray]:
    """The statistic of pairs (..., k, n), and how many of the pairs it was the largest with (...)."""
    gains = pairs @ grid.columns
    best = np.square(gains).max(axis=-1)
    count = pairs.shape[-2]
    choices = (count, max(count // 2, _FEWEST - 1))
    shares = [
        np.square(gains[..., :k, :].sum(axis=-2)).max(axis=-1) / (k * np.maximum(best[..., :k].sum(axis=-1), 1e-300))
        for k in choices
    ]
    return np.atleast_1d(np.maximum(*shares)), np.where(shares[0] >= shares[1], *choices)


def _stretch(mean: np.ndarray, grid: _Grid) -> tuple[int, int] | None:
    """The stretch of a mean of pairs (n,); None where it does not begin and end within the sweep, abruptly, at one level."""
    n = mean.size
    gain = np.square(mean @ grid.columns)
    best = int(gain.argmax())
    first, last = int(grid.first[best]), int(grid.last[best])
    if first < _MARGIN or last > n - _MARGIN:
        return None
    rest = mean - grid.parabola @ (grid.parabola.T @ mean)
    rival = mean - grid.smooth @ (grid.smooth.T @ mean)
    if float(rival @ rival) < _ABRUPT * (float(rest @ rest) - float(gain[best])):
        return None
    # Loops need not switch at quite the same field: what stands next to an edge says nothing of levels.
    place = np.arange(n)
    calm = clear_of(place, first, last)
    base = np.linalg.qr(np.column_stack([grid.parabola, grid.columns[:, best]])[calm])[0]
    left = mean[calm] - base @ (base.T @ mean[calm])
    steps = (place[calm][:, None] >= place[None, 1:]).astype(float)
    steps -= base @ (base.T @ steps)
    length = np.square(steps).sum(axis=0)
    further = np.where(length > 0.3, (left @ steps) ** 2 / np.maximum(length, 0.3), 0.0).max()
    noise = (float(left @ left) - further) / max(left.size - 5, 1)
    return (first, last) if further < _FURTHER * noise else None


def _scrambled(pairs: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` sets (count, k, n) of the pairs whose increments have changed places in blocks, each pair by itself."""
    steps = np.diff(pairs, axis=-1)
    many, size = steps.shape
    length = max(3, min(8, size // 12))
    blocks = -(-size // length)
    order = np.argsort(rng.random((count, many, blocks)), axis=-1)
    places = (order[..., None] * length + np.arange(length)).reshape(count, many, -1)
    kept = np.argsort(places >= size, axis=-1, kind="stable")[..., :size]
    places = (np.take_along_axis(places, kept, axis=-1) + rng.integers(0, size, (count, many, 1))) % size
    places = np.where(rng.random((count, many, 1)) < 0.5, places[..., ::-1], places)
    moved = np.take_along_axis(np.broadcast_to(steps, (count, many, size)), places, axis=-1)
    moved = moved * rng.choice([-1.0, 1.0], (count, many, 1))
    return np.concatenate((np.zeros((count, many, 1)), np.cumsum(moved, axis=-1)), axis=-1)
