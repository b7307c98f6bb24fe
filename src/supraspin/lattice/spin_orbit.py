r"""Spin-orbit coupling of one-orbital hosts, as hoppings.

    Rashba:  alpha sum_d sin(k.d) (d_hat x sigma)_z,    a = 1: on the square lattice 2 alpha (sin k_x sigma_y - sin k_y sigma_x)
    Ising:   beta sum_d (-1)^d sin(k.d) sigma_z over the six neighbours of the triangular lattice, odd in k, largest at K

d runs over the nearest neighbours. Both keep time reversal and break inversion.
"""

from __future__ import annotations

import numpy as np

from supraspin.errors import ModelError
from supraspin.lattice.host import PAULI, Host


def neighbours(host: Host, shell: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Cells of a shell of neighbours, shape (z, 2), in order of angle, and their angles to the x axis, rad."""
    cells = np.array([(i, j) for i in range(-6, 7) for j in range(-6, 7)])
    places = cells @ host.vectors
    distance = np.round(np.linalg.norm(places, axis=1) / host.spacing, 6)
    chosen = distance == np.unique(distance)[shell]
    angle = np.arctan2(places[chosen, 1], places[chosen, 0]) % (2 * np.pi)
    angle[angle > 2 * np.pi - 1e-9] = 0.0
    order = np.argsort(angle)
    return cells[chosen][order], angle[order]


def with_rashba(host: Host, energy: float) -> Host:
    """The host with Rashba coupling alpha = `energy`, eV."""
    cells, angle = neighbours(host)
    return _with_odd(host, cells, [energy * (np.cos(a) * PAULI[1] - np.sin(a) * PAULI[0]) for a in angle])


def with_ising(host: Host, energy: float) -> Host:
    """The host with Ising coupling beta = `energy`, eV. Raises `ModelError` where a site does not have six neighbours."""
    cells, angle = neighbours(host)
    if len(cells) != 6:
        raise ModelError(f"Ising spin-orbit coupling needs the triangular lattice's six neighbours; {host.name} has {len(cells)}")
    return _with_odd(host, cells, [energy * np.cos(3 * a) * PAULI[2] for a in angle])


def _with_odd(host: Host, cells: np.ndarray, spins: list[np.ndarray]) -> Host:
    """Terms sum_d sin(k.d) S_d, of which each d contributes S_d exp(i k.d)/2i and its opposite the conjugate."""
    table: dict[tuple[int, int], np.ndarray] = {}
    for (i, j), s in zip(cells.tolist(), spins, strict=True):
        matrix = np.kron(s, np.eye(host.orbitals)) / 2j
        for cell, sign in (((i, j), 1), ((-i, -j), -1)):
            table[cell] = table.get(cell, 0) + sign * matrix
    return host.with_terms(table)
