"""False alarms, power and calibration of T_BKT; `benchmarks/false_alarms_bkt.py` has the same at full size."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from false_alarms_bkt import by_resistance, detection, false_alarms, leaps_claimed
from supraspin.analysis.bkt.verdict import LEVEL
from synthetic_bkt import NULLS, Film

FAMILIES = 40


@pytest.mark.slow
def test_false_alarms_are_below_the_level_claimed():
    """Ohmic, heated, switching, depinned, contact and noise-only families, `FAMILIES` of each."""
    rates = {name: false_alarms(name, FAMILIES) for name in NULLS}
    assert np.mean(list(rates.values())) <= LEVEL, rates
    assert max(rates.values()) <= 2 / FAMILIES, rates


def test_bulk_transitions_are_called_abrupt_and_not_claimed():
    claimed, abrupt = leaps_claimed(40)
    assert claimed == 0
    assert abrupt > 0.6


@pytest.mark.slow
def test_transition_temperature_is_calibrated():
    """Pulls over 210 families with offset, lead, tail, heating and thermometer errors."""
    kinds = [{}, {"lead": 0.2}, {"tail": 2e-3}, {"heating": 1.0}, {"thermometer": 5e-3}, {"floor": 100e-9}, {"relative": 0.02}]
    found = [detection(replace(Film(), **kind), 30, seed=k) for k, kind in enumerate(kinds)]
    assert all(share == 1 for share, _, _ in found)
    pulls, whole = (np.concatenate([one[k] for one in found]) for k in (1, 2))
    assert abs(pulls.mean()) < 0.5
    assert 0.7 < pulls.std() < 1.3
    assert np.mean(np.abs(whole) < 1) > 0.68
    assert np.mean(np.abs(whole) < 2) > 0.95


def test_jump_of_free_vortices_is_calibrated():
    share, _, whole = detection(replace(Film(), vortices=1.0, temperatures=tuple(np.linspace(5.95, 6.65, 12))), 40)
    assert share >= 0.95
    assert np.mean(np.abs(whole) < 1) > 0.68


@pytest.mark.slow
def test_transition_temperature_from_resistance_is_calibrated():
    """Pulls over 200 R(T) curves with lead, finite-size tail, thermometer errors and a sloping normal state."""
    pulls, whole = by_resistance(200)
    assert pulls.size > 195
    assert abs(pulls.mean()) < 0.4
    assert 0.7 < pulls.std() < 1.2
    assert np.mean(np.abs(whole) < 1) > 0.68


def test_power_falls_with_noise_and_nothing_is_claimed_in_noise():
    shares = [detection(replace(Film(), floor=floor), 15)[0] for floor in (20e-9, 5e-3)]
    assert shares[0] == 1
    assert shares[1] == 0


@pytest.mark.slow
def test_strong_noise_widens_the_error_instead_of_biasing_it():
    """Under 10 uV the fit rests on the tops of the windows, which heating bends; what low currents leave open is in the error."""
    share, _, whole = detection(replace(Film(), floor=10e-6), 40, seed=3)
    assert share > 0.8
    assert np.mean(np.abs(whole) < 1) > 0.55
    assert np.mean(np.abs(whole) < 2) > 0.9


@pytest.mark.slow
def test_strong_noise_alone_does_not_bias():
    share, pulls, whole = detection(replace(Film(), floor=10e-6, heating=0.0), 30, seed=3)
    assert share > 0.8
    assert abs(pulls.mean()) < 0.7
    assert pulls.std() < 1.6
    assert np.mean(np.abs(whole) < 1) > 0.68
