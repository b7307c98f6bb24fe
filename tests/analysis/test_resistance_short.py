"""Readings that end a few per cent above T_C: what is claimed of a short normal state, and what is not."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from synthetic import codes, one

from supraspin.data import make


@pytest.fixture(scope="module")
def bench():
    return importlib.import_module("false_alarms_resistance")


def film(bench, seed=0, **truth):
    rng = np.random.default_rng(seed)
    t, r = bench.film(rng, bench.Film(**{"white": 0.02, "flicker": 0.01, "count": 300, "high": 7.2} | truth))
    return make("resistance_temperature", temperature=t, resistance=r, source="film.csv")


@pytest.mark.parametrize("high", [1.03, 1.05, 1.1])
@pytest.mark.parametrize("width", [0.002, 0.008])
@pytest.mark.parametrize("count", [120, 1200])
def test_transition_is_found_with_a_short_normal_state(bench, high, width, count):
    for tc, low in ((6.6, 1.4), (2.0, 1.2)):
        result = one(film(bench, critical_temperature=tc, width=width * tc, low=low, high=high * tc, count=count))
        found = result.finding("critical_temperature")
        assert found.limit is None
        assert found.value == pytest.approx(tc, abs=0.15 * width * tc + 4 * found.stderr)
        assert {f.name for f in result.findings} >= {"critical_temperature, 10 %", "critical_temperature, 90 %"}
        assert found.systematic > 0
        assert not codes(result) & {"reentrant", "two_step_transition", "incomplete_transition"}


def test_wide_transition_has_its_criterion_spread_and_a_flag(bench):
    result = one(film(bench, width=0.17))
    found = result.finding("critical_temperature")
    assert found.value == pytest.approx(6.6, abs=0.02)
    assert found.systematic == pytest.approx(1.2816 * 0.17, rel=0.1)
    (flag,) = [f for f in result.flags if f.code == "short_normal_state"]
    assert flag.numbers["high"] == pytest.approx(7.2, abs=0.01)
    assert flag.numbers["low"] > 6.9
    assert "transition" in result.fits


@pytest.mark.parametrize(("truth", "why"), [
    ({"width": 0.4}, "still rises at the highest temperature"),
    ({"width": 0.02, "high": 6.85, "count": 40}, "fewer than 3 readings lie above the fall"),
    ({"width": 0.3, "high": 7.5, "low": 5.6}, "over too small a range"),
])  # fmt: skip
def test_rejects_what_has_no_plateau_and_says_which(bench, truth, why):
    result = one(film(bench, **truth))
    assert not result.findings
    assert why in result.summary


def test_anomaly_below_a_short_normal_state_is_found(bench):
    result = one(film(bench, height=0.4, count=800, width=0.17))
    assert {"reentrant", "short_normal_state"} <= codes(result)
    assert result.finding("upturn_temperature").value == pytest.approx(3.0, abs=0.1)
    assert "spikes" not in codes(result)


def test_one_step_between_two_readings_may_be_a_jump(bench):
    sharp = {"width": 0.001, "count": 100, "high": 12.0}
    assert "transition_or_jump" in codes(one(film(bench, **sharp)))
    assert "transition_or_jump" not in codes(one(film(bench, width=0.1)))
    truth = bench.Film(**sharp)
    both = [bench.film(np.random.default_rng(k), truth, way) for k, way in enumerate((-1, 1))]
    ds = make("resistance_temperature", temperature=[t for t, _ in both], resistance=[r for _, r in both])
    assert "transition_or_jump" not in codes(one(ds))
    called, silent = bench.jumps(60, 8)
    assert called < 0.2
    assert silent == 0


def test_one_step_that_leaves_resistance_is_no_transition_until_a_second_sweep_shows_it(bench):
    t = np.linspace(12.0, 2.0, 200)
    rng = np.random.default_rng(4)
    sweeps = [(t, np.where(t > 6.0, 100.0, 30.0) + 0.3 * t + 0.05 * rng.normal(size=t.size)),
              (t[::-1], np.where(t[::-1] > 6.0, 100.0, 30.0) + 0.3 * t[::-1] + 0.05 * rng.normal(size=t.size))]  # fmt: skip
    lone, both = (
        one(make("resistance_temperature", temperature=[x for x, _ in some], resistance=[y for _, y in some]))
        for some in (sweeps[:1], sweeps)
    )
    assert "a jump of the reading looks the same" in lone.summary
    assert not [f for f in lone.findings if f.name.startswith("critical_temperature")]
    assert both.finding("critical_temperature").value == pytest.approx(6.0, abs=0.1)


def test_short_normal_state_is_calibrated(bench):
    found, pulls = bench.short_pulls(100, 9)
    assert found > 0.85
    for name, p in pulls.items():
        said = f"{name}: mean {p.mean():+.2f}, width {p.std():.2f}"
        assert abs(p.mean()) < 0.4, said
        assert 0.5 < p.std() < 1.2, said
        assert np.mean(np.abs(p) < 1) > 0.68, said
