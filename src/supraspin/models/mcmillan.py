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

from functools import partial

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Energy, Fraction, model
from supraspin.models._junction import guess_spectrum, junction
from supraspin.numerics import complex_divide, directional, roots

_ENOUGH = 1e-18  # square of the last Newton step: the next would be far below rounding
_ROUNDS = 30


@model(x=Axis("bias", "V"), y=Axis("conductance", "S"), reference="doi:10.1103/PhysRev.175.537", guess=guess_spectrum)
@junction(gaps=("gap", "gap_2"))
def mcmillan(
    energy, *, gap: Energy = 1.2e-3, gap_2: Energy = 3e-4, coupling: Energy = 3e-4, coupling_2: Energy = 3e-4,
    weight: Fraction = 0.3, broadening: Energy = 2e-5,
):  # fmt: skip
    """Conductance of a tunnel junction into two coupled s-wave bands."""
    g, g_2 = band_functions(energy + 1j * broadening, gap, gap_2, coupling, coupling_2)
    return weight * g + (1 - weight) * g_2


@jax.custom_jvp
def band_functions(z, gap, gap_2, coupling, coupling_2):
    """g_1 and g_2 at complex energy z (Im z > 0, any shape), whose real parts are the densities of states."""
    return tuple(_normal_and_pair(y)[0] for y in _solve(z, gap, gap_2, coupling, coupling_2))


@partial(band_functions.defjvp, symbolic_zeros=True)
def _(primals, tangents):
    y, y_2 = _solve(*primals)
    (g, f), (g_2, f_2) = _normal_and_pair(y), _normal_and_pair(y_2)
    _, (along, along_2, across, across_2, inverse) = _equations(y, y_2, *primals)
    by_z, by_z_2 = -2j * y, -2j * y_2
    by_gap, by_gap_2 = y * y - 1, y_2 * y_2 - 1
    by_coupling, by_coupling_2 = f_2 * by_gap + 2 * g_2 * y, f * by_gap_2 + 2 * g * y_2

    def change(own, other):  # of a band function, by the residuals of the first and second band
        return directional(
            (own * by_z + other * by_z_2, tangents[0]), (own * by_gap, tangents[1]), (other * by_gap_2, tangents[2]),
            (own * by_coupling, tangents[3]), (other * by_coupling_2, tangents[4]),
        )  # fmt: skip

    scale, scale_2 = (1 + g) * f * inverse, (1 + g_2) * f_2 * inverse  # dg = -(1 + g) f dy, dy = -(inverse matrix) d residual
    return (g, g_2), (change(scale * along_2, -scale * across), change(-scale_2 * across_2, scale_2 * along))


def _normal_and_pair(y):
    """g = (1 - y^2)/(1 + y^2) and f = 2 y/(1 + y^2)."""
    inverse = complex_divide(1.0, 1 + y * y)
    return (1 - y * y) * inverse, 2 * y * inverse


def _root(w, d):
    """The solution with |y| < 1 of d y^2 + 2 w y - d = 0."""
    root = roots(w * w + d * d)[0]
    same = jnp.real(w) * jnp.real(root) + jnp.imag(w) * jnp.imag(root) >= 0
    return complex_divide(d, w + jnp.where(same, root, -root))


def _equations(y, y_2, z, gap, gap_2, coupling, coupling_2):
    """Residuals of both bands, and their matrix by (y_1, y_2): diagonal, off-diagonal, 1/determinant."""
    (g, f), (g_2, f_2) = _normal_and_pair(y), _normal_and_pair(y_2)
    w, d = -1j * z + coupling * g_2, gap + coupling * f_2
    w_2, d_2 = -1j * z + coupling_2 * g, gap_2 + coupling_2 * f
    square, square_2 = y * y - 1, y_2 * y_2 - 1
    along, along_2 = 2 * (d * y + w), 2 * (d_2 * y_2 + w_2)
    # dg/dy = -(1 + g) f, df/dy = (1 + g) g
    across = coupling * (1 + g_2) * (g_2 * square - 2 * f_2 * y)
    across_2 = coupling_2 * (1 + g) * (g * square_2 - 2 * f * y_2)
    inverse = complex_divide(1.0, along * along_2 - across * across_2)
    return (d * square + 2 * w * y, d_2 * square_2 + 2 * w_2 * y_2), (along, along_2, across, across_2, inverse)


def _newton(y, y_2, *parameters):
    (residual, residual_2), (along, along_2, across, across_2, inverse) = _equations(y, y_2, *parameters)
    moved = y - (along_2 * residual - across * residual_2) * inverse
    moved_2 = y_2 - (along * residual_2 - across_2 * residual) * inverse
    return tuple(jnp.where(_size(one) <= 1, one, -complex_divide(1.0, one)) for one in (moved, moved_2))


def _sweep(y, y_2, z, gap, gap_2, coupling, coupling_2):
    g, f = _normal_and_pair(y_2)
    y = _root(-1j * z + coupling * g, gap + coupling * f)
    g, f = _normal_and_pair(y)
    return y, _root(-1j * z + coupling_2 * g, gap_2 + coupling_2 * f)


def _size(y):
    return jnp.real(y) ** 2 + jnp.imag(y) ** 2


def _solve(z, gap, gap_2, coupling, coupling_2):
    """Riccati amplitudes by Newton steps from the state of strong coupling, where both bands share one gap.

    The first steps are taken in single precision. A step that leaves the unit disc is turned over to the quadratic's other
    root, -1/y; where Newton's method has not converged, sweeps, which contract the disc, come between its steps.
    """
    scale = gap + gap_2 + coupling + coupling_2
    exact = tuple(one / scale for one in (z, gap, gap_2, coupling, coupling_2))
    rough = tuple(jnp.asarray(one, dtype=kind) for one, kind in zip(exact, (jnp.complex64, *4 * (jnp.float32,)), strict=True))
    total = rough[3] + rough[4]
    mean = (rough[4] * rough[1] + rough[3] * rough[2]) / jnp.where(total > 0, total, 1.0)
    shared = _root(-1j * rough[0], jnp.where(total > 0, mean, 0.5 * (rough[1] + rough[2])))
    first = jax.lax.fori_loop(0, 2, lambda _, now: _sweep(*now, *rough), (shared, shared))
    first = jax.lax.fori_loop(0, 2, lambda _, now: _newton(*now, *rough), first)
    first = tuple(jnp.where(jnp.isfinite(one), one, 0.0).astype(complex) for one in first)

    def steps(now, count):
        now, last = jax.lax.fori_loop(0, count, lambda _, pair: (_newton(*pair[0], *exact), pair[0]), (now, now))
        return now, jnp.max(_size(now[0] - last[0]) + _size(now[1] - last[1]))

    def improve(state):
        return *steps(_sweep(*state[0], *exact), 4), state[2] + 1

    def wanting(state):
        return (state[1] > _ENOUGH) & (state[2] < _ROUNDS)

    return jax.lax.while_loop(wanting, improve, (*steps(first, 2), 0))[0]
