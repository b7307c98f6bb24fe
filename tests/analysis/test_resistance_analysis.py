"""The analysis of R(T) as a user meets it: findings, flags, families, channels, thermometers, series."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from synthetic import codes, one

from supraspin.analysis import Analysis, Finding, analyze
from supraspin.analysis.resistance import combine
from supraspin.data import make
from supraspin.errors import DataError

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "resistance_temperature"
COLD = np.linspace(1.5, 12.0, 900)
TO_ROOM = np.concatenate([COLD, np.linspace(12.3, 300.0, 500)])


def resistance(t, *, tc=6.6, width=0.12, lead=0.02, floor=0.0, height=0.0, tk=3.0, rrr=7.9):
    share = 1 / (1 + np.exp(-(t - tc) / (0.4 * width)))
    normal = 10 * (1 + (rrr - 1) * (t / 273.15) ** 2)
    return lead + normal * (floor + (1 - floor) * share) + 10 * height * np.maximum(0, 1 - t / tk)


def data(seed=0, t=TO_ROOM, *, noise=0.01, both=False, source="film.csv", per_sweep=None, **film):
    rng = np.random.default_rng(seed)
    ways = [t[::-1], t] if both else [t]
    read = [resistance(w, **film) + noise * rng.normal(size=w.size) for w in ways]
    return make("resistance_temperature", temperature=ways, resistance=read, source=source, per_sweep=per_sweep or {})


def measured(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"measured data {name!r} is not beside this checkout")
    return path


def test_complete_transition_has_its_numbers():
    result = one(data(both=True))
    tc = result.finding("critical_temperature")
    assert tc.value == pytest.approx(6.6, abs=0.01)
    assert tc.systematic == pytest.approx(0.4 * 0.12 * np.log(9), rel=0.2)
    ratio = result.finding("residual_resistance_ratio")
    assert ratio.limit is None
    assert ratio.value == pytest.approx(7.9 / 1.004, rel=0.005)
    assert result.finding("lead_resistance").value == pytest.approx(0.02, abs=0.005)
    assert "transition" in result.fits
    assert "resistance" in result.figures
    assert not codes(result) & {"reentrant", "incomplete_transition", "two_step_transition"}


def test_lead_offset_does_not_move_the_ratio_where_it_is_seen():
    plain, offset = (one(data(lead=lead)).finding("residual_resistance_ratio") for lead in (0.0, 0.4))
    assert offset.value == pytest.approx(plain.value, rel=0.01)


def test_ratio_is_only_a_limit_where_the_curve_never_reaches_zero():
    result = one(data(lead=2.0, floor=0.3))
    ratio = result.finding("residual_resistance_ratio")
    assert ratio.limit == "lower"
    assert ratio.value < 7.9
    assert "incomplete_transition" in codes(result)
    known = one(data(lead=2.0, floor=0.3), lead_resistance=2.0).finding("residual_resistance_ratio")
    assert known.limit is None
    assert known.value == pytest.approx(7.9, rel=0.01)


def test_ratio_names_the_temperature_it_is_taken_at():
    result = one(data(t=COLD))
    ratio = result.finding("residual_resistance_ratio")
    assert "12 K" in ratio.text
    assert ratio.limit == "lower"  # what lies above is not known, and a metal rises on
    assert ratio.value < 1 + 6.9 * (12 / 273.15) ** 2
    there = one(data(t=COLD), reference_temperature=12.0).finding("residual_resistance_ratio")
    assert there.limit is None
    assert "reference_not_reached" in codes(result)
    assert one(data(), reference_temperature=77.0).finding("residual_resistance_ratio").value == pytest.approx(1.55, rel=0.02)


def test_re_entrance_has_onset_height_and_minimum():
    result = one(data(t=COLD, both=True, height=0.8))
    assert "reentrant" in codes(result)
    assert "incomplete_transition" not in codes(result)
    onset, height = result.finding("upturn_temperature"), result.finding("anomaly_height")
    assert onset.value == pytest.approx(3.0, abs=0.1)
    assert height.value == pytest.approx(0.4, abs=0.02)
    assert result.finding("minimum_temperature").value > 2.9
    assert "40" in result.summary or "39" in result.summary


def test_rejects_a_rise_seen_in_one_direction_only():
    rng = np.random.default_rng(3)
    ways = [COLD[::-1], COLD]
    read = [resistance(w, height=h) + 0.01 * rng.normal(size=w.size) for w, h in zip(ways, (0.5, 0.0), strict=True)]
    result = one(make("resistance_temperature", temperature=ways, resistance=read))
    assert "rise_not_repeated" in codes(result)
    assert "reentrant" not in codes(result)


def test_rejects_a_drift_that_looks_like_a_rise():
    t = COLD[::-1]
    rng = np.random.default_rng(4)
    read = resistance(t) + 0.8 * np.linspace(0, 1, t.size) + 0.01 * rng.normal(size=t.size)
    result = one(make("resistance_temperature", temperature=t, resistance=read))
    assert "reentrant" not in codes(result)


def test_two_steps_are_named():
    rng = np.random.default_rng(5)
    read = 0.5 * resistance(COLD) + 0.5 * resistance(COLD, tc=5.2) + 0.01 * rng.normal(size=COLD.size)
    result = one(make("resistance_temperature", temperature=COLD, resistance=read))
    (flag,) = [f for f in result.flags if f.code == "two_step_transition"]
    assert flag.numbers["upper"] == pytest.approx(6.6, abs=0.05)
    assert flag.numbers["lower"] == pytest.approx(5.2, abs=0.05)


def test_limit_transition_that_does_not_reach_half():
    result = one(data(t=COLD, floor=0.7))
    tc = result.finding("critical_temperature")
    assert tc.limit == "upper"
    assert tc.value == pytest.approx(1.5, abs=0.01)
    assert result.finding("residual_fraction").value == pytest.approx(0.7, abs=0.01)


def test_rejects_a_metal():
    result = one(data(tc=0.01))
    assert not result.findings
    assert "No superconducting transition" in result.summary


def test_family_has_a_row_a_field_and_its_headline_is_the_lowest():
    rng = np.random.default_rng(6)
    fields = [2.0, 0.0, 1.0]
    read = [resistance(COLD, tc=6.6 - b) + 0.01 * rng.normal(size=COLD.size) for b in fields]
    result = one_of(make("resistance_temperature", temperature=COLD, resistance=read, per_sweep={"field": fields}))
    (table,) = [t for t in result.tables if t.title == "Family"]
    assert len(table.rows) == 3
    assert result.finding("critical_temperature").value == pytest.approx(6.6, abs=0.02)
    assert [float(row[3].split("(")[0]) for row in table.rows] == pytest.approx([6.6, 5.6, 4.6], abs=0.02)


def one_of(ds):
    return next(r for r in analyze(ds) if r.title.startswith("Resistance against temperature"))


def two_thermometers(second, *, main=None):
    rng = np.random.default_rng(7)
    t = COLD if main is None else main
    extra = {"quantity": "temperature", "units": "K", "original_name": "probe"}
    return make("resistance_temperature", {"temperature": t, "resistance": resistance(COLD) + 0.01 * rng.normal(size=COLD.size),
                                           "probe": second}, attributes={"probe": extra})  # fmt: skip


def test_second_thermometer_is_checked_against_the_first():
    agrees = one(two_thermometers(COLD + 1e-3))
    assert "thermometers_disagree" not in codes(agrees)
    assert any(row[1] == "agrees" for table in agrees.tables for row in table.rows if table.title == "Thermometers")
    assert "thermometers_disagree" in codes(one(two_thermometers(COLD * 1.05)))


def test_pegged_thermometer_is_replaced():
    stuck = np.maximum(COLD, 5.0)
    result = one(two_thermometers(COLD, main=stuck))
    assert "thermometer_replaced" in codes(result)
    assert result.finding("critical_temperature").value == pytest.approx(6.6, abs=0.02)


def test_channels_measured_at_once_each_have_their_temperature():
    rng = np.random.default_rng(8)
    noise = 0.01 * rng.normal(size=(2, COLD.size))
    extra = {"quantity": "resistance", "units": "ohm", "original_name": "Nb::R"}
    ds = make("resistance_temperature", {"temperature": COLD, "resistance": resistance(COLD) + noise[0],
                                         "nb_r": resistance(COLD, tc=8.0) + noise[1]}, attributes={"nb_r": extra})  # fmt: skip
    result = one(ds)
    assert result.finding("critical_temperature, Nb::R").value == pytest.approx(8.0, abs=0.02)
    assert any(t.title == "Channels" and len(t.rows) == 2 for t in result.tables)


def test_series_puts_several_data_sets_in_one_table():
    results = analyze([data(i, tc=tc, rrr=rrr, source=f"{i}.csv") for i, (tc, rrr) in enumerate([(6.0, 6), (6.6, 8), (7.1, 12)])])
    (series,) = [r for r in results if r.title == "Series of R(T)"]
    assert len(series.tables[0].rows) == 3
    assert "series" in series.figures


def test_rejects_settings_without_sense():
    with pytest.raises(DataError, match="reference_temperature"):
        one(data(), reference_temperature=-3.0)


def test_limit_ten_thousand_points_take_well_under_a_second():
    from supraspin.analysis.resistance.mean import channel
    from supraspin.analysis.resistance.sweeps import curves

    ds = data(t=np.linspace(1.5, 12, 10_000), height=0.3)
    start = time.process_time()
    channel("film", curves(ds, "resistance", "temperature", (0,)), None, 273.0)
    assert time.process_time() - start < 0.8


def test_published_critical_temperatures_of_three_spin_valves():
    result = one_of(measured("6221-Lockin-DAQ Temperature Control -30.0Deg 0.004T.txt"))
    expected = {"YIG-Nb-Co::R": (8.077, 8.079), "Nb::R": (8.037, 8.041), "YIG-Co-Nb::R": (8.083, 8.088)}
    for name, (cooling, warming) in expected.items():
        (table,) = [t for t in result.tables if t.title == f"Sweeps: {name}"]
        for row, value in zip(table.rows, (cooling, warming), strict=True):
            assert float(row[3].split("(")[0]) == pytest.approx(value, abs=0.0035)
            assert row[1] == "complete"
    assert not codes(result) & {"reentrant", "two_step_transition", "incomplete_transition"}


def test_published_helimagnet_is_re_entrant_and_incomplete():
    result = one_of(measured("helimagnet/RvT_Cooldown_2.txt"))
    assert {"reentrant", "incomplete_transition", "pegged"} <= codes(result)
    (table,) = [t for t in result.tables if t.title == "Thermometers"]
    assert table.rows[0][:2] == ("Channel 8 Temp (K)", "used")
    assert "stands still" in table.rows[1][1]
    assert table.rows[2][1] == "does not follow the sample"
    assert result.finding("normal_resistance").value == pytest.approx(119, abs=3)
    assert result.finding("minimum_resistance").value == pytest.approx(34, abs=3)
    minimum = result.finding("minimum_temperature")
    assert abs(minimum.value - 0.10) < minimum.systematic + 0.005
    assert result.finding("anomaly_height").value == pytest.approx((66 - 34) / 119, abs=0.04)
    assert result.finding("residual_resistance_ratio").limit == "lower"


def test_unrelated_samples_are_no_series():
    """A film in ohm, another in kiloohm, a third from other columns: nothing is put together, and it is said."""
    small, large = data(0, source="a.csv"), data(1, source="b.csv")
    large["resistance"] = 300 * large["resistance"]
    other = data(2, source="c.csv")
    other["temperature"].attrs["original_name"] = "Channel 8 Temp (K)"
    results = analyze([small, large, other])
    assert not [r for r in results if r.title == "Series of R(T)"]
    assert "not_one_series" in codes(results[0])
    (pair,) = [r for r in analyze([small, large, other, data(3, source="d.csv")]) if r.title == "Series of R(T)"]
    assert pair.sources == ("a.csv", "d.csv")


@pytest.mark.parametrize(("value", "limit", "order"), [(3.0, None, True), (2.0, None, False), (2.5, "lower", True),
                                                       (4.0, "lower", False)])  # fmt: skip
def test_an_upturn_is_order_only_where_loops_switch_too(value, limit, order):
    curve = data(height=0.3)
    alone = one(curve)
    assert "ordering_temperature" not in {f.name for f in alone.findings}
    upturn = alone.finding("upturn_temperature")
    loops = Analysis("magnetoresistance", "Loops", ("l.csv",), "", [Finding("ordering_temperature", value, "K",
                     None if limit else 0.05, limit=limit)])  # fmt: skip
    (both,) = combine([(curve, alone), (curve, loops)], {})
    found = {f.name: f for f in both.findings}
    assert ("ordering_temperature" in found) == order
    assert ("upturn_is_not_order" in codes(both)) != order
    if order:
        assert found["ordering_temperature"].value == pytest.approx(3.0, abs=0.1)
        assert limit or found["ordering_temperature"].stderr < 0.05
    assert upturn.value == pytest.approx(3.0, abs=0.1)
    assert combine([(curve, alone)], {}) == []
