"""Data without noise, or digitised coarsely: finite numbers, no warnings, errors that mean something."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from small import gaussian, line, lorentzian

from supraspin.fit import compare, fit, fit_batch
from supraspin.fit.noise import noise, noise_of_curves, step_of

X = np.linspace(-1, 1, 201)
TRUTH = {"amplitude": 2e-3, "centre": 0.13, "width": 0.1}
CLEAN = np.asarray(lorentzian.function(X, **TRUTH))
QUIET = {
    "exact": CLEAN, "constant": np.full(201, 3e-3), "zero": np.zeros(201), "single": CLEAN.astype(np.float32).astype(float),
    "coarse": np.round(CLEAN / 5e-4) * 5e-4, "one step": np.round(CLEAN / 2e-3) * 2e-3,
}  # fmt: skip


@pytest.mark.parametrize("y", QUIET.values(), ids=QUIET)
@pytest.mark.parametrize("model", [lorentzian, gaussian, line], ids=lambda m: m.name)
def test_quiet_data_give_numbers(model, y):
    result = fit(model, (X, y))
    assert result.converged
    assert math.isfinite(result.chi_square)
    assert all(math.isfinite(result.params[n].value) and result.params[n].stderr >= 0 for n in result.free)
    assert json.loads(result.to_json())["n"] == 201
    assert "[[Variables]]" in str(result)
    batch = fit_batch(model, X, np.stack([y, y]))
    assert batch.converged.all()
    assert all(np.all(batch.stderr[n] >= 0) for n in batch.names)


def test_identity_exact_data_have_no_flags_and_no_error():
    result = fit(lorentzian, (X, CLEAN))
    assert not result.flags
    assert result.inflation == 1.0
    for name, value in TRUTH.items():
        assert result.params[name].value == pytest.approx(value, rel=1e-9)
        assert result.params[name].stderr < 1e-9 * value


def test_exact_data_still_show_a_wrong_model():
    codes = [f.code for f in fit(gaussian, (X, CLEAN)).flags]
    assert "poor_fit" in codes
    assert compare([lorentzian, gaussian], (X, CLEAN)).best.model.name == "lorentzian"


@pytest.mark.parametrize("step", [1e-4, 5e-4])
def test_limit_of_a_converter(step):
    """Readings on a ladder of steps scatter by step / sqrt(12) at the least, however smooth the curve is between them."""
    y = np.round(CLEAN / step) * step
    assert step_of(y) == pytest.approx(step, rel=1e-6)
    assert noise([(X, y)]) >= 0.999 * step / math.sqrt(12)
    assert noise_of_curves(X, np.stack([y, CLEAN]))[0] == pytest.approx(noise([(X, y)]), rel=1e-9)
    result = fit(lorentzian, (X, y))
    assert "poor_fit" not in [f.code for f in result.flags]
    assert abs(result.params["centre"].value - 0.13) < 3 * result.inflation * result.params["centre"].stderr


def test_fine_readings_stand_on_no_ladder():
    rng = np.random.default_rng(1)
    assert step_of(CLEAN) == 0.0
    assert step_of(CLEAN + 1e-5 * rng.normal(size=201)) == 0.0
    assert step_of(np.repeat(rng.normal(size=50), 4)) == 0.0
    noisy = np.round((CLEAN + 3e-5 * rng.normal(size=201)) / 1e-6) * 1e-6
    assert noise([(X, noisy)]) == pytest.approx(3e-5, rel=0.25)
