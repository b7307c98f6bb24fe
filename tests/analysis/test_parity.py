"""Even and odd parts, and the first zero of an even curve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supraspin.analysis.parity import first_zero, split_parity

X = np.linspace(-1.0, 1.0, 201)


def test_identity_even_and_odd_parts_about_a_centre():
    centre = 0.0137  # between the points, so that the mirrored side has to be interpolated
    parity = split_parity(X, np.cos(3 * (X - centre)) + 0.2 * np.sin(2 * (X - centre)), centre)
    np.testing.assert_allclose(parity.even, np.cos(3 * parity.u), atol=1e-6)
    np.testing.assert_allclose(parity.odd, 0.2 * np.sin(2 * parity.u), atol=1e-6)
    assert parity.asymmetry == pytest.approx(np.sqrt(np.mean(parity.odd**2)) / np.ptp(parity.even), rel=0.01)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(31)))
def test_identity_order_of_the_points_does_not_matter(order):
    x, order = np.linspace(-1, 1, 31), np.array(order)
    y = np.cos(x) + 0.1 * x
    a, b = split_parity(x, y), split_parity(x[order], y[order])
    np.testing.assert_array_equal(a.u, b.u)
    np.testing.assert_allclose(a.even, b.even, atol=1e-14)


def test_identity_a_value_measured_twice_counts_as_its_mean():
    x = np.concatenate([X, X])
    parity = split_parity(x, np.concatenate([X**2 + 0.1, X**2 - 0.1]))
    np.testing.assert_allclose(parity.even, parity.u**2, atol=1e-12)


def test_limit_one_side_only_has_no_parity():
    assert split_parity(X[X > 0], X[X > 0]) is None
    assert split_parity(X[X > -0.05], X[X > -0.05]) is None


def test_limit_noise_alone_is_not_odd():
    rng = np.random.default_rng(1)
    found = [split_parity(X, np.exp(-5 * X**2) + rng.normal(0, 0.2, X.size)).asymmetry for _ in range(200)]
    assert np.mean(np.array(found) > 0.05) < 0.1


def test_precise_first_zero_of_a_cosine():
    u = np.linspace(0, 3, 301)
    place, error = first_zero(u, np.cos(u))
    assert place == pytest.approx(np.pi / 2, abs=1e-3)
    assert first_zero(u, -np.cos(u))[0] == pytest.approx(place, abs=1e-12)
    assert error < 1e-3


def test_limit_no_zero_where_there_is_none():
    u = np.linspace(0, 3, 301)
    rng = np.random.default_rng(2)
    assert first_zero(u, 1 + np.cos(u)) is None
    # A decay towards zero touches it within the noise again and again, and never crosses.
    assert sum(first_zero(u, np.exp(-3 * u) + rng.normal(0, 0.02, u.size)) is not None for _ in range(100)) <= 5


def test_fit_errors_of_the_zero_are_calibrated():
    u = np.linspace(0, 3, 161)
    rng = np.random.default_rng(3)
    found = [first_zero(u, np.cos(u) + rng.normal(0, 0.02, u.size)) for _ in range(300)]
    pulls = np.array([(place - np.pi / 2) / error for place, error in found])
    assert abs(pulls.mean()) < 3 / np.sqrt(len(pulls))
    assert 0.85 < pulls.std() < 1.2
