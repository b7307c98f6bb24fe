"""Spin polarisation against temperature.

    P(T) = P(0) (1 - (T/T_K)^p)^beta below T_K, and 0 above.

With beta = 1 and p = 3/2 it is Bloch's law carried on to the ordering temperature T_K (`ordering_temperature`); with
p = 1 the power law of a critical point, beta = 1/2 in mean field. The defaults join the two ends: 1 - (T/T_K)^(3/2) / 2 when
cold, the mean-field root close to T_K. A tunnel junction follows the surface, which obeys the same law with a steeper fall.
Shang et al., PRB 58, R2917.
"""

from __future__ import annotations

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Positive, SignedFraction, Temperature, model

_COLDEST = 1e-30  # K, keeps the power of T differentiable at T = 0


@model(x=Axis("temperature", "K"), y=Axis("polarisation", "1"), reference="doi:10.1103/PhysRevB.58.R2917")
def polarisation_temperature(
    temperature, *, polarisation: SignedFraction = 0.3, ordering_temperature: Temperature = 3.0,
    bloch_exponent: Held[Positive] = 1.5, critical_exponent: Held[Positive] = 0.5,
) -> jax.Array:  # fmt: skip
    """Polarisation of the tunnel current below the ordering temperature. Elementwise in `temperature`."""
    reduced = jnp.maximum(jnp.asarray(temperature, float), _COLDEST) / jnp.maximum(ordering_temperature, _COLDEST)
    ordered = reduced < 1
    # The root has no slope at T_K: neither side of the branch may see it.
    left = -jnp.expm1(bloch_exponent * jnp.log(jnp.where(ordered, reduced, 0.5)))
    return jnp.where(ordered, polarisation * jnp.maximum(left, _COLDEST) ** critical_exponent, 0.0)
