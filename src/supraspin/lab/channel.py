"""Spins in the channel: what a detector reads of those that an injector puts in.

    R_NL = p m_i m_d w(I) S(B) + R_b + 2 kappa I

S(B) is Hanle precession in the vortex-filled film (`hanle_vortex`), w(I) the window of bias currents, m the order of the
moments under either contact and p the cosine between them. Without order there is no spin: the signal is gone above T_K.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from supraspin.devices import Channel, Device, Spin
from supraspin.lab import order as film_order
from supraspin.models.hanle_vortex import hanle_vortex
from supraspin.models.spin_valve_bias import bias_window

_WIDEST = 12.0
"""Perpendicular field to which precession is tabulated, T."""


@cache
def _precession(spin: Spin, separation: float) -> tuple[np.ndarray, np.ndarray]:
    """|B| (n,), denser about 0, and the signal of parallel electrodes there, ohm."""
    field = _WIDEST * np.linspace(0, 1, 20001) ** 3
    signal = hanle_vortex(
        field, 1.0, amplitude=spin.amplitude, spin_lifetime=spin.spin_lifetime, diffusivity=spin.diffusivity,
        vortex_field=spin.vortex_field, separation=separation,
    )  # fmt: skip
    return field, np.asarray(signal)


@cache
def _window(spin: Spin) -> tuple[np.ndarray, np.ndarray]:
    """|I| (n,) and the share of the signal there."""
    current = np.linspace(0, spin.window_current + 40 * spin.window_width, 8001)
    return current, np.asarray(bias_window(current, spin.window_current, spin.window_width))


def order_across(device: Device, temperature, field_perpendicular, field_parallel) -> np.ndarray:
    """Order of the moments in a field across and along the film, T; elementwise."""
    angle = np.arctan2(np.abs(field_perpendicular), np.maximum(np.abs(field_parallel), 1e-300))
    return film_order.order(device, temperature, np.hypot(field_perpendicular, field_parallel), angle)


def nonlocal_resistance(
    device: Device, channel: Channel, current, temperature, field_perpendicular=0.0, alignment=1.0, field_parallel=0.0, *,
    ordered=None,
) -> np.ndarray:  # fmt: skip
    """Differential non-local resistance, ohm; current A, temperature K, fields T; elementwise.

    `alignment` is the product of the magnetisations of injector and detector along their easy axes, between -1 and 1.
    `ordered` is `order_across` there, where it is known already.
    """
    arrays = (current, temperature, field_perpendicular, alignment, field_parallel)
    current, temperature, across, alignment, along = np.broadcast_arrays(*(np.asarray(a, float) for a in arrays))
    spin = device.spin
    if spin is None:
        return np.zeros(current.shape)
    if ordered is None:
        ordered = order_across(device, temperature, across, along)
    signal = np.interp(np.abs(across), *_precession(spin, channel.separation))
    window = np.interp(np.abs(current), *_window(spin), right=0.0)
    return alignment * ordered**2 * window * signal + spin.background + 2 * spin.thermal_coefficient * current
