"""The analysis of a critical field on synthetic films: numbers, directions, rivals, re-entrance, and what it flags."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from maps import RIGHT, FilmMap, film_map, synthetic_map
from synthetic import codes

from supraspin.analysis import critical_field
from supraspin.analysis.critical_field.monotonic import lines
from supraspin.analysis.critical_field.normal import normal_state
from supraspin.analysis.critical_field.reentry import reentries
from supraspin.data import make
from supraspin.errors import DataError, FitError
from supraspin.models._pair_breaking import FLUX_QUANTUM

PLAIN = FilmMap(height=0.0)


def measured(film=PLAIN, seed=0, **options):
    return film_map(np.random.default_rng(seed), replace(film, largest=0.9 * film.scale), **options)


def table(temperature, field, angle=RIGHT):
    known = {} if angle is None else {"field_angle": angle}
    return make("critical_field", temperature=temperature, critical_field=field, per_sweep=known, source="t.csv")


def test_suits_only_data_with_critical_fields():
    assert critical_field.suits(measured())
    assert critical_field.suits(table(np.linspace(1, 6, 8), np.linspace(4, 0.1, 8)))
    t = np.linspace(2, 9, 100)
    assert not critical_field.suits(make("resistance_temperature", temperature=t, resistance=t, per_sweep={"field": 0.0}))
    two = [np.where(t > 6, 1.0, 0.0)] * 2
    assert not critical_field.suits(make("resistance_temperature", temperature=t, resistance=two, per_sweep={"field": [0, 1]}))


@pytest.mark.parametrize("along", ["temperature", "field"])
def test_recovers_a_film_from_either_kind_of_sweep(along):
    result = critical_field.run(measured(along=along), {})
    for name, truth in (
        ("critical_temperature", 6.6),
        ("critical_field_perpendicular", PLAIN.scale),
        ("coherence_length", 6.4e-9),
    ):
        found = result.finding(name)
        assert abs(found.value - truth) < 4 * found.stderr
        assert found.systematic > 0
    assert result.finding("critical_field_perpendicular_over_pauli").value == pytest.approx(
        PLAIN.scale / (1.8568 * 6.6), rel=1e-2
    )
    assert "criterion_dominates" in codes(result)
    assert set(result.figures) == {"critical_field"}


def test_plane_alone_gives_only_the_product():
    film = replace(PLAIN, angle=0.0)
    ds = measured(film)
    result = critical_field.run(ds, {})
    assert "only_product" in codes(result)
    assert {"coherence_length", "thickness", "electron_diffusivity"}.isdisjoint(f.name for f in result.findings)
    assert result.finding("coherence_length_times_thickness").value == pytest.approx(6.4e-9 * 11e-9, rel=5e-3)
    assert critical_field.run(ds, {"thickness": 11e-9}).finding("coherence_length").value == pytest.approx(6.4e-9, rel=5e-3)
    assert critical_field.run(ds, {"coherence_length": 6.4e-9}).finding("thickness").value == pytest.approx(11e-9, rel=5e-3)


def _pair(second=None, **changes):
    sets = [measured(source="out.csv"), measured(second or replace(PLAIN, angle=0.0, **changes), seed=1, source="in.csv")]
    return [(ds, critical_field.run(ds, {})) for ds in sets]


def test_both_directions_give_the_thickness():
    (joint,) = critical_field.combine(_pair(), {})
    for name, truth in (("coherence_length", 6.4e-9), ("thickness", 11e-9)):
        found = joint.finding(name)
        assert abs(found.value - truth) < 4 * math.hypot(found.stderr, found.systematic)
        assert found.stderr < 0.01 * truth
    assert "taken_as_one_film" in codes(joint)
    assert "thickness_disagrees" in codes(critical_field.combine(_pair(), {"thickness": 20e-9})[0])


def test_two_films_are_not_fitted_as_one_but_compared_with_the_pauli_field():
    pairs = _pair(critical_temperature=5.0)
    (samples,) = critical_field.combine(pairs, {})
    assert "not_one_film" in codes(pairs[0][1])
    assert "pauli_ratio" in samples.figures
    assert "taken_as_one_film" not in codes(samples)


def test_unknown_direction_tries_both_and_says_so():
    result = critical_field.run(measured(told=False), {})
    flag = next(f for f in result.flags if f.code == "field_angle_unknown")
    assert "normal to the film" in flag.message
    assert "in its plane" in flag.message
    assert "field_angle_unknown" not in codes(critical_field.run(measured(told=False), {"field_angle": RIGHT}))


def test_rejects_settings_without_sense():
    with pytest.raises(DataError, match="thickness"):
        critical_field.run(measured(), {"thickness": -1.0})
    with pytest.raises(DataError, match="field_angle"):
        critical_field.run(measured(), {"field_angle": 3.0})
    t = np.linspace(2, 9, 60)
    metal = make("resistance_temperature", temperature=t, resistance=[t] * 3, per_sweep={"field": [0, 1, 2]})
    with pytest.raises(FitError):
        critical_field.run(metal, {})


def test_table_of_few_warm_points_is_called_extrapolated():
    t = np.array([5.0, 5.5, 6.0])
    result = critical_field.run(table(t, 5.5 * (1 - t / 6.6)), {})
    assert {"extrapolated", "few_points", "zero_field_not_measured", "rivals_not_told_apart"} <= codes(result)


def test_rivals_are_ranked_where_the_points_are_cold_enough():
    t = np.linspace(0.5, 6.4, 16)
    gl = math.sqrt(3) * FLUX_QUANTUM / (math.pi * 6.4e-9 * 10e-9) * np.sqrt(1 - t / 6.6)
    rng = np.random.default_rng(2)
    result = critical_field.run(table(t, gl * (1 + 0.003 * rng.normal(size=t.size)), 0.0), {})
    (ranking,) = [one for one in result.tables if one.title.startswith("Descriptions")]
    assert ranking.rows[0][0] == "critical_field_film_parallel"
    assert "pair_breaking_beaten" in codes(result)


def test_angles_tell_a_film_from_a_bulk():
    angle = np.radians([0, 1, 2, 4, 8, 15, 30, 60, 90])
    across, plane = 4.0, 12.0
    one = across / np.maximum(np.sin(angle), 1e-12)
    film = 2 / (np.sin(angle) / across + np.sqrt((np.sin(angle) / across) ** 2 + 4 * (np.cos(angle) / plane) ** 2))
    bulk = 1 / np.sqrt((np.sin(angle) / across) ** 2 + (np.cos(angle) / plane) ** 2)
    assert film[-1] == pytest.approx(across)
    assert bulk[-1] == pytest.approx(one[-1])
    rng = np.random.default_rng(3)
    for values, winner in ((film, "critical_field_angle"), (bulk, "critical_field_angle_bulk")):
        noisy = values * (1 + 0.004 * rng.normal(size=angle.size))
        ds = make("critical_field", temperature=[np.array([2.0])] * 9, critical_field=[np.array([v]) for v in noisy],
                  per_sweep={"field_angle": angle}, source="a.csv")  # fmt: skip
        result = critical_field.run(ds, {})
        (ranking,) = [t for t in result.tables if t.title.startswith("Dependence")]
        assert ranking.rows[0][0] == winner
        assert result.finding("anisotropy_at_temperature").value == pytest.approx(3, rel=0.05)
        assert "angle" in result.figures


def test_reentrance_in_field_is_named_with_its_numbers():
    film = replace(PLAIN, height=0.4, low=1.5)
    result = critical_field.run(measured(film, along="field", lines=10), {})
    flag = next(f for f in result.flags if f.code == "reentrant_in_field")
    truth = np.interp(1.5, film.order(np.linspace(film.scale, 0, 500)), np.linspace(film.scale, 0, 500))
    found = result.finding("ordering_field")
    assert abs(found.value - truth) < 3 * math.hypot(found.stderr, found.systematic) + 0.1
    assert flag.numbers["zero_field"] == pytest.approx(0.4 * (1 - (1.5 / film.ordering_temperature) ** 2), abs=0.05)
    assert "reentrant_in_field" not in codes(critical_field.run(measured(along="field", lines=10), {}))


@pytest.mark.slow
def test_rejects_reentrance_of_single_sweeps_without_it():
    """R(B) at one or two temperatures: nulls of every kind; each sweep stands for itself."""
    rng = np.random.default_rng(5)
    claimed = 0
    for i in range(200):
        film, more = list(synthetic_map.NULLS.values())[i % len(synthetic_map.NULLS)](rng)
        film = replace(film, low=0.3 * film.critical_temperature, high=0.6 * film.critical_temperature, largest=1.3 * film.scale)
        found = lines(film_map(rng, film, along="field", lines=2, points=int(rng.choice([60, 200])), **more), {})
        claimed += bool(reentries(found, normal_state(found)))
    assert claimed <= 2


def test_incomplete_transition_and_lead_resistance_are_flagged():
    film = replace(PLAIN, lead=10.0)
    short = film_map(np.random.default_rng(1), replace(film, largest=0.9 * film.scale), along="field", lines=12)
    result = critical_field.run(short, {})
    assert {"transition_incomplete", "lead_resistance"} <= codes(result)
    assert result.finding("critical_field_perpendicular").value == pytest.approx(film.scale, rel=0.01)


def test_lagging_thermometer_shows_between_directions():
    slow = measured(replace(PLAIN, lag=0.06), both=True)
    assert "directions_differ" in codes(critical_field.run(slow, {}))
    assert "directions_differ" not in codes(critical_field.run(measured(both=True), {}))
