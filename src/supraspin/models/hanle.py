"""Spin precession in a lateral spin valve with tunnel contacts: the Hanle effect.

Spins enter the channel at 0, diffuse, precess in the perpendicular field B and are detected at L. The distribution of
their times of flight (Eq. 3 of arXiv:2306.06659) integrates in closed form,

    R0 int_0^inf dt exp(-L^2/4Dt - t/tau) cos(omega t) / sqrt(4 pi D t) = A Re[exp(-(L/lambda) s) / s],
    A = R0 tau / (2 lambda),  s = sqrt(1 + i omega tau),  lambda = sqrt(D tau),  omega = g mu_B (B - field_offset) / hbar.

The electrodes' alignment is +1 (parallel) or -1 (antiparallel). A finite `saturation_field` tilts both towards the field:

    R = resistance_offset + alignment (S(B) cos^2 + alignment_offset) + S(0) sin^2,
    sin = min(|B - field_offset| / saturation_field, 1).

(g, tau, D) -> (g/c, c tau, D/c) leaves the curve as it is, and so does a common factor on L^2 and D: g and L are held.
"""

from __future__ import annotations

from math import inf

from supraspin.backend import jax
from supraspin.model import Axis, Diffusivity, Field, Held, Length, Number, PositiveField, Resistance, Time, model
from supraspin.models._hanle_start import hanle_start
from supraspin.models._precession import channel, from_zero, precession, read_out, tunnel_signal, zero_field_signal


@model(x=Axis("field", "T"), y=Axis("nonlocal_resistance", "ohm"), reference="doi:10.1038/416713a", guess=hanle_start)
def hanle(
    field, alignment=1.0, *, amplitude: Resistance = 1.0, spin_lifetime: Time = 1e-10, diffusivity: Diffusivity = 1e-2,
    separation: Held[Length] = 1e-6, g_factor: Held[Number] = 2.0, field_offset: Held[Field] = 0.0,
    resistance_offset: Held[Resistance] = 0.0, alignment_offset: Held[Resistance] = 0.0,
    saturation_field: Held[PositiveField] = inf,
) -> jax.Array:  # fmt: skip
    """Hanle precession of a lateral spin valve with tunnel contacts. Elementwise in `field` and `alignment`."""
    from_centre = from_zero(field, field_offset)
    _, ratio = channel(spin_lifetime, diffusivity, separation)
    spin = amplitude * tunnel_signal(precession(from_centre, spin_lifetime, g_factor), ratio)
    at_zero = amplitude * zero_field_signal(ratio)
    return read_out(from_centre, alignment, spin, at_zero, saturation_field, resistance_offset, alignment_offset)
