"""Resistance of a two-dimensional superconductor just above its BKT transition.

Free vortices, a correlation length apart, give

    R = R0 exp(-b (T/T_BKT - 1)^(-1/2)) for T > T_BKT,   R = 0 at and below T_BKT

(Halperin and Nelson, J. Low Temp. Phys. 36, 599 (1979)). It holds between T_BKT and the mean-field T_c only;
`halperin_nelson_crossover` goes on to the normal state. (d ln R/dT)^(-2/3) is a line that meets zero at T_BKT.
"""

from __future__ import annotations

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Positive, PositiveResistance, Temperature, model
from supraspin.models._pair_breaking import above_zero


def _start(temperature, y, **known: float) -> dict[str, float]:
    """ln R is linear in (T/T_BKT - 1)^(-1/2); T_BKT is looked for on a grid below the lowest clear reading."""
    temperature, y = (a.ravel() for a in np.broadcast_arrays(np.asarray(temperature, float), np.asarray(y, float)))
    good = np.isfinite(temperature) & np.isfinite(y)
    temperature, y = temperature[good], y[good]
    clear = y > 0.02 * y.max() if len(y) else np.zeros(0, bool)
    if clear.sum() < 4:
        return {}
    warm, log_r, weight = temperature[clear], np.log(y[clear]), y[clear]
    tried = np.atleast_1d(known.get("bkt_temperature", warm.min() * (1 - np.geomspace(1e-3, 0.5, 60))))
    best, found = np.inf, {}
    for one in tried:
        if not 0 < one < warm.min():
            continue
        x = (warm / one - 1) ** -0.5
        slope = np.polyfit(x, log_r, 1, w=weight)[0]
        slope = -known["bkt_constant"] if "bkt_constant" in known else min(slope, -1e-3)
        scale = np.exp(np.clip(np.average(log_r - slope * x, weights=weight**2), -50, 50))
        misfit = float(np.sum((scale * np.exp(slope * x) - y[clear]) ** 2))
        if misfit < best:
            best, found = misfit, {"resistance_scale": scale, "bkt_temperature": one, "bkt_constant": -slope}
    return {name: float(value) for name, value in found.items() if name not in known}


@model(x=Axis("temperature", "K"), y=Axis("resistance", "ohm"), reference="doi:10.1007/BF00116988", guess=_start)
def halperin_nelson(
    temperature, *, resistance_scale: PositiveResistance = 100.0, bkt_temperature: Temperature = 6.3, bkt_constant: Positive = 0.3
) -> jax.Array:
    """Resistance of free vortices above the BKT transition. Elementwise in `temperature`."""
    above = jnp.asarray(temperature, float) / above_zero(bkt_temperature) - 1
    free = above > 1e-12
    return jnp.where(free, resistance_scale * jnp.exp(-bkt_constant / jnp.sqrt(jnp.where(free, above, 1.0))), 0.0)
