"""Rival models and systematics."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from small import decay, gaussian, line, lorentzian, parabola

from supraspin.errors import FitError, ModelError
from supraspin.fit import compare, fit, sensitivity
from supraspin.fit.compare import _effective

X = np.linspace(-1, 1, 201)


def data(noise=0.05, seed=0, **changes):
    clean = np.asarray(lorentzian.function(X, **{"amplitude": 1.0, "width": 0.15, **changes}))
    return X, clean + noise * np.random.default_rng(seed).normal(size=len(X))


def codes(flags):
    return [f.code for f in flags]


def test_true_model_wins():
    result = compare([gaussian, line, lorentzian], data())
    assert result.ranks[0].model == "lorentzian"
    assert [r.delta for r in result.ranks] == sorted(r.delta for r in result.ranks)
    assert result.ranks[0].delta == 0
    assert sum(r.weight for r in result.ranks) == pytest.approx(1)
    assert result.verdict.startswith("lorentzian wins over gaussian")
    assert "best_is_still_bad" not in codes(result.flags)


def test_identity_weights_follow_aicc():
    result = compare([line, parabola], (X, X + 0.2 * np.random.default_rng(1).normal(size=201)))
    first, second = result.ranks
    assert second.weight / first.weight == pytest.approx(math.exp(-0.5 * (second.aicc - first.aicc)))
    assert first.aicc == result.results[first.model].aicc


def test_models_that_cannot_be_told_apart():
    result = compare([parabola, line], (X, X + 0.2 * np.random.default_rng(3).normal(size=201)))
    assert "cannot_be_told_apart" in codes(result.flags)
    assert "cannot be told apart" in result.verdict


def test_best_that_is_still_bad():
    result = compare([line, parabola], data())
    assert "best_is_still_bad" in codes(result.flags)
    assert result.n_effective < 201
    assert "effective_sample" in codes(result.flags)


def test_comparison_as_text_and_json():
    result = compare([gaussian, line, lorentzian], data())
    assert "lorentzian" in str(result).splitlines()[1]
    found = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert [r["model"] for r in found["ranking"]] == [r.model for r in result.ranks]


def test_options_go_to_the_models_that_have_them():
    result = compare([lorentzian, line], data(), fix={"centre": 0.0}, free=["resistance_offset"])
    assert not result.results["lorentzian"].params["centre"].vary
    assert result.results["lorentzian"].params["resistance_offset"].vary


def test_rejects_bad_comparisons():
    with pytest.raises(ModelError, match="none of line, parabola has a parameter 'gap'"):
        compare([line, parabola], data(), fix={"gap": 1.0})
    with pytest.raises(FitError, match="different ones"):
        compare([line, line], data())
    with pytest.raises(FitError, match="could not be fitted"):
        compare([line, parabola], (X[:1], X[:1]))


def test_model_that_cannot_be_fitted_is_left_out():
    result = compare([line, parabola], (X[:3], X[:3] + np.array([0, 0.1, 0])))
    assert codes(result.flags)[0] == "could_not_fit"
    assert list(result.results) == ["line"]


def test_systematic_of_an_offset_that_was_not_fitted():
    x, y = data(noise=0.01, resistance_offset=0.1)
    result = fit(lorentzian, (x, y))
    found = sensitivity(result, windows=(0.5,))
    assert [v.name for v in found.variants] == ["middle 50 % of the range", "resistance_offset free"]
    freed = fit(lorentzian, (x, y), free=["resistance_offset"])
    assert found.systematic["width"] >= abs(freed.params["width"].value - result.params["width"].value) * (1 - 1e-6)
    assert found.variants[0].n < result.n
    assert found.systematic["width"] > 5 * result.params["width"].stderr
    json.dumps(found.to_dict(), allow_nan=False)
    assert "resistance_offset free" in str(found)


def test_systematic_of_a_good_fit_is_small():
    x, y = data(noise=0.01)
    result = fit(lorentzian, (x, y))
    found = sensitivity(result)
    assert found.systematic["width"] < 3 * result.params["width"].stderr


def test_rejects_bad_sensitivity():
    result = fit(lorentzian, data())
    with pytest.raises(FitError, match="parts of the range"):
        sensitivity(result, windows=(1.5,))
    with pytest.raises(ModelError, match="has no parameter"):
        sensitivity(result, free=["gap"])
    with pytest.raises(FitError, match="cannot be released"):
        sensitivity(result, free=["width"])


def test_systematic_of_a_limit_is_absent():
    t = np.linspace(0, 1e-9, 60)
    y = 1.0 + 0.05 * np.random.default_rng(2).normal(size=60)
    found = sensitivity(fit(decay, (t, y)))
    assert math.isnan(found.systematic["lifetime"]) or not all(v.identified["lifetime"] for v in found.variants)


def test_few_independent_points_are_counted_alike_for_all_models():
    """With five points the correction of AICc is finite for three numbers and not for four: then AIC is taken for both."""
    results = {m.name: fit(m, data()) for m in (line, lorentzian)}
    share = 5 / 201
    effective = _effective(results, share)
    gain = results["lorentzian"].log_likelihood - results["line"].log_likelihood
    assert effective["line"] - effective["lorentzian"] == pytest.approx(2 * share * gain - 2)
    assert _effective(results, 1.0)["line"] == pytest.approx(results["line"].aicc)
