"""Exchange against Kubo, dense diagonalisation, bodge, and itself by other ways."""

from __future__ import annotations

import numpy as np
import pytest
from truth import free_energy, torus_energies

from supraspin import lattice
from supraspin.errors import DataError, ModelError
from supraspin.lattice.host import PAULI
from supraspin.quantities import KB

SQUARE = lattice.square(1.0, -3.0, 1.0)
COLD = 0.02 / KB


def settings():
    square, rashba = lattice.square(1.0, -1.3, 1.0), lattice.with_rashba(lattice.square(1.0, -1.3, 1.0), 0.15)
    ising = lattice.with_ising(lattice.triangular(0.5, 0.4, 1.0), 0.05)
    mix = lattice.mixed(lattice.pairing("s", 1.0), lattice.pairing("helical_p", 1.0), 0.4, 0.2)
    return {
        "normal": (square, None), "singlet": (square, lattice.pairing("s", 0.2)), "d": (square, lattice.pairing("d", 0.2)),
        "chiral": (square, lattice.pairing("chiral_p", 0.2)), "tilted": (square, lattice.pairing("chiral_p", 0.2, (1, 2, 2))),
        "helical": (square, lattice.pairing("helical_p", 0.2)), "non-unitary": (square, lattice.pairing("non_unitary_p", 0.2)),
        "rashba mixed": (rashba, mix), "ising": (ising, lattice.pairing("s", 0.2)), "f": (ising, lattice.pairing("f", 0.2)),
        "field": (square.with_exchange_field((0.02, 0.05, 0.1)), lattice.pairing("s", 0.2)),
        "three bands": (lattice.nbse2_three_band(), lattice.pairing("s", 0.2)),
    }  # fmt: skip


@pytest.mark.parametrize("case", settings())
def test_identity_sum_over_cells_is_the_kubo_susceptibility(case):
    host, pair = settings()[case]
    temperature, mesh = 0.05 / KB, 12
    table = lattice.exchange(host, pair, temperature, reach=None, mesh=mesh)
    kubo = lattice.kubo(host, pair, temperature, mesh=mesh)
    size = np.max(np.abs(table.tensor))  # the singlet's own sum is next to nothing
    np.testing.assert_allclose(table.tensor.sum((0, 1)), kubo.real, atol=1e-6 * size)
    q = np.array([2, 5])
    wave = np.exp(-2j * np.pi * (table.cells @ q) / mesh)
    at_q = np.einsum("xyab,xy->ab", table.tensor, wave)
    exact = lattice.kubo(host, pair, temperature, q=q / mesh, mesh=mesh)
    np.testing.assert_allclose(at_q, exact, atol=1e-6 * size)


def bonds_of(host):
    return {tuple(c): t for c, t in zip(host.cells.tolist(), host.hoppings, strict=True) if tuple(c) != (0, 0)}


@pytest.mark.parametrize("name", ["s", "chiral_p", "helical_p"])
@pytest.mark.parametrize("coupling", [0.02, 6.0])
def test_identity_pair_energy_of_a_diagonalised_torus(name, coupling):
    """All orders at any strength, and second order for weak moments, against the free energy of the whole matrix."""
    side, gap, cells = 10, 0.3, np.array([[3, 1], [0, 0]])
    host = lattice.square(1.0, -1.3, 1.0)
    iy = np.array([[0, 1], [-1, 0]])
    pairs = {
        "s": {(0, 0): gap * iy},
        "chiral_p": {
            (a, b): gap * (a + 1j * b) / 2j * PAULI[2] @ iy for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1))
        },
        "helical_p": {
            (a, b): gap / 2j * (a * PAULI[0] + b * PAULI[1]) @ iy for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1))
        },
    }[name]  # fmt: skip
    pair = lattice.Pairing(name, lattice.pairing(name, 1.0).form, gap, scaled=False)

    def energy(directions):
        moments = {tuple(c): -0.5 * coupling * np.tensordot(n, PAULI, axes=1) for c, n in zip(cells, directions, strict=True)}
        return free_energy(torus_energies(side, 1.3 * np.eye(2), bonds_of(host), pairs, moments), COLD)

    exact = lattice.exchange(host, pair, COLD, reach=4, mesh=side, mode="all_orders", coupling=coupling, thinning=False)
    group = lattice.cluster(host, pair, COLD, cells, coupling=coupling, mesh=side)
    for axis in (0, 2):
        n = np.eye(3)[axis]
        difference = energy([n, n]) - energy([n, -n])
        assert -2 * exact.at(cells[0])[axis, axis] == pytest.approx(difference, rel=1e-6, abs=1e-9 * coupling**2)
        own = group.energies([[n, n], [n, -n]])
        assert own[0] - own[1] == pytest.approx(difference, rel=1e-6, abs=1e-9 * coupling**2)
        if coupling < 1:
            weak = lattice.exchange(host, pair, COLD, reach=4, mesh=side, coupling=coupling, thinning=False)
            assert -2 * weak.at(cells[0])[axis, axis] == pytest.approx(difference, rel=2e-3, abs=3e-6 * coupling**2)


def test_peer_bodge_pair_on_the_same_torus():
    """The free energy of bodge, Hamiltonian and all, to 6 digits."""
    import bodge

    side, gap, strength, t = 7, 0.3, 2.5, 0.05
    sites = ((1, 2, 0), (4, 3, 0))

    def energy(signs):
        system = bodge.Hamiltonian(bodge.CubicLattice((side, side, 1)))
        p_wave = bodge.pwave("(e_x + je_y) * e_z")
        with system as (h, delta):
            for i in system.lattice.sites():
                h[i, i] = 3.0 * bodge.σ0
            for i, j in system.lattice.bonds():
                h[i, j] = -1.0 * bodge.σ0
                delta[i, j] = gap * p_wave(i, j)
            for axis in (0, 1):
                for i, j in system.lattice.edges(axis):
                    h[i, j] = -1.0 * bodge.σ0
                    step = tuple((-1 if i[k] == 0 else 1) if k == axis else 0 for k in range(3))
                    delta[i, j] = gap * p_wave((0, 0, 0), step)
            for site, sign in zip(sites, signs, strict=True):
                h[site, site] = 3.0 * bodge.σ0 - strength * sign * bodge.σ1
        return system.free_energy(t)

    theirs = energy((1, 1)) - energy((1, -1))
    iy = np.array([[0, 1], [-1, 0]])
    scale = bodge.pwave("(e_x + je_y) * e_z")((0, 0, 0), (1, 0, 0))
    ours_bond = (1 / 2j) * PAULI[2] @ iy
    ratio = np.max(np.abs(scale)) / np.max(np.abs(ours_bond))
    pair = lattice.Pairing("chiral_p", lattice.pairing("chiral_p", 1.0).form, gap * ratio, scaled=False)
    cell = np.array(sites[0][:2]) - np.array(sites[1][:2])
    table = lattice.exchange(
        SQUARE, pair, t / KB, reach=3, mesh=side, mode="all_orders", coupling=2 * strength, thinning=False, axes="x"
    )
    assert -2 * table.at(cell)[0, 0] == pytest.approx(theirs, rel=1e-6)


def test_identity_second_order_of_weak_moments_and_its_full_tensor():
    """All orders -> lambda^2 chi, off-diagonal and Dzyaloshinskii-Moriya part included."""
    host = lattice.with_rashba(lattice.square(1.0, -1.3, 1.0), 0.2)
    pair = lattice.mixed(lattice.pairing("s", 1.0), lattice.pairing("helical_p", 1.0), 0.3, 0.2)
    weak = lattice.exchange(host, pair, COLD, reach=5, mesh=32, coupling=0.02, mode="all_orders")
    second = lattice.exchange(host, pair, COLD, reach=5, mesh=32, coupling=0.02)
    apart = weak.distance > 0
    size = np.max(np.abs(second.tensor[apart]))
    assert np.max(np.abs(weak.tensor - second.tensor)[apart]) < 2e-3 * size
    d = second.dzyaloshinskii_moriya
    assert np.max(np.abs(d[apart])) > 0.05 * size
    np.testing.assert_allclose(d, -d[::-1, ::-1], atol=1e-12 * size)
    rest = second.tensor - second.isotropic[..., None, None] * np.eye(3) - second.anisotropy
    s1, s2 = np.random.default_rng(8).normal(size=(2, 3))
    np.testing.assert_allclose(-np.einsum("a,xyab,b->xy", s1, rest, s2), d @ np.cross(s1, s2), atol=1e-12 * size)


def test_identity_coarser_meshes_at_high_frequencies_change_nothing():
    pair = lattice.pairing("s", 0.05)
    for mode in ("second_order", "all_orders"):
        thin, full = (
            lattice.exchange(SQUARE, pair, COLD, reach=10, mesh=256, mode=mode, axes="z", thinning=on).along("z") for on in (1, 0)
        )
        kept = np.isfinite(full)
        assert np.max(np.abs(thin - full)[kept]) < 1e-6 * np.max(np.abs(full[kept]))


def test_published_convergence_at_a_small_gap():
    """Delta = 1 meV, bandwidth 1 eV, 1.5 K: J at 50 sites is -1.88 at 512 points a side, where -1.957 is right."""
    host, pair = lattice.square(0.125, -0.375), lattice.pairing("s", 1e-3)
    coarse = lattice.exchange(host, pair, 1.5, reach=50, mesh=512)
    assert coarse.verdict == "too coarse"
    assert [flag.code for flag in coarse.flags] == ["mesh_too_coarse"]
    assert coarse.flags[0].numbers["needed_mesh"] > 1000
    assert coarse.at([50, 0])[2, 2] * 0.125 * 1e6 == pytest.approx(-1.88, abs=5e-3)
    fine = lattice.exchange(host, pair, 1.5, reach=50, mesh=2048)
    assert fine.verdict == "converged"
    assert fine.at([50, 0])[2, 2] * 0.125 * 1e6 == pytest.approx(-1.957, abs=1e-3)
    assert lattice.exchange(host, pair, 15.0, reach=5).verdict == "converged"


def test_identity_table_on_disk_and_between_cells(tmp_path):
    table = lattice.exchange(lattice.nbse2_single_band(), lattice.pairing("s", 0.02), 30.0, reach=12, mesh=256)
    again = lattice.ExchangeTable.load(table.save(tmp_path / "j.nc"))
    np.testing.assert_array_equal(again.tensor, table.tensor)
    assert again.convergence == table.convergence
    assert (again.temperature, again.reach) == (30.0, 12)
    cells = np.array([[3, 4], [-2, 5], [0, 1]])
    np.testing.assert_allclose(table.interpolate(cells @ table.vectors), table.at(cells), atol=1e-12 * np.abs(table.tensor).max())
    assert np.all(table.interpolate(np.array([1e-7, 0.0])) == 0)
    np.testing.assert_allclose(table.at(-cells), np.swapaxes(table.at(cells), -1, -2), atol=1e-15)


def test_rejects_what_cannot_be(tmp_path):
    pair = lattice.pairing("s", 0.05)
    with pytest.raises(ModelError, match="second_order or all_orders"):
        lattice.exchange(SQUARE, pair, 1.0, mode="third")
    with pytest.raises(ModelError, match="above 0 K"):
        lattice.exchange(SQUARE, pair, 0.0)
    with pytest.raises(ModelError, match="holds cells up to"):
        lattice.exchange(SQUARE, pair, 1.0, reach=50, mesh=64)
    with pytest.raises(ModelError, match="shares"):
        lattice.exchange(lattice.nbse2_three_band(), pair, 1.0, share=(1.0,))
    table = lattice.exchange(SQUARE, pair, COLD, reach=3, mesh=32)
    with pytest.raises(ModelError, match="outside"):
        table.at([4, 0])
    with pytest.raises(ModelError, match="integers"):
        table.at([0.5, 0])
    with pytest.raises(DataError):
        lattice.ExchangeTable.load(tmp_path / "absent.nc")


class KilledError(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("mode", ["second_order", "all_orders"])
def test_identity_a_killed_run_goes_on_to_the_same_numbers(tmp_path, mode):
    pair, part = lattice.pairing("s", 0.2), tmp_path / "part.nc"
    wishes = {"reach": 4, "mesh": 64, "mode": mode, "axes": "z", "checkpoint": part, "interval": 0.0}
    calls = []

    def kill(done, total):
        calls.append(done)
        if done == 7:
            raise KilledError

    with pytest.raises(KilledError):
        lattice.exchange(SQUARE, pair, COLD, progress=kill, **wishes)
    assert part.exists()
    with pytest.raises(DataError, match="another run"):
        lattice.exchange(SQUARE, pair, 2 * COLD, **wishes)
    calls.clear()
    again = lattice.exchange(SQUARE, pair, COLD, progress=lambda done, total: calls.append(done), **wishes)
    assert calls[0] == 8
    assert not part.exists()
    whole = lattice.exchange(SQUARE, pair, COLD, reach=4, mesh=64, mode=mode, axes="z")
    np.testing.assert_array_equal(again.along("z"), whole.along("z"))
