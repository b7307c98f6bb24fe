"""The lmfit bridge: same numbers as our own fit, exact Jacobian of the right sign, numeric where it must be."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.errors import FitError
from supraspin.fit import fit
from supraspin.model import MODELS, Axis, Field, Held, PositiveField, Resistance, model

pytest.importorskip("lmfit")

from supraspin.interop.lmfit import lmfit_model

X = np.linspace(-1, 1, 151)


@model(x=Axis("field", "T"), y=Axis("resistance", "ohm"), reference="test")
def bridge_peak(
    field, alignment=1.0, *, amplitude: Resistance = 1.0, centre: Field = 0.1, width: PositiveField = 0.1,
    resistance_offset: Held[Resistance] = 0.0, saturation_field: Held[PositiveField] = np.inf,
):  # fmt: skip
    """A Lorentzian peak with a sign."""
    peak = alignment * amplitude / (1 + ((field - centre) / width) ** 2)
    return peak / (1 + (field / saturation_field) ** 2) + resistance_offset


PEAK = MODELS._models.pop("bridge_peak")


@pytest.fixture
def y():
    clean = np.asarray(PEAK.function(X, amplitude=2e-3, centre=0.15, width=0.2))
    return clean + 1e-4 * np.random.default_rng(0).normal(size=len(X))


@pytest.mark.parametrize("method", ["leastsq", "least_squares"])
def test_peer_same_as_our_fit(y, method):
    peak = lmfit_model(PEAK)
    result = peak.fit(y, peak.make_params(amplitude=1e-3), field=X, weights=np.full(len(X), 1e4), method=method)
    own = fit(PEAK, (X, y))
    for name in own.free:
        assert result.params[name].value == pytest.approx(own.params[name].value, rel=1e-4)
        assert result.params[name].stderr == pytest.approx(own.params[name].stderr, rel=1e-3)
    assert not result.params["resistance_offset"].vary
    assert result.nfev < 25


def test_identity_jacobian_is_that_of_lmfits_residual():
    peak = lmfit_model(PEAK, prefix="p_")
    params = peak.make_params(amplitude=2.0, width=0.3)
    weights = np.linspace(1, 2, len(X))
    exact = peak.jacobian(params, weights, field=X)
    data = np.zeros(len(X))
    for column, name in enumerate(["p_amplitude", "p_centre", "p_width"]):
        moved = []
        for sign in (1, -1):
            trial = params.copy()
            trial[name].value += sign * 1e-6
            moved.append(peak._residual(trial, data, weights, field=X, alignment=1.0))
        np.testing.assert_allclose(exact[:, column], (moved[0] - moved[1]) / 2e-6, atol=1e-7)


def test_numeric_fallback_where_a_parameter_follows_an_expression(y):
    peak = lmfit_model(PEAK)
    params = peak.make_params(amplitude=1e-3)
    params["width"].expr = "centre + 0.05"
    result = peak.fit(y, params, field=X)
    assert result.params["width"].value == pytest.approx(result.params["centre"].value + 0.05)
    assert result.params["centre"].value == pytest.approx(0.15, abs=0.02)


def test_a_bound_is_kept(y):
    peak = lmfit_model(PEAK)
    params = peak.make_params(amplitude=1e-3)
    params["width"].set(value=0.12, max=0.15)
    assert peak.fit(y, params, field=X).params["width"].value <= 0.15


def test_missing_readings_are_omitted(y):
    y[[4, 70]] = np.nan
    peak = lmfit_model(PEAK, nan_policy="omit")
    result = peak.fit(y, peak.make_params(amplitude=1e-3), field=X, weights=np.full(len(X), 1e4))
    assert result.ndata == len(X) - 2
    assert result.params["width"].value == pytest.approx(0.2, rel=0.1)


def test_term_switched_off_joins_where_given(y):
    peak = lmfit_model(PEAK)
    assert "saturation_field" not in peak.make_params()
    params = peak.make_params(amplitude=1e-3, saturation_field=2.0)
    assert not params["saturation_field"].vary
    curve = peak.eval(params, field=X)
    np.testing.assert_allclose(curve, PEAK.function(X, amplitude=1e-3, saturation_field=2.0))
    assert peak.fit(y, params, field=X).params["width"].value == pytest.approx(0.2, rel=0.1)


def test_rejects_a_wrong_jacobian(y, monkeypatch):
    peak = lmfit_model(PEAK)
    right = peak.jacobian
    monkeypatch.setattr(peak, "jacobian", lambda *args, **kwargs: -right(*args, **kwargs))
    with pytest.raises(FitError, match="disagrees with differences in 'amplitude'"):
        peak.fit(y, peak.make_params(amplitude=1e-3), field=X)
