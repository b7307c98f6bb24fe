"""A twin whose junction sees two bands with full gaps: the conductance that protocols ask for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from supraspin.backend import jnp
from supraspin.devices import Contact, Device
from supraspin.lab import order as film_order
from supraspin.models.two_gap import two_gap

_GAPS, _WEIGHT, _SPREAD = (1.0, 0.5), 0.6, 0.05
"""Gaps of both bands over that of the device, share of the first, and the relative width of what is drawn."""


def two_bands(rng: np.random.Generator) -> Callable[..., np.ndarray]:
    """`junction_conductance` of a drawn pair of bands; arguments and shapes as in `lab.junction.conductance`."""
    first, second, weight = np.array([*_GAPS, _WEIGHT]) * np.exp(_SPREAD * rng.standard_normal(3))

    def conductance(
        device: Device, contact: Contact, bias, temperature, field=0.0, field_angle=0.0, alignment=0.0,
        modulation: float = 0.0, ordered: float | None = None,
    ) -> np.ndarray:  # fmt: skip
        if device.barrier is None:
            raise ValueError(f"device {device.name} has no tunnel barrier")
        warm, there, angle = np.broadcast_arrays(
            *(np.atleast_1d(np.asarray(v, float)) for v in (temperature, field, field_angle))
        )
        gaps = np.maximum(film_order.gap(device, warm, there, angle), 1e-9)
        wide = film_order.broadening(device, there, angle)
        rows = [
            two_gap(
                jnp.asarray(np.atleast_1d(bias)), temperature=t, gap=first * d, gap_2=second * d, weight=weight, broadening=w,
                broadening_2=w, modulation=modulation,
            )
            for t, d, w in zip(warm, gaps, np.broadcast_to(wide, warm.shape), strict=True)
        ]  # fmt: skip
        return np.asarray(rows) / device.barrier.resistance

    return conductance
