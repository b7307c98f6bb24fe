"""Hanle precession with contacts that spins can leave through (finite contact resistance).

With r0 and rL the contact resistances of injector and detector as lengths of channel, r = (R_F + R_C) W / R_sheet,

    S(B) = 2 A Re{[2 (s + (lambda/2)(1/r0 + 1/rL)) exp(L s/lambda) + (lambda^2/(r0 rL)) sinh(L s/lambda)/s]^-1},

so that r0, rL -> infinity is `hanle` with the same amplitude A; other symbols, tilt and offsets as in `hanle`.

A curve alone hardly tells leakage through the contacts from a shorter lifetime, and nothing tells r0 from rL, which
enter symmetrically. Both are therefore held, at infinity (tunnel contacts, equal to `hanle`) until given. An
experimentalist who has measured contact and sheet resistance fixes both at R_C W / R_sheet. A fit may free one or
both; a freed one starts at the separation.
"""

from __future__ import annotations

from math import inf

from supraspin.backend import jax
from supraspin.model import Axis, Diffusivity, Field, Held, Length, Number, PositiveField, Resistance, Time, model
from supraspin.models._hanle_start import contacts_start
from supraspin.models._precession import (
    channel,
    contact_ratio,
    contact_signal,
    from_zero,
    is_off,
    precession,
    read_out,
    tunnel_signal,
    zero_field_signal,
)


@model(
    x=Axis("field", "T"),
    y=Axis("nonlocal_resistance", "ohm"),
    reference="doi:10.1103/PhysRevB.89.245436",
    guess=contacts_start,
)
def hanle_contacts(
    field, alignment=1.0, *, amplitude: Resistance = 1.0, spin_lifetime: Time = 1e-10, diffusivity: Diffusivity = 1e-2,
    contact_length_injector: Held[Length] = inf, contact_length_detector: Held[Length] = inf, separation: Held[Length] = 1e-6,
    g_factor: Held[Number] = 2.0, field_offset: Held[Field] = 0.0, resistance_offset: Held[Resistance] = 0.0,
    alignment_offset: Held[Resistance] = 0.0,
    saturation_field: Held[PositiveField] = inf,
) -> jax.Array:  # fmt: skip
    """Hanle precession of a lateral spin valve with leaking contacts. Elementwise in `field` and `alignment`."""
    from_centre = from_zero(field, field_offset)
    length, ratio = channel(spin_lifetime, diffusivity, separation)
    w = precession(from_centre, spin_lifetime, g_factor)
    if is_off(contact_length_injector, inf) and is_off(contact_length_detector, inf):
        spin, at_zero = tunnel_signal(w, ratio), zero_field_signal(ratio)
    else:
        x0, xl = contact_ratio(length, contact_length_injector), contact_ratio(length, contact_length_detector)
        spin, at_zero = contact_signal(w, ratio, x0, xl), zero_field_signal(ratio, x0, xl)
    spin, at_zero = amplitude * spin, amplitude * at_zero
    return read_out(from_centre, alignment, spin, at_zero, saturation_field, resistance_offset, alignment_offset)
