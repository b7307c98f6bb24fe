"""Statistical truth: pulls have mean 0 and width 1, intervals cover what they claim, false alarms are rare."""

from __future__ import annotations

import numpy as np
import pytest
from small import decay, gaussian, line, lorentzian, twins

from supraspin.fit import fit, fit_batch
from supraspin.fit.noise import noise, noise_of_curves, structure

X = np.linspace(-1, 1, 121)
TRUTH = {"amplitude": 2e-3, "centre": 0.13, "width": 0.1, "resistance_offset": 5e-3}


@pytest.mark.parametrize("sigma", [None, 2e-4])
def test_fit_errors_are_calibrated(sigma):
    clean = np.asarray(lorentzian.function(X, **TRUTH))
    ys = clean + 2e-4 * np.random.default_rng(11).normal(size=(1500, len(X)))
    result = fit_batch(lorentzian, X, ys, sigma=sigma, free=["resistance_offset"])
    assert result.converged.all()
    for name, value in TRUTH.items():
        pull = (result.values[name] - value) / result.stderr[name]
        assert abs(pull.mean()) < 0.1
        assert 0.9 < pull.std() < 1.1
    assert result.reduced_chi_square.mean() == pytest.approx(1.0, abs=0.02 if sigma else 0.15)


def test_single_fit_errors_are_calibrated_and_false_alarms_rare():
    truth = {"amplitude": 1.0, "centre": 0.1, "width": 0.2}
    clean = np.asarray(gaussian.function(X, **truth))
    rng, count = np.random.default_rng(12), 250
    pulls, alarms = [], 0
    for _ in range(count):
        result = fit(gaussian, (X, clean + 0.1 * rng.normal(size=len(X))), multistart=2)
        pulls.append([(result.params[n].value - v) / result.params[n].stderr for n, v in truth.items()])
        alarms += bool(result.flags)
    assert np.all(np.abs(np.mean(pulls, axis=0)) < 3 / np.sqrt(count))
    assert np.all(np.abs(np.std(pulls, axis=0) - 1) < 3 / np.sqrt(2 * count))
    assert alarms <= 0.02 * count


@pytest.mark.parametrize("sigma", [None, 0.1])
def test_profile_intervals_cover_what_they_claim(sigma):
    t = np.linspace(0, 1e-9, 25)
    rng = np.random.default_rng(13)
    inside_68 = inside_95 = 0
    count = 150
    for _ in range(count):
        y = np.asarray(decay.function(t, amplitude=1.0, lifetime=6e-10)) + 0.1 * rng.normal(size=len(t))
        p = fit(decay, (t, y), sigma=sigma, profile=["lifetime"], multistart=0).params["lifetime"]
        assert p.profiled
        inside_68 += p.interval_68[0] <= 6e-10 <= p.interval_68[1]
        inside_95 += p.interval_95[0] <= 6e-10 <= p.interval_95[1]
    assert inside_68 / count == pytest.approx(0.683, abs=0.11)  # three binomial deviations
    assert inside_95 / count == pytest.approx(0.954, abs=0.05)


@pytest.mark.parametrize("x", [X, np.sort(np.random.default_rng(0).uniform(-1, 1, 121)), np.random.default_rng(1).permutation(X)])
def test_noise_without_a_model(x):
    clean = np.asarray(lorentzian.function(x, amplitude=1.0, width=0.2))
    ys = clean + 0.02 * np.random.default_rng(14).normal(size=(400, len(x)))
    found = noise_of_curves(x, ys)
    assert np.median(found) == pytest.approx(0.02, rel=0.12)
    assert found[7] == pytest.approx(noise([(x, ys[7])]), rel=1e-9)


def test_limit_noise_of_a_smooth_curve_is_nothing():
    assert noise([(X, X**2)]) < 1e-12
    assert np.isnan(noise([(X[:5], X[:5])]))


def test_residual_structure_of_white_and_correlated_noise():
    rng = np.random.default_rng(15)
    white = rng.normal(size=4000)
    walk = np.zeros(4000)
    for i in range(1, 4000):
        walk[i] = 0.6 * walk[i - 1] + white[i]
    x = np.arange(4000.0)
    assert not structure([(x, white)]).structured
    found = structure([(x, walk)])
    assert found.structured
    assert found.lag1 == pytest.approx(0.6, abs=0.05)
    assert found.runs_z < -20
    assert found.n_effective == pytest.approx(1000, rel=0.15)
    false = sum(structure([(x[:100], rng.normal(size=100))]).structured for _ in range(500))
    assert false <= 5


def test_poor_fit_is_flagged_with_numbers():
    y = np.asarray(lorentzian.function(X, amplitude=1.0, width=0.3)) + 0.01 * np.random.default_rng(16).normal(size=len(X))
    flags = {f.code: f for f in fit(line, (X, y)).flags}
    assert flags["poor_fit"].numbers["ratio"] > 5
    assert flags["residuals_structured"].numbers["error_growth"] > 1.5
    known = {f.code: f for f in fit(line, (X, y), sigma=0.01).flags}
    assert known["poor_fit"].numbers["p"] < 1e-6


def test_wrong_sigma_is_noticed():
    y = X + 0.1 * np.random.default_rng(17).normal(size=len(X))
    assert "sigma_too_large" in [f.code for f in fit(line, (X, y), sigma=0.3).flags]
    assert "poor_fit" in [f.code for f in fit(line, (X, y), sigma=0.05).flags]


def test_rival_minimum_is_reported():
    y = np.asarray(gaussian.function(X, centre=-0.5)) + np.asarray(gaussian.function(X, centre=0.5))
    y += 0.05 * np.random.default_rng(18).normal(size=len(X))
    result = fit(gaussian, (X, y), multistart=12)
    flag = next(f for f in result.flags if f.code == "several_minima")
    assert abs(flag.numbers["value"] + result.params["centre"].value) < 0.1


def test_identical_curves_are_no_rivals():
    y = np.asarray(twins.function(X, first=0.1, second=0.4)) + 0.01 * np.random.default_rng(19).normal(size=len(X))
    codes = [f.code for key in range(8) for f in fit(twins, (X, y), key=key).flags]
    assert set(codes) == {"same_curve"}
