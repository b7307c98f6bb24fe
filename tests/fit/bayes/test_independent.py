"""Chains along ridges that bend: two slopes of which readings show only the sum, against quadrature."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp
from small import line, taken

from supraspin.fit.bayes import Part, independent, log_uniform, normal, posterior, ridge
from supraspin.fit.bayes.diagnostics import ess
from supraspin.fit.bayes.importance import log_posterior
from supraspin.fit.bayes.joint import join
from supraspin.fit.bayes.mixture import Component, cover, propose
from supraspin.fit.bayes.mode import modes
from supraspin.fit.bayes.ridge import KEPT, along_ridges, shared_out
from supraspin.fit.bayes.storage import groups
from supraspin.model import Axis, Positive, model

X = np.linspace(0.5, 2, 40)
Y = X + 0.1 * np.random.default_rng(3).standard_normal(X.size)
PRIORS = {name: log_uniform(1e-4, 10.0) for name in ("first", "second")}
GRID = np.linspace(-4.5, 3.0, 2501)


@taken
@model(x=Axis("field", "T"), y=Axis("signal", "V"), reference="test")
def two_slopes(field, *, first: Positive = 0.5, second: Positive = 0.5):
    """A line whose slope is a sum."""
    return (first + second) * field


def joined():
    whole = join([Part(two_slopes, (X, Y), "arms", options={"sigma": 0.1})], PRIORS, key=0)
    return whole, modes(whole.layout, whole.starts, whole.width, whole.arrays)


@pytest.fixture(scope="module")
def by_quadrature():
    """ln of the evidence, and the distribution of u of the first slope, summed over the second."""
    values = np.array([PRIORS["first"].value(float(u)) for u in GRID])
    total = np.add.outer(values, values)
    squares = (Y @ Y - 2 * total * (Y @ X) + total**2 * (X @ X)) / 0.1**2
    log_p = -0.5 * squares - X.size * np.log(0.1 * np.sqrt(2 * np.pi)) - 0.5 * np.add.outer(GRID**2, GRID**2) - np.log(2 * np.pi)
    one = logsumexp(log_p, axis=1)
    share = np.exp(one - logsumexp(one))
    return logsumexp(one) + 2 * np.log(GRID[1] - GRID[0]), np.cumsum(share) - share / 2


@pytest.fixture(scope="module")
def found():
    return posterior(two_slopes, (X, Y), sigma=0.1, priors=PRIORS, draws=500)


def test_identity_arms_are_followed_to_their_ends(found, by_quadrature):
    _, cumulated = by_quadrature
    (flag,) = [flag for flag in found.flags if flag.code == "along_ridges"]
    assert flag.numbers["k_hat"] == found.chains.k_hat < 0.7
    assert "along its ridges" in str(found)
    assert groups(found)["sample_stats"].attrs["pareto_k_hat"] == found.chains.k_hat
    for name, column in zip(found.names, np.moveaxis(found.chains.u, 2, 0), strict=True):
        for level in (0.05, 0.2, 0.35, 0.5):
            share = np.mean(column < np.interp(level, cumulated, GRID))
            assert share == pytest.approx(level, abs=4 * np.sqrt(level * (1 - level) / found.diagnosis.ess_bulk.min())), name


def test_identity_mixture_along_ridges_gives_the_evidence(by_quadrature):
    whole, found = joined()
    generator = np.random.default_rng(1)
    parts = shared_out(whole, along_ridges(whole, found), 400, generator)
    assert len(parts) <= KEPT
    u, log_q, _ = propose(parts, 2, 4000, generator)
    np.testing.assert_allclose(cover(parts, u), log_q, atol=0.3)  # but for whole numbers of draws
    log_w = log_posterior(whole, u) - log_q
    assert np.exp(2 * logsumexp(log_w) - logsumexp(2 * log_w)) > 0.3 * len(u)
    assert logsumexp(log_w) - np.log(len(u)) == pytest.approx(by_quadrature[0], abs=0.1)


def test_identity_chains_leave_the_posterior_as_it_is_whatever_the_mixture(by_quadrature, monkeypatch):
    """Components with gaps between them, and shares that nobody adapted."""
    monkeypatch.setattr(ridge, "mixture", lambda *_: poor)
    whole, found = joined()
    poor = along_ridges(whole, found)[::6]
    chains = independent.run(whole, found, chains=16, draws=600, key=2)
    for level in (0.2, 0.35, 0.5):
        below = (chains.u[..., 0] < np.interp(level, by_quadrature[1], GRID)).astype(float)
        assert ess(below) > 100
        assert below.mean() == pytest.approx(level, abs=4 * np.sqrt(level * (1 - level) / ess(below)))
    assert np.all((chains.acceptance >= 0) & (chains.acceptance <= 1))
    assert 0.05 < chains.acceptance.mean() < 0.95


def test_identity_two_ways_to_the_density_of_a_mixture():
    whole, found = joined()
    parts = [Component(0.3, m.u, 3 * m.factor) for m in found] + [Component(0.5, np.array([0.3, -1.0]), np.eye(2))]
    u = np.random.default_rng(5).normal(size=(7, 2))
    walk = independent._Walk(whole, parts, np.random.default_rng(0))
    np.testing.assert_allclose(walk.cover(u), cover(parts, u), rtol=1e-12)


def test_limit_an_ellipsoid_does_not_bend():
    names = tuple(line.free)
    whole = join([Part(line, (X, Y), "line", options={"sigma": 0.1})], {name: normal(0.0, 2.0) for name in names}, key=0)
    assert not independent.bends(whole, modes(whole.layout, whole.starts, whole.width, whole.arrays), 0)


def test_identity_arms_that_are_thin_are_seen_before_a_chain_runs():
    whole = join([Part(two_slopes, (X, Y), "arms", options={"sigma": 1e-4})], PRIORS, key=0)
    assert independent.bends(whole, modes(whole.layout, whole.starts, whole.width, whole.arrays), 0)
