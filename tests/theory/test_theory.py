"""What is said about exchange and order where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin import lattice, moments, ordering
from supraspin.quantities import KB
from supraspin.theory import Outcome, exchange_analysis, order_analysis
from supraspin.theory.exchange_figures import zone
from supraspin.theory.numbers import axes_of, envelope, leaning, susceptibility

HOST = lattice.square(1.0, -3.0, 1.0)


@pytest.fixture(scope="module")
def tables():
    names = {"normal": None, "singlet": lattice.pairing("s", 0.2), "chiral": lattice.pairing("chiral_p", 0.2)}
    return {name: lattice.exchange(HOST, pair, 0.02 / KB, reach=16, mesh=128) for name, pair in names.items()}


def test_identity_sums_are_those_of_the_table(tables):
    table = tables["singlet"]
    one = leaning(table, "z")
    inside = (table.distance > 0) & (table.distance <= 16)
    j = table.along("z")[inside]
    assert one.total == pytest.approx(j.sum())
    assert one.quality == pytest.approx(j.sum() / np.sqrt(np.sum(j**2)))
    assert one.nearest == pytest.approx(table.at([1, 0])[2, 2])
    assert (one.sign, one.concentration) == ("antiferromagnetic", None)
    assert axes_of(table) == ["x"]
    assert axes_of(tables["chiral"]) == ["x", "z"]
    r, top = envelope(table, "z")
    assert np.all(np.diff(r) > 0)
    assert top[0] == pytest.approx(abs(table.at([1, 0])[2, 2]))


def test_identity_transform_is_the_kubo_susceptibility(tables):
    """Within the blur of a table that ends: at q = 0 of the chiral triplet, and its two directions."""
    table = tables["chiral"]
    for axis, name in ((0, "x"), (2, "z")):
        exact = lattice.kubo(HOST, lattice.pairing("chiral_p", 0.2), 0.02 / KB, mesh=128)[axis, axis].real
        assert float(susceptibility(table, name, np.zeros(2))) == pytest.approx(exact, abs=0.01)  # 0.046 in the normal state


def test_identity_zone_of_square_and_triangle():
    square = zone(2 * np.pi * np.eye(2))
    np.testing.assert_allclose(np.sort(np.abs(square).ravel()), np.pi)
    six = zone(lattice.triangular(0.1, 0.0, 1.0).reciprocal)
    np.testing.assert_allclose(np.linalg.norm(six, axis=1), 4 * np.pi / 3)
    assert len(six) == 6


def test_the_page_says_that_a_triplet_adds_little(tables):
    """S across d: ferromagnetic, as without pairing; S along d: antiferromagnetic."""
    analysis = exchange_analysis(tables["chiral"], tables["normal"], source="<b>j.nc")
    assert "Along x the sum over all cells is ferromagnetic" in analysis.summary
    assert "Along z the sum over all cells is antiferromagnetic" in analysis.summary
    assert "pairing_adds_little" in [flag.code for flag in analysis.flags]
    assert analysis.finding("ferromagnetic_quality_z").value < 0
    assert set(analysis.figures) == set(analysis.captions) == {"range", "map", "response"}
    singlet = exchange_analysis(tables["singlet"])
    assert "not even in mean field" in singlet.summary
    assert singlet.finding("exchange_sum_x").value < 0


def outcome_of(coupling, null=0.0):
    """Ising moments on all sites of a small square lattice, each coupled to four neighbours."""
    spacing = 3.45e-10
    rng = np.random.default_rng(3)
    groups = {}
    for name, j in (("with", coupling), ("without", null)):
        runs = []
        for size in (6, 12):
            sample = moments.on_sites(spacing * np.eye(2), (size, size), size**2, realisations=8, rng=rng)
            near = lambda r, j=j: np.where(np.abs(np.linalg.norm(r, axis=-1) / spacing - 1) < 0.1, j * KB, 0.0)  # noqa: E731
            system = moments.system(sample, near)
            run = moments.simulate(system, np.linspace(1.2, 4.0, 8), readings=100, warmup=50, rng=rng)
            run.attrs |= {"size": size, "field": 0.0}
            runs.append(run)
        groups[name] = runs
    film = ordering.Film()
    boundary = ordering.boundary_of([groups["with"]], [0.0], film)
    return Outcome("a known lattice", {0.0: groups["with"]}, boundary, null=groups["without"], mean_field={0.0: 4 * coupling})


def test_published_order_of_the_square_lattice_and_its_null():
    outcome = outcome_of(1.0)
    analysis = order_analysis(outcome)
    assert "yes, ferromagnetically" in analysis.summary
    assert "Without pairing the same moments are a paramagnet: the pairs make the difference" in analysis.summary
    found = analysis.finding("ordering_temperature")
    assert found.value == pytest.approx(2.269, abs=0.25)
    dataset = outcome.dataset()
    assert dataset["magnetisation"].shape == (1, 2, 8)
    assert float(dataset["mean_field_temperature"][0]) == 4
    assert dataset["magnetisation_without_pairing"].shape == (2, 8)


def test_limit_uncoupled_moments_order_nowhere():
    analysis = order_analysis(outcome_of(0.0, 1.0))
    assert "no, they stay a paramagnet" in analysis.summary
    found = analysis.finding("ordering_temperature")
    assert (found.limit, found.value) == ("upper", pytest.approx(1.2))
