r"""Static spin susceptibility chi_ab(q) from exact states, beside the one from Green functions.

    chi_ab(q) = (1/8N) sum_k sum_nm <n,k|Sigma_a|m,k+q><m,k+q|Sigma_b|n,k> (f_n - f_m)/(E_m - E_n)   (f_n' where E_m = E_n)

q = 0 is the sum of the exchange over all cells; no sum over frequencies enters.
"""

from __future__ import annotations

import numpy as np

from supraspin.lattice.all_orders import vertex
from supraspin.lattice.fermi import mesh_points
from supraspin.lattice.host import Host
from supraspin.lattice.pairing import Pairing, spin_matrix
from supraspin.quantities import KB


def nambu_hamiltonian(host: Host, pairing: Pairing | None, k: np.ndarray) -> np.ndarray:
    """H_BdG(k), eV, at k of shape (..., 2), 1/m: shape (..., 2 m, 2 m)."""
    h, reverse = host.bloch(k), host.bloch(-np.asarray(k)).conj()
    if pairing is None or pairing.gap == 0:
        delta = np.zeros_like(h)
    else:
        delta = np.kron(pairing.scale(host) * spin_matrix(pairing.components(host, k)), np.eye(host.orbitals))
    return np.block([[h, delta], [np.conj(np.swapaxes(delta, -1, -2)), -reverse]])


def kubo(host: Host, pairing: Pairing | None, temperature: float, q=(0.0, 0.0), mesh: int = 256, share=None) -> np.ndarray:
    """chi_ab(q), 1/eV, shape (3, 3), complex; q in units of the reciprocal lattice vectors."""
    share = (1.0,) * host.orbitals if share is None else tuple(share)
    moments = np.stack([vertex(axis, share) for axis in np.eye(3)])
    t = KB * temperature
    shift = np.asarray(q, dtype=float) @ host.reciprocal
    total = np.zeros((3, 3), dtype=complex)
    for rows in np.array_split(mesh_points(host, mesh).reshape(-1, 2), max(1, mesh**2 // 8192)):
        energy, states = np.linalg.eigh(nambu_hamiltonian(host, pairing, rows))
        other, others = (energy, states) if not np.any(shift) else np.linalg.eigh(nambu_hamiltonian(host, pairing, rows + shift))
        a, b = energy[:, :, None], other[:, None, :]
        apart = b - a
        near = np.abs(apart) < 1e-6 * t
        occupied = 0.5 * (np.tanh(b / (2 * t)) - np.tanh(a / (2 * t)))
        slope = 1 / (4 * t * np.cosh(np.clip(a / (2 * t), -300, 300)) ** 2) + 0 * b
        factor = np.where(near, slope, occupied / np.where(near, 1.0, apart))
        elements = np.stack([np.conj(np.swapaxes(states, 1, 2)) @ s @ others for s in moments])
        total += np.einsum("akij,bkij,kij->ab", elements, elements.conj(), factor, optimize=True)
    return total / (8 * mesh**2)
