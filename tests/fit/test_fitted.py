"""A fit says what it was made to, and which numbers no experiment has."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.data import make
from supraspin.fit import fit
from supraspin.model import MODELS
from supraspin.quantities import PLAUSIBLE, QUANTITIES, implausible

BIAS = np.linspace(-4e-3, 4e-3, 81)
TEMPERATURES = (0.5, 2.0, 4.0)
GAPS = (1e-3, 0.99e-3, 0.9e-3)


def spectra(gaps):
    """Spectra at three temperatures in one data set."""
    dynes, rng = MODELS["dynes"], np.random.default_rng(1)
    curves = [
        np.asarray(dynes(BIAS, gap=gap, broadening=5e-5, temperature=t, normal_conductance=1e-5)) + 2e-8 * rng.normal(size=81)
        for gap, t in zip(gaps, TEMPERATURES, strict=True)
    ]
    return make("tunnel_spectrum", bias=[BIAS] * 3, conductance=curves, per_sweep={"temperature": TEMPERATURES})


def flag(result, code):
    return next((f for f in result.flags if f.code == code), None)


def test_sweeps_of_several_temperatures_keep_their_own_and_it_is_said():
    result = fit("dynes", spectra([1e-3] * 3))
    assert result.params["gap"].value == pytest.approx(1e-3, abs=4 * result.params["gap"].stderr)
    assert [block.constants["temperature"] for block in result.blocks] == list(TEMPERATURES)
    assert result.params["temperature"].span == (0.5, 4.0)
    said = flag(result, "fitted_together")
    assert said.level == "note"
    assert "3 sweeps are fitted as one problem: each has its own temperature (500 mK to 4.00 K)" in said.message
    assert "one value of gap, broadening" in said.message
    report = result.report()
    assert "temperature:          500.000 mK to 4.00000 K (held: data, each sweep's own)" in report
    assert all(f"temperature = {t}" in report for t in ("500 mK", "2.00 K", "4.00 K"))
    assert [one["constants"]["temperature"] for one in result.to_dict()["data"]] == list(TEMPERATURES)
    assert result.to_dict()["held"]["temperature"]["span"] == [0.5, 4.0]


def test_one_gap_for_sweeps_with_several_is_a_warning_with_the_way_out():
    together = flag(fit("dynes", spectra(GAPS)), "fitted_together")
    assert together.level == "warning"
    assert "name in shared only what is common" in together.message
    apart = fit("dynes", spectra(GAPS), shared=["normal_conductance", "bias_offset"])
    assert flag(apart, "fitted_together").level == "note"
    for i, gap in enumerate(GAPS):
        assert apart.params[f"gap[{i}]"].value == pytest.approx(gap, abs=4 * apart.params[f"gap[{i}]"].stderr)


def test_one_temperature_needs_no_word():
    ds = spectra([1e-3] * 3).isel(sweep=[0])
    result = fit("dynes", ds)
    assert flag(result, "fitted_together") is None
    assert result.params["temperature"].span is None


def test_a_length_in_metres_is_odd():
    field = np.linspace(-0.2, 0.2, 121)
    y = np.asarray(MODELS["hanle"](field, separation=2.1e-6)) + 1e-3 * np.random.default_rng(2).normal(size=121)
    wrong, right = (fit("hanle", (field, y), fix={"separation": length}) for length in (2.1, 2.1e-6))
    messages = [f.message for f in wrong.flags if f.code == "implausible"]
    assert any("separation of 2.10 m is far from what experiments have (10.0 nm to 1.00 mm)" in m for m in messages)
    assert any("diffusivity" in m for m in messages)
    assert flag(right, "implausible") is None


@pytest.mark.parametrize(("name", "value"), [("separation", 1e-6), ("modulation", 0.0), ("saturation_field", np.inf),
                                             ("gap[3]", 1e-3), ("amplitude", 1e30), ("field", -9.0)])  # fmt: skip
def test_usual_sizes_are_not_odd(name, value):
    assert implausible(name, value, "m") is None


@pytest.mark.parametrize(("name", "value"), [("separation", 2.1), ("gap", 1.2), ("field", -9e4), ("diffusivity", 1e10),
                                             ("spin_lifetime[0]", 5.0), ("coherence_length", 8.0), ("bias", 26.0)])  # fmt: skip
def test_forgotten_units_are_odd(name, value):
    assert "far from what experiments have" in implausible(name, value, "m")


def test_every_default_of_a_model_is_plausible():
    odd = [
        (model.name, name) for model in MODELS.values() for name, par in model.parameters.items()
        if implausible(name, par.default, par.unit)
    ]  # fmt: skip
    assert not odd
    assert all(low < high for low, high in PLAUSIBLE.values())
    from supraspin.analysis.chain import modules

    settings = {name for module in modules() for name in module.SETTINGS}
    assert set(PLAUSIBLE) <= set(QUANTITIES) | settings
