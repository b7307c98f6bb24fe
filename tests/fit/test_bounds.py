"""Bounds: reached exactly, left again where the curve has no slope on them, named where a fit creeps up to them."""

from __future__ import annotations

import numpy as np
import pytest
from small import line, lorentzian, square

from supraspin.fit import fit, fit_batch

X = np.linspace(-1, 1, 101)


@pytest.mark.parametrize("first", [0.0, 1e-3, 0.1, 3.0, 30.0])
def test_identity_a_bound_without_slope_holds_no_parameter(first):
    """From a rate of 30 the first step goes far beyond 0, where the derivative by the rate vanishes."""
    y = np.asarray(square.function(X, amplitude=1.0, rate=0.8)) + 1e-3 * np.random.default_rng(0).normal(size=101)
    one = fit(square, (X, y), start={"rate": first}, multistart=0)
    assert one.params["rate"].value == pytest.approx(0.8, abs=0.02)
    if first:
        many = fit_batch(square, X, np.stack([y, y]), start={"rate": first})
        assert many.values["rate"] == pytest.approx([0.8, 0.8], abs=0.02)
        assert not many.at_bound["rate"].any()


def test_limit_a_minimum_beyond_the_bound_is_on_it():
    y = -0.5 * X + 0.2 + 0.01 * np.random.default_rng(1).normal(size=101)
    result = fit(line, (X, y), bounds={"slope": (0.0, 10.0)})
    assert result.params["slope"].value == 0.0
    assert result.params["slope"].at_bound
    assert result.params["constant"].value == pytest.approx(np.mean(y), rel=1e-9)
    assert "at_bound" in [f.code for f in result.flags]


def test_peer_bounded_least_squares():
    from scipy.optimize import least_squares

    y = np.asarray(lorentzian.function(X, amplitude=1.0, centre=0.3, width=0.2)) + 0.02 * np.random.default_rng(2).normal(
        size=101
    )
    bounds = {"centre": (-0.1, 0.25), "width": (0.0, 0.19)}

    def residual(p):
        return p[0] / (1 + ((X - p[1]) / p[2]) ** 2) - y

    peer = least_squares(residual, [1.0, 0.1, 0.1], bounds=([-10, -0.1, 0], [10, 0.25, 0.19]), ftol=1e-14, xtol=1e-14, gtol=1e-14)
    result = fit(lorentzian, (X, y), bounds=bounds)
    np.testing.assert_allclose([result.params[n].value for n in result.free], peer.x, rtol=1e-4)
    assert np.sum(result.residual**2) <= 2 * peer.cost * (1 + 1e-9)
    assert result.params["centre"].at_bound


def test_runaway_of_a_saturating_model_stays_finite():
    y = 1.0 + 0.01 * np.random.default_rng(3).normal(size=101)
    result = fit(lorentzian, (X, y))
    assert result.params["width"].value < 1e6
    assert not result.params["width"].identified or result.params["width"].limit == "lower"
