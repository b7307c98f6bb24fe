"""Residuals that are correlated: the fit says by how much its errors are too small, and they then cover the truth."""

from __future__ import annotations

import numpy as np
from small import lorentzian

from supraspin.fit import fit

X = np.linspace(-1, 1, 301)
TRUTH = {"amplitude": 1.0, "centre": 0.1, "width": 0.3}


def correlated(rng, rho=0.7, size=0.02):
    """First-order autoregressive noise of deviation `size`."""
    white = rng.normal(size=len(X))
    out = np.empty(len(X))
    out[0] = white[0]
    for i in range(1, len(X)):
        out[i] = rho * out[i - 1] + np.sqrt(1 - rho**2) * white[i]
    return size * out


def test_inflated_errors_are_calibrated():
    clean = np.asarray(lorentzian.function(X, **TRUTH))
    rng = np.random.default_rng(21)
    pulls, factors = [], []
    for _ in range(150):
        result = fit(lorentzian, (X, clean + correlated(rng)), multistart=0)
        pulls.append([(result.params[n].value - v) / result.params[n].stderr for n, v in TRUTH.items()])
        factors.append(result.inflation)
    plain = np.std(pulls, axis=0)
    inflated = np.std(np.array(pulls) / np.array(factors)[:, None], axis=0)
    assert np.all(plain > 1.7)
    assert np.all(np.abs(inflated - 1) < 0.25)


def test_report_shows_both_errors():
    clean = np.asarray(lorentzian.function(X, **TRUTH))
    result = fit(lorentzian, (X, clean + correlated(np.random.default_rng(3))))
    assert result.structure.structured
    assert result.inflation == np.sqrt(result.n / result.structure.n_effective)
    text = str(result)
    assert "error inflation" in text
    assert text.count("counting the correlation") == len(result.free)
    assert result.to_dict()["inflation"] == result.inflation


def test_white_noise_inflates_nothing():
    clean = np.asarray(lorentzian.function(X, **TRUTH))
    result = fit(lorentzian, (X, clean + 0.02 * np.random.default_rng(4).normal(size=len(X))))
    assert result.inflation == 1.0
    assert "counting the correlation" not in str(result)
