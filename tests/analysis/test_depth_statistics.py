"""Statistical truth of the depth profile: pulls, coverage, false alarms on each null, and power against counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from depth_synthetic import NM, WINDOW, film_mean, layers, profile

from supraspin.analysis import depth_profile
from supraspin.analysis.depth_profile import gap as depth_gap
from supraspin.analysis.depth_profile.fit import look
from supraspin.analysis.depth_profile.null import LEVEL, nulls, significance
from supraspin.analysis.depth_profile.readings import Readings, prepare
from supraspin.data import make

Z = np.arange(0, 12, 0.375) * NM
NULLS = 500
CHANCE = 3 * math.sqrt(LEVEL / NULLS)  # three standard deviations of the rate found among so many


@pytest.fixture(autouse=True)
def without_figures(monkeypatch):
    """Thousands of figures would take longer than the statistics."""
    monkeypatch.setattr(depth_profile, "draw_profile", lambda *_: None)
    monkeypatch.setattr(depth_gap, "draw_gap", lambda *_: None)


def calibrated(truth, results):
    for name, value in truth.items():
        found = [f for result in results for f in result.findings if f.name == name and f.stderr is not None and not f.limit]
        assert len(found) >= 0.97 * len(results), name
        pulls = np.array([(f.value - value) / f.stderr for f in found])
        inside = np.mean(np.abs(pulls) < 1)
        said = f"{name}: mean {pulls.mean():+.2f}, width {pulls.std():.2f}, in 68 % {inside:.2f}"
        assert abs(pulls.mean()) < 0.3, said
        assert 0.8 < pulls.std() < 1.2, said
        assert abs(inside - 0.6827) < 3.3 * math.sqrt(0.6827 * 0.3173 / len(found)), said


@pytest.mark.slow
def test_profile_errors_are_calibrated():
    """200 data sets of counts with a probe's width and an interface that the fit has to find: about 400 counts in each peak."""
    settings = {"full_counts": 500.0, "mean_window": WINDOW}
    truth = {
        "surface_concentration": 0.12, "decay_length": 2.5 * NM, "depth_offset": 0.0, "probe_width": 0.6 * NM,
        "background_concentration": 0.004, "mean_concentration": film_mean(WINDOW),
    }  # fmt: skip
    calibrated(truth, [depth_profile.run(profile(seed, full=500.0), settings) for seed in range(120)])


@pytest.mark.slow
def test_gap_errors_are_calibrated():
    truth = {"expansion": 0.08, "decay_length": 2.5 * NM, "gap_at_interface": 0.29 * 1.08 * NM}
    calibrated(truth, [depth_profile.run(layers(seed, count=24), {"pristine_gap": 0.29 * NM}) for seed in range(120)])


def claims(readings: list[Readings]) -> float:
    return float(np.mean([look(one, 0.5 * NM, None).decays for one in readings]))


@pytest.mark.parametrize("mean", [0.5, 20.0])
def test_false_alarms_on_flat_counts(mean):
    """Background counts alone, few or many, with the interface and the decay length searched for."""
    draws = np.random.default_rng(11).poisson(mean, (NULLS, Z.size)).astype(float)
    rate = claims([Readings(Z, row, np.ones(Z.size), "counts") for row in draws])
    assert rate <= LEVEL + CHANCE


@pytest.mark.slow
def test_false_alarms_on_a_linear_drift():
    """Counts that fall by 40 % along a straight line: the second null is what keeps them from being claimed."""
    draws = np.random.default_rng(12).poisson(40 - 16 * Z / Z[-1], (NULLS, Z.size)).astype(float)
    rate = claims([Readings(Z, row, np.ones(Z.size), "counts") for row in draws])
    assert rate <= LEVEL + CHANCE


def test_false_alarms_on_a_flat_concentration():
    draws = 0.01 + 0.002 * np.random.default_rng(13).normal(size=(NULLS, Z.size))
    assert claims([Readings(Z, row, None, "concentration") for row in draws]) <= LEVEL + CHANCE


def test_false_alarms_on_equal_gaps():
    z, lengths = np.arange(14) * 0.63 * NM, np.geomspace(0.2, 16, 12) * NM
    draws = np.random.default_rng(14).normal(0.29 * NM, 2e-12, (NULLS, z.size))
    templates, (flat, _) = np.exp(-z / lengths[:, None]), nulls(z)
    p = [significance(Readings(z, row, None, "interlayer_gap"), templates, flat, two_sided=True).p for row in draws]
    assert np.mean(np.array(p) < LEVEL) <= LEVEL + CHANCE


def test_the_alarm_is_not_deaf():
    """At a level of 10 % the same test finds about that many of the flat profiles: the rate is the level's, not zero."""
    draws = np.random.default_rng(15).poisson(20.0, (400, Z.size)).astype(float)
    flat = np.ones((1, Z.size))
    templates = np.exp(-Z / (np.geomspace(0.5, 20, 8)[:, None] * NM))
    p = np.array([significance(Readings(Z, row, np.ones(Z.size), "counts"), templates, flat).p for row in draws])
    assert 0.06 < np.mean(p < 0.1) < 0.14


def test_power_against_counts():
    """Share of profiles claimed as a decay, from hardly any to all, as the counts above the background grow."""
    power = []
    for full in (15.0, 60.0, 250.0):
        seen = [look(prepare(profile(seed, full=full), {"full_counts": full}), 0.6 * NM, None).decays for seed in range(60)]
        power.append(float(np.mean(seen)))
    above = [full * 0.12 * 10 for full in (15, 60, 250)]  # counts: n_s l / step = 1.2 of the full ones
    assert power[0] < power[-1], above
    assert power == sorted(power)
    assert power[1] > 0.8
    assert power[2] == 1.0


def test_identity_same_data_same_answer():
    ds = make("depth_profile", depth=Z, counts=np.random.default_rng(1).poisson(10, Z.size).astype(float))
    one, other = (look(prepare(ds, {}), 0.0, None).constant.p for _ in range(2))
    assert one == other
