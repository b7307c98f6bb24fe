"""Magnetic layers with a memory: grains that switch at fields of their own, each remembering which way it points.

A layer is a set of grains, each with a coercive field; a grain turns where the field against it exceeds that. So the
magnetisation depends on the history of the field, minor loops included (the Preisach model with symmetric grains).
"""

from __future__ import annotations

import numpy as np


class Layer:
    """`count` equal grains whose coercive fields are spread by `switching_width` (standard deviation, T) about `coercive_field`.

    A layer starts saturated against the positive field. `rng` draws the grains; without a width all are alike.
    """

    ordered: float | None = None
    """What the magnetisation is multiplied by; None: the order of the film at its temperature."""

    def __init__(
        self, coercive_field: float, switching_width: float, rng: np.random.Generator, *, count: int = 200,
        field_offset: float = 0.0,
    ) -> None:  # fmt: skip
        spread = rng.standard_normal(count) if switching_width > 0 else np.zeros(count)
        self._thresholds = np.abs(coercive_field + switching_width * spread)
        self._offset = field_offset
        self._up = np.zeros(count, dtype=bool)

    @property
    def magnetisation(self) -> float:
        """Between -1 and 1, along the positive field."""
        return float(2 * self._up.mean() - 1)

    def at(self, temperature: float) -> Layer:
        """The layer at a temperature: the same, since its grains know none."""
        return self

    def saturate(self, sign: float) -> None:
        """Point all grains along (+) or against (-) the positive field."""
        self._up[:] = sign > 0

    def sweep(self, field: np.ndarray) -> np.ndarray:
        """Magnetisation at each field (n,), T, passed one after the other; the layer remembers where it ended; shape (n,)."""
        field = np.asarray(field, dtype=float) - self._offset
        turned = np.zeros((field.size, self._up.size), dtype=np.int8)
        turned[field[:, None] > self._thresholds] = 1
        turned[field[:, None] < -self._thresholds] = -1
        # The last event before each point decides; where there was none, the state from before the sweep.
        rows = np.arange(field.size)[:, None]
        last = np.maximum.accumulate(np.where(turned != 0, rows, -1), axis=0)
        events = np.take_along_axis(turned, np.maximum(last, 0), axis=0)
        up = np.where(last >= 0, events > 0, self._up)
        if field.size:
            self._up = up[-1].copy()
        return 2 * up.mean(axis=1) - 1
