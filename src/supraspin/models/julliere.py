"""Conductance of a magnetic tunnel junction against the angle between its two magnetisations.

    G(theta) = G_mean (1 + P1 P2 cos theta),

P1 and P2 being the spin polarisations of the two electrodes (`polarisation`, `polarisation_2`). Parallel against
antiparallel it is Julliere's magnetoresistance, over the resistance of the parallel state

    TMR = (R_AP - R_P) / R_P = 2 P1 P2 / (1 - P1 P2).

The angle gives the product P1 P2 alone. Julliere, Phys. Lett. A 54, 225; for the angle Slonczewski, PRB 39, 6995.
"""

from __future__ import annotations

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, PositiveConductance, SignedFraction, model


def tmr(polarisation, polarisation_2):
    """Julliere's (R_AP - R_P) / R_P as a fraction; elementwise, infinite where both electrodes are fully polarised."""
    product = np.multiply(polarisation, polarisation_2, dtype=float)
    with np.errstate(divide="ignore"):
        return 2 * product / (1 - product)


def partner_polarisation(tmr, polarisation):
    """Polarisation of the other electrode from the TMR (a fraction) and the polarisation of one; elementwise.

    The inverse of `tmr`. It may come out above 1: no electrode explains such a magnetoresistance.
    """
    tmr = np.asarray(tmr, dtype=float)
    return tmr / (np.asarray(polarisation, dtype=float) * (2 + tmr))


@model(x=Axis("angle", "rad"), y=Axis("conductance", "S"), reference="doi:10.1016/0375-9601(75)90174-7")
def julliere(
    angle, *, mean_conductance: PositiveConductance = 2e-4, polarisation: SignedFraction = 0.3,
    polarisation_2: Held[SignedFraction] = 0.35,
) -> jax.Array:  # fmt: skip
    """Conductance of a magnetic tunnel junction whose magnetisations enclose an angle. Elementwise in `angle`."""
    return mean_conductance * (1 + polarisation * polarisation_2 * jnp.cos(jnp.asarray(angle, float)))
