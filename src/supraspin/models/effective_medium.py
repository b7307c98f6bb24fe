"""Resistance of a film of which a share superconducts: Bruggeman's effective medium in two dimensions.

Superconducting and resistive regions in random places, each as likely in the current's way as the other, give

    R = R_N (1 - 2 f_s) for f_s < 1/2,   R = 0 beyond,

plus `lead_resistance`: the film stops resisting where half of it superconducts, as it must by duality.
"""

from __future__ import annotations

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, PositiveResistance, Resistance, model
from supraspin.models._precession import is_off


@model(x=Axis("superconducting_fraction", "1"), y=Axis("resistance", "ohm"), reference="doi:10.1103/RevModPhys.45.574")
def effective_medium(
    superconducting_fraction, *, normal_resistance: PositiveResistance = 100.0, lead_resistance: Held[Resistance] = 0.0
) -> jax.Array:
    """Resistance of a partly superconducting film. Elementwise in `superconducting_fraction`."""
    share = jnp.clip(jnp.asarray(superconducting_fraction, float), 0.0, 0.5)
    resistance = normal_resistance * (1 - 2 * share)
    return resistance if is_off(lead_resistance, 0.0) else resistance + lead_resistance
