"""Does a map hold what only switching magnets can: a stretch of field with another level that both directions mirror?

With the fields in the order of time, s, a spin valve has the same a(s) rising and b(s) falling. A background of the field alone
is even in s in their sum and odd in their difference. So the part of a + b that is odd in s holds the switching, and the even
and odd parts of a - b hold noise and, smooth, the background. Each is compared with stretches of another level, beside a
straight line; the statistic is the gain of the best stretch in the first over the larger of those in the other two, the largest
of all loops that are looked at together. Neither size nor colour of the noise enters.

Its chance comes from the same readings with their increments in other places (`analysis.scrambled`), all loops alike, so that
what is common to the currents stays common.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from supraspin.analysis.scrambled import block_count, places

_STAGES = (99, 999)
_EDGES = 48  # places tried for the edges of a stretch, in each half of a run


def mirror_chance(rising: np.ndarray, falling: np.ndarray, rng: np.random.Generator) -> float:
    """p value of loops (k, n), both directions in the order of time over fields that mirror each other."""
    observed = float(_statistic(rising, falling)) * (1 - 1e-9)
    above = done = 0
    for goal in _STAGES:
        drawn = _statistic(_scrambled(rising, goal - done, rng), _scrambled(falling, goal - done, rng))
        above, done = above + int(np.sum(drawn >= observed)), goal
        if above >= 10:  # chance clearly suffices
            break
    return (1 + above) / (1 + done)


def _statistic(rising: np.ndarray, falling: np.ndarray) -> np.ndarray:
    """The statistic of loops (..., k, n), over the k of them together (...)."""
    both, apart = rising + falling, rising - falling
    half = both.shape[-1] // 2
    shapes = _stretches(half)

    def gain(y: np.ndarray, parity: int) -> np.ndarray:
        right, left = y[..., -half:], y[..., half - 1 :: -1]
        return np.square((right + parity * left) @ shapes).max(axis=-1)

    signal, noise = gain(both, -1), np.maximum(gain(apart, 1), gain(apart, -1))
    return np.divide(signal, noise, out=np.where(signal > 0, np.inf, 0.0), where=noise > 0).max(axis=-1)


@lru_cache(maxsize=16)
def _stretches(half: int) -> np.ndarray:
    """Stretches of two or more of `half` places as columns (half, stretches), without a straight line, of unit length."""
    edges = np.unique(np.linspace(0, half, min(half, _EDGES) + 1).round().astype(int))
    first, last = (edge.ravel() for edge in np.meshgrid(edges, edges, indexing="ij"))
    fine = last - first >= 2
    place = np.arange(half)[:, None]
    columns = ((place >= first[fine]) & (place < last[fine])).astype(float)
    line, _ = np.linalg.qr(np.stack([np.ones(half), np.linspace(-1, 1, half)], axis=1))
    columns = columns - line @ (line.T @ columns)
    length = np.linalg.norm(columns, axis=0)
    return columns[:, length > 0.5] / length[length > 0.5]


def _scrambled(loops: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` sets of loops (count, k, n) whose increments have changed places, in the same way for all of a set."""
    steps = np.diff(loops, axis=-1)
    size = steps.shape[-1]
    order = np.argsort(rng.random((count, block_count(size))), axis=-1)
    at = places(order, rng.integers(0, size, (count, 1)), size)
    at = np.where(rng.random((count, 1)) < 0.5, at[:, ::-1], at)
    moved = np.moveaxis(steps[:, at], 0, 1) * rng.choice([-1.0, 1.0], (count, 1, 1))
    return np.concatenate((np.zeros((count, loops.shape[0], 1)), np.cumsum(moved, axis=-1)), axis=-1)
