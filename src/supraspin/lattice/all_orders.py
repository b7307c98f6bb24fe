r"""Energy of a pair of classical moments to all orders (the regime of Yu-Shiba-Rusinov states).

A moment n on a site adds V = -(lambda/2) n.Sigma, and F = -(T/2) sum_n ln det(1 - V G). With the T-matrix of one moment,
T_n = (1 - V G(0))^-1 V, what two moments share is

    E(n_1, n_2; r) = -T sum_{n>=0} ln |det(1 - T_1 G(r) T_2 G(-r))|.

It is given as a tensor: J_ab = -(1/4) sum_{s,t=+-1} s t E(s a, t b), for which E = -J in second order; along an axis
E(parallel) - E(antiparallel) = -2 J_aa. For weak moments J = lambda^2 chi.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.lattice.green import Shape, Tables, full_nambu, opposite, transformed
from supraspin.lattice.host import PAULI


def vertex(direction, share: tuple[float, ...]) -> np.ndarray:
    """n.Sigma with the shares of the orbitals, shape (2 m, 2 m)."""
    spin = np.kron(np.tensordot(np.asarray(direction, dtype=float), PAULI, axes=1), np.diag(share))
    empty = np.zeros_like(spin)
    return np.block([[spin, empty], [empty, -1.0 * spin.conj()]])


@partial(jax.jit, static_argnames=("shape", "share", "pairs"))
def add_frequency(total, w, weight, strength, tables: Tables, shape: Shape, share, pairs: tuple[tuple[int, int], ...]):
    """`total` plus weight times the tensor elements of sum_{st} s t ln|det|/4 at frequency w: (pairs, reach + 1, cells).

    `strength` is lambda/2, eV. Only cells with n_1 >= 0 are worked out: E(a, b; -r) = E(b, a; r).
    """
    a, b = transformed(1j * w, tables, shape)
    green = full_nambu(a, b)
    centre, cells = shape.reach, 2 * shape.reach + 1
    local = green[..., centre, centre]
    kept = slice(centre, None)
    forward, back = (x[..., kept, :].reshape(*local.shape, -1) for x in (green, opposite(green, shape.reach)))
    scattering = []
    for axis in range(3):
        for sign in (1, -1):
            v = -strength * sign * vertex(np.eye(3)[axis], share)
            scattering.append(jnp.linalg.solve(jnp.eye(len(local)) - v @ local, v))
    matrices = jnp.stack(scattering).reshape(3, 2, *local.shape)

    def element(pair):
        def signed(signs):
            x = _apply(matrices[pair[0], signs[0]], forward)
            y = _apply(matrices[pair[1], signs[1]], back)
            return jnp.where(signs[0] == signs[1], 1.0, -1.0) * log_determinant(x, y)

        return jnp.sum(jax.lax.map(signed, jnp.array([[0, 0], [0, 1], [1, 0], [1, 1]])), axis=0) / 4

    values = jax.lax.map(element, jnp.array(pairs))
    return total + weight * values.reshape(len(pairs), centre + 1, cells)


def _apply(matrix, field):
    """matrix (n, n) times field (n, n, points)."""
    return jnp.tensordot(matrix, field, axes=(1, 0))


def log_determinant(x, y):
    """ln |det(1 - x y)| for x, y of shape (n, n, points), by elimination over all points at once."""
    n = x.shape[0]
    work = jnp.eye(n)[:, :, None] - sum(x[:, k, None, :] * y[None, k, :, :] for k in range(n))
    total = jnp.zeros(work.shape[2:])
    for _ in range(n):
        pivot = work[0, 0]
        size = pivot.real**2 + pivot.imag**2
        total = total + 0.5 * jnp.log(size)
        factor = work[1:, :1] * (jnp.conj(pivot) / size)
        work = work[1:, 1:] - factor * work[:1, 1:]
    return total
