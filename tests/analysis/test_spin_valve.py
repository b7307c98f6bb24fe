"""Non-local spin valves and superconducting windows: measured files unaided, and one state that must not become two."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from false_alarms_spin_valve import Device, false_alarms, map_alarms, pulls
from supraspin.analysis import analyze
from synthetic_spin_valve import NULLS

ROOT = Path(__file__).parents[2]
MEASURED = ROOT.parent / "shared" / "data"
measured = pytest.mark.skipif(not MEASURED.is_dir(), reason="the measured data are not there")


@measured
def test_measured_metallic_spin_valve():
    (found,) = analyze(MEASURED / "spin_valve_nliv")
    signal = found.finding("spin_signal")
    assert signal.value == pytest.approx(15.0e-3, abs=0.5e-3)
    assert 0 < signal.stderr < 0.5e-3
    assert 7.5e-3 < found.finding("nonlocal_resistance_parallel").value < 7.95e-3
    assert found.finding("nonlocal_resistance_antiparallel").value == pytest.approx(-7.3e-3, abs=0.1e-3)
    assert 9.7 < found.finding("thermal_coefficient").value < 10.4
    falling, rising = (found.finding(f"coercive_field_{way}").value for way in ("falling", "rising"))
    assert -0.05 <= falling <= -0.03
    assert 0.03 <= rising <= 0.06
    within = [f for f in found.flags if "within its own sweep" in f.message]
    assert len(within) == 1
    assert "-40.0 mT" in within[0].message


@pytest.mark.slow
@measured
def test_measured_hysteretic_window():
    found = [r for r in analyze(MEASURED / "tunnelling_al_eus") if "window" in r.title.lower()]
    down, up, both = found
    for one, low, high in ((down, -0.072, 0.040), (up, -0.040, 0.072)):
        assert one.finding("window_lower_edge").value == pytest.approx(low, abs=0.002)
        assert one.finding("window_upper_edge").value == pytest.approx(high, abs=0.002)
        assert 0.03e-3 < abs(one.finding("bias_offset").value) < 0.07e-3
    assert both.finding("window_hysteresis").value == pytest.approx(0.016, abs=0.001)
    assert abs(both.finding("window_lower_edge_mirror").value) < 0.002


@pytest.mark.slow
@pytest.mark.parametrize("null", NULLS)
def test_false_alarms_of_one_state(null):
    """At a level of 1 %, with three standard deviations of 300 sets allowed."""
    two, within = false_alarms(null, 300, seed=4)
    most = 0.01 + 3 * np.sqrt(0.01 * 0.99 / 300)
    assert two <= most
    assert within <= most


@pytest.mark.slow
@pytest.mark.parametrize("null", ["noise only", "drift"])
def test_false_alarms_of_maps(null):
    assert map_alarms(null, 200, seed=4) <= 0.01 + 3 * np.sqrt(0.01 * 0.99 / 200)


@pytest.mark.slow
def test_two_states_are_calibrated():
    found = pulls(Device(), 200, seed=4)
    for name, values in found.items():
        fine = values[np.isfinite(values)]
        if fine.size > 150:
            assert abs(fine.mean()) < 0.35, name
            assert 0.6 < fine.std() < 1.4, name
