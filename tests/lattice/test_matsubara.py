"""Few frequencies in place of thousands."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.lattice.matsubara import frequencies, gauss_sum
from supraspin.quantities import KB


@pytest.mark.parametrize("nodes", [1, 3, 5])
def test_precise_gauss_rule_sums_polynomials_exactly(nodes):
    n = np.arange(16, 32, dtype=float)
    points, weights = gauss_sum(16, nodes)
    for power in range(2 * nodes):
        assert weights @ points**power == pytest.approx(np.sum(n**power), rel=1e-12)


def test_precise_sums_that_are_known():
    """T sum 1/(w^2 + E^2) = tanh(E/2T)/4E over n >= 0, over five decades of E."""
    rule = frequencies(1.5, 100.0)
    t = KB * 1.5
    assert len(rule.w) < 90
    assert rule.terms > 1e5
    for energy in (1e-5, 1e-3, 1e-2, 0.1, 0.5):
        total = t * (np.sum(rule.weight / (rule.w**2 + energy**2)) + rule.tail)
        assert total == pytest.approx(np.tanh(energy / (2 * t)) / (4 * energy), rel=1e-6)
    assert rule.error(1.0) < 1e-6


def test_precise_sums_of_propagators_that_fall_and_turn():
    """exp(-a w) cos(b w), as at a distance: against all terms."""
    rule = frequencies(1.5, 100.0)
    w = (2 * np.arange(rule.terms) + 1) * np.pi * KB * 1.5
    for a, b in ((400.0, 0.0), (50.0, 20.0), (3.0, 3.0)):
        full = np.sum(np.exp(-a * w) * np.cos(b * w))
        assert rule.weight @ (np.exp(-a * rule.w) * np.cos(b * rule.w)) == pytest.approx(full, rel=1e-5)


def test_limit_more_nodes_more_digits():
    errors = [frequencies(1.5, 100.0, nodes=n).error(1.0) for n in (2, 3, 4)]
    assert errors[0] > 5 * errors[1] > 25 * errors[2]
