"""Maps of R_NL over current and field: both layouts, the bias window, the sign change, the thermal term, and empty maps."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import codes

from false_alarms_spin_valve import map_pulls, one_sided_alarms
from supraspin.analysis import Analysis, analyze
from supraspin.analysis.spin_valve.bias import BiasSignal, window_findings
from supraspin.analysis.spin_valve.box import fit_box, map_chance, measure_box
from supraspin.analysis.spin_valve.crossing import sign_change
from supraspin.analysis.spin_valve.map import BiasMap, read_bias_map
from supraspin.analysis.spin_valve.map_findings import fold
from supraspin.analysis.spin_valve.mirror import mirror_chance
from supraspin.analysis.spin_valve.one_side import one_side, pairs_of
from supraspin.data import make
from supraspin.models.spin_valve_bias import bias_window
from synthetic_spin_valve import ONE_SIDED_NULLS, Device, bias_map, null_map, one_sided

DEVICE = Device(signal=0.5, background=0.15, thermal=1e3, scatter=0.05, drift=0.05, window=1.2e-6)


def loops(made):
    """One loop a current, down then up."""
    field, rows, current, fields = made["field"], [], [], []
    for j, i in enumerate(made["current"]):
        rows += [made["falling"][::-1, j], made["rising"][:, j]]
        fields += [field[::-1], field]
        current += [i, i]
    return make("spin_valve_loop", field=fields, nonlocal_resistance=rows, per_sweep={"current": current}, source="loops.csv")


def bias_sweeps(made, **per_sweep):
    """One bias sweep a field, down then up."""
    rows = np.concatenate((made["falling"][::-1], made["rising"]))
    fields = np.concatenate((made["field"][::-1], made["field"]))
    known = {"field": fields, **per_sweep}
    return make("nonlocal_bias", current=made["current"], nonlocal_resistance=rows, per_sweep=known, source="bias.csv")


def valve(ds) -> Analysis:
    (result,) = [r for r in analyze(ds) if r.title.startswith("Non-local spin valve")]
    return result


@pytest.fixture(scope="module")
def both() -> tuple[Analysis, Analysis]:
    made = bias_map(np.random.default_rng(1), DEVICE)
    return valve(loops(made)), valve(bias_sweeps(made))


def test_identity_both_layouts_give_the_same(both):
    for name in ("spin_signal", "window_current", "resistance_offset"):
        one, other = (result.finding(name) for result in both)
        assert one.value == pytest.approx(other.value, rel=0.02)


@pytest.mark.parametrize(
    ("name", "truth"),
    [("spin_signal", 0.5), ("window_current", 1.2e-6), ("thermal_coefficient", 1e3), ("coercive_field_rising", 0.035),
     ("coercive_field_falling", -0.035), ("coercive_field_rising_2", 0.085), ("coercive_field_falling_2", -0.085)],
)  # fmt: skip
def test_identity_a_map_gives_back_what_it_was_made_of(both, name, truth):
    for result in both:
        found = result.finding(name)
        assert abs(found.value - truth) < 4 * found.stderr
        assert found.stderr < 0.2 * abs(truth)


def test_identity_signal_over_background_and_figure(both):
    for result in both:
        # The quadratic part of the background adds to what is given at zero field only away from it.
        assert result.finding("signal_over_background").value == pytest.approx(0.5 / 0.15, rel=0.06)
        assert set(result.figures) == {"map"}
        assert "of the background" in result.summary


def test_identity_resistance_of_the_antiparallel_state_changes_its_sign_where_the_window_says(both):
    """R_0 = A w(I): 0.15 = 0.25 w."""
    fine = np.linspace(0, 3e-6, 3001)
    where = fine[np.argmin(np.abs(0.25 * np.asarray(bias_window(fine, 1.2e-6, 1.2e-6 / 8)) - 0.15))]
    for result in both:
        found = result.finding("sign_change_current")
        assert found.value == pytest.approx(where, rel=0.05)


def test_identity_a_sweep_that_switched_on_its_way_is_found():
    device = Device(signal=0.5, background=0.15, scatter=0.03, drift=0.0, window=3e-6, spread=0.0)
    made = bias_map(np.random.default_rng(2), device)
    k = int(np.argmax(made["field"] > 0.036))
    made["rising"][k, :20] = made["rising"][k - 4, :20]  # parallel until point 20
    result = valve(bias_sweeps(made))
    (flag,) = [f for f in result.flags if f.code == "switches_within"]
    assert flag.numbers["field"] == pytest.approx(made["field"][k])
    assert flag.numbers["current"] == pytest.approx(0.5 * (made["current"][19] + made["current"][20]), abs=0.3e-6)


def test_limit_one_direction_claims_nothing():
    made = bias_map(np.random.default_rng(3), DEVICE)
    ds = make("nonlocal_bias", current=made["current"], nonlocal_resistance=made["rising"],
              per_sweep={"field": made["field"]}, source="up.csv")  # fmt: skip
    result = valve(ds)
    assert {"one_direction", "direction_assumed"} <= codes(result)
    assert not [f for f in result.findings if f.name == "spin_signal"]


def test_limit_few_fields_are_no_map():
    made = bias_map(np.random.default_rng(4), DEVICE, steps=9)
    (result,) = [r for r in analyze(bias_sweeps(made)) if r.kind == "nonlocal_bias"]
    assert "could_not_fit" in codes(result)


def test_limit_a_signal_at_all_currents_gives_a_lower_limit_of_the_window():
    made = bias_map(np.random.default_rng(5), Device(signal=0.5, background=0.15, scatter=0.05, drift=0.02))
    window = valve(loops(made)).finding("window_current")
    assert window.limit == "lower"
    assert window.value == pytest.approx(5e-6)


def test_identity_gaps_and_odd_grids_of_the_field_are_read():
    made = bias_map(np.random.default_rng(6), DEVICE)
    ds = loops(made)
    ds["nonlocal_resistance"][3, 10:14] = np.nan
    found = read_bias_map(ds)
    assert found.current.size == 41
    assert found.rising is not None
    assert np.isfinite(found.rising).all()
    np.testing.assert_allclose(found.field, made["field"], atol=1e-12)


def test_identity_box_without_noise_is_exact():
    field = np.linspace(-0.1, 0.1, 61)
    inside = (field > 0.03) & (field < 0.07)
    values = 1 + field[:, None] ** 2 * 5 + 0.2 * field[:, None] - np.where(inside[:, None], [0.1, 0.2, -0.3], 0.0)
    box = fit_box(field, values)
    assert (box.first, box.last) == (int(np.argmax(inside)), int(np.argmax(inside)) + int(inside.sum()))
    np.testing.assert_allclose(measure_box(field, values, box.first, box.last).signal, [0.1, 0.2, -0.3], atol=1e-12)


def test_identity_even_part_and_its_test():
    current = np.linspace(-1, 1, 21)
    x, even, error, p = fold(current, 2 + current**2, np.full(21, 0.1))
    np.testing.assert_allclose(even, 2 + x**2)
    assert error[0] == pytest.approx(0.1)
    assert error[1] == pytest.approx(0.1 / np.sqrt(2))
    assert p == pytest.approx(1)
    assert fold(current, current, np.full(21, 0.1))[3] < 1e-6


def test_identity_sign_change_is_the_root_and_needs_both_sides():
    x = np.linspace(0, 1, 11)
    found = sign_change(x, x - 0.43, np.full(11, 0.01))
    assert found is not None
    assert found[0] == pytest.approx(0.43)
    assert 0.003 < found[1] < 0.02
    assert sign_change(x, x + 0.1, np.full(11, 0.01)) is None
    assert sign_change(x, 0.01 * (x - 0.43), np.full(11, 0.01)) is None


def test_identity_window_current_where_the_signal_is_half():
    current = np.linspace(0, 4e-6, 21)
    signal = 0.4 * np.asarray(bias_window(current, 1.5e-6, 0.2e-6))
    rng = np.random.default_rng(7)
    (found,), fitted, _ = window_findings(BiasSignal(current, signal + rng.normal(0, 2e-3, 21), np.full(21, 2e-3), 1e-9), 0.2)
    assert fitted is not None
    assert abs(found.value - 1.5e-6) < 4 * found.stderr


def test_identity_mirror_test_knows_hysteresis_from_background_and_from_the_wrong_mirror():
    rng, s = np.random.default_rng(8), np.linspace(-1, 1, 61)
    box = ((s > 0.3) & (s < 0.7)).astype(float)
    noise = rng.normal(0, 0.2, (2, 2, 61))
    assert mirror_chance(box + noise[0], box + noise[1], np.random.default_rng(0)) < 0.01
    # The same field, whatever the direction: a background, however sharp.
    assert mirror_chance(box + noise[0], box[::-1] + noise[1], np.random.default_rng(0)) > 0.05
    assert mirror_chance(box + noise[0], -box + noise[1], np.random.default_rng(0)) > 0.05


@pytest.mark.parametrize("what", ["noise only", "drift", "thermal term only", "offset jumps"])
def test_limit_empty_maps_claim_nothing(what):
    rng = np.random.default_rng(9)
    p = np.array([map_chance(BiasMap(**null_map(rng, what))) for _ in range(40)])
    assert np.sum(p < 0.01) <= 3


@pytest.mark.slow
def test_signal_window_thermal_term_and_switching_fields_of_maps_are_calibrated():
    found = map_pulls(Device(signal=0.25, background=0.05, thermal=1e3, scatter=0.05, drift=0.05, window=1.2e-6), 200, seed=2)
    for name, z in found.items():
        assert np.isfinite(z).all(), name
        assert abs(z.mean()) < 0.3, name
        assert 0.8 < z.std() < 1.25, name
        assert np.mean(np.abs(z) < 1.96) > 0.88, name


ONE_SIDED = Device(signal=0.5, background=0.15, thermal=1e4, scatter=0.05, drift=0.05, window=1.2e-6)


def to_one_side(made, way=1, **known):
    """Bias sweeps at fields from zero away to one side, in the order of time."""
    kept = one_sided(made)
    per_sweep = {"field": way * kept["field"], **known}
    return make(
        "nonlocal_bias", current=kept["current"], nonlocal_resistance=kept["rising"], per_sweep=per_sweep, source="up.csv"
    )


@pytest.mark.parametrize("way", [1, -1])
def test_identity_a_map_to_one_side_tells_all_but_the_mirror_image(way):
    made = bias_map(np.random.default_rng(11), ONE_SIDED)
    kept = one_sided(made)
    result = valve(to_one_side(made, way, outer_direction=np.full(kept["field"].size, way)))
    assert "one_sided" in codes(result)
    assert not codes(result) & {"one_direction", "direction_assumed", "not_mirrored"}
    name = "rising" if way > 0 else "falling"
    truths = {"spin_signal": 0.5, "window_current": 1.2e-6, "thermal_coefficient": 1e4,
              f"coercive_field_{name}": way * 0.035, f"coercive_field_{name}_2": way * 0.085}  # fmt: skip
    for what, truth in truths.items():
        found = result.finding(what)
        assert abs(found.value - truth) < 4 * found.stderr, what
        assert found.stderr < 0.2 * abs(truth), what
    assert "One side of zero only" in result.summary
    assert set(result.figures) == {"map"}


def test_limit_a_field_that_only_comes_back_to_zero_switches_nothing():
    kept = one_sided(bias_map(np.random.default_rng(12), ONE_SIDED))
    ds = make("nonlocal_bias", current=kept["current"], nonlocal_resistance=kept["rising"][::-1],
              per_sweep={"field": kept["field"][::-1], "outer_direction": np.full(kept["field"].size, -1)})  # fmt: skip
    (result,) = analyze(ds)
    (flag,) = [f for f in result.flags if f.code == "could_not_fit"]
    assert "comes back to zero" in flag.message


def test_limit_a_signal_at_all_currents_is_no_claim_to_one_side():
    """The same change at all currents may be a jump of the offset."""
    flat = Device(signal=0.5, background=0.15, scatter=0.05, drift=0.02)
    result = valve(to_one_side(bias_map(np.random.default_rng(13), flat)))
    assert not [f for f in result.findings if f.name == "spin_signal"]
    few = valve(to_one_side(bias_map(np.random.default_rng(13), ONE_SIDED, currents=7)))
    assert "few_currents" in codes(few)
    assert not [f for f in few.findings if f.name == "spin_signal"]


def test_limit_a_step_that_does_not_lead_back_is_no_stretch():
    current, place = np.linspace(-5e-6, 5e-6, 41), np.arange(41)[:, None]
    window = np.asarray(bias_window(current, 1.2e-6, 0.15e-6))
    noise = np.random.default_rng(14).normal(0, 0.05, (41, 41))
    found = [one_side(current, shape * window + noise, np.random.default_rng(0))
             for shape in ((place > 20) & (place < 30), place > 20, (place > 20) + 0.6 * (place > 30))]  # fmt: skip
    assert [one is not None and one.p < 0.01 for one in found] == [True, True, True]
    assert [one is not None and one.stretch is not None for one in found] == [True, False, False]


def test_identity_pairs_hold_neither_what_is_common_nor_what_is_odd():
    current, field = np.linspace(-1, 1, 17), np.linspace(0, 1, 9)[:, None]
    np.testing.assert_allclose(pairs_of(current, np.sin(9 * field) + field * current), 0, atol=1e-12)
    np.testing.assert_allclose(pairs_of(current, field * current**2)[0], (0 - 0.625**2) * field[:, 0])


@pytest.mark.parametrize("what", ONE_SIDED_NULLS)
def test_limit_empty_maps_to_one_side_claim_nothing(what):
    assert one_sided_alarms(what, 8, seed=1) == 0


@pytest.mark.slow
@pytest.mark.parametrize("what", ONE_SIDED_NULLS)
def test_false_alarms_of_maps_to_one_side_are_below_the_level(what):
    assert one_sided_alarms(what, 60, seed=2) <= 1 / 60


@pytest.mark.slow
def test_maps_to_one_side_are_calibrated():
    found = map_pulls(Device(signal=0.5, background=0.05, thermal=1e3, scatter=0.05, drift=0.05, window=1.2e-6), 50, seed=3,
                      one_side=True)  # fmt: skip
    for name, z in found.items():
        z = z[np.isfinite(z)]
        assert z.size >= 47, name
        assert abs(z.mean()) < 0.4, name
        assert 0.8 < z.std() < 1.3, name
        assert np.mean(np.abs(z) < 1.96) > 0.86, name
