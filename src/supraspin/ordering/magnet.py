"""Moments that couple through the superconductor as a magnetic layer with a memory: what a magnetoresistance loop measures.

The moments carry on from one field to the next, as in `moments.field_sweep`. J(r) is that of the temperature and of zero field:
the fields of a loop are far below the critical one, and where they are not, `sweep` refuses.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from supraspin.errors import ModelError
from supraspin.moments import Interpolated, Walkers
from supraspin.ordering.chain import Chain

_GAP_CHANGE = 0.02
_CLOSE = 1e-9


class Magnet:
    """Samples of `size` x `size` cells, averaged over; the field points along `direction`. It starts saturated against it.

    `grid_at(temperature)` gives the exchange over (temperature, gap); `sweeps` passes at each field, the second half averaged.
    """

    ordered = 1.0
    """The magnetisation is all there is: no order parameter multiplies it."""

    def __init__(
        self, chain: Chain, grid_at: Callable[[float], Interpolated], *, size: int, realisations: int, rng: np.random.Generator,
        sweeps: int = 20, direction=(1.0, 0.0, 0.0),
    ) -> None:  # fmt: skip
        self._chain, self._grid_at, self._sweeps, self._rng = chain, grid_at, sweeps, rng
        self._along = np.asarray(direction, float) / np.linalg.norm(direction)
        self._sample = chain.sample(size, realisations, rng)
        self._seen = np.array([self._along @ np.asarray(chain.axis)]) if chain.kind == "ising" else self._along
        if abs(self._seen).max() < _CLOSE:
            raise ModelError(f"moments along {chain.component} feel no field across them; take another component")
        self._walkers: Walkers | None = None
        self._temperature = np.nan

    def at(self, temperature: float) -> Magnet:
        """The same moments at a temperature, K; where that is a new one, saturated against the positive field."""
        if temperature != self._temperature:
            gap = float(self._chain.gap(temperature, 0.0))
            system = self._chain.system(self._sample, self._grid_at(temperature).matrices(self._sample, [(temperature, gap)]))
            self._walkers = Walkers.start(system, [temperature], rng=self._rng, aligned=-self._along)
            self._temperature = temperature
        return self

    @property
    def magnetisation(self) -> float:
        """Between -1 and 1, along the field. Raises `ModelError` where no temperature was set."""
        walkers = self._ready()
        return float(walkers.spins.mean(axis=(0, 1, 2, -1), dtype=float) @ self._seen)

    def sweep(self, field: np.ndarray) -> np.ndarray:
        """Magnetisation at each field (n,), T, passed one after the other; shape (n,). Raises `ModelError`."""
        walkers, field = self._ready(), np.asarray(field, float)
        zero, most = (float(self._chain.gap(self._temperature, b)) for b in (0.0, np.max(np.abs(field), initial=0.0)))
        if zero - most > _GAP_CHANGE * zero:
            raise ModelError(
                f"a field of {np.max(np.abs(field)):.3g} T changes the gap from {zero:.3g} to {most:.3g} eV; a loop of moments "
                f"keeps their exchange, so keep its field lower"
            )
        out = np.empty(len(field))
        for i, b in enumerate(field):
            walkers.pull = walkers.system.pull(b * self._along)
            walkers.refresh()
            walkers.sweep(max(1, self._sweeps // 2))
            readings = max(1, self._sweeps - self._sweeps // 2)
            total = 0.0
            for _ in range(readings):
                walkers.sweep(1)
                total += self.magnetisation
            out[i] = total / readings
        return out

    def _ready(self) -> Walkers:
        if self._walkers is None:
            raise ModelError("moments need a temperature first: `at(temperature)`")
        return self._walkers
