"""One fit: recovery, peers, joint fits, what is held, what is left out."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.optimize import curve_fit
from small import SEEN, decay, line, lorentzian, parabola, product, signed

from supraspin.fit import fit

X = np.linspace(-1, 1, 201)
TRUTH = {"amplitude": 2e-3, "centre": 0.13, "width": 0.04}


def peak(x=X, noise=1e-4, seed=1, **changes):
    clean = np.asarray(lorentzian.function(x, **{**TRUTH, **changes}))
    return clean + noise * np.random.default_rng(seed).normal(size=len(x))


def test_identity_exact_data_give_back_the_truth():
    result = fit(lorentzian, (X, peak(noise=0.0)), start={"amplitude": 1.0, "centre": -0.5, "width": 0.3})
    for name, value in TRUTH.items():
        assert result.params[name].value == pytest.approx(value, rel=1e-6)
    assert result.converged
    assert not [f for f in result.flags if f.code == "poor_fit"]


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e6])
def test_identity_units_do_not_matter(scale):
    result = fit(lorentzian, (X, scale * peak()))
    reference = fit(lorentzian, (X, peak()))
    assert result.params["amplitude"].value == pytest.approx(scale * reference.params["amplitude"].value, rel=1e-6)
    assert result.params["width"].value == pytest.approx(reference.params["width"].value, rel=1e-6)
    assert result.params["width"].stderr == pytest.approx(reference.params["width"].stderr, rel=1e-5)


def test_peer_numpy_polyfit():
    rng = np.random.default_rng(2)
    x = np.sort(rng.uniform(-1, 2, 40))
    y = 3.0 - 2.0 * x + 0.7 * x**2 + 0.1 * rng.normal(size=40)
    expected, covariance = np.polyfit(x, y, 2, cov=True)
    result = fit(parabola, (x, y))
    names = ("bend", "slope", "constant")
    np.testing.assert_allclose([result.params[n].value for n in names], expected, rtol=1e-9)
    order = [result.free.index(n) for n in names]
    np.testing.assert_allclose(result.covariance[np.ix_(order, order)], covariance, rtol=1e-7)


def test_precise_line_with_known_sigma():
    x, sigma = np.linspace(0, 1, 11), np.linspace(0.1, 0.3, 11)
    y = 1.0 + 2.0 * x + sigma * np.random.default_rng(3).normal(size=11)
    design = np.stack([x, np.ones(11)], axis=1) / sigma[:, None]
    covariance = np.linalg.inv(design.T @ design)
    values = covariance @ design.T @ (y / sigma)
    result = fit(line, (x, y), sigma=sigma)
    np.testing.assert_allclose([result.params["slope"].value, result.params["constant"].value], values, rtol=1e-9)
    np.testing.assert_allclose(result.covariance, covariance, rtol=1e-8)
    residual = (y - values @ np.stack([x, np.ones(11)])) / sigma
    assert result.chi_square == pytest.approx(residual @ residual)
    likelihood = -0.5 * residual @ residual - np.sum(np.log(sigma * math.sqrt(2 * math.pi)))
    assert result.aicc == pytest.approx(4 - 2 * likelihood + 12 / 8)
    assert result.bic == pytest.approx(2 * math.log(11) - 2 * likelihood)
    assert result.sigma_source == "given"


def test_precise_information_criteria_with_unknown_sigma():
    y = peak()
    result = fit(lorentzian, (X, y))
    n, rss = len(y), float(np.sum(result.residual**2))
    likelihood = -0.5 * n * (math.log(2 * math.pi * rss / n) + 1)
    assert result.log_likelihood == pytest.approx(likelihood)
    assert result.aicc == pytest.approx(2 * 4 - 2 * likelihood + 2 * 4 * 5 / (n - 5))  # sigma is the fourth parameter


def test_peer_scipy_curve_fit():
    y = peak()
    values, covariance = curve_fit(
        lambda x, a, c, w: a / (1 + ((x - c) / w) ** 2), X, y, p0=[1e-3, 0.1, 0.05], xtol=1e-12, ftol=1e-12
    )
    result = fit(lorentzian, (X, y))
    np.testing.assert_allclose([result.params[n].value for n in ("amplitude", "centre", "width")], values, rtol=1e-5)
    np.testing.assert_allclose(np.sqrt(np.diag(result.covariance)), np.sqrt(np.diag(covariance)), rtol=1e-4)


def test_identity_start_far_away_finds_the_same_minimum():
    y = peak()
    near = fit(lorentzian, (X, y))
    far = fit(lorentzian, (X, y), start={"amplitude": -1e3, "centre": -0.9, "width": 30.0})
    for name in TRUTH:
        assert far.params[name].value == pytest.approx(near.params[name].value, rel=1e-5)


def test_identity_same_key_same_result():
    first, second = (fit(lorentzian, (X, peak()), key=5).to_dict() for _ in range(2))
    first.pop("seconds"), second.pop("seconds")
    assert first == second


def test_static_rule_held_at_default_is_a_plain_float():
    SEEN.clear()
    fit(lorentzian, (X[:100], peak()[:100]), bounds={"width": (1e-4, 1.0)})
    fit(lorentzian, (X[:90], peak()[:90]), free=["resistance_offset"])
    fit(lorentzian, (X[:80], peak()[:80]), fix={"resistance_offset": 1e-3})
    kinds = SEEN["resistance_offset"]
    assert float in kinds or not kinds
    assert any(kind is not float for kind in kinds)


def test_static_rule_by_the_compiled_program():
    from supraspin.fit.engine import split_constants

    traced, values, static = split_constants(lorentzian, ("amplitude", "centre"), {"width": 0.2})
    assert (traced, tuple(values), static) == (("width",), (0.2,), (("resistance_offset", 0.0),))
    assert type(static[0][1]) is float
    assert split_constants(lorentzian, ("amplitude",), {"resistance_offset": 1e-3})[2] == ()


def test_fix_and_free():
    y = peak(resistance_offset=5e-3)
    result = fit(lorentzian, (X, y), fix={"centre": 0.13}, free=["resistance_offset"])
    assert result.free == ("amplitude", "width", "resistance_offset")
    assert result.params["centre"].value == 0.13
    assert not result.params["centre"].vary
    assert result.params["centre"].stderr is None
    assert result.params["resistance_offset"].value == pytest.approx(5e-3, abs=5e-5)


def test_window_leaves_points_out():
    result = fit(lorentzian, (X, peak()), window=(-0.3, 0.5))
    assert result.n == np.sum((X >= -0.3) & (X <= 0.5))
    assert result.x.min() >= -0.3


def test_nan_readings_are_left_out_and_counted():
    y = peak()
    y[[3, 50, 120]] = np.nan
    result = fit(lorentzian, (X, y))
    flag = next(f for f in result.flags if f.code == "points_left_out")
    assert result.n == 198
    assert "3" in flag.message


def test_model_nan_away_from_the_start_is_no_abort():
    x = np.linspace(0, 1e-9, 60)
    y = np.asarray(decay.function(x, amplitude=1.0, lifetime=3e-10)) + 1e-3 * np.random.default_rng(0).normal(size=60)
    result = fit(decay, (x, y), start={"lifetime": 1e-12})  # lifetime 0 gives NaN at time 0
    assert result.params["lifetime"].value == pytest.approx(3e-10, rel=0.02)


def dataset(**coords):
    rng = np.random.default_rng(4)
    field = np.stack([X, X[::-1]])
    alignment = np.array([1.0, -1.0])
    temperature = np.asarray(coords.get("temperature", [2.0, 2.0]))
    clean = alignment[:, None] * 1.5 * temperature[:, None] / (1 + (field / 0.2) ** 2)
    return xr.Dataset(
        {"field": (("sweep", "point"), field), "resistance": (("sweep", "point"), clean + 0.01 * rng.normal(size=clean.shape))},
        coords={"alignment": ("sweep", alignment), "temperature": ("sweep", temperature)},
    )


@pytest.mark.parametrize("temperature", [[2.0, 2.0], [2.0, 3.0]])
def test_data_set_coordinates_are_used(temperature):
    result = fit(signed, dataset(temperature=temperature))
    assert result.free == ("amplitude", "width")
    assert result.params["temperature"].source == "data"
    assert result.params["amplitude"].value == pytest.approx(1.5, rel=0.01)
    assert result.params["width"].value == pytest.approx(0.2, rel=0.01)
    assert result.n == 402


def test_data_set_coordinate_can_be_freed():
    result = fit(signed, dataset(), free=["temperature"], fix={"amplitude": 1.5})
    assert result.params["temperature"].value == pytest.approx(2.0, rel=0.01)
    assert result.params["temperature"].start == 2.0


def test_doubtful_points_are_left_out_and_counted():
    ds = dataset()
    doubt = np.zeros(ds.field.shape, dtype=int)
    doubt[0, :12], doubt[1, :5] = 2, 4
    ds["doubt"] = (("sweep", "point"), doubt, {"flag_masks": [2, 4], "flag_meanings": "overload duplicate"})
    ds["resistance"].values[0, :12] = 99.0
    result = fit(signed, ds)
    flag = next(f for f in result.flags if f.code == "points_left_out")
    assert flag.message == "12 points left out: overload 12"
    assert result.n == 390
    assert result.params["amplitude"].value == pytest.approx(1.5, rel=0.01)


def test_padding_is_not_counted():
    ds = dataset()
    ds["resistance"].values[1, 150:] = np.nan
    ds["field"].values[1, 150:] = np.nan
    result = fit(signed, ds)
    assert result.n == 351
    assert not [f for f in result.flags if f.code == "points_left_out"]


def test_joint_fit_with_local_parameters_equals_direct():
    rng = np.random.default_rng(6)
    sets = [(X, s * X + 0.3 + 0.05 * rng.normal(size=201)) for s in (1.0, 2.0, -1.0)]
    result = fit(line, sets, shared=["constant"], sigma=0.05)
    design = np.zeros((603, 4))
    for i in range(3):
        design[201 * i : 201 * (i + 1), i], design[201 * i : 201 * (i + 1), 3] = X, 1.0
    expected = np.linalg.lstsq(design, np.concatenate([y for _, y in sets]), rcond=None)[0]
    found = [result.params[n].value for n in ("slope[0]", "slope[1]", "slope[2]", "constant")]
    np.testing.assert_allclose(found, expected, rtol=1e-8)
    errors = 0.05 * np.sqrt(np.diag(np.linalg.inv(design.T @ design)))
    np.testing.assert_allclose(
        [result.params[n].stderr for n in ("slope[0]", "slope[1]", "slope[2]", "constant")], errors, rtol=1e-7
    )
    np.testing.assert_allclose(
        result.evaluate([2.0], block=2), [result.params["slope[2]"].value * 2 + result.params["constant"].value]
    )


def test_all_shared_equals_one_curve_in_pieces():
    y = peak()
    whole = fit(lorentzian, (X, y), sigma=1e-4)
    pieces = fit(lorentzian, [(X[:90], y[:90]), (X[90:], y[90:])], sigma=1e-4)
    for name in whole.free:
        assert pieces.params[name].value == pytest.approx(whole.params[name].value, rel=1e-6)
        assert pieces.params[name].stderr == pytest.approx(whole.params[name].stderr, rel=1e-6)


def test_sweeps_of_one_data_set_with_shared():
    result = fit(signed, dataset(temperature=[2.0, 3.0]), shared=["width"])
    assert set(result.free) == {"amplitude[0]", "amplitude[1]", "width"}
    assert result.params["amplitude[1]"].value == pytest.approx(1.5, rel=0.02)


def test_json_is_strict_and_keeps_its_keys():
    result = fit(product, (X, peak() + X))
    text = result.to_json()
    found = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    keys = ["model", "parameters", "chi_square", "reduced_chi_square", "dof", "n", "aicc", "bic", "converged", "flags"]
    assert list(found)[: len(keys)] == keys
    parameter = ["value", "stderr", "unit", "interval_68", "at_bound", "identified"]
    assert list(found["parameters"]["a"])[: len(parameter)] == parameter
    assert {"code", "message"} <= set(found["flags"][0])


def test_report_and_plot():
    result = fit(lorentzian, (X, peak()))
    text = str(result)
    assert "[[Variables]]" in text
    assert "estimated from residuals" in text
    assert "C(amplitude, width)" in text
    figure = result.plot()
    assert len(figure.axes) == 2
    assert "mΩ" in figure.axes[0].get_ylabel()


def test_own_schema_decides_which_doubts_matter():
    from supraspin.data.schema import BITS

    ds = dataset().assign_attrs(conventions="supraspin-1")
    doubt = np.zeros(ds.field.shape, dtype=np.int32)
    doubt[0, :4], doubt[0, 10:13], doubt[1, -7:] = BITS["overload"], BITS["duplicate"], BITS["padding"]
    attrs = {"flag_masks": np.array(list(BITS.values()), np.int32), "flag_meanings": " ".join(BITS)}
    ds["doubt"] = (("sweep", "point"), doubt, attrs)
    result = fit(signed, ds)
    assert result.n == 402 - 4 - 7
    assert [f.message for f in result.flags if f.code == "points_left_out"] == ["4 points left out: overload 4"]


def test_guess_gets_the_data_and_what_is_held():
    calls = []

    def guess(field, *, y, **known):
        calls.append((len(field), len(y), known))
        return {"amplitude": 1e-3, "centre": 0.1, "width": math.nan, "unknown": 3.0}

    result = fit(replace(lorentzian, guess=guess), (X, peak()), fix={"resistance_offset": 0.0}, free=())
    assert calls == [(201, 201, {"resistance_offset": 0.0})]
    assert result.params["amplitude"].start == 1e-3
    assert result.params["width"].start == 0.1


def test_guess_that_fails_is_noted_and_the_fit_goes_on():
    def guess(field, y):
        raise ValueError("no peak")

    result = fit(replace(lorentzian, guess=guess), (X, peak()))
    assert "no_guess" in [f.code for f in result.flags]
    assert result.params["width"].value == pytest.approx(0.04, rel=0.2)
