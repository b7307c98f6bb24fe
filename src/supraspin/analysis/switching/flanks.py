"""How the magnets of a loop turn: not at once but grain by grain, so that a narrow plateau never reaches its level.

    R(B) = c_d + s_d B + q B^2 + dR_d p(d B),

p of `grains`, its fields h in each sweep by itself and its widths w in both alike. Of several distributions of the grains the
one that misses least is taken, and the others tell what hangs on the choice. Readings on a flank count less, since there are
not many grains: each stands off by dR times the scatter of their share. Magnets that turn at one field make a peak of half the
height, and where they are not far apart it looks much like two; how much better two fit is told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.switching.grains import DISTRIBUTIONS, GRAINS, antiparallel
from supraspin.analysis.switching.pairs import Loop
from supraspin.analysis.switching.steps import noise_of

Window = tuple[tuple[float, float], tuple[float, float]]
"""Ends of an interval within which a sweep switches, twice: for the first and the second switching field, T."""

_NARROWEST, _WIDEST = 0.25, 0.3
"""Widths allowed: in steps of the field at the least, over the largest field at the most."""
_REACH = 6.0
"""Steps of the field by which a magnet may turn elsewhere than in its window."""
_APART = 5.0
"""Distance of two magnets over their joint width from which nothing could take them for one."""
_TOGETHER = 3.0
"""Readings beside one that the scatter of the grains moves with it."""
_WEIGHINGS = 2
_EXACT = 1e-9
_ONE = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], float)
"""What makes fields and widths (6,) of those of a single magnet (3,)."""


@dataclass(frozen=True)
class Flanks:
    """Fields of both magnets in the rising and in the falling sweep, and their widths, (6,) T, for one distribution.

    `covariance` (6, 6) is theirs for readings with unit noise, `misfit` sums the squares of what the fit misses over the noise,
    flanks counting less by `weight` (n,).
    """

    distribution: str
    at: np.ndarray
    covariance: np.ndarray
    misfit: float
    weight: np.ndarray

    @property
    def apart(self) -> float:
        """Distance of the two magnets over their joint width."""
        return float(np.mean(self.at[[1, 3]] - self.at[[0, 2]]) / np.hypot(*self.at[4:]))


@dataclass(frozen=True)
class Turning:
    """Flanks by every distribution, the one that misses least first; gain in chi-square of two magnets over one."""

    flanks: tuple[Flanks, ...]
    gain: float


def background_columns(field: np.ndarray, half: float, sweep: int) -> np.ndarray:
    """Offset and slope of either sweep and the common parabola, (n, 5), at fields of one sweep; `half` scales the field."""
    u = field / half
    columns = np.zeros((field.size, 5))
    columns[:, 2 * sweep], columns[:, 2 * sweep + 1], columns[:, 4] = 1.0, u, u**2
    return columns


def fit_turning(loop: Loop, rising: Window, falling: Window) -> Turning:
    """How the magnets of a loop turn that switch within known windows."""
    data = _Readings(loop)
    start = _start((rising, falling), data.step)
    flanks = sorted((data.fitted(name, start) for name in DISTRIBUTIONS), key=lambda one: one.misfit)
    best = flanks[0]
    gain = math.inf
    if best.apart < _APART:
        middle, width = best.at[:4].reshape(2, 2).mean(axis=1), float(np.mean(best.at[4:])) * math.hypot(1.0, best.apart / 2)
        peak = np.array([*middle, width])
        one = min(data.fitted(name, peak, _ONE, best.weight).misfit for name in DISTRIBUTIONS)
        # The same grains turn in both sweeps, and over several readings: what they scatter is not seen as often as read.
        grains = 1 - best.weight**2
        repeated = 1 + _TOGETHER * float(grains @ grains / max(grains.sum(), _EXACT))
        gain = (one - best.misfit) / max(best.misfit / data.reading.size, 1.0) / repeated
    return Turning(tuple(flanks), gain)


class _Readings:
    """Both sweeps of a loop, and what of them is linear."""

    def __init__(self, loop: Loop) -> None:
        self.sweeps = loop.rising, loop.falling
        self.half = max(float(np.abs(sweep.field).max()) for sweep in self.sweeps)
        self.step = max(sweep.step for sweep in self.sweeps)
        self.smooth = np.vstack([background_columns(sweep.field, self.half, j) for j, sweep in enumerate(self.sweeps)])
        self.reading = np.concatenate([sweep.reading for sweep in self.sweeps])
        self.rising = np.arange(self.reading.size) < self.sweeps[0].field.size
        self.noise = max(*(noise_of(s.reading) for s in self.sweeps), _EXACT * float(np.abs(self.reading).max()))

    def solved(self, name: str, at: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weighted residual (n,) over the noise, its derivatives (n, 6), and the scatter (n,) of a reading by the grains."""
        p, grains, moved = (
            np.concatenate(one)
            for one in zip(*(antiparallel(name, at, j, s.field) for j, s in enumerate(self.sweeps)), strict=True)
        )
        own = np.column_stack((p * self.rising, p * ~self.rising))
        q, r = np.linalg.qr(np.column_stack((self.smooth, own)) * weight[:, None])
        wanted = self.reading * weight
        projected = q.T @ wanted
        sizes = np.linalg.lstsq(r, projected, rcond=None)[0][5:]
        moved = moved * (np.where(self.rising, *sizes) * weight)[:, None]
        scatter = GRAINS * float(np.abs(sizes).mean()) * np.sqrt(grains)
        return (wanted - q @ projected) / self.noise, -(moved - q @ (q.T @ moved)) / self.noise, scatter

    def fitted(self, name: str, start: np.ndarray, tie: np.ndarray | None = None, weight: np.ndarray | None = None) -> Flanks:
        """Flanks from where to start; those that `tie` makes of fewer numbers, with the weights of another fit."""
        from scipy.optimize import least_squares

        makes = np.eye(6) if tie is None else tie
        fields = start.size - (makes[4:].sum(axis=0) > 0).sum()
        reach = _REACH * self.step + 3 * float(start[fields:].max())
        narrow, wide = _NARROWEST * self.step, max(_WIDEST * self.half, float(start[fields:].max()))
        low, high = start - reach, start + reach
        low[fields:], high[fields:] = narrow, 2 * wide
        counts = np.ones(self.reading.size) if weight is None else weight
        x = np.maximum(start, low)
        for _ in range(_WEIGHINGS if weight is None else 1):
            found = least_squares(
                lambda x, counts=counts: self.solved(name, makes @ x, counts)[0], x,
                lambda x, counts=counts: self.solved(name, makes @ x, counts)[1] @ makes,
                bounds=(low, high), x_scale=self.step, max_nfev=40,
            )  # fmt: skip
            x = found.x
            if weight is None:
                counts = 1 / np.hypot(1.0, self.solved(name, makes @ x, counts)[2] / self.noise)
        residual, jacobian, _ = self.solved(name, makes @ x, counts)
        covariance = np.linalg.pinv(jacobian.T @ jacobian) / self.noise**2
        return Flanks(name, makes @ x, covariance, float(residual @ residual), counts)


def _start(windows: tuple[Window, Window], step: float) -> np.ndarray:
    """Fields along the sweep and widths to begin with, from the windows of both sweeps."""
    ordered = [sorted(tuple(sorted((d * a, d * b))) for a, b in pair) for d, pair in zip((1, -1), windows, strict=True)]
    middle = [0.5 * (a + b) for pair in ordered for a, b in pair]
    wide = [max(0.4 * float(np.mean([pair[k][1] - pair[k][0] for pair in ordered])), 0.5 * step) for k in (0, 1)]
    return np.array(middle + wide)
