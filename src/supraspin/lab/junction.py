"""The magnetic tunnel junction Co/BN/Co-NbSe2: conductance against bias, and its two-probe resistance against current.

    G(V) = G_N (1 + P_1 P_2 p m w(V)) F(V) + G_N g_0 m [peak at +-epsilon],      w(V) = exp(-(V/Delta)^4)

F is the smeared density of states of the film (`dynes` or `nodal`), p the cosine between the magnetisations, m the order of the
moments in the film, and w lets the polarisation of the film live only inside its gap, as arXiv:2306.06659 reports.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.devices import Contact, Device
from supraspin.lab import order as film_order
from supraspin.models.dynes import dynes
from supraspin.models.nodal import nodal

_CURVES = {"s-wave": dynes, "nodal": nodal}
_GRID = 401
"""Points of the bias grid on which a current is integrated."""


@partial(jax.jit, static_argnames=("pairing", "modulated"))
def _spectra(bias, temperature, gap, broadening, peak, energy, width, modulation, pairing, modulated):
    """Density of states with its zero-bias features over bias (v,) for each condition (c,); shape (c, v)."""

    def one(t, d, g, p):
        more = {"modulation": modulation} if modulated else {}
        base = _CURVES[pairing](bias, temperature=t, gap=d, broadening=g, **more)
        both = _CURVES[pairing](
            bias, temperature=t, gap=d, broadening=g, ysr_conductance=1.0, ysr_energy=energy, ysr_width=width, **more
        )
        return base, p * (both - base)

    return jax.vmap(one)(temperature, gap, broadening, peak)


PHASES = 2 * np.pi * (np.arange(32) + 0.5) / 32
"""Phases of an alternating current at which a voltage is taken to find its first harmonic."""


def conductance(
    device: Device, contact: Contact, bias, temperature, field=0.0, field_angle=0.0, alignment=0.0, modulation: float = 0.0,
    ordered: float | None = None,
) -> np.ndarray:  # fmt: skip
    """Conductance dI/dV, S, over bias (v,), V, for conditions (c,) of temperature, field and alignment; shape (c, v).

    `alignment` is the cosine between the magnetisations of contact and film, `modulation` the peak amplitude of the lock-in's
    voltage. `ordered` takes the place of the film's order, where the alignment holds the size of the magnetisation.
    Raises `ValueError` for a device without a barrier.
    """
    if device.barrier is None or device.barrier.resistance <= 0:
        raise ValueError(f"device {device.name} has no tunnel barrier")
    conditions = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, float)) for v in (temperature, field, field_angle, alignment)))
    temperature, field, field_angle, alignment = conditions
    bias = np.atleast_1d(np.asarray(bias, float))
    order = film_order.order(device, temperature, field, field_angle) if ordered is None else np.full(len(temperature), ordered)
    gap = np.maximum(film_order.gap(device, temperature, field, field_angle), 1e-9)
    part = device.ordering
    peak = order * (part.peak_conductance if part else 0.0)
    base, more = _spectra(
        jnp.asarray(bias), temperature, gap, film_order.broadening(device, field, field_angle), peak,
        part.ysr_energy if part else 0.0, part.ysr_width if part else 1e-4, modulation, device.film.pairing, modulation > 0,
    )  # fmt: skip
    inside = np.exp(-((bias / gap[:, None]) ** 4))
    spin = contact.polarisation * (part.polarisation if part else 0.0) * (alignment * order)[:, None] * inside
    return ((1 + spin) * np.asarray(base) + np.asarray(more)) / device.barrier.resistance


def curves(
    device: Device, contact: Contact, largest: float, temperature, field=0.0, field_angle=0.0, alignment=0.0,
    ordered: float | None = None,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """I(V) up to a `largest` current, A, for conditions (c,): bias (v,), V, ascending, and currents (c, v), A."""
    reach = 1.5 * abs(largest) * device.barrier.resistance + 3e-3 if device.barrier else 1.0
    bias = reach * np.sinh(5 * np.linspace(-1, 1, _GRID)) / np.sinh(5)
    slope = conductance(device, contact, bias, temperature, field, field_angle, alignment, ordered=ordered)
    flows = np.concatenate(
        (np.zeros((len(slope), 1)), np.cumsum(0.5 * (slope[:, 1:] + slope[:, :-1]) * np.diff(bias), axis=1)), 1
    )
    return bias, flows - flows[:, [_GRID // 2]]


def voltage(
    device: Device, contact: Contact, current, temperature, field=0.0, field_angle=0.0, alignment=0.0, series: float = 0.0,
    ordered: float | None = None,
) -> np.ndarray:  # fmt: skip
    """Two-probe voltage, V, at currents (i,), A, for conditions (c,) with `series` ohm in the path; shape (c, i)."""
    current = np.atleast_1d(np.asarray(current, float))
    bias, flows = curves(device, contact, np.abs(current).max(), temperature, field, field_angle, alignment, ordered)
    return np.stack([np.interp(current, row, bias) for row in flows]) + series * current


def resistance(
    device: Device, contact: Contact, current: float, temperature, field=0.0, field_angle=0.0, alignment=0.0, *,
    direct: float = 0.0, series: float = 0.0, ordered: float | None = None,
) -> np.ndarray:  # fmt: skip
    """First harmonic V/I, ohm, that a lock-in reads of an alternating current (rms, A) on a direct one, for conditions (c,)."""
    at = voltage(
        device, contact, direct + np.sqrt(2) * current * np.sin(PHASES), temperature, field, field_angle, alignment, series,
        ordered,
    )  # fmt: skip
    return first_harmonic(at, current)


def first_harmonic(voltages: np.ndarray, current: float) -> np.ndarray:
    """V/I, ohm, at the frequency of an alternating current (rms, A) from the voltages (..., n) at its `PHASES` (n,)."""
    return np.sqrt(2) * np.mean(voltages * np.sin(PHASES), axis=-1) / current
