"""Transition temperature of a dirty superconducting film, thinner than its coherence length, in a field in its plane.

    ln(T_c/T_c0) = psi(1/2) - psi(1/2 + alpha / (2 pi k_B T_c)),   alpha = D e^2 B^2 d^2 / (6 hbar),

with D = 8 k_B T_c0 xi0^2 / (pi hbar) (arXiv:2306.06659, Methods; `supraspin.models._pair_breaking`). Only the product of
xi0 and the thickness d enters, so d is held; the field across the film gives xi0 alone.
"""

from __future__ import annotations

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Length, Temperature, model
from supraspin.models._film_start import temperature_start
from supraspin.models._pair_breaking import above_zero, parallel_field_scale, reduced_temperature


def _start(field, y, **known: float) -> dict[str, float]:
    return temperature_start(field, y, True, known)


@model(x=Axis("field", "T"), y=Axis("critical_temperature", "K"), reference="arXiv:2306.06659", guess=_start)
def critical_temperature_parallel(
    field, *, critical_temperature: Temperature = 6.6, coherence_length: Length = 8e-9, thickness: Held[Length] = 10e-9
) -> jax.Array:
    """Transition temperature against the field in the plane of a thin film; 0 where the field ends it. Elementwise in `field`."""
    reduced = jnp.asarray(field, float) / parallel_field_scale(above_zero(coherence_length), above_zero(thickness))
    return critical_temperature * reduced_temperature(reduced**2)
