"""Slow noise under Hanle curves: its spectrum is told from white noise, and the errors grow as much as it asks for."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import SPIN, codes, one, spin_valve

from supraspin.analysis.hanle.correlated import autocovariance, noise_covariance, spectrum
from supraspin.fit import fit
from supraspin.lab.noise import flicker

POINTS = 241
FIELD = np.linspace(-0.2, 0.2, POINTS)


def slow(seed, size):
    """What two sweeps have of 1/f noise, by alignment."""
    rng = np.random.default_rng([seed, 1])
    return {sign: size * flicker(rng, POINTS) for sign in (1.0, -1.0)}


def curves(seed, size=0.03):
    noise = slow(seed, size)
    return spin_valve(seed, field=FIELD, background=lambda field, sign: noise[float(sign)], per_sweep={"separation": 2.5e-6})


def test_identity_spectrum_is_recovered():
    """Mean over 200 pairs of sweeps: white level, and 1/f level as the generator has it (half of its density squared)."""
    rng = np.random.default_rng(2)
    found = [spectrum([0.1 * rng.standard_normal(POINTS) + 0.05 * flicker(rng, POINTS) for _ in range(2)]) for _ in range(200)]
    white, slope = np.array([one for one in found if one is not None]).T
    assert white.size > 190
    assert np.mean(white) == pytest.approx(0.1**2, rel=0.03)
    assert np.mean(slope) == pytest.approx(0.5 * 0.05**2, rel=0.1)


def test_rejects_slow_noise_where_there_is_none():
    rng = np.random.default_rng(3)
    seen = [spectrum([rng.standard_normal(POINTS) for _ in range(2)]) is not None for _ in range(1000)]
    assert np.mean(seen) < 0.01
    assert spectrum([rng.standard_normal(20)]) is None
    assert spectrum([np.zeros(100)]) is None


def test_identity_autocovariance_is_that_of_the_noise():
    """Differences of readings, in which the level has no part: over 4000 sweeps."""
    rng = np.random.default_rng(4)
    sweeps = np.array([flicker(rng, POINTS) for _ in range(4000)])
    gamma = autocovariance(0.0, 0.5, POINTS)
    for lag in (1, 10, 100):
        measured = np.mean((sweeps[:, lag:] - sweeps[:, :-lag]) ** 2)
        assert 2 * (gamma[0] - gamma[lag]) == pytest.approx(measured, rel=0.03)
    assert autocovariance(2.0, 0.0, 5).tolist() == [2.0, 0.0, 0.0, 0.0, 0.0]


def test_limit_white_noise_leaves_the_covariance_of_the_fit():
    result = fit("hanle", spin_valve(0), fix={"separation": 2.5e-6}, free=["field_offset"])
    assert noise_covariance(result) == pytest.approx(result.covariance)


@pytest.mark.slow
def test_fit_errors_under_slow_noise_are_calibrated():
    """Statistical pulls of the fit that the analysis makes, over 100 pairs of sweeps with 1/f noise."""
    pulls = []
    for seed in range(100):
        free = ["field_offset", "resistance_offset", "alignment_offset"]
        result = fit("hanle", curves(seed), fix={"separation": 2.5e-6}, free=free, profile=False)
        errors = np.sqrt(np.diag(noise_covariance(result)))
        at = [result.free.index(name) for name in ("spin_lifetime", "diffusivity")]
        pulls.append([(result.params[result.free[i]].value - SPIN[result.free[i]]) / errors[i] for i in at])
    assert np.all(np.abs(np.mean(pulls, axis=0)) < 0.4)
    assert np.all((np.std(pulls, axis=0) > 0.75) & (np.std(pulls, axis=0) < 1.3))


def test_identity_slow_noise_is_told_and_counted():
    found, quiet = one(curves(1, 0.06)), one(spin_valve(1, field=FIELD, per_sweep={"separation": 2.5e-6}))
    assert "slow_noise" in codes(found)
    assert "slow_noise" not in codes(quiet)
    for name in ("spin_lifetime", "diffusivity", "spin_diffusion_length", "spin_signal"):
        assert found.finding(name).stderr > 1.5 * quiet.finding(name).stderr
