"""R-hat and effective sample sizes of chains whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter

from supraspin.fit.bayes.diagnostics import diagnose, ess, ess_bulk, ess_tail, r_hat


def chains(correlation: float, count: int = 4, n: int = 4000, seed: int = 0) -> np.ndarray:
    """Stationary first-order autoregressive chains (count, n) of variance 1."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((count, n)) * np.sqrt(1 - correlation**2)
    noise[:, 0] = rng.standard_normal(count)
    return lfilter([1.0], [1.0, -correlation], noise, axis=1)


@pytest.mark.parametrize("correlation", [-0.4, 0.0, 0.6, 0.9])
def test_limit_effective_draws_of_an_autoregressive_chain(correlation):
    truth = 16000 * (1 - correlation) / (1 + correlation)
    several = [chains(correlation, seed=seed) for seed in range(12)]
    assert np.mean([ess(one) for one in several]) == pytest.approx(truth, rel=0.06)
    assert np.mean([ess_bulk(one) for one in several]) == pytest.approx(truth, rel=0.08)


def test_limit_r_hat_of_agreeing_and_of_shifted_chains():
    good = chains(0.3)
    assert r_hat(good) < 1.003
    shifted = good + np.array([0, 0, 0, 1.0])[:, None]
    assert r_hat(shifted) > 1.1
    # Chains of one place and different spread are found by the folded ranks alone.
    assert r_hat(good * np.array([1, 1, 1, 3.0])[:, None]) > 1.1
    trend = good + np.linspace(-1, 1, good.shape[1])
    assert r_hat(trend) > 1.1


def test_identity_ranks_make_heavy_tails_harmless():
    heavy = np.tan(np.pi * (np.random.default_rng(2).random((4, 2000)) - 0.5))
    assert r_hat(heavy) == pytest.approx(r_hat(np.sign(heavy) * np.log1p(np.abs(heavy))), abs=1e-3)
    assert ess_tail(heavy) == pytest.approx(8000, rel=0.15)


def test_identity_flags_name_what_is_wrong():
    draws = np.stack([chains(0.2, n=1000), chains(0.2, n=1000, seed=1) + np.arange(4)[:, None]], axis=-1)
    diverging = np.zeros((4, 1000), bool)
    diverging[0, :50] = True
    flags = {f.code: f for f in diagnose(draws, diverging, np.full((4, 1000), 1023), 10).flags(("first", "second"))}
    assert flags["chains_disagree"].level == flags["divergences"].level == flags["few_draws"].level == "fault"
    assert "second" in flags["chains_disagree"].message
    assert flags["trajectories_cut"].level == "warning"
    quiet = diagnose(draws[..., :1], diverging & False, np.full((4, 1000), 7), 10)
    assert quiet.flags(("first",)) == []
    few = diagnose(draws[..., :1], diverging & (np.arange(1000) < 5), np.full((4, 1000), 7), 10).flags(("first",))
    assert [(f.code, f.level) for f in few] == [("divergences", "warning")]


def test_rejects_draws_that_are_not_numbers():
    draws = chains(0.1, n=200)
    draws[1, 3] = np.nan
    assert np.isnan(r_hat(draws))
    assert np.isnan(ess_tail(draws))
    found = diagnose(draws[..., None], np.zeros((4, 200), bool), np.ones((4, 200)), 10).flags(("x",))
    assert [f.level for f in found] == ["fault", "fault"]
