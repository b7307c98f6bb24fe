"""Expected log odds against closed forms and against the odds of simulated readings."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from small import line, parabola

from supraspin.errors import FitError
from supraspin.fit import fit
from supraspin.fit.design import Side, expected_log_odds, hints_of_fits
from supraspin.fit.design.expected import factor_of
from supraspin.fit.design.settings import Setting

X = np.linspace(-1, 1, 25)
SIGMA = np.full(X.size, 0.3)


def side(name: str, columns: np.ndarray, mean, covariance, seed=0, count=4000) -> Side:
    """A linear model."""
    factor = factor_of(np.asarray(covariance))
    draws = mean + np.random.default_rng(seed).standard_normal((count, len(mean))) @ factor.T
    return Side(name, np.asarray(mean), factor, draws, lambda z, setting: (columns @ z, columns))


def setting() -> Setting:
    return Setting("sweeps", 1.0, "1", (X,), SIGMA, {}, 1.0)


FLAT = side("flat", np.stack([np.ones_like(X), X], axis=1), [1.0, 0.2], [[0.02, 0.005], [0.005, 0.04]])
BENT = side("bent", np.stack([np.ones_like(X), X**2], axis=1), [0.8, 0.5], [[0.05, 0.0], [0.0, 0.3]], 1)


def predicted(one: Side) -> tuple[np.ndarray, np.ndarray]:
    mean, columns = one.predict(one.mean, setting())
    return mean, np.diag(SIGMA**2) + columns @ one.factor @ one.factor.T @ columns.T


@pytest.mark.parametrize(("true", "rival"), [(FLAT, BENT), (BENT, FLAT)])
def test_identity_is_the_divergence_of_linear_predictions(true, rival):
    (m, s), (other, t) = predicted(true), predicted(rival)
    inverse = np.linalg.inv(t)
    apart = other - m
    divergence = 0.5 * (
        np.trace(inverse @ s) - X.size + apart @ inverse @ apart + np.linalg.slogdet(t)[1] - np.linalg.slogdet(s)[1]
    )
    assert expected_log_odds(true, rival, setting()) == pytest.approx(divergence, rel=0.03)
    rng = np.random.default_rng(3)
    readings = rng.multivariate_normal(m, s, 4000)
    simulated = multivariate_normal(m, s).logpdf(readings) - multivariate_normal(other, t).logpdf(readings)
    assert divergence == pytest.approx(simulated.mean(), rel=0.05)


def test_limit_a_model_tells_nothing_from_itself():
    assert expected_log_odds(FLAT, FLAT, setting()) == pytest.approx(0.0, abs=0.05)


def test_identity_hints_of_fits_grow_with_averaging_and_reach():
    y = 0.4 + 1.2 * X + 0.25 * X**2 + 0.3 * np.random.default_rng(5).standard_normal(X.size)
    one, other = (fit(model, (X, y), sigma=0.3) for model in (line, parabola))
    by_sweeps = [hints_of_fits(one, other, at={"sweeps": [n]})[0] for n in (4, 16, 64)]
    assert np.all(np.diff([h.if_second for h in by_sweeps]) > 0)
    with pytest.raises(FitError, match="'temperature' is no setting of these data; there are sweeps"):
        hints_of_fits(one, other, at={"temperature": [1.0]})
    with pytest.raises(FitError, match="must be above 0"):
        hints_of_fits(one, other, at={"sweeps": [0.0]})
    told = hints_of_fits(one, other)
    assert [h.expected for h in told] == sorted((h.expected for h in told), reverse=True)
    for hint in told:
        assert hint.setting in str(hint) or "averaging" in str(hint)
        assert set(hint.to_dict()) >= {"setting", "value", "unit", "expected_log_odds", "enough", "text"}
