"""A loop as arrays, without what is no magnet in it, and the curves that magnets would add (`_loop_shape`)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.switching.pairs import Loop


@dataclass(frozen=True)
class LoopReadings:
    """A loop as arrays (n,): field, direction, reading; `null` is an orthonormal basis (n, 5) of what is no magnet.

    `half` is the largest field, T, `step` the spacing of the readings over it.
    """

    field: np.ndarray
    direction: np.ndarray
    reading: np.ndarray
    null: np.ndarray
    half: float
    step: float

    @classmethod
    def of(cls, loop: Loop) -> LoopReadings:
        pieces = (loop.rising, loop.falling)
        field = np.concatenate([sweep.field for sweep in pieces])
        direction = np.concatenate([np.full(sweep.field.size, float(sweep.direction)) for sweep in pieces])
        half = float(np.abs(field).max())
        b, up = field / half, direction > 0
        null = np.linalg.qr(np.column_stack((up, ~up, b * up, b * ~up, b**2)).astype(float))[0]
        step = max(sweep.step for sweep in pieces) / half
        return cls(field, direction, np.concatenate([sweep.reading for sweep in pieces]), null, half, step)

    def free(self, values: np.ndarray) -> np.ndarray:
        """What of curves (..., n) is no offset, slope or parabola."""
        return values - (values @ self.null) @ self.null.T

    def template(self, offset, first, second, width, width_2) -> np.ndarray:
        """Plateaus (..., n) of unit A for parameters (...,), T."""
        from scipy.special import erf

        parts = (np.asarray(one, float)[..., None] for one in (offset, first, second, width, width_2))
        offset, first, second, width, width_2 = parts
        u = self.direction * (self.field - offset)
        return 0.5 * (1 - erf((u - first) / (math.sqrt(2) * width)) * erf((u - second) / (math.sqrt(2) * width_2)))

    def gains(self, trial: np.ndarray) -> np.ndarray:
        """Sum of squares (k,) that plateaus with the rows (h, h_2, w) of `trial` (k, 3) take off."""
        templates = self.free(self.template(np.zeros(len(trial)), trial[:, 0], trial[:, 1], trial[:, 2], trial[:, 2]))
        return (templates @ self.free(self.reading)) ** 2 / np.maximum(np.sum(templates**2, axis=1), 1e-12)
