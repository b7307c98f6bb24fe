"""Evidence, smoothing and leave-one-out against closed forms; models weighed; parts that disagree."""

from __future__ import annotations

import json
import math
import sys

import numpy as np
import pytest
from scipy.stats import genpareto, multivariate_normal, norm
from small import line, lorentzian, parabola, twins

from supraspin.errors import FitError, ModelError
from supraspin.fit.bayes import Part, log_uniform, nested, normal, tension, weigh
from supraspin.fit.bayes.evidence import evidence, widened
from supraspin.fit.bayes.joint import join
from supraspin.fit.bayes.loo import leave_one_out
from supraspin.fit.bayes.pareto import fit_pareto, smooth

X = np.linspace(-1, 1, 25)
DESIGN = np.stack([X, np.ones_like(X)], axis=1)
PRIORS = {"slope": normal(0.0, 2.0), "constant": normal(1.0, 0.5)}
SIGMA = 0.3


def readings(seed=1, bend=0.0, noise=SIGMA):
    return 1.2 * X + 0.4 + bend * X**2 + noise * np.random.default_rng(seed).standard_normal(X.size)


def closed_evidence(y, widths=(2.0, 0.5)):
    covariance = SIGMA**2 * np.eye(X.size) + DESIGN @ np.diag(np.square(widths)) @ DESIGN.T
    return multivariate_normal(DESIGN @ [0.0, 1.0], covariance).logpdf(y)


@pytest.fixture(scope="module")
def whole():
    return join([Part(line, (X, readings()), options={"sigma": SIGMA})], PRIORS)


def test_identity_evidence_of_a_linear_model_and_its_error(whole):
    pulls, errors = [], []
    for key in range(40):
        drawn, _ = evidence(whole, key=key, count=1000)
        pulls.append((drawn.log_evidence - closed_evidence(readings())) / drawn.error)
        errors.append(drawn.error)
        assert drawn.k_hat < 0.5
    assert max(errors) < 0.03
    assert abs(np.mean(pulls)) < 0.5
    assert 0.7 < np.std(pulls) < 1.35


def test_identity_evidence_under_wider_priors(whole):
    drawn, _ = evidence(whole)
    found = widened(whole, 3.0, drawn)
    assert not found.fresh
    assert found.log_evidence == pytest.approx(closed_evidence(readings(), (6.0, 1.5)), abs=0.05)
    assert widened(whole, 3.0, drawn, given=frozenset(PRIORS)).log_evidence == drawn.log_evidence


@pytest.mark.slow
def test_peer_nested_sampling_on_the_same_likelihood(whole):
    found = nested.sample(whole, live=80, tolerance=0.2)
    assert abs(found.log_evidence - closed_evidence(readings())) < 4 * found.error
    assert found.error < 0.5
    assert np.exp(found.log_weights) @ found.u[:, 0] == pytest.approx(
        evidence(whole)[0].resampled(2000, np.random.default_rng(0))[:, 0].mean(), abs=0.1
    )


def test_limit_two_modes_are_both_counted():
    """Two widths that may change places: the evidence is twice that of one order."""
    x = np.linspace(0, 1, 60)
    y = np.asarray(twins.function(x, first=0.05, second=0.4)) + 0.02 * np.random.default_rng(0).standard_normal(60)
    prior = log_uniform(0.01, 1.0)
    both = join([Part(twins, (x, y), options={"sigma": 0.02})], {"first": prior, "second": prior})
    one = join([Part(twins, (x, y), options={"sigma": 0.02, "bounds": {"first": (0, 0.14), "second": (0.14, None)}})],
               {"first": log_uniform(0.01, 0.14), "second": log_uniform(0.14, 1.0)})  # fmt: skip
    whole, modes = evidence(both)
    share = math.log(math.log(14) / math.log(100)) + math.log(math.log(1 / 0.14) / math.log(100))
    assert len(modes) == 2
    assert whole.log_evidence == pytest.approx(evidence(one)[0].log_evidence + share + math.log(2), abs=0.05)


@pytest.mark.parametrize("shape", [-0.3, 0.2, 0.6, 0.9])
def test_peer_pareto_shape(shape):
    found = [fit_pareto(np.log(np.sort(3.0 * genpareto(shape).rvs(2000, random_state=seed)))) for seed in range(5)]
    assert np.mean([k for k, _ in found]) == pytest.approx(shape, abs=0.04)
    assert np.mean([math.exp(log_scale) for _, log_scale in found]) == pytest.approx(3.0, rel=0.05)


def test_limit_smoothing_of_weights():
    rng = np.random.default_rng(0)
    x = 1.3 * rng.standard_normal(4000)
    weights, k_hat = smooth(norm(0, 1).logpdf(x) - norm(0, 1.3).logpdf(x))
    assert k_hat < 0.1
    assert np.exp(weights).mean() == pytest.approx(1.0, abs=0.03)
    narrow = 0.3 * rng.standard_normal(4000)
    assert smooth(norm(0, 1).logpdf(narrow) - norm(0, 0.3).logpdf(narrow))[1] > 0.7
    assert smooth(np.zeros(100))[1] == -math.inf
    assert smooth(np.zeros(10))[1] == math.inf


def test_limit_weights_that_span_more_than_a_number_holds():
    """Weights over e^2000, those of the tail over e^800: k-hat is huge and finite, without a warning."""
    rng = np.random.default_rng(1)
    log_w = 300 * rng.standard_normal(2000)
    smoothed, k_hat = smooth(log_w)
    assert 30 < k_hat < math.inf
    assert np.all(np.isfinite(smoothed))
    assert smoothed.max() <= log_w.max()
    np.testing.assert_array_equal(np.argsort(smoothed), np.argsort(log_w))
    # Far out k is that of the power alone: logarithms stretched twofold have twice the shape.
    assert smooth(2 * log_w)[1] == pytest.approx(2 * k_hat, rel=0.05)
    assert np.ptp(np.sort(log_w)[-134:]) > 500
    some = np.where(np.arange(2000) < 100, log_w, -np.inf)
    assert np.isfinite(smooth(some)[1])


def test_identity_leave_one_out_of_a_linear_model(whole):
    y = readings()
    draws = evidence(whole, count=8000)[0].resampled(4000, np.random.default_rng(1))
    found = leave_one_out(whole, draws)
    truth = []
    for i in range(X.size):
        keep = np.arange(X.size) != i
        inverse = DESIGN[keep].T @ DESIGN[keep] / SIGMA**2 + np.diag([1 / 4, 1 / 0.25])
        covariance = np.linalg.inv(inverse)
        mean = covariance @ (DESIGN[keep].T @ y[keep] / SIGMA**2 + [0, 1 / 0.25])
        truth.append(norm(DESIGN[i] @ mean, math.sqrt(SIGMA**2 + DESIGN[i] @ covariance @ DESIGN[i])).logpdf(y[i]))
    np.testing.assert_allclose(found.pointwise, truth, atol=0.05)
    assert found.elpd == pytest.approx(sum(truth), abs=0.1)
    assert found.doubtful == 0
    assert 1.0 < found.parameters < 3.0


def test_identity_models_are_weighed_with_their_misfit():
    wide = {"slope": normal(0, 10), "constant": normal(0, 10), "bend": normal(0, 10)}
    bent = weigh([line, parabola, lorentzian], (X, readings(bend=2.0)), sigma=SIGMA, priors=wide, count=1500)
    assert bent.weights[0].model == "parabola"
    assert "parabola wins" in bent.verdict
    assert bent.log_odds("parabola", "line")[0] > 5
    assert set(json.loads(json.dumps(bent.to_dict()))) == {"weights", "independent_share", "verdict", "hints", "fits", "flags"}
    for word in ("parabola", "line", "lorentzian", "ln Z", "k-hat", "chi2/dof"):
        assert word in str(bent)
    straight = weigh([line, parabola], (X, readings()), sigma=SIGMA, priors=wide, count=1500)
    assert straight.weights[0].model == "line"
    assert any(f.code == "few_rivals" for f in straight.flags)


def test_identity_priors_that_decide_are_named():
    """Priors that nobody gave are ten times as wide in the second evidence, and the range of the odds says so."""
    found = weigh([line, parabola, lorentzian], (X, readings(bend=0.5)), sigma=SIGMA, count=1500)
    middle, low, high = found.log_odds("parabola", "line")
    assert low < middle == high
    assert high - low > 1.0


def test_identity_tension_is_found_and_sized():
    shifted = readings(2) + 1.0 * X
    parts = [
        Part(line, (X, y), name, shared=["slope"], options={"sigma": SIGMA}) for name, y in (("a", readings()), ("b", shifted))
    ]
    error = SIGMA / math.sqrt(np.sum(X**2))
    first = tension(parts, priors={"slope": normal(0, 20)})
    assert {one.part for one in first} == {"a", "b"}
    truth = (X @ readings() - X @ shifted) / np.sum(X**2) / (error * math.sqrt(2))
    found = next(one for one in first if one.part == "a")
    assert found.sigma == pytest.approx(truth, rel=0.1)
    assert found.alone[0] == pytest.approx(X @ readings() / np.sum(X**2), abs=0.02)
    assert found.others[1] == pytest.approx(error, rel=0.1)


def test_rejects_what_cannot_be_weighed(monkeypatch, whole):
    with pytest.raises(ModelError, match="parameter 'bent'"):
        weigh([line], (X, readings()), fix={"bent": 1.0})
    monkeypatch.setitem(sys.modules, "dynesty", None)
    with pytest.raises(FitError, match=r"pip install 'supraspin\[bayes\]'"):
        nested.sample(whole)


def test_identity_a_range_wider_where_data_only_bound():
    """A width far below the spacing of the points is no width: that far down the likelihood does not change."""
    x = np.linspace(-1, 1, 41) + 0.013
    y = np.asarray(lorentzian.function(x, amplitude=0.0)) + 0.1 * np.random.default_rng(2).standard_normal(41)
    options = {"sigma": 0.1, "fix": {"amplitude": 1.0, "centre": 0.0}}
    whole = join([Part(lorentzian, (x, y), options=options)], {"width": log_uniform(1e-5, 1e-1)})
    drawn, _ = evidence(whole, count=8000)
    found = widened(whole, 3.0, drawn)
    wide, _ = evidence(whole.with_priors(found.priors))
    assert not found.fresh
    assert found.log_evidence == pytest.approx(wide.log_evidence, abs=0.08)
    assert abs(wide.log_evidence - drawn.log_evidence) > 0.1
