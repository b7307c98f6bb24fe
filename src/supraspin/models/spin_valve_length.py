"""Non-local spin signal against the distance of injector and detector, at zero field.

The zero-field limit of `hanle_contacts`, with l = L/lambda, x0 = lambda/r0, xL = lambda/rL and lambda the spin diffusion
length:

    R(L) = 4 A exp(-l) / ((2 + x0)(2 + xL) - x0 xL exp(-2 l)).

For tunnel contacts (r0, rL -> infinity) that is A exp(-l). For transparent ones, r = R_F lambda / ((1 - P^2) R_N) and
A = P^2 R_N / 2 make it the length dependence of Takahashi and Maekawa, where R_N and R_F are resistivity times spin
diffusion length over cross-section of channel and contact. R is the signal of one alignment: parallel minus antiparallel is 2 R.
"""

from __future__ import annotations

from math import inf

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Length, Resistance, model
from supraspin.models._hanle_start import length_start
from supraspin.models._precession import contact_ratio, is_off, positive_length, zero_field_signal


@model(
    x=Axis("separation", "m"),
    y=Axis("nonlocal_resistance", "ohm"),
    reference="doi:10.1103/PhysRevB.67.052409",
    guess=length_start,
)
def spin_valve_length(
    separation, *, amplitude: Resistance = 1.0, spin_diffusion_length: Length = 1e-6,
    contact_length_injector: Held[Length] = inf, contact_length_detector: Held[Length] = inf,
) -> jax.Array:  # fmt: skip
    """Spin signal of a lateral spin valve against its length. Elementwise in `separation`."""
    length = positive_length(spin_diffusion_length)
    ratio = jnp.asarray(separation, float) / length
    if is_off(contact_length_injector, inf) and is_off(contact_length_detector, inf):
        return amplitude * zero_field_signal(ratio)
    x0, xl = contact_ratio(length, contact_length_injector), contact_ratio(length, contact_length_detector)
    return amplitude * zero_field_signal(ratio, x0, xl)
