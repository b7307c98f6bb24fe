r"""Spin response of second order from A(r) and B(r) (see `green`).

    chi_ab(r) = -(T/8) sum_n Tr[Sigma_a G(r) Sigma_b G(-r)]
              = -(T/2) sum_{n>=0} Re Tr[s_a A(r) s_b A(-r) + s_a B(r) s_b^* B(-r)^*],      s = sigma x P,

since particle and hole are one and G(r, -iw) = G(-r, iw)^+. P holds the share of the moment that each orbital carries.
H_int = -lambda S.s, s = sigma/2, gives E_ij = -lambda^2 S_i^a chi_ab(R_i - R_j) S_j^b.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.lattice.green import Shape, Tables, opposite, transformed
from supraspin.lattice.host import PAULI


@partial(jax.jit, static_argnames=("shape", "share"))
def add_frequency(total, w, weight, tables: Tables, shape: Shape, share: tuple[float, ...]):
    """`total` plus weight times Re Tr[...] at frequency w: shape (3, 3, cells, cells)."""
    a, b = transformed(1j * w, tables, shape)
    return total + weight * traces(a, b, share, shape.reach)


def traces(a, b, share: tuple[float, ...], reach: int):
    """Re Tr[s_a A(r) s_b A(-r) + s_a B(r) s_b^* B(-r)^*] for all pairs of spin components."""
    like = a[0][0].real
    normal = _pairs(a, share, lambda x: opposite(x, reach))
    pair = _pairs(b, share, lambda x: opposite(x, reach).conj())
    out = []
    for s in PAULI:
        for t in PAULI:
            total = jnp.zeros_like(like)
            for table, second in ((normal, t), (pair, t.conj())):
                for (i, j, k, l), value in table.items():
                    factor = s[l, i] * second[j, k]
                    if factor != 0:
                        total = total + (factor * value).real
            out.append(total)
    return jnp.stack(out).reshape(3, 3, *like.shape)


def _pairs(x, share: tuple[float, ...], turn):
    """Products x_ij(r) y_kl(r), y = turn(x), summed over orbitals with their shares; i, j, k, l are spins."""
    n = len(share)
    found: dict[tuple[int, int, int, int], jnp.ndarray] = {}
    turned = [[None if v is None else turn(v) for v in row] for row in x]
    for i, j, k, l in np.ndindex(2, 2, 2, 2):
        for p, q in np.ndindex(n, n):
            first, second, weight = x[i * n + p][j * n + q], turned[k * n + q][l * n + p], share[p] * share[q]
            if first is not None and second is not None and weight:
                term = weight * first * second
                found[i, j, k, l] = found[i, j, k, l] + term if (i, j, k, l) in found else term
    return found
