"""Resistance of a two-dimensional superconductor from its BKT transition through T_c to the normal state.

The interpolation formula of Halperin and Nelson (J. Low Temp. Phys. 36, 599 (1979)) for the conductivity that the
superconductor adds, sigma_s = (0.37/b) sigma_N sinh^2 sqrt(b tau_c/tau), put in parallel with the normal one:

    R = R_N / (1 + (0.37/b) sinh^2 sqrt(b tau_c / tau)) + lead_resistance,
    tau = (T - T_BKT)/T_BKT,   tau_c = (T_c - T_BKT)/T_BKT;   R = lead_resistance at and below T_BKT.

Close to T_BKT that is the exponential of `halperin_nelson` with b there = 2 sqrt(b tau_c); well above T_c it is the
1/(T - T_BKT) of paraconductivity, with 0.37 tau_c its strength. In the notation of Benfatto et al. (arXiv:0909.0479),
R/R_N = 1/(1 + ((2/A) sinh(B/sqrt(tau)))^2) with B = sqrt(b tau_c), A = 2 sqrt(b/0.37). b of order 1 is expected; a fit with a
far larger or smaller b says that something else, such as inhomogeneity, makes the curve.
"""

from __future__ import annotations

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Positive, PositiveResistance, Resistance, Temperature, model
from supraspin.models._pair_breaking import above_zero
from supraspin.models._precession import is_off

FLUCTUATION = 0.37
"""Prefactor of the interpolation formula."""
_LARGEST = 300.0


def _shape(temperature, bkt, warm, b):
    """R/R_N with NumPy, for the first guess; arguments broadcast."""
    above = temperature / bkt - 1
    free = above > 0
    root = np.sqrt(np.clip(b * (warm / bkt - 1) / np.where(free, above, 1.0), 0, _LARGEST**2))
    return np.where(free, 1 / (1 + FLUCTUATION / b * np.sinh(root) ** 2), 0.0)


def _start(temperature, y, **known: float) -> dict[str, float]:
    """T_BKT, T_c and b from a grid about the transition, R_N by least squares."""
    temperature, y = (a.ravel() for a in np.broadcast_arrays(np.asarray(temperature, float), np.asarray(y, float)))
    good = np.isfinite(temperature) & np.isfinite(y)
    temperature, y = temperature[good], y[good]
    if len(y) < 5 or y.max() <= 0:
        return {}
    lead = known.get("lead_resistance", 0.0)
    y = y - lead
    order = np.argsort(temperature)
    low = temperature[order][np.argmax(y[order] > 0.03 * y.max())]
    high = temperature[order][np.argmax(y[order] > 0.5 * y.max())]
    rise = max(high - low, 1e-4 * high)
    bkt = np.atleast_1d(known.get("bkt_temperature", low - rise * np.array([-0.2, 0.0, 0.2, 0.5, 1.0, 2.0, 4.0])))
    warm = np.atleast_1d(known.get("critical_temperature", low + rise * np.array([0.2, 0.5, 0.8, 1.1, 1.5, 2.0, 3.0])))
    b = np.atleast_1d(known.get("bkt_constant", np.geomspace(0.05, 20, 11)))
    bkt, warm, b = (grid.ravel()[:, None] for grid in np.meshgrid(bkt, warm, b, indexing="ij"))
    sane = ((bkt > 0) & (warm > bkt))[:, 0]
    if not sane.any():
        return {}
    bkt, warm, b = bkt[sane], warm[sane], b[sane]
    shape = _shape(temperature, bkt, warm, b)
    overlap, size = shape @ y, np.maximum((shape**2).sum(1), 1e-300)
    best = int(np.argmax(overlap * np.maximum(overlap, 0) / size))
    found = {
        "normal_resistance": overlap[best] / size[best], "bkt_temperature": bkt[best, 0],
        "critical_temperature": warm[best, 0], "bkt_constant": b[best, 0],
    }  # fmt: skip
    return {name: float(value) for name, value in found.items() if name not in known and value > 0}


@model(x=Axis("temperature", "K"), y=Axis("resistance", "ohm"), reference="doi:10.1007/BF00116988", guess=_start)
def halperin_nelson_crossover(
    temperature, *, normal_resistance: PositiveResistance = 100.0, bkt_temperature: Temperature = 6.3,
    critical_temperature: Temperature = 6.6, bkt_constant: Positive = 1.0, lead_resistance: Held[Resistance] = 0.0,
) -> jax.Array:  # fmt: skip
    """Resistance between the BKT transition and the normal state. Elementwise in `temperature`."""
    bkt, b = above_zero(bkt_temperature), jnp.maximum(bkt_constant, 1e-9)
    above = jnp.asarray(temperature, float) / bkt - 1
    apart = jnp.maximum(jnp.asarray(critical_temperature, float) / bkt - 1, 0.0)
    free = above > 1e-12
    # sinh^2(z) by series in z^2 = b tau_c/tau where it is small, so that T_c = T_BKT has its derivative
    square = jnp.where(free, b * apart / jnp.where(free, above, 1.0), 1.0)
    small = square < 1e-2
    z = jnp.sqrt(jnp.where(small, 1.0, jnp.minimum(square, _LARGEST**2)))
    series = square * (1 + square * (1 / 3 + square * (2 / 45 + square * (1 / 315 + square * 2 / 14175))))
    added = FLUCTUATION / b * jnp.where(small, series, jnp.sinh(z) ** 2)
    resistance = jnp.where(free, normal_resistance / (1 + added), 0.0)
    return resistance if is_off(lead_resistance, 0.0) else resistance + lead_resistance
