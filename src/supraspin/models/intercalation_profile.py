"""Concentration of an intercalated element against depth, as a probe of finite width reads it.

From the interface at z_0 down the concentration falls as n_s exp(-(z - z_0)/l), above it there is none. A probe with a
Gaussian profile of standard deviation sigma (`probe_width`) reads the convolution, with zeta = z - z_0 and
a = (sigma/l - zeta/sigma)/sqrt(2):

    n(z) = n_b + (n_s / 2) exp(sigma^2 / 2 l^2 - zeta / l) erfc(a) = n_b + (n_s / 2) exp(-zeta^2 / 2 sigma^2) erfcx(a).

The first form serves where a < 0, the second where a > 0, so that nothing overflows at any sigma and l. Without a probe
width (the default) n_s is read from z_0 on. Far below, the reading is the true one times exp(sigma^2 / 2 l^2): a profile that
begins there cannot tell a wide probe from a higher concentration.
"""

from __future__ import annotations

from math import sqrt
from typing import Annotated

import numpy as np
from scipy import special

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Length, Number, Par, Positive, model
from supraspin.models._erfcx import erfcx

Coordinate = Annotated[float, Par("m")]
_SMALLEST_LENGTH = 1e-30


@model(x=Axis("depth", "m"), y=Axis("concentration", "1"), reference="arXiv:2306.06659")
def intercalation_profile(
    depth, *, surface_concentration: Positive = 0.1, decay_length: Length = 3e-9, probe_width: Held[Length] = 0.0,
    depth_offset: Held[Coordinate] = 0.0, background_concentration: Held[Number] = 0.0,
) -> jax.Array:  # fmt: skip
    """Depth profile of an intercalated element, broadened by the probe. Elementwise in `depth`."""
    below = jnp.asarray(depth, float) - depth_offset
    length = jnp.maximum(decay_length, _SMALLEST_LENGTH)
    if isinstance(probe_width, (int, float)) and probe_width == 0:
        shape = jnp.where(below >= 0, jnp.exp(-jnp.maximum(below, 0.0) / length), 0.0)
    else:
        width = jnp.maximum(probe_width, _SMALLEST_LENGTH)
        a = (width / length - below / width) / sqrt(2)
        inside = a < 0
        # Each branch gets an argument that is harmless where the other one is taken.
        grown = jnp.where(inside, (width / length) ** 2 / 2 - below / length, 0.0)
        plain = jnp.exp(grown) * jax.scipy.special.erfc(jnp.where(inside, a, 0.0))
        scaled = jnp.exp(-((below / width) ** 2) / 2) * erfcx(jnp.where(inside, 0.0, a))
        shape = jnp.where(inside, plain, scaled) / 2
    return surface_concentration * shape + background_concentration


def mean_concentration(
    start, stop, *, surface_concentration, decay_length, probe_width=0.0, depth_offset=0.0
):  # fmt: skip
    """Mean of the profile between two depths (m), background left out; elementwise but for `probe_width`, NumPy.

    Without a probe width it is the mean of what is in the film, with one the mean of what the probe reads there. The integral
    up to z is l (n_s Phi(zeta/sigma) - n(z)), Phi being the normal distribution.
    """
    start, stop = np.asarray(start, float) - depth_offset, np.asarray(stop, float) - depth_offset
    length, width = np.maximum(decay_length, _SMALLEST_LENGTH), probe_width
    if width == 0:
        begin, end = np.maximum(start, 0.0), np.maximum(stop, 0.0)
        return surface_concentration * length * np.exp(-begin / length) * -np.expm1(-(end - begin) / length) / (stop - start)

    def integral(below):
        a = (width / length - below / width) / sqrt(2)
        with np.errstate(over="ignore", invalid="ignore"):
            deep = np.exp((width / length) ** 2 / 2 - below / length) * 2 * special.ndtr(-sqrt(2) * a)
            high = np.exp(-((below / width) ** 2) / 2) * special.erfcx(np.maximum(a, 0.0))
        return length * (special.ndtr(below / width) - np.where(a < 0, deep, high) / 2)

    return surface_concentration * (integral(stop) - integral(start)) / (stop - start)
