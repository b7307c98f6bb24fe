"""A loop as arrays, without what is no magnet in it, and the curves that magnets would add (`_loop_shape`)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.switching.pairs import Loop


def plateau(along: np.ndarray, direction: np.ndarray, offset, first, second, width, width_2) -> np.ndarray:
    """(1 - m m_2)/2 (..., n) at fields d B (n,), T, of sweeps in `direction` d, for parameters (...,), T."""
    from scipy.special import erf

    parts = (np.asarray(one, float)[..., None] for one in (offset, first, second, width, width_2))
    offset, first, second, width, width_2 = parts
    u = along - direction * offset
    return 0.5 * (1 - erf((u - first) / (math.sqrt(2) * width)) * erf((u - second) / (math.sqrt(2) * width_2)))


@dataclass(frozen=True)
class LoopReadings:
    """A loop as arrays (n,): field, direction, reading; `null` is an orthonormal basis (n, 5) of what is no magnet.

    `half` is the largest field, T, `step` the spacing of the readings over it. `opening` (m,) is what rising field reads more
    than falling field at the fields `grid` (m,), T: a magnetoresistance that remembers nothing is not in it.
    """

    field: np.ndarray
    direction: np.ndarray
    reading: np.ndarray
    null: np.ndarray
    half: float
    step: float
    grid: np.ndarray
    opening: np.ndarray

    @classmethod
    def of(cls, loop: Loop) -> LoopReadings:
        pieces = (loop.rising, loop.falling)
        field = np.concatenate([sweep.field for sweep in pieces])
        direction = np.concatenate([np.full(sweep.field.size, float(sweep.direction)) for sweep in pieces])
        half = float(np.abs(field).max())
        b, up = field / half, direction > 0
        null = np.linalg.qr(np.column_stack((up, ~up, b * up, b * ~up, b**2)).astype(float))[0]
        step = max(sweep.step for sweep in pieces) / half
        reading = np.concatenate([sweep.reading for sweep in pieces])
        return cls(field, direction, reading, null, half, step, loop.grid, loop.up - loop.down[::-1])

    def free(self, values: np.ndarray) -> np.ndarray:
        """What of curves (..., n) is no offset, slope or parabola."""
        return values - (values @ self.null) @ self.null.T

    def template(self, offset, first, second, width, width_2) -> np.ndarray:
        """Plateaus (..., n) of unit A for parameters (...,), T."""
        return plateau(self.direction * self.field, self.direction, offset, first, second, width, width_2)

    def opened(self, at: np.ndarray) -> np.ndarray:
        """What a plateau of unit A with the parameters (5,) opens (m,)."""
        up, down = (plateau(sign * self.grid, sign, *at) for sign in (np.ones(1), -np.ones(1)))
        return up - down

    def gains(self, trial: np.ndarray, *, early: bool = False) -> np.ndarray:
        """Sum of squares (k,) that plateaus with the rows (h, h_2, w) of `trial` (k, 3) take off; `early`: at -h and -h_2."""
        sign = -1.0 if early else 1.0
        columns = trial.T[[0, 1, 2, 2]]
        templates = self.free(plateau(sign * self.direction * self.field, sign * self.direction, np.zeros(len(trial)), *columns))
        return (templates @ self.free(self.reading)) ** 2 / np.maximum(np.sum(templates**2, axis=1), 1e-12)
