"""The device files are what the package's own calibration finds, and the numbers that cannot be had together are named."""

from __future__ import annotations

import math
from importlib.resources import files

import numpy as np
import pytest
from scipy.constants import e, h, hbar, k, physical_constants

from supraspin.devices import Device, published
from supraspin.devices.published import PublishedNumber, number, numbers, results
from supraspin.lab import order as film_order
from supraspin.lab.calibration import PREDICTIONS, calibrate, predict, relations
from supraspin.lab.calibration.consistent import LIMIT, free_parameters, hitting
from supraspin.lab.calibration.solve import changed, entry, solve
from supraspin.lab.calibration.write import rewritten

RESULTS = {one.number: one for one in results().fitted}


def kept(name):
    return [one for one in numbers(device=name) if one.twin and RESULTS[one.name].kept]


@pytest.mark.parametrize("name", ["A", "B"])
def test_identity_device_files_are_the_optimum(name):
    """From the file, and from a start that is a few per cent off, the fit comes back to what the file says."""
    device = Device.load(name)
    found = kept(name)
    names = [one for one in free_parameters(device, found) if one != "spin.background"]  # of which only a limit speaks
    assert len(names) >= 7
    rng = np.random.default_rng(3)
    away = changed(device, {one: entry(device, one) * float(np.exp(0.03 * rng.standard_normal())) for one in names})
    for start in (device, away):
        solution = solve(start, found, names)
        assert np.abs(solution.pulls).max() < 1
        for one in names:
            if math.isfinite(solution.errors[one]):
                assert solution.parameters[one] == pytest.approx(entry(device, one), rel=2e-3), one
                assert abs(solution.parameters[one] - entry(device, one)) < 0.05 * solution.errors[one], one


@pytest.mark.slow
def test_identity_the_kept_numbers_of_device_b_are_found_again():
    fitted = calibrate(Device.load("B"))
    assert [one.name for one in fitted.numbers] == [one.name for one in numbers(device="B") if one.twin]
    assert {one.name for one in fitted.left_out} == {"spin_diffusion_length_short_B", "further_maximum_B"}
    assert all(RESULTS[one.name].kept == keep for one, keep in zip(fitted.numbers, fitted.kept, strict=True))
    assert len(fitted.conflicts) >= 2
    for conflict in fitted.conflicts:
        assert any(one in fitted.left_out for one in conflict)


def test_identity_results_are_of_the_committed_devices():
    assert set(RESULTS) == {one.name for one in numbers() if one.twin}
    for one in numbers():
        if one.twin:
            value = predict(Device.load(one.device), one)
            assert value == pytest.approx(RESULTS[one.name].twin, rel=2e-3), one.name
            assert not RESULTS[one.name].kept or abs(one.pull(value)) < LIMIT


def test_published_numbers_that_cannot_be_had_together():
    """DESIGN's faults come out with their sizes: 4 (TMR), 9 (T_K against B_K and B_c2), 10 (channels)."""
    found = {one.number: one for one in results().tension}
    assert set(found) == {
        "tmr_saturation_temperature_A", "tmr_ratio_at_small_current_A", "spin_diffusion_length_short_B", "further_maximum_B",
    }  # fmt: skip
    rivals = {name: {other.number for other in one.against} for name, one in found.items()}
    assert rivals["tmr_ratio_at_small_current_A"] == {"tmr_ratio_A", "zero_bias_peak_A"}
    assert rivals["tmr_saturation_temperature_A"] == {"ordering_field_perpendicular_A", "critical_field_perpendicular_A"}
    assert "spin_diffusion_length_middle_B" in rivals["spin_diffusion_length_short_B"]
    assert "first_zero_crossing_B" in rivals["further_maximum_B"]
    assert found["tmr_saturation_temperature_A"].twin == pytest.approx(2.04, abs=0.03)
    assert found["further_maximum_B"].twin == pytest.approx(0.22, abs=0.01)
    assert found["tmr_ratio_at_small_current_A"].twin > 0.05  # the zero-bias peak shunts some, not nearly enough
    peak = {other.number: other for other in found["tmr_ratio_at_small_current_A"].against}["zero_bias_peak_A"]
    assert peak.twin > 2  # several times the normal conductance: no spectrum shows that
    for name, one in found.items():
        assert number(name).faults
        assert abs(one.pull) > LIMIT
        for other in one.against:
            assert abs(other.pull) > LIMIT


def test_published_relations_that_do_not_hold():
    """Faults 5, 6 and 8: two diffusion constants, a voltage as large as the gap, a thousandfold penetration depth."""
    found = {one.name: one for one in results().relation}
    assert {one.fault for one in found.values()} == {5, 6, 8}
    again = {one.name: one for one in relations(Device.load("A"), Device.load("B"))}
    for name, one in found.items():
        assert again[name].ratio == pytest.approx(one.ratio, rel=5e-3)
    assert 30 < found["one_diffusivity"].ratio < 80
    assert found["bulk_penetration_depth"].left == pytest.approx(1.55e-3, rel=0.02)
    assert found["bulk_penetration_depth"].ratio > 500
    assert 0.3 < found["voltage_over_gap"].ratio < 1.5
    film = Device.load("A").film
    phi0 = h / (2 * e)
    mu0 = physical_constants["vacuum mag. permeability"][0]
    asked = phi0**2 / (8 * math.pi * mu0 * k * film.bkt_temperature)
    assert found["bulk_penetration_depth"].left == pytest.approx(asked, rel=1e-3)
    channel = Device.load("B").film
    charge = 8 * k * channel.critical_temperature * channel.coherence_length**2 / (math.pi * hbar)
    assert found["one_diffusivity"].right == pytest.approx(charge, rel=2e-3)


def test_published_fault_9_in_the_twin():
    """B_c2 = 5 T at 1.5 K gives xi_0 = 6.4 nm, B_K = 2 T then l_m = 7.7 nm and T_K(0) = 2.0 K."""
    device = Device.load("A")
    assert device.film.coherence_length == pytest.approx(6.4e-9, rel=0.02)
    assert device.ordering.magnetic_length == pytest.approx(7.7e-9, rel=0.02)
    assert PREDICTIONS["ordering_temperature"](device) == pytest.approx(2.0, abs=0.05)
    assert PREDICTIONS["ordering_field_perpendicular"](device, temperature=1.5) == pytest.approx(2.0, abs=0.01)


def test_published_fault_5_in_the_twin():
    """The zero at 0.125 T of the channel of 0.8 um with a length of 1.06 um gives 6.5e-3 m^2/s and 173 ps."""
    spin = Device.load("B").spin
    assert spin.diffusivity == pytest.approx(6.5e-3, rel=0.01)
    assert spin.spin_lifetime == pytest.approx(173e-12, rel=0.01)


def test_identity_every_prediction_is_used_and_known():
    assert {one.twin for one in numbers() if one.twin} == set(PREDICTIONS)


def thick(name, value, bound=None):
    return PublishedNumber(
        name=name, figure="text", device="A", finding="thickness", value=value, error=0.1e-9, unit="m", bound=bound,
        constrains=("film.thickness",), twin="thickness", source="made up",
    )  # fmt: skip


def test_identity_the_odd_one_is_left_out():
    found = [thick("a", 11e-9), thick("b", 13e-9), thick("c", 11.1e-9), thick("d", 10e-9, "lower")]
    fitted = calibrate(Device.load("A"), found)
    assert [one.name for one in fitted.left_out] == ["b"]
    assert fitted.device.film.thickness == pytest.approx(11.05e-9, rel=1e-4)
    assert fitted.solution.errors["film.thickness"] == pytest.approx(0.1e-9 / math.sqrt(2), rel=1e-3)
    assert {one.name for one in fitted.conflicts[0]} in ({"a", "b"}, {"b", "c"})


def test_limit_zero_bias_peak():
    """No peak without moments or a junction; at T = 0 a narrow pair at zero energy stands 2 g_0 m over the floor of the gap."""
    device = Device.load("A")
    assert PREDICTIONS["zero_bias_peak"](changed(device, {"ordering.peak_conductance": 1e-9}), temperature=1.5) == 0
    assert PREDICTIONS["zero_bias_peak"](device, temperature=3.0) == 0
    assert math.isnan(PREDICTIONS["zero_bias_peak"](Device.load("E"), temperature=1.5))
    narrow = changed(device, {"ordering.ysr_width": 1e-7, "film.broadening": 1e-7})
    order = float(film_order.order(device, 0.01, 0.0))
    tall = PREDICTIONS["zero_bias_peak"](narrow, temperature=1e-5)
    assert tall == pytest.approx(2 * device.ordering.peak_conductance * order, rel=0.02)


def test_identity_of_two_that_exclude_each_other_the_nearer_stands():
    """A limit on the far side of a number: the limit's own side is wide, so that the number goes no further than it must."""
    fitted = calibrate(Device.load("A"), [thick("a", 11e-9), thick("b", 11.05e-9), thick("c", 12e-9, "lower")])
    assert [one.name for one in fitted.left_out] == ["c"]


def test_limit_a_parameter_with_limits_only_stays_within_them():
    device = Device.load("A")
    fitted = calibrate(device, [thick("a", 5e-9, "lower")])
    assert fitted.device == device
    assert fitted.solution.parameters == {}
    assert calibrate(device, [thick("a", 15e-9, "lower")]).device.film.thickness == pytest.approx(15e-9, rel=1e-3)


def test_identity_smallest_choices():
    assert hitting([]) == [()]
    assert hitting([frozenset({1, 2})]) == [(1,), (2,)]
    assert hitting([frozenset({1, 2}), frozenset({2, 3})]) == [(2,)]
    assert hitting([frozenset({1, 2}), frozenset({3})]) == [(1, 3), (2, 3)]


def test_identity_files_keep_comments_order_and_units():
    text = (files("supraspin.devices") / "A.toml").read_text(encoding="utf-8").replace("length = ", "# a word\nlength = ", 1)
    out = rewritten(
        text, {"film.thickness": 12.34567e-9, "contacts.1.anisotropic_resistance": 0.2, "film.residual_resistance_ratio": 7.0},
        {"film.thickness": ["x", "y"], "contacts.1.anisotropic_resistance": ["z"], "film.residual_resistance_ratio": ["r"]},
    )  # fmt: skip
    lines = out.splitlines()
    assert 'thickness = "12.346 nm"  # fitted to x, y' in lines
    assert 'anisotropic_resistance = "0.2 ohm"  # fitted to z' in lines
    assert "residual_resistance_ratio = 7  # fitted to r" in lines
    assert "# a word" in lines
    assert len(lines) == len(text.splitlines())
    assert rewritten(out, {}, {}) == out
    with pytest.raises(ValueError, match="has no line of its own"):
        rewritten(text, {"film.gap_ratio": 2.0}, {"film.gap_ratio": ["x"]})
    assert published.numbers()  # the table is untouched by any of this
