r"""Upper critical field of a dirty bulk superconductor with Pauli paramagnetism and spin-orbit scattering.

Werthamer, Helfand and Hohenberg, Phys. Rev. 147, 295 (1966), eq. 28:

    ln(1/t) = \sum_{n \ge 0} { 2/(2n+1) - 2 t / [s_n + h + (alpha h)^2 / (s_n + h + lambda)] },   s_n = (2n+1) t,
    h = (4/pi^2) B_c2 / (T_c B'),   t = T/T_c,

B' = `critical_field_slope` the fall of B_c2 with temperature at T_c, alpha the Maki parameter, lambda the spin-orbit
scattering. alpha = 0 is the orbital limit, B_c2(0) = 0.69267 T_c B'; with lambda = 0, B_c2(0) is lower by sqrt(1 + alpha^2); a
large lambda takes the paramagnetic effect away. Where alpha > 1 and lambda is small the transition is of first order at low
temperature, and this curve is the field to which the normal state can be supercooled.

Eight terms are summed, an integral in closed form takes the rest: with Q = (U + h)(U + h + lambda) + (alpha h)^2 at U = 16 t the
ln t cancels, and T = 0 is no special case. The equation is solved to 1e-11.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Par, Positive, Temperature, model
from supraspin.models._matsubara import HEAD, edge_terms, head_places, inverse_tangent_ratio, solve_field
from supraspin.models._pair_breaking import ALPHA_CRITICAL, above_zero, reduced_pair_breaking

_CONSTANT = -float(np.log(ALPHA_CRITICAL / np.pi))  # -psi(1/2) - ln 2
Slope = Annotated[float, Par("T/K", lower=0)]


def _excess(h, t, maki, scattering):
    """Right side less left side of the gap equation; rises with h."""
    m2 = (maki * h) ** 2
    cut = 2 * HEAD * t + h
    q = cut * (cut + scattering) + m2
    middle = cut + scattering / 2
    w = (m2 - scattering**2 / 4) / middle**2
    integral = 0.5 * jnp.log(q) - scattering / (2 * middle) * inverse_tangent_ratio(w, q / middle**2)
    edge = edge_terms([middle + scattering / 2, 1.0], [q, 2 * middle, 1.0], 2 * t)
    h, scattering, m2 = h[..., None], jnp.asarray(scattering)[..., None], m2[..., None]
    place = head_places(t) + h
    terms = (place + scattering) / (place * (place + scattering) + m2)
    return _CONSTANT + integral - edge - 2 * t * jnp.sum(terms, -1)


@jax.jit
def reduced_whh_field(t, maki, scattering):
    """h(t) for 0 <= t < 1 (elementwise)."""
    t, maki, scattering = jnp.broadcast_arrays(*(jnp.asarray(v, float) for v in (t, maki, scattering)))
    orbital = ALPHA_CRITICAL / np.pi * reduced_pair_breaking(t)
    highest = orbital * (1 + 1e-9)
    return solve_field(_excess, highest, orbital / (1 + 3 * maki), highest, (t, maki, scattering))


def _start(temperature, y, **known: float) -> dict[str, float]:
    """T_c and alpha from a grid, the slope by least squares."""
    temperature, y = (a.ravel() for a in np.broadcast_arrays(np.asarray(temperature, float), np.asarray(y, float)))
    good = np.isfinite(temperature) & np.isfinite(y)
    temperature, y = temperature[good], y[good]
    if not y.size or y.max() <= 0:
        return {}
    warmest = temperature[y > 0.02 * y.max()].max()
    warm = np.atleast_1d(
        known.get("critical_temperature", warmest * np.array([1.002, 1.01, 1.03, 1.06, 1.1, 1.2, 1.4, 1.8, 3.0]))
    )
    maki = np.atleast_1d(known.get("maki_parameter", np.array([0.1, 0.3, 0.7, 1.2, 2.0, 4.0, 8.0])))
    warm, maki = (grid.ravel()[:, None] for grid in np.meshgrid(warm, maki, indexing="ij"))
    values = {"critical_temperature": warm, "critical_field_slope": 1.0, "maki_parameter": maki}
    scattering = known.get("spin_orbit_scattering", 0.0)
    shape = np.asarray(critical_field_whh(temperature, **values, spin_orbit_scattering=scattering))
    overlap, size = shape @ y, np.maximum((shape**2).sum(1), 1e-300)
    best = int(np.argmax(overlap**2 / size))
    slope = overlap[best] / size[best]
    found = {"critical_temperature": warm[best, 0], "critical_field_slope": slope, "maki_parameter": maki[best, 0]}
    return {name: float(value) for name, value in found.items() if name not in known and value > 0}


@model(x=Axis("temperature", "K"), y=Axis("critical_field", "T"), reference="doi:10.1103/PhysRev.147.295", guess=_start)
def critical_field_whh(
    temperature, *, critical_temperature: Temperature = 6.6, critical_field_slope: Slope = 1.0, maki_parameter: Positive = 1.0,
    spin_orbit_scattering: Held[Positive] = 0.0,
) -> jax.Array:  # fmt: skip
    """Upper critical field of a dirty superconductor with paramagnetic limit; 0 from T_c on. Elementwise in `temperature`."""
    warm = above_zero(critical_temperature)
    t = jnp.maximum(jnp.asarray(temperature, float) / warm, 0.0)
    cold = t < 1 - 1e-12
    h = reduced_whh_field(jnp.where(cold, t, 0.5), maki_parameter, spin_orbit_scattering)
    return jnp.where(cold, np.pi**2 / 4 * warm * critical_field_slope * h, 0.0)
