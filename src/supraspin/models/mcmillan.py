r"""Tunnel spectrum of two bands between which quasiparticles scatter (McMillan's two-band model).

The renormalised gaps of the bands, z = E + i Gamma,

    Delta_1(z) = (Delta_1^0 + Gamma_12 Delta_2 / sqrt(Delta_2^2 - z^2)) / (1 + Gamma_12 / sqrt(Delta_2^2 - z^2))    and 1 <-> 2,

give F = w z/sqrt(z^2 - Delta_1^2) + (1 - w) z/sqrt(z^2 - Delta_2^2). They are solved in the Riccati amplitudes y_i,
g_i = (1 - y_i^2)/(1 + y_i^2) = z/sqrt(z^2 - Delta_i^2), f_i = 2 y_i/(1 + y_i^2):

    d_i y_i^2 + 2 w_i y_i - d_i = 0,   w_i = -i z + Gamma_ij g_j,   d_i = Delta_i^0 + Gamma_ij f_j,

whose physical root is the one with |y| < 1, so that no branch of a square root has to be followed. No coupling gives
`two_gap`. McMillan, Phys. Rev. 175, 537 (1968); for NbSe2 see arXiv:1711.09615.
"""

from __future__ import annotations

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Energy, Fraction, model
from supraspin.models._junction import guess_spectrum, junction
from supraspin.numerics import complex_divide, complex_sqrt

_SWEEPS, _NEWTON = 10, 30


@model(x=Axis("bias", "V"), y=Axis("conductance", "S"), reference="doi:10.1103/PhysRev.175.537", guess=guess_spectrum)
@junction(gaps=("gap", "gap_2"))
def mcmillan(
    energy, *, gap: Energy = 1.2e-3, gap_2: Energy = 3e-4, coupling: Energy = 3e-4, coupling_2: Energy = 3e-4, weight: Fraction = 0.3,
    broadening: Energy = 2e-5,
):  # fmt: skip
    """Conductance of a tunnel junction into two coupled s-wave bands."""
    g, g_2 = band_functions(energy + 1j * broadening, gap, gap_2, coupling, coupling_2)
    return weight * g + (1 - weight) * g_2


def band_functions(z, gap, gap_2, coupling, coupling_2):
    """g_1 and g_2 at complex energy z (Im z > 0, any shape), whose real parts are the densities of states."""
    bare = (gap, gap_2, coupling, coupling_2)
    y = jax.lax.stop_gradient(_solve(jax.lax.stop_gradient(z), *jax.lax.stop_gradient(bare)))
    y = _newton(*y, z, *bare)  # from the solution, one step has the exact derivative and moves nothing
    return tuple(_normal_and_pair(one)[0] for one in y)


def _normal_and_pair(y):
    inverse = complex_divide(jnp.ones_like(y), 1 + y * y)
    return (1 - y * y) * inverse, 2 * y * inverse


def _root(w, d):
    """The solution with |y| < 1 of d y^2 + 2 w y - d = 0."""
    root = complex_sqrt(w * w + d * d)
    plus, minus = w + root, w - root
    return complex_divide(d, jnp.where(jnp.abs(plus) >= jnp.abs(minus), plus, minus))


def _sweep(y, y_2, z, gap, gap_2, coupling, coupling_2):
    g, f = _normal_and_pair(y_2)
    y = _root(-1j * z + coupling * g, gap + coupling * f)
    g, f = _normal_and_pair(y)
    return y, _root(-1j * z + coupling_2 * g, gap_2 + coupling_2 * f)


def _newton(y, y_2, z, gap, gap_2, coupling, coupling_2):
    held, held_2 = jax.lax.stop_gradient(y), jax.lax.stop_gradient(y_2)
    (g, f), (g_2, f_2) = _normal_and_pair(held), _normal_and_pair(held_2)
    w, d = -1j * z + coupling * g_2, gap + coupling * f_2
    w_2, d_2 = -1j * z + coupling_2 * g, gap_2 + coupling_2 * f
    residual = d * (held * held - 1) + 2 * w * held
    residual_2 = d_2 * (held_2 * held_2 - 1) + 2 * w_2 * held_2
    # dg/dy = -(1 + g) f, df/dy = (1 + g) g
    across = coupling * (1 + g_2) * (g_2 * (held * held - 1) - 2 * f_2 * held)
    across_2 = coupling_2 * (1 + g) * (g * (held_2 * held_2 - 1) - 2 * f * held_2)
    along, along_2 = 2 * (d * held + w), 2 * (d_2 * held_2 + w_2)
    along, along_2, across, across_2 = jax.lax.stop_gradient((along, along_2, across, across_2))
    determinant = along * along_2 - across * across_2
    return (
        held - complex_divide(along_2 * residual - across * residual_2, determinant),
        held_2 - complex_divide(along * residual_2 - across_2 * residual, determinant),
    )


def _solve(z, *bare):
    """Riccati amplitudes by sweeps, which contract the unit disc, then Newton steps; a step that leaves it sweeps again."""
    scale = jax.lax.stop_gradient(bare[0] + bare[1] + bare[2] + bare[3])
    z, bare = z / scale, tuple(one / scale for one in bare)
    y = (jnp.zeros_like(z), jnp.zeros_like(z))
    y = jax.lax.fori_loop(0, _SWEEPS, lambda _, now: _sweep(*now, z, *bare), y)

    def improve(state):
        now, _, step = state
        tried, safe = _newton(*now, z, *bare), _sweep(*now, z, *bare)
        inside = (jnp.abs(tried[0]) <= 1) & (jnp.abs(tried[1]) <= 1)
        new = tuple(jnp.where(inside, a, b) for a, b in zip(tried, safe, strict=True))
        change = jnp.max(jnp.abs(new[0] - now[0]) + jnp.abs(new[1] - now[1]))
        return new, change, step + 1

    def wanting(state):
        return (state[1] > 1e-13) & (state[2] < _NEWTON)

    return jax.lax.while_loop(wanting, improve, (y, jnp.array(1.0), 0))[0]
