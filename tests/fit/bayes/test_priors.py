"""Priors: each is its own quantile function, and the defaults are wide and say where they come from."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest
from scipy import stats

from supraspin.errors import FitError, UnitError
from supraspin.fit.bayes import Prior, log_normal, log_uniform, normal, uniform
from supraspin.fit.bayes.default_prior import default_prior, table
from supraspin.fit.bayes.numerics import coefficients, values_of
from supraspin.fit.bayes.reading import read_prior
from supraspin.model import MODELS
from supraspin.quantities import QUANTITIES

SPANS = {"depth": 1e-8, "separation": 1e-6, "current": 1e-6, "bias": 1e-3, "temperature": 10.0}
PRIORS = [uniform(-2.0, 3.0), log_uniform(1e-12, 1e-9), normal(-1.0, 0.3), log_normal(11e-9, 1.2)]
PEERS = [stats.uniform(-2, 5), stats.loguniform(1e-12, 1e-9), stats.norm(-1, 0.3), stats.lognorm(math.log(1.2), scale=11e-9)]


@pytest.mark.parametrize(("prior", "peer"), list(zip(PRIORS, PEERS, strict=True)), ids=lambda p: getattr(p, "kind", ""))
def test_peer_scipy_distribution(prior, peer):
    u = np.linspace(-4, 4, 33)
    x = prior.value(u)
    np.testing.assert_allclose(x, peer.ppf(stats.norm.cdf(u)), rtol=1e-9)
    np.testing.assert_allclose(prior.log_density(x), peer.logpdf(x), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(prior.inverse(x), u, atol=1e-9)
    np.testing.assert_allclose(prior.slope(u), stats.norm.pdf(u) / peer.pdf(x), rtol=1e-9)
    assert prior.log_density(-5.0) == pytest.approx(peer.logpdf(-5.0))


def test_identity_jax_transform():
    u = np.array([-3.0, 0.4, 1.7, -0.2])
    found = np.asarray(values_of(u, coefficients(PRIORS)))
    np.testing.assert_allclose(found, [p.value(v) for p, v in zip(PRIORS, u, strict=True)], rtol=1e-13)


def test_precise_log_uniform_quantile():
    with mp.workdps(30):
        low, high, u = mp.mpf("1e-14"), mp.mpf("1e-3"), mp.mpf("-3.7")
        truth = low * (high / low) ** mp.ncdf(u)
        assert log_uniform(1e-14, 1e-3).value(-3.7) == pytest.approx(float(truth), rel=1e-12)


def test_identity_widened_prior_is_flatter_and_keeps_to_bounds():
    assert normal(1.0, 0.5).widened(10) == normal(1.0, 5.0)
    wide = log_uniform(1e-3, 1e3).widened(2)
    assert (wide.first, wide.second) == pytest.approx((1e-6, 1e6))
    assert uniform(0.0, 1.0).widened(10, 0.0, 1.0) == uniform(0.0, 1.0)


def test_identity_every_free_parameter_of_every_model_has_a_default_prior_that_holds_its_first_guess():
    for model in MODELS.values():
        for name in model.free:
            par = model.parameters[name]
            scale = {"x_unit": model.x.unit, "x_span": SPANS.get(model.x.name, 1.0), "y_unit": model.y.unit, "y_size": 1.0}
            prior = default_prior(name, par.unit, par.lower, par.upper, par.default, **scale)
            assert prior.source != "given"
            assert np.isfinite(prior.log_density(par.default)), (model.name, name)
            assert par.lower <= prior.value(-5.0) < prior.value(5.0) <= par.upper or prior.kind == "normal"


def test_identity_table_names_quantities_with_sources():
    assert set(table()) <= set(QUANTITIES)
    assert all(len(prior.source) > 10 for prior in table().values())


def test_identity_prior_as_text():
    found = read_prior("log_uniform:1 ps:10 ns", "s")
    assert (found.kind, found.first, found.second) == ("log_uniform", pytest.approx(1e-12), pytest.approx(1e-8))
    assert read_prior("log_normal:11 nm:1.2", "m").second == pytest.approx(math.log(1.2))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Prior("beta", 0, 1), "cannot be 'beta'; it can be uniform"),
        (lambda: uniform(1, 1), "empty"),
        (lambda: normal(0, 0), "must be positive"),
        (lambda: log_uniform(0, 1), "needs a positive number"),
        (lambda: log_uniform(1, math.inf), "finite"),
        (lambda: log_normal(1, 0.5), "must be above 1"),
        (lambda: read_prior("flat:0:1", "s"), "kinds are uniform"),
        (lambda: default_prior("nothing_known", "1", -math.inf, math.inf, math.nan, x_unit="", x_span=0, y_unit="", y_size=0),
         "needs a prior"),
    ],
)  # fmt: skip
def test_rejects_priors_that_are_none(make, message):
    with pytest.raises(FitError, match=message):
        make()


def test_rejects_prior_in_another_unit():
    with pytest.raises(UnitError, match="wanted"):
        read_prior("uniform:0 K:1 K", "s")
