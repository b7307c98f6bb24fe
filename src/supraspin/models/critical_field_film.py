"""Upper critical fields of a thin film by Ginzburg and Landau, near T_c.

    in the plane:  B_c2 = (sqrt(3) Phi0 / (pi xi0 d)) sqrt(1 - T/T_c)   (Tinkham, Introduction to Superconductivity, eq. 4.62)
    across:        B_c2 = (Phi0 / (2 pi xi0^2)) (1 - T/T_c)

Both are the tangents at T_c of the pair-breaking fields `critical_field_parallel` and `critical_field_perpendicular`; taken
down to T = 0 they say too much, by 1/0.69267 across the film and by 1/sqrt(0.69267) in its plane. Only xi0 d enters in the plane.
"""

from __future__ import annotations

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Length, Temperature, model
from supraspin.models._film_start import field_start
from supraspin.models._pair_breaking import FLUX_QUANTUM, above_zero, safe_sqrt


def _start_in_plane(temperature, y, **known: float) -> dict[str, float]:
    return field_start(temperature, y, True, known)


def _start_across(temperature, y, **known: float) -> dict[str, float]:
    return field_start(temperature, y, False, known)


def _below(temperature, critical_temperature):
    """1 - T/T_c, 0 above T_c."""
    return jnp.maximum(1 - jnp.asarray(temperature, float) / above_zero(critical_temperature), 0.0)


@model(x=Axis("temperature", "K"), y=Axis("critical_field", "T"), reference="doi:10.1103/PhysRev.129.2413", guess=_start_in_plane)
def critical_field_film_parallel(
    temperature, *, critical_temperature: Temperature = 6.6, coherence_length: Length = 8e-9, thickness: Held[Length] = 10e-9
) -> jax.Array:
    """Ginzburg-Landau critical field in the plane of a thin film; 0 from T_c on. Elementwise in `temperature`."""
    scale = np.sqrt(3) * FLUX_QUANTUM / (np.pi * above_zero(coherence_length) * above_zero(thickness))
    return scale * safe_sqrt(_below(temperature, critical_temperature))


@model(x=Axis("temperature", "K"), y=Axis("critical_field", "T"), reference="doi:10.1103/PhysRev.129.2413", guess=_start_across)
def critical_field_film_perpendicular(
    temperature, *, critical_temperature: Temperature = 6.6, coherence_length: Length = 8e-9
) -> jax.Array:
    """Ginzburg-Landau critical field across a film; 0 from T_c on. Elementwise in `temperature`."""
    return FLUX_QUANTUM / (2 * np.pi * above_zero(coherence_length) ** 2) * _below(temperature, critical_temperature)
