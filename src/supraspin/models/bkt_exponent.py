"""Exponent of V ~ I^a through a BKT transition, with the universal jump and its rounding by a finite size.

    a(T) = 1 + pi K,   K = J_s/(k_B T),

J_s is the superfluid stiffness that is left on the scale of the sample, or of the length at which the current tears pairs apart.
Vortex pairs lower it from its bare value on the scale of a core. Near its fixed point the flow of Kosterlitz is

    du/dl = 2 Y^2,   dY/dl = 2 u Y,   C = u^2 - Y^2 constant,   Y = 2 pi y, y the vortex fugacity,
    u = 1 - pi K/2 where pairs are bound (u < 0),   u = 2/(pi K) - 1 where they are not (u > 0),

two forms that agree at u = 0 and keep K where there are next to no vortices, and above 0 where there are many. Its solution after
l = `size_logarithm` = ln(size/core) is a hyperbola in closed form,

    u = (u0 c - C s)/(c - u0 s),   c = cosh(2 l sqrt C),   s = sinh(2 l sqrt C)/sqrt C,   C = u0^2 - Y^2,

until u has no bound: free vortices, a = 1. The bare stiffness falls linearly,

    pi K0/2 = (1 + Y) (T_BKT/T) (1 + s_J (1 - T/T_BKT)),

s_J = `stiffness_slope` = T_BKT/(T_c - T_BKT) for a stiffness that ends at T_c, so that u0 = -Y at T_BKT. In an infinite sample a
falls to 3 there as a square root and jumps to 1; in a finite one a(T_BKT) = 3 + 2 Y/(1 + 2 l Y), or 3 + 1/l, and a = 3 is reached
somewhat above T_BKT (Medvedyeva, Kim and Minnhagen, cond-mat/0009291). y is held; the XY model has 0.04.
"""

from __future__ import annotations

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Positive, Temperature, model
from supraspin.models._pair_breaking import above_zero


@jax.jit
def flow(u0, fugacity, size_logarithm):
    """u after the scale has grown by `size_logarithm`, from u0 and Y = 2 pi y (elementwise); infinite beyond the flow's end."""
    invariant = u0**2 - fugacity**2
    double = 2 * jnp.minimum(size_logarithm, 1e8)
    square = double**2 * invariant
    bound, free = square > 1e-4, square < -1e-4
    root = jnp.sqrt(jnp.where(bound | free, jnp.abs(invariant), 1.0))
    turn = double * root
    # bound: cosh and sinh over exp(turn)/2, so that an infinite size has a value
    damped = jnp.exp(-2 * jnp.minimum(turn, 350.0))
    angle = jnp.minimum(turn, np.pi)
    small = jnp.where(bound | free, 0.0, square)
    cosine = jnp.where(bound, 1 + damped, jnp.where(free, jnp.cos(angle), 1 + small / 2 * (1 + small / 12)))
    sine = jnp.where(free, jnp.sin(angle) / root, double * (1 + small / 6 * (1 + small / 20)))
    sine = jnp.where(bound, (1 - damped) / root, sine)
    left = cosine - u0 * sine
    ended = (left <= 0) | (free & (turn >= np.pi))
    return jnp.where(ended, jnp.inf, (u0 * cosine - invariant * sine) / jnp.where(ended, 1.0, left))


def _start(temperature, y, **known: float) -> dict[str, float]:
    """T_BKT where the exponent falls through 3; the slope of the stiffness from (a - 1) T below, which is a line in T."""
    temperature, y = (a.ravel() for a in np.broadcast_arrays(np.asarray(temperature, float), np.asarray(y, float)))
    good = np.isfinite(temperature) & np.isfinite(y) & (temperature > 0)
    order = np.argsort(temperature[good])
    temperature, y = temperature[good][order], y[good][order]
    above = y > 3
    if len(y) < 4 or not above.any():
        return {}
    last = int(np.nonzero(above)[0][-1])
    nearby = temperature[last : last + 2]
    bkt = known.get("bkt_temperature", float(nearby.mean()))
    slope = known.get("stiffness_slope", 10.0)
    below = y > 3.3
    if below.sum() >= 2 and np.ptp(temperature[below]) > 0:
        rate, level = np.polyfit(temperature[below], (y[below] - 1) * temperature[below], 1)
        at_bkt = max(level + rate * bkt, 0.1 * level)
        slope = float(np.clip(-rate * bkt / at_bkt, 0.1, 1e3)) if at_bkt > 0 else slope
    found = {"bkt_temperature": bkt, "stiffness_slope": slope, "size_logarithm": 5.0}
    return {name: float(value) for name, value in found.items() if name not in known}


@model(x=Axis("temperature", "K"), y=Axis("exponent", "1"), reference="doi:10.1088/0022-3719/7/6/005", guess=_start)
def bkt_exponent(
    temperature, *, bkt_temperature: Temperature = 6.3, stiffness_slope: Positive = 20.0, size_logarithm: Positive = 6.0,
    vortex_fugacity: Held[Positive] = 0.04,
) -> jax.Array:  # fmt: skip
    """Exponent of the V-I curves through a BKT transition. Elementwise in `temperature`."""
    reduced = jnp.maximum(jnp.asarray(temperature, float), 1e-30) / above_zero(bkt_temperature)
    y = 2 * np.pi * vortex_fugacity
    bare = (1 + y) / reduced * (1 + stiffness_slope * (1 - reduced))
    stiff = bare > 1e-3
    bare = jnp.where(stiff, bare, 1.0)
    u = flow(jnp.where(bare > 1, 1 - bare, 1 / bare - 1), y, size_logarithm)
    unbound = u > 0
    left = jnp.where(unbound, 1 / (1 + jnp.where(unbound, u, 1.0)), 1 - jnp.where(unbound, 0.0, u))
    return 1 + 2 * jnp.where(stiff, left, 0.0)
