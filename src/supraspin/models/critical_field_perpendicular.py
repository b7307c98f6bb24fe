"""Upper critical field across a dirty superconducting film, by orbital pair breaking.

    B_c2(T) = (Phi0 / (8 xi0^2)) rho(T/T_c0),   rho = alpha / (k_B T_c0) of `supraspin.models._pair_breaking`,

the inverse of `critical_temperature_perpendicular`. At T = 0 it is 0.8819 Phi0 / (8 xi0^2), and near T_c0 the
Ginzburg-Landau line (Phi0 / (2 pi xi0^2)) (1 - T/T_c0); the ratio of B_c2(0) to that line's end is 0.69267.
"""

from __future__ import annotations

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Length, Temperature, model
from supraspin.models._film_start import field_start
from supraspin.models._pair_breaking import above_zero, perpendicular_field_scale, reduced_pair_breaking


def _start(temperature, y, **known: float) -> dict[str, float]:
    return field_start(temperature, y, False, known)


@model(x=Axis("temperature", "K"), y=Axis("critical_field", "T"), reference="doi:10.1103/PhysRev.147.295", guess=_start)
def critical_field_perpendicular(
    temperature, *, critical_temperature: Temperature = 6.6, coherence_length: Length = 8e-9
) -> jax.Array:
    """Critical field across a dirty film; 0 at and above T_c0. Elementwise in `temperature`."""
    reduced = jnp.asarray(temperature, float) / above_zero(critical_temperature)
    return perpendicular_field_scale(above_zero(coherence_length)) * reduced_pair_breaking(reduced)
