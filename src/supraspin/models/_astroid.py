"""The minimum of the Stoner-Wohlfarth energy in which a magnetisation stays that comes from saturation.

Directions are unit vectors (c, s) = (cos alpha, sin alpha), the easy axis along (1, 0) and the field along (cos psi, sin psi)
in the first quadrant, b its size over the anisotropy field. The minimum is the root of

    f = s c + b (cos psi s - sin psi c)

between the easy axis and the field for b > 0, and between the end of stability, tan alpha = -tan^(1/3) psi, and the easy
axis for -h < b < 0. It is bisected before Newton's steps, kept within the last bracket, finish it: alone they fail where the
minimum flattens, at the jump and where a hard axis saturates.
"""

from __future__ import annotations

from supraspin.backend import jax, jnp

_HALVINGS, _STEPS = 12, 3
_WIDTH = 2.4 / 2**_HALVINGS  # of the last bracket, which begins below 135 deg
_FLATTEST = 1e-12


@jax.custom_jvp
def branch(b, cosine, sine):
    """Magnetisation along the field, over its saturated value, at b >= -h; elementwise, `cosine` and `sine` >= 0.

    Below -h, where the minimum is gone, it is that of the last stable direction.
    """
    c, s = _minimum(b, cosine, sine)
    return cosine * c + sine * s


@branch.defjvp
def _(primals, tangents):
    b, cosine, sine = primals
    c, s = _minimum(b, cosine, sine)
    along, across = cosine * c + sine * s, sine * c - cosine * s
    turn = across * tangents[0] - b * s * tangents[1] + b * c * tangents[2]
    turn = turn / jnp.maximum(c * c - s * s + b * along, _FLATTEST)
    return along, c * tangents[1] + s * tangents[2] + across * turn


def _minimum(b, cosine, sine):
    edge_c, edge_s = jnp.cbrt(cosine), -jnp.cbrt(sine)
    size = jnp.sqrt(edge_c**2 + edge_s**2)
    ahead = b >= 0
    one, zero = jnp.ones_like(b), jnp.zeros_like(b)
    low = jnp.where(ahead, one, edge_c / size), jnp.where(ahead, zero, edge_s / size)
    high = jnp.where(ahead, cosine * one, one), jnp.where(ahead, sine * one, zero)

    def halve(_, ends):
        c0, s0, c1, s1 = ends
        c, s = c0 + c1, s0 + s1
        scale = jax.lax.rsqrt(c * c + s * s)
        c, s = c * scale, s * scale
        above = s * c + b * (cosine * s - sine * c) < 0
        return jnp.where(above, c, c0), jnp.where(above, s, s0), jnp.where(above, c1, c), jnp.where(above, s1, s)

    c0, s0, c1, s1 = jax.lax.fori_loop(0, _HALVINGS, halve, (*low, *high))
    c, s = (c0 + c1) / 2, (s0 + s1) / 2
    for _ in range(_STEPS):
        slope = c * c - s * s + b * (cosine * c + sine * s)
        turn = -(s * c + b * (cosine * s - sine * c)) / jnp.maximum(slope, _FLATTEST)
        turn = jnp.clip(turn, -_WIDTH, _WIDTH)
        c, s = c - turn * s, s + turn * c
        size = jnp.sqrt(c * c + s * s)
        c, s = c / size, s / size
    return c, s
