"""Odds on data made by one of the models: the wrong one is preferred no more often than the odds allow."""

from __future__ import annotations

import numpy as np
import pytest
from small import line, parabola

from supraspin.errors import FitError
from supraspin.fit.bayes import normal
from supraspin.fit.bayes.default_prior import default_prior
from supraspin.fit.bayes.trials import Trials, trials

X = np.linspace(-1, 1, 25)
WIDTHS = {"slope": 2.0, "constant": 1.0, "bend": 0.7}
PRIORS = {name: normal(0.0, width) for name, width in WIDTHS.items()}
VALVE = {"separation": 0.8e-6, "contact_length_injector": 1.5e-6, "contact_length_detector": 1.5e-6}
SPIN = {"amplitude": 1.0, "spin_lifetime": 1.7e-10, "diffusivity": 6.5e-3}


@pytest.mark.parametrize(("true", "rival"), [(line, parabola), (parabola, line)])
def test_odds_are_calibrated_for_truths_of_the_prior(true, rival):
    names = [name for name in WIDTHS if name in true.parameters]
    rng = np.random.default_rng(4)
    truths = [{name: WIDTHS[name] * rng.standard_normal() for name in names} for _ in range(60)]
    found = trials(true, rival, X, truths, 0.3, count=120, key=1, priors=PRIORS, draws=300)
    assert np.all(found.k_hat < 0.7)
    for odds in (3.0, 20.0, 150.0):
        assert found.wrong_at_least(odds, 0.001) <= 1 / odds
    assert found.right(1.0) > 0.6


@pytest.mark.slow
@pytest.mark.parametrize(("true", "rival"), [("hanle", "hanle_contacts"), ("hanle_contacts", "hanle")])
def test_odds_are_calibrated_for_contacts_of_a_spin_valve(true, rival):
    field = np.linspace(-0.25, 0.25, 81)
    truth = SPIN | {name: value for name, value in VALVE.items() if name == "separation" or true == "hanle_contacts"}
    found = trials(true, rival, field, [truth] * 3, [0.003, 0.01, 0.1], count=60, key=2, fix=VALVE)
    assert found.wrong_at_least(20, 0.001) <= 1 / 20
    assert found.right(20) > 0.2


def test_identity_shares_of_trials():
    found = Trials("a", "b", np.array([-4.0, -0.5, 0.5, 6.0]), np.zeros(4))
    assert (found.wrong(1.0), found.wrong(20.0), found.right(20.0)) == (0.5, 0.25, 0.25)
    assert 0 < found.wrong_at_least(20.0) < 0.25
    assert Trials("a", "b", np.array([1.0]), np.zeros(1)).wrong_at_least(3.0) == 0.0


def test_rejects_trials_of_nothing():
    with pytest.raises(FitError, match="at least one truth"):
        trials(line, parabola, X, [], 0.3, count=3, key=0)


def test_limit_a_peak_is_no_higher_than_what_is_read():
    """A prior a hundred times as wide lost a Gaussian peak the odds against a pair that fits no better, by 150:1."""
    found = default_prior("peak_conductance", "S", -np.inf, np.inf, 0.0, x_unit="V", x_span=5e-3, y_unit="S", y_size=2e-6)
    assert (found.kind, found.first, found.second) == ("normal", 0.0, 2e-6)
