r"""Resistive transition of an inhomogeneous superconducting film: paraconductivity above a spread of critical temperatures.

Each part of the film has a critical temperature of its own, Gaussian about T_c with standard deviation delta. Below it the part
superconducts; above, pairs that come and go lend it the conductivity of Aslamazov and Larkin in two dimensions,

    sigma/sigma_N = 1 + zeta T_i / (T - T_i),   zeta = R_sheet e^2 / (16 hbar)   (65.7 kohm make zeta 1),

T_i the part's own critical temperature. The film's resistance R = rho R_N is that of the two-dimensional effective medium of
Bruggeman, in which the average of (sigma_i - sigma) / (sigma_i + sigma) vanishes (Caprara et al., arXiv:1104.3430):

    \int_0^\infty phi(X - y) y / (y + rho (y + b(y))) dy = 1/2,   b = zeta (T/delta - y),   X = (T - T_c) / delta,

phi the normal density and y = (T - T_i)/delta. There is a solution rho > 0 above T_c, where less than half of the film
superconducts; at and below T_c, R = 0. zeta = 0 gives rho = 2 Phi(X) - 1 = 1 - 2 f_s, and delta = 0 the homogeneous film.
The read value is R_N (1 + normal_slope (T - T_c)) rho + lead_resistance.

The integral is a trapezoid sum in s with y = ln(1 + e^s), which follows the logarithm at small y and the Gaussian at large: 34
nodes leave 2e-9 of R_N. Two Halley steps leave 4e-11, the Newton step that follows carries the derivatives.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Par, Positive, PositiveResistance, Resistance, Temperature, model
from supraspin.models._precession import is_off
from supraspin.models._transition_start import transition_start

_STEP, _NODES, _RIGHT = 0.75, 34, 6.0
PerKelvin = Annotated[float, Par("1/K")]


@jax.jit
def film_ratio(distance, reduced, strength):
    """R/R_N of the film at X = `distance` > 0, with T/delta = `reduced` and zeta = `strength` (elementwise)."""
    x, zeta, warm = (jnp.asarray(v)[..., None] for v in jnp.broadcast_arrays(distance, strength, reduced))
    # the sum does not depend on where its nodes stand, so that they carry no derivative
    s = jax.lax.stop_gradient(x) + _RIGHT - _STEP * np.arange(_NODES)
    y = jnp.logaddexp(0.0, s)
    weight = _STEP / np.sqrt(2 * np.pi) * jax.nn.sigmoid(s) * y * jnp.exp(-0.5 * (x - y) ** 2)
    more = y + zeta * jnp.maximum(warm - y, 0.0)

    def sums(rho, weight, more):
        inverse = 1 / (y + rho[..., None] * more)
        first, ratio = weight * inverse, more * inverse
        second = first * ratio
        return jnp.sum(first, -1) - 0.5, -jnp.sum(second, -1), 2 * jnp.sum(second * ratio, -1)

    constants = jax.lax.stop_gradient((weight, more))
    at = jax.lax.stop_gradient((distance, reduced, strength))
    rho = jax.lax.erf(at[0] / np.sqrt(2)) / (1 + at[1] * at[2] / jnp.maximum(at[0], 0.5))
    for _ in range(2):
        value, slope, bend = sums(rho, *constants)
        rho = jnp.clip(rho - 2 * value * slope / (2 * slope**2 - value * bend), 0.0, 1.0)
    value, _, _ = sums(rho, weight, more)
    _, slope, _ = sums(rho, *constants)
    return rho - value / slope


@model(x=Axis("temperature", "K"), y=Axis("resistance", "ohm"), reference="arXiv:1104.3430", guess=transition_start)
def transition(
    temperature, *, critical_temperature: Temperature = 6.6, transition_width: Temperature = 0.1,
    normal_resistance: PositiveResistance = 100.0, fluctuation_strength: Positive = 0.005,
    normal_slope: Held[PerKelvin] = 0.0, lead_resistance: Held[Resistance] = 0.0,
) -> jax.Array:  # fmt: skip
    """Resistance of an inhomogeneous superconducting film through its transition. Elementwise in `temperature`."""
    temperature = jnp.asarray(temperature, float)
    width = jnp.maximum(transition_width, 1e-9 * jnp.maximum(critical_temperature, 1e-9))
    distance = (temperature - critical_temperature) / width
    resistive = distance > 0
    inside = jnp.where(resistive, distance, 1.0)
    ratio = jnp.where(resistive, film_ratio(inside, jnp.where(resistive, temperature, 1.0) / width, fluctuation_strength), 0.0)
    normal = normal_resistance
    if not is_off(normal_slope, 0.0):
        normal = normal_resistance * (1 + normal_slope * (temperature - critical_temperature))
    resistance = normal * ratio
    return resistance if is_off(lead_resistance, 0.0) else resistance + lead_resistance
