r"""The gap against temperature, from the gap equation of a pair state on its host.

Weak coupling: with s the singular values of psi + d.sigma, averaged over the Fermi line with its density of states,

    ln(T_c/T) = 2 pi k_B T sum_n [1/w_n - <s^2 / sqrt(w_n^2 + Delta^2 s^2)> / <s^2>],

so Delta(0) = pi exp(-gamma) k_B T_c exp(-<s^2 ln s>/<s^2>); for s = 1 that is 1.764 k_B T_c. On the lattice: the same pair state
with a separable attraction over the whole band, 1/V = sum_k <dE/dDelta> tanh(E/2T)/Delta, V fixed by the gap at T = 0.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize

from supraspin.errors import ModelError
from supraspin.lattice.fermi import fermi_line, mesh_points
from supraspin.lattice.host import Host
from supraspin.lattice.pairing import Pairing, singular_values, spin_matrix
from supraspin.quantities import KB


def critical_temperature(host: Host, pairing: Pairing) -> float:
    """T_c, K, of the pair state whose gap at T = 0 is `pairing.gap` (weak coupling)."""
    values, weight = _values(host, pairing)
    average = np.sum(weight * values**2 * np.log(np.maximum(values, 1e-300))) / np.sum(weight * values**2)
    return float(pairing.gap * np.exp(average) / (np.pi * np.exp(-np.euler_gamma) * KB))


def gap_at(host: Host, pairing: Pairing, temperature: float, transition: float | None = None) -> float:
    """Gap at a temperature, eV, in weak coupling; 0 from T_c on.

    `pairing.gap` is the gap at T = 0, and T_c follows; or T_c is given as `transition`, K, and the gap at T = 0 follows.
    """
    values, weight = _values(host, pairing)
    own = critical_temperature(host, pairing)
    zero = pairing.gap if transition is None else pairing.gap * transition / own
    t = temperature / (own if transition is None else transition)
    if t >= 1:
        return 0.0
    if t < 0.02:
        t = 0.02  # the rest is below 1e-4 even with nodes
    scale = zero / (KB * (own if transition is None else transition))  # Delta(0)/k_B T_c
    norm = np.sum(weight * values**2)
    n = np.arange(int(np.ceil(400 / t)))
    x = (n + 0.5) * 2 * np.pi * t  # w_n / k_B T_c
    last = x[-1] + np.pi * t

    def mismatch(ratio: float) -> float:
        a = (ratio * scale * values) ** 2
        total = 0.0
        for block in np.array_split(x, max(1, x.size // 512)):
            root = np.sqrt(block[:, None] ** 2 + a)
            total += np.sum(1 / block) - np.sum(weight * values**2 / root) / norm
        tail = np.sum(weight * values**2 * a) / norm / (4 * last**2) / (2 * np.pi * t)
        return 2 * np.pi * t * (total + tail) - np.log(1 / t)

    ratio = optimize.brentq(mismatch, 1e-6, 1.2, xtol=1e-12)
    return float(ratio * zero)


def self_consistent_gap(host: Host, pairing: Pairing, temperature: float, mesh: int = 128) -> float:
    """Gap at a temperature, eV, of the separable attraction whose gap at T = 0 is `pairing.gap`, summed over the whole band.

    Serves any host: spin-orbit coupling, fields and several bands enter through the exact states. 0 where pairs do not form.
    Raises `ModelError` where the mesh is too coarse to hold the gap.
    """
    k = mesh_points(host, mesh)
    unit = pairing.with_gap(1.0)
    delta = np.kron(unit.scale(host) * spin_matrix(pairing.components(host, k)), np.eye(host.orbitals))
    h = host.bloch(k)
    reverse = h[(-np.arange(mesh)) % mesh][:, (-np.arange(mesh)) % mesh].conj()
    change = np.block([[np.zeros_like(h), delta], [np.conj(np.swapaxes(delta, -1, -2)), np.zeros_like(h)]])
    free = np.block([[h, np.zeros_like(h)], [np.zeros_like(h), -reverse]])

    def pull(gap: float, t: float) -> float:
        """-d(quasi-particle free energy)/d(gap), over the gap, eV^-1 a cell."""
        energies, states = np.linalg.eigh(free + gap * change)
        slope = np.real(np.einsum("...in,...ij,...jn->...n", states.conj(), change, states, optimize=True))
        occupied = np.tanh(energies / (2 * KB * t)) if t > 0 else np.sign(energies)
        return float(np.sum(occupied * slope) / (4 * gap * mesh**2))

    wanted = pull(pairing.gap, 0.0)
    line = fermi_line(host)
    if pairing.gap * mesh * host.spacing < 3 * np.max(line.speed) / np.pi and temperature > 0:
        raise ModelError(f"a mesh of {mesh} is too coarse for a gap of {pairing.gap:.3g} eV; raise the mesh or the gap")
    least = 1e-3 * pairing.gap
    if pull(least, temperature) <= wanted:
        return 0.0
    return float(optimize.brentq(lambda g: pull(g, temperature) - wanted, least, 1.5 * pairing.gap, rtol=1e-7))


def _values(host: Host, pairing: Pairing) -> tuple[np.ndarray, np.ndarray]:
    """Singular values on the Fermi line, largest 1, and weights; shapes (n,)."""
    if pairing.gap <= 0:
        raise ModelError(f"pairing {pairing.name} has no gap; a gap equation needs one above 0 eV")
    line = fermi_line(host)
    both = singular_values(pairing.components(host, line.k))
    values = both.ravel() / both.max()
    weight = np.tile(line.weight, 2)
    if values.size > 4000:  # a histogram in the size of the gap is exact enough and a hundred times shorter
        edges = np.linspace(0, 1 + 1e-12, 801)
        place = np.digitize(values, edges) - 1
        weight_sum = np.bincount(place, weight, 800)
        mean = np.bincount(place, weight * values**2, 800)
        kept = weight_sum > 0
        return np.sqrt(mean[kept] / weight_sum[kept]), weight_sum[kept]
    return values, weight
