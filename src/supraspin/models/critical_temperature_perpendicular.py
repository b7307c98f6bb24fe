"""Transition temperature of a dirty superconducting film in a field across it, by orbital pair breaking.

    ln(T_c/T_c0) = psi(1/2) - psi(1/2 + alpha / (2 pi k_B T_c)),   alpha = D e |B| = (8 xi0^2 |B| / Phi0) k_B T_c0,

with D = 8 k_B T_c0 xi0^2 / (pi hbar) (arXiv:2306.06659, Methods; `supraspin.models._pair_breaking`).
"""

from __future__ import annotations

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Length, Temperature, model
from supraspin.models._film_start import temperature_start
from supraspin.models._pair_breaking import above_zero, perpendicular_field_scale, reduced_temperature


def _start(field, y, **known: float) -> dict[str, float]:
    return temperature_start(field, y, False, known)


@model(x=Axis("field", "T"), y=Axis("critical_temperature", "K"), reference="arXiv:2306.06659", guess=_start)
def critical_temperature_perpendicular(
    field, *, critical_temperature: Temperature = 6.6, coherence_length: Length = 8e-9
) -> jax.Array:
    """Transition temperature against the field across a dirty film; 0 where the field ends it. Elementwise in `field`."""
    reduced = jnp.abs(jnp.asarray(field, float)) / perpendicular_field_scale(above_zero(coherence_length))
    return critical_temperature * reduced_temperature(reduced)
