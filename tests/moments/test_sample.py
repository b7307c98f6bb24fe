"""Where moments stand, and couplings from functions, tables and grids of tables."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare

from supraspin import lattice, moments
from supraspin.errors import ModelError

TRIANGLE = 3e-10 * np.array([[1.0, 0.0], [0.5, np.sqrt(3) / 2]])


def test_identity_sites_are_distinct_and_evenly_taken():
    sample = moments.on_sites(TRIANGLE, (6, 8), 20, realisations=400, rng=np.random.default_rng(1))
    site = sample.cells[..., 0] * 8 + sample.cells[..., 1]
    assert all(len(set(one)) == 20 for one in site)
    assert chisquare(np.bincount(site.ravel(), minlength=48)).statistic < 90  # p = 1e-4 of 47 degrees of freedom
    assert sample.areal_density == pytest.approx(20 / (48 * np.sqrt(3) / 2 * 9e-20))
    np.testing.assert_allclose(sample.positions[..., :2], sample.cells @ TRIANGLE)


def test_identity_depth_profile_is_that_of_the_film():
    depths, weights = moments.exponential_profile(11e-9, 0.627e-9, 3.2e-9)
    assert len(depths) == 17
    assert weights[5] / weights[0] == pytest.approx(np.exp(-5 * 0.627 / 3.2))
    sample = moments.in_continuum(1e16, 100, realisations=50, rng=np.random.default_rng(2), depths=depths, weights=weights)
    layer = np.rint(sample.positions[..., 2] / 0.627e-9).astype(int)
    count = np.bincount(layer.ravel(), minlength=17)
    assert chisquare(count, 5000 * weights).pvalue > 1e-4


def test_identity_continuum_keeps_its_distances_and_density():
    sample = moments.in_continuum(1e17, 60, realisations=3, rng=np.random.default_rng(3), closest=1.5e-9)
    assert sample.areal_density == pytest.approx(1e17)
    for d in range(3):
        r = np.linalg.norm(sample.displacements(d), axis=-1)[np.triu_indices(60, 1)]
        assert r.min() >= 1.5e-9
        assert r.max() <= np.sqrt(0.5) * np.sqrt(sample.area) * (1 + 1e-12)
    with pytest.raises(ModelError, match="do not fit"):
        moments.in_continuum(1e17, 60, realisations=1, rng=np.random.default_rng(3), closest=6e-9)


def test_identity_nearest_image_in_a_skewed_box():
    """Against the shortest of many images."""
    sample = moments.on_sites(TRIANGLE, (7, 7), 30, realisations=1, rng=np.random.default_rng(4))
    r = sample.displacements(0)
    plain = sample.positions[0][:, None] - sample.positions[0][None]
    shifts = np.array([(i, j) for i in range(-3, 4) for j in range(-3, 4)]) @ sample.box
    best = np.min(np.linalg.norm(plain[..., None, :2] + shifts, axis=-1), axis=-1)
    np.testing.assert_allclose(np.linalg.norm(r, axis=-1), best, atol=1e-20)
    opened = moments.Sample(sample.positions, sample.box, periodic=False)
    np.testing.assert_array_equal(opened.displacements(0), plain)


def test_identity_sum_over_images():
    """All images within the cut-off: a J that is 1 counts the moments in the circle but the moment's own images."""
    spacing = 1e-9
    sample = moments.on_sites(spacing * np.eye(2), (5, 5), 25, realisations=1, rng=np.random.default_rng(5))
    cutoff = 7.2 * spacing
    j = moments.coupling_matrix(sample, lambda r: np.ones(r.shape[:-1]), cutoff=cutoff)[0]
    n = np.arange(-10, 11)
    x, y = np.meshgrid(n, n)
    inside = np.hypot(x, y) <= 7.2
    own = inside & (x % 5 == 0) & (y % 5 == 0)
    np.testing.assert_allclose(j.sum(axis=1), inside.sum() - own.sum())


def test_identity_tensor_couplings_are_transposes():
    def exchange(r):
        x = r / 1e-9
        odd = np.zeros((*r.shape[:-1], 3, 3))
        odd[..., 0, 2], odd[..., 2, 0] = x[..., 0], -x[..., 0]
        return np.exp(-np.linalg.norm(x, axis=-1))[..., None, None] * np.eye(3) + odd

    sample = moments.in_continuum(1e18, 12, realisations=2, rng=np.random.default_rng(6))
    j = moments.coupling_matrix(sample, exchange)
    assert j.shape == (2, 12, 12, 3, 3)
    np.testing.assert_array_equal(j, np.swapaxes(np.swapaxes(j, 1, 2), 3, 4))
    assert np.all(j[:, np.arange(12), np.arange(12)] == 0)
    moments.System(j[:, None], "vector", sample=sample)


def test_peer_table_of_the_lattice_package_on_sites():
    """J of a moment pair is that of the table at their distance in cells, DM part and all."""
    host = lattice.with_rashba(lattice.square(0.125, -0.375), 0.03)
    table = lattice.exchange(host, lattice.pairing("s", 0.02), 5.0, reach=8, mesh=128)
    sample = moments.on_sites(host.vectors, (9, 9), 30, realisations=1, rng=np.random.default_rng(7))
    j = moments.coupling_matrix(sample, table.interpolate)[0]
    cells = sample.cells[0][:, None] - sample.cells[0][None]
    near = (cells + 4) % 9 - 4
    expected = table.at(near)
    expected[np.arange(30), np.arange(30)] = 0
    np.testing.assert_allclose(j, expected, atol=1e-9 * np.abs(expected).max())


def test_identity_layers_weaken_the_coupling():
    exchange = moments.layered(lambda r: np.ones(r.shape[:-1]), 0.6e-9, 1e-9)
    r = np.array([[1e-9, 0, 0], [0, 0, 0.6e-9], [0, 0, -1.2e-9]])
    np.testing.assert_allclose(exchange(r), np.exp([0, -0.6, -1.2]))


def test_precise_grid_of_tables():
    """Cubic along four nodes and more: exact for cubics, and for lines along two nodes; refused outside."""
    t, gap = [1.0, 2.0, 3.0, 5.0], [0.0, 1.0]

    def table(a, b):
        return lambda r: (a**3 - 2 * a + 1) * (2 + b) * np.linalg.norm(r, axis=-1)

    grid = moments.Interpolated([t, gap], [[table(a, b) for b in gap] for a in t])
    r = np.array([[3.0, 4.0], [0.0, 2.0]])
    np.testing.assert_allclose(grid.at(2.7, 0.3)(r), table(2.7, 0.3)(r), rtol=1e-12)
    np.testing.assert_allclose(grid.at(3.0, 1.0)(r), table(3.0, 1.0)(r), rtol=1e-14)
    sample = moments.in_continuum(1e18, 5, realisations=2, rng=np.random.default_rng(8))
    j = grid.matrices(sample, [(1.5, 0.2), (4.0, 0.9)])
    for k, point in enumerate([(1.5, 0.2), (4.0, 0.9)]):
        np.testing.assert_allclose(j[:, k], moments.coupling_matrix(sample, table(*point)), rtol=1e-10)
    with pytest.raises(ModelError, match="outside"):
        grid.at(0.5, 0.5)
