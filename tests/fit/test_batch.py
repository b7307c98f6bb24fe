"""Many curves at once: the same numbers as one by one, bounds, failures that stay their own."""

from __future__ import annotations

import numpy as np
import pytest
from small import SEEN, decay, line, lorentzian

from supraspin.errors import FitError, ModelError
from supraspin.fit import fit, fit_batch
from supraspin.fit.marquardt import programs

X = np.linspace(-1, 1, 101)


def curves(count, noise=1e-2, seed=0):
    rng = np.random.default_rng(seed)
    truth = {
        "amplitude": rng.uniform(0.5, 2, count),
        "centre": rng.uniform(-0.4, 0.4, count),
        "width": rng.uniform(0.08, 0.3, count),
    }
    clean = np.asarray(lorentzian.function(X, **{k: v[:, None] for k, v in truth.items()}))
    return truth, clean + noise * rng.normal(size=(count, len(X)))


def test_identity_batch_equals_single():
    truth, ys = curves(7)
    batch = fit_batch(lorentzian, X, ys, start=truth)
    for i, y in enumerate(ys):
        one = fit(lorentzian, (X, y), start={k: v[i] for k, v in truth.items()}, multistart=0)
        for name in batch.names:
            assert batch.values[name][i] == pytest.approx(one.params[name].value, rel=1e-6)
            assert batch.stderr[name][i] == pytest.approx(one.params[name].stderr, rel=1e-4)
        assert batch.chi_square[i] == pytest.approx(one.chi_square, rel=1e-8)
        assert batch.noise[i] == pytest.approx(one.noise[0], rel=1e-9)


def test_start_from_the_mean_curve():
    rng = np.random.default_rng(3)
    clean = np.asarray(lorentzian.function(X, amplitude=1e-3, centre=0.3, width=0.07))
    result = fit_batch(lorentzian, X, clean + 2e-5 * rng.normal(size=(300, len(X))))
    assert result.converged.all()
    assert np.median(result.values["centre"]) == pytest.approx(0.3, abs=1e-3)


def test_peer_linear_least_squares_with_nan_and_sigma():
    rng = np.random.default_rng(4)
    ys = 2 * X + 1 + 0.1 * rng.normal(size=(5, len(X)))
    ys[2, 10:20] = np.nan
    sigma = rng.uniform(0.05, 0.2, (5, len(X)))
    result = fit_batch(line, X, ys, sigma=sigma)
    for i in range(5):
        good = np.isfinite(ys[i])
        design = np.stack([X, np.ones_like(X)], axis=1)[good] / sigma[i, good, None]
        covariance = np.linalg.inv(design.T @ design)
        expected = covariance @ design.T @ (ys[i, good] / sigma[i, good])
        np.testing.assert_allclose([result.values["slope"][i], result.values["constant"][i]], expected, rtol=1e-7)
        np.testing.assert_allclose(
            [result.stderr["slope"][i], result.stderr["constant"][i]], np.sqrt(np.diag(covariance)), rtol=1e-7
        )
    assert result.dof.tolist() == [99, 99, 89, 99, 99]


def test_curves_that_fail_are_nan_and_alone():
    truth, ys = curves(6)
    ys[1] = np.nan
    ys[4, 2:] = np.nan
    result = fit_batch(lorentzian, X, ys, start=truth)
    assert result.converged.tolist() == [True, False, True, True, False, True]
    assert np.isnan(result.values["width"][[1, 4]]).all()
    assert np.isnan(result.stderr["width"][[1, 4]]).all()
    assert np.isfinite(result.values["width"][[0, 2, 3, 5]]).all()


def test_model_without_a_finite_value_is_not_converged():
    t = np.linspace(0, 1e-9, 30)
    ys = np.asarray(decay.function(t, lifetime=3e-10)) * np.ones((3, 1)) + 1e-3 * np.random.default_rng(0).normal(size=(3, 30))
    result = fit_batch(decay, t, ys, start={"lifetime": [3e-10, 0.0, 2e-10]})
    assert result.converged[[0, 2]].all()
    for name in result.names:
        assert np.isnan(result.values[name][1]) or result.converged[1]


def test_bounds_are_kept_and_reported():
    rng = np.random.default_rng(5)
    ys = np.array([0.5, 3.0])[:, None] * X + 0.2 + 0.05 * rng.normal(size=(2, len(X)))
    result = fit_batch(line, X, ys, bounds={"slope": (0.0, 1.0)}, start={"slope": 0.9})
    assert result.at_bound["slope"].tolist() == [False, True]
    assert result.values["slope"][1] == 1.0
    assert result.values["constant"][1] == pytest.approx(np.mean(ys[1] - X), rel=1e-7)


def test_static_rule_common_constants_are_plain_floats():
    programs.cache_clear()
    _, ys = curves(3)
    for fix, expected in ((None, True), ({"resistance_offset": 1e-3}, True), ({"resistance_offset": np.zeros(3)}, False)):
        SEEN.clear()
        fit_batch(lorentzian, X, ys, fix=fix, start={"amplitude": 1.0})
        assert (SEEN["resistance_offset"][-1] is float) == expected


def test_one_value_a_curve_can_be_fixed():
    offsets = np.array([0.0, 0.5, -0.2])
    _, ys = curves(3, noise=1e-3)
    plain = fit_batch(lorentzian, X, ys, start={"width": 0.15, "centre": 0.0})
    moved = fit_batch(
        lorentzian, X, ys + offsets[:, None], start={"width": 0.15, "centre": 0.0}, fix={"resistance_offset": offsets}
    )
    np.testing.assert_allclose(moved.values["width"], plain.values["width"], rtol=1e-6)


def test_data_set_of_the_result():
    truth, ys = curves(4)
    ds = fit_batch(lorentzian, X, ys, start=truth).to_dataset("sweep", {"sweep": [1, 2, 3, 4]})
    assert ds["width"].attrs["units"] == "T"
    assert ds["width_stderr"].shape == (4,)
    assert ds["converged"].all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ys": np.zeros(101)}, r"ys has shape \(101,\)"),
        ({"ys": np.zeros((2, 5))}, "ys has shape"),
        ({"sigma": 0.0}, "sigma must be positive"),
        ({"sigma": np.ones(7)}, "sigma has shape"),
        ({"start": {"width": [0.1, 0.2]}}, "start of 'width' has shape"),
        ({"start": {"width": -1.0}}, "outside its bounds"),
        ({"start": {"resistance_offset": 1.0}}, "is held"),
        ({"max_steps": 0}, "max_steps"),
        ({"ys": [["a"] * 101]}, "arrays of numbers"),
        ({"x": np.where(X > 0, X, np.nan)}, "finite"),
    ],
)
def test_rejects_bad_batches(options, message):
    arguments = {"x": X, "ys": np.zeros((3, 101)), **options}
    with pytest.raises(FitError, match=message):
        fit_batch(lorentzian, arguments.pop("x"), arguments.pop("ys"), **arguments)


def test_rejects_unknown_parameter_in_a_batch():
    with pytest.raises(ModelError, match="has no parameter 'lifetime'"):
        fit_batch(lorentzian, X, np.zeros((3, 101)), fix={"lifetime": 1.0})
