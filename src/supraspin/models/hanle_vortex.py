"""Hanle precession in a superconducting channel that the field enters as vortices (Eq. 4 of arXiv:2306.06659).

Only the share a_v of the channel that vortices fill sees the field; in the rest spins do not precess:

    S(B) = (1 - a_v) S_hanle(0) + a_v S_hanle(B),   a_v = 1 - exp(-|B - field_offset| / vortex_field).

The paper prints B in a_v, which for B < 0 gives a negative share; the share needs |B|. A vortex_field of 0 is `hanle`,
an infinite one leaves a signal without precession. Other symbols, tilt and offsets as in `hanle`.
"""

from __future__ import annotations

from math import inf

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Diffusivity, Field, Held, Length, Number, PositiveField, Resistance, Time, model
from supraspin.models._hanle_start import vortex_start
from supraspin.models._precession import channel, from_zero, precession, read_out, tunnel_signal, zero_field_signal


def screened_share(field: jax.Array, vortex_field) -> jax.Array:
    """1 - a_v = exp(-|field| / vortex_field), the share of the channel without vortices."""
    # Beyond 700 vortex fields the share is below the smallest float; the branch keeps vortex_field = 0 finite.
    filled = jnp.abs(field) >= 700 * vortex_field
    return jnp.where(filled, 0.0, jnp.exp(-jnp.abs(field) / jnp.where(filled, 1.0, vortex_field)))


@model(x=Axis("field", "T"), y=Axis("nonlocal_resistance", "ohm"), reference="arXiv:2306.06659", guess=vortex_start)
def hanle_vortex(
    field, alignment=1.0, *, amplitude: Resistance = 1.0, spin_lifetime: Time = 1e-10, diffusivity: Diffusivity = 1e-2,
    vortex_field: PositiveField = 0.1, separation: Held[Length] = 1e-6, g_factor: Held[Number] = 2.0,
    field_offset: Held[Field] = 0.0, resistance_offset: Held[Resistance] = 0.0,
    alignment_offset: Held[Resistance] = 0.0, saturation_field: Held[PositiveField] = inf,
) -> jax.Array:  # fmt: skip
    """Hanle precession in a superconductor filling with vortices. Elementwise in `field` and `alignment`."""
    from_centre = from_zero(field, field_offset)
    _, ratio = channel(spin_lifetime, diffusivity, separation)
    at_zero = amplitude * zero_field_signal(ratio)
    precessed = amplitude * tunnel_signal(precession(from_centre, spin_lifetime, g_factor), ratio)
    spin = precessed + screened_share(from_centre, vortex_field) * (at_zero - precessed)
    return read_out(from_centre, alignment, spin, at_zero, saturation_field, resistance_offset, alignment_offset)
