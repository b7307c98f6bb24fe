"""Pair states and their gap equation."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin import lattice
from supraspin.errors import ModelError
from supraspin.lattice.pairing import FORMS, singular_values, spin_matrix
from supraspin.models._gap import gap_ratio

SQUARE = lattice.square(1.0, -3.0, 1.0)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("host", [SQUARE, lattice.triangular(0.1, 0.2)], ids=["square", "triangular"])
def test_identity_pair_matrix_obeys_the_exclusion_principle(host, name):
    """Delta(-k) = -Delta(k)^T, and the largest gap on the Fermi line is the one asked for."""
    pair = lattice.pairing(name, 0.05, direction=(1, 2, -1))
    lattice.check_pairing(host, pair)
    k = np.random.default_rng(4).uniform(-3, 3, (20, 2)) / host.spacing
    np.testing.assert_allclose(pair.matrix(host, -k), -np.swapaxes(pair.matrix(host, k), -1, -2), atol=1e-14)
    on_line = np.linalg.svd(pair.matrix(host, lattice.fermi_line(host).k), compute_uv=False)
    assert on_line.max() == pytest.approx(0.05, rel=1e-9)


def test_precise_singular_values():
    rng = np.random.default_rng(5)
    parts = rng.normal(size=(4, 30)) + 1j * rng.normal(size=(4, 30))
    np.testing.assert_allclose(singular_values(parts).T, np.linalg.svd(spin_matrix(parts), compute_uv=False), rtol=1e-10)


def test_identity_named_harmonics_of_the_square_lattice():
    k = np.random.default_rng(6).uniform(-3, 3, (9, 2))
    x, y = k.T
    for name, expected in (
        ("extended_s", (np.cos(x) + np.cos(y)) / 2), ("d", np.cos(x) - np.cos(y)), ("polar_p", np.sin(x)),
        ("chiral_p", np.sin(x) + 1j * np.sin(y)), ("d_xy", -np.sin(x) * np.sin(y)),
    ):  # fmt: skip
        parts = lattice.pairing(name, 1.0).components(SQUARE, k)
        found = parts[0] if name in ("extended_s", "d", "d_xy") else parts[3]
        np.testing.assert_allclose(found, expected, atol=1e-14)


def test_limit_non_unitary_pairs_one_spin_only():
    values = singular_values(lattice.pairing("non_unitary_p", 1.0).components(SQUARE, np.array([[0.3, 0.9]])))
    assert values[1] == pytest.approx(0, abs=1e-7)
    assert values[0] > 0.1


def test_precise_gap_equation_against_the_models():
    """Isotropic gap: the universal curve; the ratio Delta(0)/k_B T_c = 1.76388."""
    pair = lattice.pairing("s", 1e-3)
    transition = lattice.critical_temperature(SQUARE, pair)
    assert pair.gap / (8.617333262e-5 * transition) == pytest.approx(1.7638769, rel=1e-6)
    for t in (0.1, 0.5, 0.9, 0.99):
        assert lattice.gap_at(SQUARE, pair, t * transition) == pytest.approx(1e-3 * float(gap_ratio(t)), rel=2e-5)
    assert lattice.gap_at(SQUARE, pair, 1.01 * transition) == 0
    assert lattice.gap_at(SQUARE, pair, 3.0, transition=6.0) == pytest.approx(
        1.7638769 * 8.617333262e-5 * 6 * float(gap_ratio(0.5)), rel=2e-5
    )


def test_limit_nodal_gap_on_a_round_fermi_line():
    """d wave near the band bottom: 2.14 k_B T_c, and the nodal curve."""
    round_host = lattice.square(1.0, -3.9, 1.0)
    pair = lattice.pairing("d", 1e-3)
    transition = lattice.critical_temperature(round_host, pair)
    assert pair.gap / (8.617333262e-5 * transition) == pytest.approx(2.1397, rel=2e-3)
    assert lattice.gap_at(round_host, pair, 0.6 * transition) == pytest.approx(1e-3 * float(gap_ratio(0.6, "nodal")), rel=2e-3)


def test_limit_self_consistent_gap_is_the_universal_one_for_a_small_gap():
    pair = lattice.pairing("s", 0.25)
    host = lattice.square(1.0, -1.0, 1.0)
    transition = lattice.critical_temperature(host, pair)
    for t in (0.3, 0.7):
        own = lattice.self_consistent_gap(host, pair, t * transition, 64)
        assert own == pytest.approx(lattice.gap_at(host, pair, t * transition), rel=0.01)
    assert lattice.self_consistent_gap(host, pair, 1.1 * transition, 64) == 0


def test_rejects_pairs_that_are_none():
    lattice.check_pairing(SQUARE, lattice.custom_pairing(psi=lambda k: np.cos(k[..., 0])))
    with pytest.raises(ModelError, match="even"):
        lattice.check_pairing(SQUARE, lattice.custom_pairing(psi=lambda k: np.sin(k[..., 0])))
    with pytest.raises(ModelError, match="odd"):
        lattice.check_pairing(SQUARE, lattice.custom_pairing(d=lambda k: np.stack([np.cos(k[..., 0])] * 3)))
    with pytest.raises(ModelError, match="periodic"):
        lattice.check_pairing(SQUARE, lattice.custom_pairing(psi=lambda k: k[..., 0] ** 2))
    with pytest.raises(ModelError, match="no pairing 'g'"):
        lattice.pairing("g", 1.0)
