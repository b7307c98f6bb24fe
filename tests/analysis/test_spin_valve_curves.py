"""Non-local I-V curves: what is linear and what is not, two states or one, switches within a curve, lengths."""

from __future__ import annotations

import math

import numpy as np
import pytest
from synthetic import codes, one

from supraspin.analysis import Analysis, analyze
from supraspin.analysis.result import Finding
from supraspin.analysis.spin_valve import combine
from supraspin.analysis.spin_valve.bias import signal_of_curves
from supraspin.analysis.spin_valve.curves import Curve, read_curves
from supraspin.analysis.spin_valve.iv import judge
from supraspin.analysis.spin_valve.states import Reading, gap_statistic, levels, pooled, two_state_chance
from supraspin.analysis.spin_valve.switches import Switch, mirrored
from supraspin.analysis.spin_valve.terms import fit_terms
from supraspin.data import make
from supraspin.errors import DataError
from supraspin.models import spin_valve_length
from synthetic_spin_valve import Device, curves, cycle, fields, switching


def dataset(made: list[Curve], source: str = "v.txt", **per_sweep):
    """A data set of kind `nonlocal_iv` from curves."""
    known = {"field": [c.field for c in made], "outer_direction": [c.direction for c in made], **per_sweep}
    current, voltage = [c.current for c in made], [c.voltage for c in made]
    return make("nonlocal_iv", current=current, voltage=voltage, per_sweep=known, source=source)


def quiet(**changes) -> Device:
    return Device(**{"noise": 1e-12, "scatter": 0.0, "drift": 0.0, **changes})


def test_identity_terms_of_a_curve_without_noise():
    i = cycle()
    found = fit_terms(Curve("", 0.0, 1, i, 1e-4 + 3e-3 * i + 8 * i**2))
    assert found.values["offset"] == pytest.approx(1e-4, rel=1e-9)
    assert found.values["linear"] == pytest.approx(3e-3, rel=1e-9)
    assert found.values["quadratic"] == pytest.approx(8, rel=1e-9)
    assert abs(found.values["cubic"]) * (5e-4) ** 3 < 1e-15


def test_identity_cubic_and_quartic_terms_are_seen_in_their_units():
    i, rng = cycle(), np.random.default_rng(0)
    v = 3e-3 * i + 8 * i**2 + 2e4 * i**3 - 5e7 * i**4 + rng.normal(0, 1e-9, i.size)
    found = fit_terms(Curve("", 0.0, 1, i, v), search=False)
    # Each is tested alone beside the first three, and the other is orthogonal to it over a symmetric cycle.
    assert found.values["cubic"] == pytest.approx(2e4, rel=0.02)
    assert found.values["quartic"] == pytest.approx(-5e7, rel=0.02)


def test_identity_thermal_term_does_not_move_the_signal():
    hot, cold = (judge(curves(np.random.default_rng(1), Device(thermal=k)), []) for k in (40.0, 0.0))
    assert hot.levels is not None
    assert cold.levels is not None
    assert hot.levels.difference == pytest.approx(cold.levels.difference, abs=0.05e-3)


@pytest.mark.parametrize("at", [12, 30, 60, 88])
def test_identity_a_switch_within_a_curve_is_found_where_it_is(at):
    found = fit_terms(switching(np.random.default_rng(at), Device(), at), looks=18)
    assert found.change is not None
    # Near zero current no reading tells one slope from the other.
    between = cycle()[min(found.change.at, at) : max(found.change.at, at)]
    assert between.size == 0 or np.abs(between).max() < 2 * 0.1e-6 * 5 / 15e-3
    assert abs(found.change.size + 15e-3) < 4 * found.change.stderr
    assert found.after is not None
    assert abs(found.after[0] + 7e-3) < 4 * found.after[1]


def test_identity_a_jump_of_the_offset_is_no_switch():
    i, rng = cycle(), np.random.default_rng(2)
    v = 1e-4 + 7e-3 * i + 10 * i**2 + rng.normal(0, 1e-7, i.size) + 1e-6 * (np.arange(i.size) > 40)
    found = fit_terms(Curve("", 0.0, 1, i, v), looks=18)
    assert found.after is None
    (jump,) = found.jumps
    assert abs(jump.size - 1e-6) < 4 * jump.stderr
    assert abs(found.values["linear"] - 7e-3) < 4 * found.stderr["linear"]


def test_identity_the_analysis_says_which_curve_switched():
    made = curves(np.random.default_rng(3), Device(first=0.05))
    made.insert(13, Curve("s", 0.05, 1, *vars_of(switching(np.random.default_rng(3), Device(), 30))))
    result = one(dataset(made))
    (flag,) = [f for f in result.flags if f.code == "switches_within"]
    assert flag.numbers["field"] == pytest.approx(0.05)
    assert result.finding("coercive_field_rising").value == pytest.approx(0.05)
    assert "in the middle of the curve" in result.finding("coercive_field_rising").text


def vars_of(curve: Curve) -> tuple[np.ndarray, np.ndarray]:
    return curve.current, curve.voltage


def test_identity_levels_switches_and_background():
    result = one(dataset(curves(np.random.default_rng(4), Device(background=2e-3))))
    signal = result.finding("spin_signal")
    assert signal.identified
    assert abs(signal.value - 15e-3) < 4 * signal.stderr
    assert result.finding("resistance_offset").value == pytest.approx(2e-3, abs=0.2e-3)
    ratio = result.finding("signal_over_background")
    assert abs(ratio.value - 7.5) < 4 * ratio.stderr
    # Fields are 30 mT apart, and the device is antiparallel between 35 and 85 mT.
    names = ("coercive_field_rising", "coercive_field_rising_2", "coercive_field_falling", "coercive_field_falling_2")
    assert [result.finding(name).value for name in names] == pytest.approx([0.045, 0.075, -0.045, -0.075])
    assert set(result.figures) == {"states"}


def test_limit_without_a_background_there_is_only_a_limit_of_the_ratio():
    result = one(dataset(curves(np.random.default_rng(6), Device(background=0.0, scatter=0.3e-3))))
    ratio = result.finding("signal_over_background")
    assert ratio.limit == "lower" or ratio.value > 30


def test_identity_window_of_the_bias_from_curves():
    """With a Lorentzian chord I / (1 + (I/w)^2), dV/dI = (1 - u) / (1 + u)^2, u = (I/w)^2, is half at u = 0.2361."""
    made = curves(np.random.default_rng(5), Device(window=3e-4, noise=0.03e-6), fields(11))
    result = one(dataset(made))
    window = result.finding("window_current")
    assert window.limit is None
    assert window.value == pytest.approx(3e-4 * math.sqrt(math.sqrt(5) - 2), rel=0.1)


def test_limit_a_signal_that_lasts_gives_a_lower_limit_of_the_window():
    result = one(dataset(curves(np.random.default_rng(7), Device())))
    window = result.finding("window_current")
    assert window.limit == "lower"
    assert 3e-4 < window.value < 5e-4
    assert not window.identified


def test_identity_bias_signal_of_two_states_without_noise():
    made = curves(np.random.default_rng(8), quiet())
    states = np.array([quiet().state(c.field, c.direction) for c in made])
    found = signal_of_curves(made, states)
    assert found is not None
    np.testing.assert_allclose(found.signal, 15e-3, rtol=1e-6)
    assert signal_of_curves(made[:3], states[:3]) is None


def test_identity_a_pause_at_the_turn_gives_the_curve_to_the_next_run():
    times = ["2020-01-01T00:00:00", "2020-01-01T00:00:20", "2020-01-01T00:00:40", "2020-01-01T00:20:00", "2020-01-01T00:20:20"]
    i = cycle()
    known = {"field": [0.0, -0.1, -0.2, -0.3, 0.0], "outer_direction": [-1, -1, -1, -1, 1], "started": times}
    ds = make("nonlocal_iv", current=[i] * 5, voltage=[i] * 5, per_sweep=known, source="p.txt")
    found, flags = read_curves(ds)
    assert [c.direction for c in found] == [-1, -1, -1, 1, 1]
    assert [f.code for f in flags] == ["pause_at_turn"]


def test_rejects_a_single_step():
    """Something that happens once, at whatever field, is no spin valve."""
    made = curves(np.random.default_rng(9), Device(signal=0.0))
    moved = [Curve(c.label, c.field, c.direction, c.current, c.voltage + 5e-3 * c.current * (k > 8)) for k, c in enumerate(made)]
    result = one(dataset(moved))
    assert not result.finding("spin_signal").identified
    assert "single_step" in codes(result)
    assert "not shown" in result.summary


def test_rejects_outliers_scattered_over_a_run():
    made = curves(np.random.default_rng(10), Device(signal=0.0))
    odd = {2, 5, 11, 15}
    moved = [
        Curve(c.label, c.field, c.direction, c.current, c.voltage + 5e-3 * c.current * (k in odd)) for k, c in enumerate(made)
    ]
    result = one(dataset(moved))
    assert not result.finding("spin_signal").identified
    assert "states_in_pieces" in codes(result)


def test_limit_few_curves_give_no_states():
    result = one(dataset(curves(np.random.default_rng(11), Device())[:5]))
    assert "too_few_curves" in codes(result)
    assert not [f for f in result.findings if f.name == "spin_signal"]
    assert result.finding("thermal_coefficient").value == pytest.approx(10, abs=1)


def test_precise_gap_statistic_by_hand():
    found, middle = gap_statistic(np.array([0.0, 3.0, 1.0, 10.0, 12.0]))
    within = math.sqrt(((0 - 4 / 3) ** 2 + (1 - 4 / 3) ** 2 + (3 - 4 / 3) ** 2 + 1 + 1) / 3)
    assert found == pytest.approx(7 / within)
    assert middle == pytest.approx(6.5)


def test_limit_chance_of_white_noise_is_what_it_says():
    rng = np.random.default_rng(12)
    p = np.array([two_state_chance(rng.normal(size=14))[0] for _ in range(400)])
    assert np.mean(p < 0.05) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 400)
    assert two_state_chance(np.array([0.0, 0.1] * 5 + [9.0, 9.1] * 3))[0] < 1e-3


def test_identity_pooled_mean_weighs_by_errors_and_allows_for_scatter():
    value, error, extra = pooled(np.array([1.0, 1.0, 1.0]), np.array([0.1, 0.2, 0.4]))
    assert (value, extra) == (1.0, 0.0)
    assert error > (1 / 0.1**2 + 1 / 0.2**2 + 1 / 0.4**2) ** -0.5
    _, error, extra = pooled(np.array([0.0, 2.0, 4.0, 6.0]), np.full(4, 1e-3))
    assert extra == pytest.approx(np.std([0, 2, 4, 6], ddof=1), rel=1e-3)
    assert error == pytest.approx(extra / 2, rel=0.3)
    both = levels([Reading(0, 1, y, 0.1) for y in (1.0, 1.1, -1.0, -0.9)], np.array([1, 1, -1, -1]))
    assert both.difference == pytest.approx(2.0)


def test_identity_mirror_of_switches():
    assert mirrored([Switch(1, 0.03, 0.05, -1), Switch(-1, -0.04, -0.06, -1)])
    assert mirrored([Switch(1, 0.03, 0.05, -1), Switch(-1, 0.04, 0.06, -1)]) is False
    assert mirrored([Switch(1, 0.03, 0.05, -1)]) is None


def of(length: float, signal: float, error: float) -> tuple[None, Analysis]:
    found = [Finding("spin_signal", signal, "ohm", error), Finding("separation", length, "m")]
    return None, Analysis("nonlocal_iv", "Non-local spin valve: v", (f"{length:g}.txt",), "", found)


def test_identity_length_from_several_distances():
    x, rng = np.array([0.3, 0.6, 0.9, 1.4, 2.0]) * 1e-6, np.random.default_rng(13)
    y = 2 * np.asarray(spin_valve_length(x, amplitude=10e-3, spin_diffusion_length=0.7e-6))
    (result,) = combine([of(a, b + rng.normal(0, 0.01 * b), 0.01 * b) for a, b in zip(x, y, strict=True)], {})
    length = result.finding("spin_diffusion_length")
    assert abs(length.value - 0.7e-6) < 4 * length.stderr
    assert set(result.figures) == {"length"}


def test_limit_two_distances_give_a_ratio_and_say_so():
    (result,) = combine([of(0.5e-6, 8e-3, 0.1e-3), of(1e-6, 4e-3, 0.1e-3)], {})
    assert result.finding("signal_ratio").value == pytest.approx(2.0)
    assert "two_lengths" in codes(result)
    assert not [f for f in result.findings if f.name == "spin_diffusion_length"]
    assert combine([of(0.5e-6, 8e-3, 0.1e-3), of(0.5e-6, 4e-3, 0.1e-3)], {}) == []


def test_published_copper_length_with_the_resistances_of_its_parts():
    """Copper with transparent contacts: 0.666 +- 0.112 um and a polarisation of 0.409 +- 0.020 were published."""
    x, y = np.array([0.146, 0.29, 0.52, 1.04, 1.61]) * 1e-6, np.array([2.75, 1.97, 1.17, 0.65, 0.40]) * 1e-3
    given = {"channel_resistance": 0.69e-8 / (220e-9 * 320e-9), "spin_resistance_electrode": 17.1e-8 * 5e-9 / (140e-9 * 220e-9)}
    (result,) = combine([of(a, b, 0.05e-3) for a, b in zip(x, y, strict=True)], given)
    length, polarisation = result.finding("spin_diffusion_length"), result.finding("polarisation")
    assert abs(length.value - 0.666e-6) < 2 * math.hypot(0.112e-6, length.stderr)
    assert abs(polarisation.value - 0.409) < 2 * math.hypot(0.02, polarisation.stderr)


def test_identity_distances_come_from_settings_and_files():
    made = curves(np.random.default_rng(14), Device())
    both = [dataset(made, "a.txt"), dataset(made, "b.txt", separation=2e-6)]
    results = analyze(both, settings={"separation@a.txt": 1e-6})
    assert [r.finding("separation").value for r in results[:2]] == [1e-6, 2e-6]
    assert results[2].title.startswith("Spin signal against distance")


def test_rejects_a_distance_that_is_none():
    with pytest.raises(DataError, match="separation"):
        analyze(dataset(curves(np.random.default_rng(15), Device())), settings={"separation": -1.0})
