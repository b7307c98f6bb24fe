"""Posteriors against closed forms, and what they do when they cannot be had."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import xarray as xr
from scipy import stats
from small import line

from supraspin.errors import FitError
from supraspin.fit.bayes import Derived, Part, log_uniform, normal, posterior

X = np.linspace(-1, 1, 25)
DESIGN = np.stack([X, np.ones_like(X)], axis=1)
NAMES = tuple(line.free)
PRIORS = {NAMES[0]: normal(0.0, 2.0), NAMES[1]: normal(1.0, 0.5)}
QUICK = {"draws": 1000, "warmup": 200}


def readings(seed=1, noise=0.3):
    return 1.2 * X + 0.4 + noise * np.random.default_rng(seed).standard_normal(X.size)


def closed_form(y, sigma):
    """Mean and covariance of the linear Gaussian posterior."""
    inverse = DESIGN.T @ DESIGN / sigma**2 + np.diag([1 / p.second**2 for p in PRIORS.values()])
    covariance = np.linalg.inv(inverse)
    return covariance @ (DESIGN.T @ y / sigma**2 + np.array([p.first / p.second**2 for p in PRIORS.values()])), covariance


@pytest.fixture(scope="module")
def known():
    return posterior(line, (X, readings()), sigma=0.3, priors=PRIORS, **QUICK)


def test_identity_linear_gaussian_posterior(known):
    mean, covariance = closed_form(readings(), 0.3)
    draws = np.stack([known.draws[name].ravel() for name in NAMES])
    error = np.sqrt(np.diag(covariance) / known.diagnosis.ess_bulk)
    assert np.all(np.abs(draws.mean(axis=1) - mean) < 4 * error)
    np.testing.assert_allclose(np.cov(draws), covariance, rtol=0.12, atol=0.05 * covariance[0, 0])
    np.testing.assert_allclose([known.maximum[name] for name in NAMES], mean, rtol=1e-6)
    np.testing.assert_allclose(known.modes[0].covariance * np.outer([2, 0.5], [2, 0.5]), covariance, rtol=1e-6, atol=1e-9)


def test_identity_unknown_noise_gives_student_marginals():
    wide = {name: normal(0.0, 1e3) for name in NAMES}
    found = posterior(line, (X, readings()), priors=wide, **QUICK)
    best, residual, *_ = np.linalg.lstsq(DESIGN, readings(), rcond=None)
    error = np.sqrt(np.diag(np.linalg.inv(DESIGN.T @ DESIGN)) * residual[0] / X.size)
    for i, name in enumerate(NAMES):
        # n, not n - 2: the prior 1/s on the noise and flat ones give t with n - 2 degrees and the scale S / (n - 2).
        t = stats.t(X.size - 2, best[i], error[i] * np.sqrt(X.size / (X.size - 2)))
        low, high = found.marginals[name].interval_95
        assert t.cdf(low) == pytest.approx(0.025, abs=0.012)
        assert t.cdf(high) == pytest.approx(0.975, abs=0.012)
    unit = found.whole.parts[0].problem.pieces[0].sigma[0]
    scales = stats.invgamma((X.size - 2) / 2, scale=residual[0] / 2)
    assert stats.kstest((found.noise[0].ravel()[::8] * unit) ** 2, scales.cdf).pvalue > 1e-3


def test_identity_same_key_same_draws(known):
    again = posterior(line, (X, readings()), sigma=0.3, priors=PRIORS, **QUICK)
    np.testing.assert_array_equal(again.chains.u, known.chains.u)
    other = posterior(line, (X, readings()), sigma=0.3, priors=PRIORS, key=1, **QUICK)
    assert not np.array_equal(other.chains.u, known.chains.u)


def test_identity_shared_quantity_pools_the_parts():
    slope, offset = NAMES
    first, second = readings(1), readings(2)
    parts = [
        Part(line, (X, first), "a", shared={slope: "slope"}, options={"sigma": 0.3}),
        Part(line, (X, second), "b", shared={slope: Derived(lambda s: 2 * s / 2, ("slope",))}, options={"sigma": 0.3}),
    ]
    found = posterior(parts, priors={name: normal(0, 1e3) for name in (slope, f"a.{offset}", f"b.{offset}")}, **QUICK)
    assert found.names == (slope, f"a.{offset}", f"b.{offset}")
    assert found.whole.users[slope] == ("a", "b")
    assert found.marginals[slope].mean == pytest.approx((closed_slope(first) + closed_slope(second)) / 2, abs=0.01)
    assert found.marginals[slope].deviation == pytest.approx(0.3 / np.sqrt(2 * np.sum(X**2)), rel=0.08)


def closed_slope(y):
    return float(X @ y / (X @ X))


def test_limit_student_noise_ignores_readings_that_stray():
    y = readings(noise=0.05)
    y[::6] += 3.0
    slope, offset = NAMES
    normal_noise = posterior(line, (X, y), priors={slope: normal(0, 10), offset: normal(0, 10)}, **QUICK)
    robust = posterior(line, (X, y), priors={slope: normal(0, 10), offset: normal(0, 10)}, noise="student", **QUICK)
    assert abs(robust.marginals[offset].mean - 0.4) < 0.05 < abs(normal_noise.marginals[offset].mean - 0.4)
    assert robust.marginals[offset].deviation < 0.2 * normal_noise.marginals[offset].deviation
    assert robust.marginals["degrees_of_freedom"].limit == "upper"


def test_limit_prior_that_speaks_for_the_data_is_named(known):
    flat = posterior(line, (X, np.zeros_like(X)), sigma=10.0, priors={n: log_uniform(1e-3, 1e3) for n in NAMES}, **QUICK)
    for m in flat.marginals.values():
        assert (m.limit, m.determined) == ("upper", True)
        assert m.limit_value < 30
        assert "±" not in str(m)
    assert all(m.determined and m.limit is None for m in known.marginals.values())
    assert known.marginals[NAMES[0]].gain > 10


def test_identity_file_has_the_groups_that_arviz_reads(known, tmp_path):
    path = known.save(tmp_path / "posterior.nc")
    groups = {
        name: xr.open_dataset(path, group=name, engine="h5netcdf") for name in ("posterior", "sample_stats", "observed_data")
    }
    assert set(NAMES) <= set(groups["posterior"].data_vars)
    assert groups["posterior"][NAMES[0]].dims == ("chain", "draw")
    assert groups["posterior"][NAMES[0]].attrs["prior"].startswith("normal")
    np.testing.assert_array_equal(groups["posterior"][NAMES[0]], known.draws[NAMES[0]])
    assert {"diverging", "lp", "n_steps", "acceptance_rate"} <= set(groups["sample_stats"].data_vars)
    np.testing.assert_array_equal(groups["observed_data"]["line"], readings())
    for group in groups.values():
        group.close()


def test_identity_figures_show_all_parameters(known):
    assert len(known.corner().axes) == len(NAMES) ** 2
    from supraspin.fit.bayes.predictive import bands

    curve, reading = bands(known)[0][0]
    inside = np.mean((readings() > reading[0]) & (readings() < reading[4]))
    assert inside > 0.8
    assert np.all(reading[4] - reading[0] > curve[4] - curve[0])
    assert known.predictive().axes or known.predictive().subfigs


def test_rejects_chains_that_did_not_reach_the_posterior(monkeypatch):
    from supraspin.fit.bayes import diagnostics

    monkeypatch.setattr(diagnostics, "FEWEST", 1e6)
    with pytest.raises(FitError, match=r"was not reached: too few effective draws: \d+ of (slope|constant)"):
        posterior(line, (X, readings()), sigma=0.3, priors=PRIORS, draws=100, warmup=100)
    shown = posterior(line, (X, readings()), sigma=0.3, priors=PRIORS, strict=False, draws=100, warmup=100)
    assert [flag.code for flag in shown.flags if flag.level == "fault"] == ["few_draws"]
    assert "fault few_draws" in shown.report()


def test_rejects_without_numpyro_and_says_how_to_install(monkeypatch):
    from supraspin.fit.bayes import nuts

    monkeypatch.setitem(sys.modules, "numpyro.infer.hmc", None)
    nuts.compiled.cache_clear()
    with pytest.raises(FitError, match=r"pip install 'supraspin\[bayes\]'"):
        posterior(line, (X, readings()), sigma=0.3, priors=PRIORS, draws=101)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: posterior(line, (X, X), chains=1), "at least 2 chains"),
        (lambda: posterior(line, (X, 1.2 * X + 0.4)), "no noise"),
        (lambda: posterior(line, (X, readings()), noise="cauchy"), "it can be normal, student"),
        (lambda: posterior(line, (X, readings()), priors={"nothing": normal(0, 1)}), "prior is given for 'nothing'"),
        (lambda: posterior([Part(line, (X, readings())), Part(line, (X, readings()))]), "different names"),
        (lambda: posterior([Part(line, (X, readings()), options={"guess": 1})]), "no option 'guess'"),
        (lambda: posterior([]), "no part"),
        (lambda: posterior([Part(line, (X, readings()))], (X, X)), "bring their data"),
    ],
)
def test_rejects_bad_input(call, message):
    with pytest.raises(FitError, match=message):
        call()


def test_limit_correlated_residuals_widen_the_posterior_as_they_do_the_fit():
    """The same growth of errors as in the least-squares path, and a flag with the number."""
    from supraspin.fit import fit

    x = np.linspace(-1, 1, 200)
    rng = np.random.default_rng(8)
    noise = rng.standard_normal(x.size)
    for i in range(1, x.size):
        noise[i] += 0.8 * noise[i - 1]
    y = 1.2 * x + 0.4 + 0.05 * noise
    wide = {name: normal(0.0, 1e3) for name in NAMES}
    found = posterior(line, (x, y), priors=wide, **QUICK)
    fitted = fit(line, (x, y))
    (flag,) = [one for one in found.flags if one.code == "residuals_structured"]
    assert flag.numbers["error_growth"] == pytest.approx(fitted.inflation, rel=1e-6)
    assert fitted.inflation > 2
    for name in NAMES:
        assert found.marginals[name].deviation == pytest.approx(fitted.inflation * fitted.params[name].stderr, rel=0.12)


def test_limit_random_residuals_are_left_alone():
    found = posterior(line, (X, readings()), priors={name: normal(0.0, 1e3) for name in NAMES}, **QUICK)
    assert not [one for one in found.flags if one.code == "residuals_structured"]
    assert found.whole.arrays["parts"][0]["counts"] == 1.0
