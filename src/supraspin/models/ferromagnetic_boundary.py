"""The field-temperature boundary of ferromagnetic order in a superconductor, by the coherence-length criterion.

Moments order where the coherence length xi(T, B) = xi0 / sqrt(1 - T/T_c(B)) is shorter than the length l_m over which the
superconductor couples them (arXiv:2306.06659), that is below

    T_K(B) = T_c(B) (1 - (xi0/l_m)^2),   and nowhere where l_m < xi0.

T_c(B) comes from pair breaking by a field at an angle to the film, alpha = alpha_perp |sin| + alpha_par cos^2
(`supraspin.models._pair_breaking`). Of T_c0 and l_m the boundary gives only T_c0 (1 - (xi0/l_m)^2), so T_c0, which the
resistance tells, is held. `ordering_field` is the same boundary read along the field.
"""

from __future__ import annotations

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Length, Temperature, model
from supraspin.models._film_start import reduced_temperature_of
from supraspin.models._pair_breaking import above_zero, film_field, film_pair_breaking, reduced_pair_breaking, reduced_temperature


def ordered_share(coherence_length, magnetic_length):
    """T_K/T_c = 1 - (xi0/l_m)^2; 0 where l_m < xi0."""
    return jnp.maximum(1 - (coherence_length / above_zero(magnetic_length)) ** 2, 0.0)


def _start(field, field_angle, y, **known: float) -> dict[str, float]:
    """The coherence length from the shape of the boundary; its height and T_c0 (held, or twice the height) give l_m."""
    field, field_angle, y = (a.ravel() for a in np.broadcast_arrays(*(np.asarray(v, float) for v in (field, field_angle, y))))
    good = np.isfinite(field) & np.isfinite(field_angle) & np.isfinite(y)
    field, field_angle, y = field[good], field_angle[good], y[good]
    if not y.size or y.max() <= 0:
        return {}
    lengths = np.atleast_1d(known.get("coherence_length", np.geomspace(0.5e-9, 200e-9, 121)))[:, None]
    ratio = np.asarray(film_pair_breaking(field, field_angle, lengths, known.get("thickness", 10e-9)))
    shape = reduced_temperature_of(ratio)
    overlap = shape @ y
    height = overlap / np.maximum((shape**2).sum(1), 1e-300)
    best = int(np.argmax(height * overlap))
    warm = known.get("critical_temperature", 2 * height[best])
    length = float(lengths[best, 0])
    share = float(np.clip(height[best] / max(warm, 1e-30), 0.01, 0.99))
    found = {"critical_temperature": warm, "coherence_length": length, "magnetic_length": length / np.sqrt(1 - share)}
    return {name: float(value) for name, value in found.items() if name not in known and value > 0}


@model(x=Axis("field", "T"), y=Axis("ordering_temperature", "K"), reference="arXiv:2306.06659", guess=_start)
def ferromagnetic_boundary(
    field, field_angle=0.0, *, critical_temperature: Held[Temperature] = 6.6, coherence_length: Length = 6.4e-9,
    magnetic_length: Length = 7.7e-9, thickness: Held[Length] = 10e-9,
) -> jax.Array:  # fmt: skip
    """Ordering temperature against a field at an angle (rad) to the film's plane. Elementwise in `field` and `field_angle`."""
    field, field_angle = jnp.asarray(field, float), jnp.asarray(field_angle, float)
    length = above_zero(coherence_length)
    breaking = film_pair_breaking(field, field_angle, length, above_zero(thickness))
    return critical_temperature * reduced_temperature(breaking) * ordered_share(length, magnetic_length)


def ordering_field(
    temperature, field_angle=0.0, *, critical_temperature=6.6, coherence_length=6.4e-9, magnetic_length=7.7e-9, thickness=10e-9
) -> jax.Array:
    """B_K, T: the field up to which moments order at a temperature (K); 0 at and above T_K(0). Elementwise.

    Parameters and units as in `ferromagnetic_boundary`, of which it is the inverse.
    """
    length = above_zero(coherence_length)
    highest = critical_temperature * ordered_share(length, magnetic_length)
    breaking = reduced_pair_breaking(jnp.asarray(temperature, float) / above_zero(highest))
    return film_field(breaking, jnp.asarray(field_angle, float), length, above_zero(thickness))
