"""The analysis of V-I families: what it finds, what it refuses, and what R(T) says beside it."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from synthetic import codes, one

from supraspin.analysis import analyze
from supraspin.analysis.bkt import combine
from supraspin.data import make
from supraspin.errors import DataError

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from synthetic_bkt import Film, bulk, film, resistance, switching

FILM = {"penetration_depth": 69e-9, "thickness": 11e-9}


def dataset(family, source="vi.csv", **per_sweep):
    return make(
        "iv_curve", current=[i for _, i, _ in family], voltage=[v for *_, v in family],
        per_sweep={"temperature": [t for t, *_ in family], **per_sweep}, source=source,
    )  # fmt: skip


def cooled(seed=1, source="rt.csv", per_sweep=None, **changes):
    t, r = resistance(np.random.default_rng(seed), **changes)
    return make("resistance_temperature", temperature=t, resistance=r, source=source, per_sweep=per_sweep)


@pytest.fixture(scope="module")
def family():
    return film(np.random.default_rng(5), replace(Film(), lead=0.1))


@pytest.fixture(scope="module")
def found(family):
    return one(dataset(family), critical_temperature=6.6, **FILM)


@pytest.fixture(scope="module")
def together(family):
    return analyze([dataset(family), cooled()], settings=FILM)[-1]


def test_published_transition_temperature_is_found_with_both_errors(found):
    t = found.finding("bkt_temperature")
    assert t.value == pytest.approx(6.3, abs=0.006)
    assert 0 < t.stderr < 0.003
    assert t.systematic > 0
    assert abs(t.value - 6.3) < 3 * np.hypot(t.stderr, t.systematic)
    assert "no_bkt_transition" not in codes(found)
    assert "T_BKT = 6." in found.summary


def test_lead_resistance_and_offset_are_told(found):
    lead = found.finding("lead_resistance")
    assert lead.value == pytest.approx(0.1, abs=0.01)
    assert abs(found.finding("voltage_offset").value) < 1e-6


def test_tables_hold_every_curve_and_every_choice(found):
    exponents, choices = found.tables[:2]
    assert len(exponents.rows) == 16
    names = [row[0] for row in choices.rows]
    assert {"lower half", "upper half", "one current window for all", "one voltage window for all"} <= set(names)
    assert "lead resistance left in" in names


def test_everything_is_plain_json_and_drawn(found):
    json.dumps(found.to_dict(), allow_nan=False)
    assert set(found.figures) == {"exponents"} == set(found.captions)


def test_published_film_of_bulk_penetration_depth_is_implausible(found):
    """lambda = 69 nm and d = 11 nm put T_BKT within 0.1 % of T_c; 6.3 K against 6.6 K needs Lambda = 1.6 mm."""
    assert found.finding("screening_length").value == pytest.approx(1.56e-3, rel=0.01)
    assert found.finding("expected_bkt_gap").value < 1e-3
    assert found.finding("bkt_gap").value == pytest.approx(0.3 / 6.6, rel=0.05)
    assert "implausible_bkt" in codes(found)


def test_dirty_film_of_the_right_sheet_resistance_is_plausible(family):
    result = one(dataset(family), critical_temperature=6.6, sheet_resistance=1000.0)
    assert result.finding("expected_bkt_gap").value == pytest.approx(0.04, abs=0.02)
    assert "implausible_bkt" not in codes(result)


def test_film_that_is_not_known_is_not_judged(family):
    result = one(dataset(family), critical_temperature=6.6)
    assert "film_unknown" in codes(result)
    assert "implausible_bkt" not in codes(result)


def test_published_undoped_film_leaps_and_no_transition_is_claimed():
    """The undoped device: the exponent jumps from 1 to about 6 at T_c."""
    family = [
        (t, *film(np.random.default_rng(2), replace(Film(), temperatures=(t,), lead=0.0))[0][1:]) for t in (5.9, 5.94, 5.98)
    ]
    i = family[0][1]
    rng = np.random.default_rng(3)
    hot = [(t, i, 100 * i + 2e-9 * rng.normal(size=i.size)) for t in (6.02, 6.06, 6.1)]
    result = one(dataset(family + hot))
    assert "abrupt_exponent" in codes(result)
    assert not any(f.name == "bkt_temperature" for f in result.findings)
    assert result.finding("exponent_leap_temperature").value == pytest.approx(6.0, abs=0.021)
    assert result.finding("exponent_below_leap").value > 5.5


def test_bulk_transitions_are_not_claimed():
    results = [one(dataset(bulk(np.random.default_rng(seed)))) for seed in range(4)]
    assert not any(f.name == "bkt_temperature" for result in results for f in result.findings)


@pytest.mark.parametrize(("low", "high", "limit"), [(6.33, 6.55, "upper"), (5.95, 6.15, "lower")])
def test_limit_where_the_exponent_never_passes_three(low, high, limit):
    what = replace(Film(), temperatures=tuple(np.linspace(low, high, 10)))
    result = one(dataset(film(np.random.default_rng(6), what)))
    t = result.finding("bkt_temperature")
    assert t.limit == limit
    assert not t.identified
    assert t.stderr is None
    assert t.value == pytest.approx(low if limit == "upper" else high)


def test_jumps_are_named_and_their_current_found():
    up = np.linspace(1e-6, 1e-4, 80)
    i = np.concatenate([up, up[::-1], -up, -up[::-1]])
    rising = np.gradient(np.abs(i)) > 0
    rng, family = np.random.default_rng(7), []
    for t in np.linspace(2, 4, 8):
        critical = 90e-6 * (1 - t / 5)
        normal = np.abs(i) > np.where(rising, critical, 0.7 * critical)
        family.append((t, i, np.where(normal, 50 * i, 0) + 1e-8 * rng.normal(size=i.size)))
    result = one(dataset(family))
    assert {"jumps", "hysteretic", "no_bkt_transition"} <= codes(result)
    critical, back = result.finding("critical_current"), result.finding("retrapping_current")
    assert abs(critical.value - 54e-6) <= 2 * critical.systematic
    assert abs(back.value - 0.7 * 54e-6) <= 2 * back.systematic


def test_heating_beyond_the_window_is_named():
    what = replace(Film(), heating=40.0, temperatures=tuple(np.linspace(6.0, 6.5, 12)))
    result = one(dataset(film(np.random.default_rng(8), what)))
    assert codes(result) & {"heating", "steeper_at_high_current"}


def test_two_slopes_are_named_where_a_tail_is_ohmic():
    what = replace(Film(), tail=0.02)
    result = one(dataset(film(np.random.default_rng(9), what)))
    assert "two_slopes" in codes(result)


def test_window_artefact_of_curves_that_bend():
    """V = R (I - I_c)^2 has every slope between 2 and infinity: where a = 3 is a matter of the window."""
    rng, family = np.random.default_rng(10), []
    i = np.concatenate([-np.geomspace(1e-6, 1e-4, 80)[::-1], np.geomspace(1e-6, 1e-4, 80)])
    for t in np.linspace(4, 6, 10):
        depinned = np.maximum(np.abs(i) - 3e-5 * (1 - t / 6.2), 0.0) ** 2
        family.append((t, i, np.sign(i) * 1e6 * depinned + 1e-9 * rng.normal(size=i.size)))
    result = one(dataset(family))
    assert not any(f.name == "bkt_temperature" and f.limit != "upper" for f in result.findings)
    assert codes(result) & {"window_artefact", "no_bkt_transition"}


def test_one_polarity_is_said_and_agrees(family):
    half = [(t, i[i > 0], v[i > 0]) for t, i, v in family]
    result = one(dataset(half))
    assert "one_polarity" in codes(result)
    t = result.finding("bkt_temperature")
    assert abs(t.value - 6.3) < 3 * np.hypot(t.stderr, t.systematic)


def test_curves_in_a_field_are_left_out_or_said(family):
    fields = np.where(np.arange(16) % 4 == 3, 0.5, 0.0)
    result = one(dataset(family, field=fields))
    assert "other_fields" in codes(result)
    assert len(result.tables[0].rows) == 12
    assert "in_field" in codes(one(dataset(family, field=np.full(16, 0.2))))


def test_curves_without_a_temperature_are_left_out(family):
    ts = [t if k else np.nan for k, (t, *_) in enumerate(family)]
    result = one(make("iv_curve", current=[i for _, i, _ in family], voltage=[v for *_, v in family],
                      per_sweep={"temperature": ts}, source="vi.csv"))  # fmt: skip
    assert "left_out" in codes(result)
    bare = make("iv_curve", current=family[0][1], voltage=family[0][2], source="vi.csv")
    assert "could_not_fit" in codes(one(bare))


@pytest.mark.parametrize("name", ["thickness", "penetration_depth", "sheet_resistance", "critical_temperature"])
def test_rejects_a_setting_that_is_not_positive(family, name):
    with pytest.raises(DataError, match=name):
        analyze(dataset(family), settings={name: 0.0})


def test_a_single_curve_gives_an_exponent_and_no_transition(family):
    result = one(dataset(family[3:4]))
    assert "no_bkt_transition" in codes(result)
    assert len(result.tables[0].rows) == 1


def test_switching_without_a_temperature_dependence_is_no_transition():
    assert "no_bkt_transition" in codes(one(dataset(switching(np.random.default_rng(0)))))


def test_both_ways_agree_on_one_device(together):
    assert "one_device" in codes(together)
    own, other = together.finding("bkt_temperature"), together.finding("bkt_temperature_from_resistance")
    assert other.value == pytest.approx(6.3, abs=4 * np.hypot(other.stderr, other.systematic))
    difference = together.finding("bkt_temperature_difference")
    assert difference.value == pytest.approx(own.value - other.value)
    assert "bkt_temperatures_disagree" not in codes(together)
    assert "resistance_not_specific" not in codes(together)
    assert {"R(T): halperin_nelson_crossover", "R(T): halperin_nelson", "R(T): transition"} == set(together.fits)
    assert together.finding("critical_temperature").value == pytest.approx(6.6, abs=0.05)
    assert "implausible_bkt" in codes(together)
    json.dumps(together.to_dict(), allow_nan=False)


def test_disagreement_is_told(family):
    result = analyze([dataset(family), cooled(bkt_temperature=6.2)], settings={})[-1]
    assert "bkt_temperatures_disagree" in codes(result)


def test_plain_spread_of_critical_temperatures_is_told_apart(family):
    result = analyze([dataset(family), cooled(spread=0.06)], settings={})[-1]
    assert "resistance_not_specific" in codes(result)


def test_nothing_is_combined_where_there_is_a_choice(family):
    vi = dataset(family)
    result = one(vi)
    curves = [(cooled(k, f"rt{k}.csv"), result) for k in (1, 2)]
    assert combine([(vi, result), *curves], {}) == []
    assert combine([(vi, result), (vi.copy(), result), curves[0]], {}) == []
    assert combine([(vi, result), (cooled(per_sweep={"field": 1.0}), result)], {}) == []
    assert combine([(vi, result)], {}) == []


def test_nothing_is_combined_where_the_exponents_claim_nothing():
    family = switching(np.random.default_rng(0))
    vi = dataset(family)
    assert combine([(vi, one(vi)), (cooled(), one(vi))], {}) == []


def test_finite_size_shifts_the_crossing_and_the_universal_jump_takes_it_back():
    """Kosterlitz's flow ended at l = 3: a = 3 lies above T_BKT, the fit of the jump finds T_BKT and l."""
    result = one(dataset(film(np.random.default_rng(11), replace(Film(), size=3.0, thermometer=3e-4))))
    assert result.finding("bkt_temperature").value > 6.308
    infinite = result.finding("bkt_temperature_infinite_size")
    assert infinite.value == pytest.approx(6.3, abs=2 * infinite.stderr)
    assert infinite.stderr < 0.01
    assert result.finding("size_logarithm").value == pytest.approx(3.0, abs=0.5)
    assert "finite_size_shift" in codes(result)


def test_curves_that_end_on_the_normal_branch_have_their_exponents_below_the_knee():
    """V/I climbs to R_N within the currents measured, at all temperatures: a = 1 up there says nothing of the superconductor."""
    rng, half = np.random.default_rng(6), np.geomspace(1e-7, 1e-4, 60)
    i = np.concatenate([-half[::-1], half])
    driven = []
    for t in np.linspace(5.95, 6.65, 15):
        a, knee = max(3 - 8 * (t - 6.3), 1.0), 2e-5 * max(1 - t / 6.6, 0.0)
        size = (1 + (knee / np.abs(i)) ** (2 * (a - 1))) ** -0.5 if knee else 1.0
        driven.append((t, i, 25 * i * size + 2e-9 * rng.normal(size=i.size)))
    result = one(dataset(driven))
    t = result.finding("bkt_temperature")
    assert t.value == pytest.approx(6.3, abs=3 * np.hypot(t.stderr, t.systematic))
    assert np.hypot(t.stderr, t.systematic) < 0.03
    assert "normal_branch" in codes(result)
