"""Spins that diffuse and precess in a channel: what the Hanle models and the length dependence share.

A channel of spin lifetime tau and diffusion constant D in a perpendicular field B. Symbols, used in this file:

    lambda = sqrt(D tau)    w = omega tau = g mu_B B tau / hbar    s = sqrt(1 + i w) = p + i q    l = L / lambda
    x0 = lambda / r0        xL = lambda / rL                       E = exp(-l s)

Everything is real arithmetic on p, q, exp, cos and sin: in XLA that takes half the time of complex arithmetic.
"""

from __future__ import annotations

from typing import Any

from supraspin.backend import jax, jnp
from supraspin.quantities import MU_B_OVER_HBAR

# Nothing measured comes near these floors (m^2 and m). They keep every derivative finite where a fit tries a
# parameter at its lower bound of zero.
_SMALLEST_AREA = 1e-60
_SMALLEST_LENGTH = 1e-30


def is_off(value: Any, neutral: float) -> bool:
    """True where a held parameter came as the plain number that switches its term off (never inside a trace)."""
    return isinstance(value, (int, float)) and value == neutral


def from_zero(field: Any, field_offset: Any) -> jax.Array:
    """The field counted from its true zero, T."""
    field = jnp.asarray(field, float)
    return field if is_off(field_offset, 0.0) else field - field_offset


def channel(spin_lifetime: Any, diffusivity: Any, separation: Any) -> tuple[jax.Array, jax.Array]:
    """lambda in m, and l = separation / lambda (`ratio` below)."""
    length = jnp.sqrt(jnp.maximum(diffusivity * spin_lifetime, _SMALLEST_AREA))
    return length, separation / length


def precession(field: jax.Array, spin_lifetime: Any, g_factor: Any) -> jax.Array:
    """w = omega tau, the angle precessed within one lifetime, rad."""
    return MU_B_OVER_HBAR * g_factor * spin_lifetime * field


def positive_length(length: Any) -> jax.Array:
    """`length`, kept off zero, m."""
    return jnp.maximum(jnp.asarray(length, float), _SMALLEST_LENGTH)


def contact_ratio(length: Any, contact_length: Any) -> jax.Array:
    """x = lambda / r of a contact of resistance R_C on a channel of width W: r = R_C W / R_sheet."""
    return length / positive_length(contact_length)


def _root(w: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
    """p and q of s = sqrt(1 + i w) = p + i q, and |s|^2."""
    square = jnp.sqrt(1 + w * w)
    p = jnp.sqrt((1 + square) / 2)
    return p, w / (2 * p), square


def tunnel_signal(w: jax.Array, ratio: jax.Array) -> jax.Array:
    """Re[E / s], contacts of infinite resistance."""
    p, q, square = _root(w)
    return jnp.exp(-ratio * p) * (p * jnp.cos(ratio * q) - q * jnp.sin(ratio * q)) / square


def contact_signal(w: jax.Array, ratio: jax.Array, x0: Any, xl: Any) -> jax.Array:
    """Re[4 s E / ((2 s + x0)(2 s + xL) - x0 xL E^2)]: spins also leave through the contacts. Re[E / s] at x0 = xL = 0.

    That is Re{2 / [2 (s + (x0 + xL)/2) exp(l s) + x0 xL sinh(l s) / s]} with the exponential taken out.
    """
    p, q, _ = _root(w)
    decay = jnp.exp(-ratio * p)
    cosine, sine = decay * jnp.cos(ratio * q), decay * jnp.sin(ratio * q)
    # 1 - E^2 without cancellation where the channel is short and the contacts transparent.
    rest, rest_imag = 2 * sine * sine - jnp.expm1(-2 * ratio * p), 2 * sine * cosine
    mean, product = (x0 + xl) / 2, x0 * xl / 4
    top, top_imag = p * cosine + q * sine, q * cosine - p * sine
    low, low_imag = 1 + mean * p + product * rest, w + mean * q + product * rest_imag
    return (top * low + top_imag * low_imag) / (low * low + low_imag * low_imag)


def zero_field_signal(ratio: jax.Array, x0: Any = 0.0, xl: Any = 0.0) -> jax.Array:
    """`contact_signal` at w = 0: 4 E / ((2 + x0)(2 + xL) - x0 xL E^2) with E = exp(-l)."""
    if is_off(x0, 0.0) and is_off(xl, 0.0):
        return jnp.exp(-ratio)
    return jnp.exp(-ratio) / (1 + (x0 + xl) / 2 - x0 * xl / 4 * jnp.expm1(-2 * ratio))


def read_out(field, alignment, spin, spin_at_zero, saturation_field, resistance_offset, alignment_offset) -> jax.Array:
    """Detected resistance: offsets + alignment spin cos^2 + spin_at_zero sin^2, sin = min(|field| / saturation_field, 1).

    The field tilts both electrodes towards itself. The tilted parts are parallel to each other however the electrodes
    lay in the plane, and spins along the field do not precess: that term carries no sign of the alignment.
    """
    signal = jnp.asarray(alignment, float) * spin
    if not is_off(saturation_field, jnp.inf):
        tilted = jnp.abs(field) >= saturation_field
        sine_squared = jnp.where(tilted, 1.0, (field / jnp.where(tilted, 1.0, saturation_field)) ** 2)
        signal = signal + sine_squared * (spin_at_zero - signal)
    if not is_off(alignment_offset, 0.0):
        signal = signal + jnp.asarray(alignment, float) * alignment_offset
    return signal if is_off(resistance_offset, 0.0) else signal + resistance_offset
