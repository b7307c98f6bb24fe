"""Independent truth: the whole torus as one dense matrix, diagonalised."""

from __future__ import annotations

import numpy as np

from supraspin.quantities import KB

SX, SY, SZ = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])


def torus_energies(side, onsite, bonds, pairs, moments):
    """Eigenvalues of a side x side torus in the basis (c_up, c_dn, c+_up, c+_dn) per site.

    `onsite` (2, 2); `bonds` {(n1, n2): (2, 2)} and `pairs` {(n1, n2): (2, 2)} are <R|.|R + n>; `moments` {(n1, n2): (2, 2)}
    are added on their sites.
    """

    def number(i, j):
        return (i % side) * side + (j % side)

    h = np.zeros((2, side**2, side**2, 2, 2), dtype=complex)
    for i in range(side):
        for j in range(side):
            here = number(i, j)
            h[0, here, here] += onsite
            for which, table in ((0, bonds), (1, pairs)):
                for (a, b), matrix in table.items():
                    h[which, here, number(i + a, j + b)] += matrix
    for (i, j), matrix in moments.items():
        h[0, number(i, j), number(i, j)] += matrix
    normal, pair = (x.transpose(0, 2, 1, 3).reshape(2 * side**2, -1) for x in h)
    whole = np.block([[normal, pair], [pair.conj().T, -normal.conj()]])
    assert np.allclose(whole, whole.conj().T)
    return np.linalg.eigvalsh(whole)


def free_energy(energies, temperature):
    """-(T/2) sum ln 2 cosh(E/2T), eV."""
    x = energies / (2 * KB * temperature)
    return -KB * temperature * 0.5 * np.sum(np.logaddexp(x, -x))
