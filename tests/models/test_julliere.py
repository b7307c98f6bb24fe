"""Julliere's magnetoresistance and the conductance against the angle."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.models.julliere import julliere, partner_polarisation, tmr


@pytest.mark.parametrize(("measured", "partner"), [(0.10, 0.136), (0.015, 0.021)])
def test_published_partner_of_cobalt(measured, partner):
    """Cobalt at 0.35 and a TMR of 10 % or 1.5 % leave 0.136 or 0.021 for the other electrode."""
    assert float(partner_polarisation(measured, 0.35)) == pytest.approx(partner, abs=5e-4)


@pytest.mark.parametrize("p1", [-0.4, 0.1, 0.35, 0.9])
@pytest.mark.parametrize("p2", [0.021, 0.136, 0.6])
def test_identity_tmr_from_the_two_conductances(p1, p2):
    """Parallel over antiparallel conductance less one is 2 P1 P2 / (1 - P1 P2), and inverts to the partner."""
    parallel, anti = (float(julliere(a, mean_conductance=3e-4, polarisation=p1, polarisation_2=p2)) for a in (0.0, np.pi))
    assert parallel / anti - 1 == pytest.approx(2 * p1 * p2 / (1 - p1 * p2), rel=1e-12)
    assert float(tmr(p1, p2)) == pytest.approx(parallel / anti - 1, rel=1e-12)
    assert float(partner_polarisation(tmr(p1, p2), p1)) == pytest.approx(p2, rel=1e-12)


def test_limit_ends():
    """Half-metals block the antiparallel state; an unpolarised electrode leaves nothing; a right angle reads the mean."""
    assert tmr(1.0, 1.0) == np.inf
    assert tmr(0.5, 0.0) == 0.0
    assert float(julliere(np.pi / 2, mean_conductance=2.0, polarisation=0.7)) == pytest.approx(2.0, rel=1e-14)
    np.testing.assert_allclose(tmr(0.35, np.array([0.1, 0.2])), [0.07 / 0.965, 0.14 / 0.93], rtol=1e-14)
