"""Identifiability: profile intervals, one-sided limits, bounds, degenerate parameters."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from small import decay, gaussian, line, lorentzian, product

from supraspin.fit import fit

X = np.linspace(-1, 1, 201)
T = np.linspace(0, 1e-9, 100)


def codes(result):
    return [f.code for f in result.flags]


def noisy_decay(lifetime, sigma=0.03, seed=0):
    clean = np.asarray(decay.function(T, amplitude=1.0, lifetime=lifetime))
    return clean + sigma * np.random.default_rng(seed).normal(size=len(T))


def test_limit_linear_model_profile_equals_covariance():
    y = X + 0.1 * np.random.default_rng(1).normal(size=201)
    result = fit(line, (X, y), sigma=0.1, profile="all")
    for p in result.params.values():
        np.testing.assert_allclose(p.interval_68, [p.value - p.stderr, p.value + p.stderr], atol=0.02 * p.stderr)
        np.testing.assert_allclose(p.interval_95, [p.value - 1.96 * p.stderr, p.value + 1.96 * p.stderr], atol=0.04 * p.stderr)
        assert p.profiled
        assert p.identified


def test_precise_profile_of_a_decay_against_direct_minimisation():
    y = noisy_decay(8e-10)
    result = fit(decay, (T, y), sigma=0.03, profile=["lifetime"])

    def rise(lifetime):
        shape = np.exp(-T / lifetime)
        amplitude = shape @ y / (shape @ shape)
        return np.sum((y - amplitude * shape) ** 2) / 0.03**2

    best = minimize_scalar(rise, bracket=(6e-10, 8e-10, 1e-9), tol=1e-12)
    p = result.params["lifetime"]
    for level, interval in ((1.0, p.interval_68), (1.959964**2, p.interval_95)):
        low = brentq(lambda v, d=level: rise(v) - best.fun - d, 2e-10, best.x)
        high = brentq(lambda v, d=level: rise(v) - best.fun - d, best.x, 5e-9)
        np.testing.assert_allclose(interval, (low, high), rtol=3e-3)


@pytest.mark.parametrize(("lifetime", "seed"), [(5e-7, 0), (5e-7, 4), (np.inf, 7)])
def test_limit_saturating_model_gives_a_lower_limit(lifetime, seed):
    y = noisy_decay(lifetime, seed=seed)
    result = fit(decay, (T, y), sigma=0.03)
    p = result.params["lifetime"]
    assert not p.identified
    assert p.limit == "lower"
    assert p.interval_95[1] == np.inf
    message = next(f.message for f in result.flags if f.code == "not_identified")
    assert message.startswith("lifetime > ")
    assert message.endswith("the data give only a lower limit")

    def rise(value):
        shape = np.exp(-T / value)
        return np.sum((y - shape * (shape @ y) / (shape @ shape)) ** 2) / 0.03**2

    assert rise(p.limit_value) - result.chi_square == pytest.approx(1.645**2, rel=0.05)


def test_limit_weak_peak_gives_an_upper_limit_of_its_width():
    sigma = 0.05
    y = sigma * np.random.default_rng(3).normal(size=201)
    y[99:102] = -0.01, 1.0, -0.01  # a peak within one point: every smaller width fits as well
    p = fit(gaussian, (X, y), sigma=sigma, fix={"centre": 0.0, "amplitude": 1.0}).params["width"]
    assert p.limit == "upper"
    assert p.interval_95[0] == 0.0
    assert 0 < p.limit_value < 0.01


def test_product_is_not_identified_but_its_partner_is():
    y = 3 * X + 0.7 + 0.03 * np.random.default_rng(5).normal(size=201)
    result = fit(product, (X, y))
    assert not result.params["a"].identified
    assert not result.params["b"].identified
    assert result.params["c"].identified
    assert result.params["a"].stderr == np.inf
    assert result.params["c"].stderr == pytest.approx(0.03 / np.sqrt(201), rel=0.15)
    assert result.params["a"].value * result.params["b"].value == pytest.approx(3, rel=0.01)
    assert abs(result.correlations["a", "b"]) == 1.0
    assert codes(result).count("not_identified") == 2
    assert any("traded for b" in f.message for f in result.flags)


def test_product_is_cheap():
    y = 3 * X + 0.7 + 0.03 * np.random.default_rng(5).normal(size=201)
    assert fit(product, (X, y)).nfev < 1500


def test_offset_that_is_zero_is_identified():
    clean = np.asarray(lorentzian.function(X, amplitude=1.0, width=0.1))
    y = clean + 0.05 * np.random.default_rng(6).normal(size=201)
    result = fit(lorentzian, (X, y), free=["resistance_offset"], profile="all")
    assert abs(result.params["resistance_offset"].value) < 4 * result.params["resistance_offset"].stderr
    assert result.params["resistance_offset"].identified
    assert not codes(result)


def test_bound_hit_is_exact_flagged_and_the_rest_is_the_constrained_optimum():
    y = 2 * X + 0.5 + 0.05 * np.random.default_rng(7).normal(size=201)
    result = fit(line, (X, y), bounds={"slope": (0.0, 1.0)})
    assert result.params["slope"].value == 1.0
    assert result.params["slope"].at_bound
    assert "at_bound" in codes(result)
    assert result.params["constant"].value == pytest.approx(np.mean(y - X), rel=1e-8)
    assert np.isfinite(result.params["constant"].stderr)


def test_intervals_stay_within_bounds():
    y = noisy_decay(3e-9, sigma=0.2)
    p = fit(decay, (T, y), bounds={"lifetime": (1e-11, 1e-7)}).params["lifetime"]
    assert 1e-11 <= p.interval_95[0] <= p.value <= p.interval_95[1] <= 1e-7


def test_profile_off():
    result = fit(decay, (T, noisy_decay(5e-7)), profile=False)
    assert not result.params["lifetime"].profiled
