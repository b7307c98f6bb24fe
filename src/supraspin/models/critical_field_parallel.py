"""Upper critical field in the plane of a dirty superconducting film thinner than its coherence length.

    B_c2(T) = (Phi0 / (xi0 d)) sqrt(3 rho(T/T_c0) / (4 pi)),   rho = alpha / (k_B T_c0) of `supraspin.models._pair_breaking`,

the inverse of `critical_temperature_parallel`. Near T_c0 it is the Ginzburg-Landau sqrt(3) Phi0 / (pi xi0 d) sqrt(1 - T/T_c0).
Only the product of xi0 and the thickness d enters, so d is held; the field across the film gives xi0 alone.
"""

from __future__ import annotations

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Length, Temperature, model
from supraspin.models._film_start import field_start
from supraspin.models._pair_breaking import above_zero, parallel_field_scale, reduced_pair_breaking, safe_sqrt


def _start(temperature, y, **known: float) -> dict[str, float]:
    return field_start(temperature, y, True, known)


@model(x=Axis("temperature", "K"), y=Axis("critical_field", "T"), reference="doi:10.1103/PhysRev.147.295", guess=_start)
def critical_field_parallel(
    temperature, *, critical_temperature: Temperature = 6.6, coherence_length: Length = 8e-9, thickness: Held[Length] = 10e-9
) -> jax.Array:
    """Critical field in the plane of a dirty thin film; 0 at and above T_c0. Elementwise in `temperature`."""
    reduced = jnp.asarray(temperature, float) / above_zero(critical_temperature)
    scale = parallel_field_scale(above_zero(coherence_length), above_zero(thickness))
    return scale * safe_sqrt(reduced_pair_breaking(reduced))
