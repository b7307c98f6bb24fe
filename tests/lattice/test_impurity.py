"""States bound by moments: closed form, dense matrices, sum rules, clusters."""

from __future__ import annotations

import numpy as np
import pytest
from truth import torus_energies

from supraspin import lattice
from supraspin.errors import ModelError
from supraspin.lattice.host import PAULI
from supraspin.quantities import KB

UP = np.array([0.0, 0.0, 1.0])


def test_precise_energy_of_one_moment():
    """E = Delta (1 - a^2)/(1 + a^2), a = pi N U, where the band is alike above and below the Fermi level."""
    host = lattice.from_table("chains", np.eye(2), {(0, 0): 0.0, (1, 0): -1.0, (0, 1): -0.3})
    density = lattice.fermi_line(host).density / 2
    pair = lattice.pairing("s", 0.01)
    for strength in (0.4, 1.0, 2.2, 4.0):
        a = np.pi * density * strength
        found = lattice.bound_states(host, pair, lattice.Moments([[0, 0]], UP, 2 * strength), mesh=1024)
        expected = 0.01 * abs(1 - a**2) / (1 + a**2)
        np.testing.assert_allclose(found, [-expected, expected], atol=2e-3 * 0.01)


@pytest.mark.parametrize("coupling", [1.0, 4.0, 8.0])
def test_identity_bound_states_of_a_diagonalised_torus(coupling):
    """Two moments that are not parallel: every state in the gap, none else."""
    side, gap = 12, 0.4
    host = lattice.square(1.0, -1.0, 1.0)
    cells, directions = np.array([[0, 0], [2, 1]]), np.array([[0, 0, 1], [0.6, 0, 0.8]])
    bonds = {tuple(c): t for c, t in zip(host.cells.tolist(), host.hoppings, strict=True) if tuple(c) != (0, 0)}
    iy = np.array([[0, 1], [-1, 0]])
    moments = {tuple(c): -0.5 * coupling * np.tensordot(n, PAULI, axes=1) for c, n in zip(cells, directions, strict=True)}
    energies = torus_energies(side, np.eye(2), bonds, {(0, 0): gap * iy}, moments)
    inside = energies[np.abs(energies) < 0.999 * gap]
    found = lattice.bound_states(host, lattice.pairing("s", gap), lattice.Moments(cells, directions, coupling), mesh=side)
    np.testing.assert_allclose(found, inside, atol=1e-8)


def test_identity_density_of_states_holds_all_states_and_the_gap():
    host, pair = lattice.square(1.0, -1.0, 1.0), lattice.pairing("s", 0.5)
    energies = np.linspace(-9, 9, 721)
    density = lattice.density_of_states(host, pair, energies, 0.06, mesh=96)
    assert np.trapezoid(density, energies) == pytest.approx(2.0, rel=0.02)
    assert density[360] < 0.2 * lattice.fermi_line(host).density


def test_identity_local_density_without_coupling_and_its_peak_with():
    host, pair = lattice.square(1.0, -1.0, 1.0), lattice.pairing("s", 0.3)
    weak = lattice.local_density(host, pair, lattice.Moments([[0, 0]], UP, 1e-9), [0.5], 0.05, reach=3, mesh=128)
    flat = lattice.density_of_states(host, pair, [0.5], 0.05, mesh=128)
    np.testing.assert_allclose(weak[0], flat[0], rtol=1e-6)
    moment = lattice.Moments([[1, 0]], UP, 5.0)
    state = lattice.bound_states(host, pair, moment, mesh=256)[-1]
    at, off = lattice.local_density(host, pair, moment, [state, 0.6 * state], 0.01, reach=4, mesh=256)
    assert np.unravel_index(at.argmax(), at.shape) == (5, 4)  # on the moment, one cell from the centre
    assert at.max() > 5 * off.max()


def test_identity_local_density_of_a_diagonalised_torus():
    side, gap, width = 8, 0.4, 0.1
    host = lattice.square(1.0, -1.0, 1.0)
    moment = lattice.Moments([[0, 0], [1, 2]], [[0, 0, 1], [1, 0, 0]], 4.0)
    found = lattice.local_density(host, lattice.pairing("s", gap), moment, [0.15], width, reach=1, mesh=side)[0]
    from supraspin.lattice.fermi import mesh_points
    from supraspin.lattice.kubo import nambu_hamiltonian

    real = np.fft.ifft2(nambu_hamiltonian(host, lattice.pairing("s", gap), mesh_points(host, side)), axes=(0, 1))
    sites = [(i, j) for i in range(side) for j in range(side)]
    whole = np.array([[real[(i - k) % side, (j - m) % side] for k, m in sites] for i, j in sites])
    for cell, v in zip(moment.cells, moment.potential, strict=True):
        whole[sites.index(tuple(cell)), sites.index(tuple(cell))] += v
    whole = whole.transpose(0, 2, 1, 3).reshape(4 * side**2, -1)
    green = np.linalg.inv((0.15 + 1j * width) * np.eye(len(whole)) - whole)
    density = -np.diag(green).imag.reshape(side**2, 4)[:, :2].sum(1).reshape(side, side) / np.pi
    np.testing.assert_allclose(found, np.roll(density, (1, 1), (0, 1))[:3, :3], rtol=1e-9)


def test_identity_clusters_of_weak_moments_are_sums_of_pairs():
    host, pair = lattice.square(1.0, -1.3, 1.0), lattice.pairing("s", 0.3)
    cells = np.array([[0, 0], [3, 1], [1, 4], [-2, 2]])
    directions = np.random.default_rng(9).normal(size=(6, 4, 3))
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    group = lattice.cluster(host, pair, 0.05 / KB, cells, coupling=0.05, mesh=48)
    table = lattice.exchange(host, pair, 0.05 / KB, reach=6, mesh=48, coupling=0.05)
    energies = group.energies(directions)
    between = table.at(cells[:, None] - cells[None]) * (1 - np.eye(4))[..., None, None]
    pairs = -0.5 * np.einsum("cia,ijab,cjb->c", directions, between, directions)
    np.testing.assert_allclose(energies - energies[0], pairs - pairs[0], atol=2e-3 * np.ptp(pairs))


def test_precise_slope_of_a_cluster():
    host, pair = lattice.square(1.0, -1.3, 1.0), lattice.pairing("chiral_p", 0.3)
    group = lattice.cluster(host, pair, 0.05 / KB, [[0, 0], [2, 1], [1, 3]], coupling=4.0, mesh=32)
    n = np.random.default_rng(10).normal(size=(3, 3))
    value, slope = group.slope(n)
    assert value == pytest.approx(float(group.energies(n)), rel=1e-12)
    step = np.zeros((3, 3))
    step[1, 2] = 1e-4
    assert slope[1, 2] == pytest.approx(float(np.diff(group.energies([n - step, n + step]))[0]) / 2e-4, rel=1e-5)


def test_rejects_bound_states_without_a_gap():
    with pytest.raises(ModelError, match="without a gap"):
        lattice.bound_states(lattice.square(1.0, -1.0), lattice.pairing("d", 0.1), lattice.Moments([[0, 0]], UP, 1.0))
    with pytest.raises(ModelError, match="one site"):
        lattice.Moments([[0, 0], [0, 0]], [UP, UP], 1.0)
