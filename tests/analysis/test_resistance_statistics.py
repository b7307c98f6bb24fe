"""Statistical truth of R(T): false alarms at the level claimed, power, calibrated errors, by the benchmark's own functions."""

from __future__ import annotations

import importlib
import math
import sys
from pathlib import Path

import numpy as np
import pytest

from supraspin.analysis.resistance.transition_search import LEVEL

FOLDER = Path(__file__).parents[2] / "benchmarks"
FEW = 40
SUITE = 200
"""Curves of a kind here; the benchmark takes a thousand (docs/calibration.md)."""


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(FOLDER))
    yield importlib.import_module("false_alarms_resistance")
    sys.path.remove(str(FOLDER))


NULLS = ("linear", "metal", "saturating metal", "drift with time", "spikes", "Kondo upturn", "weak localisation", "lead offset",
         "noise only", "1/f noise", "random walk", "lagging thermometer", "settling")  # fmt: skip
EFFECTS = (
    "white noise", "1/f noise", "creeping offset", "fluctuation tail", "incomplete", "lagging thermometer", "lead offset",
    "short normal state",
)  # fmt: skip


def most(count: int) -> float:
    """Share that a test with the claimed level stays below in all but one of a thousand runs."""
    return LEVEL + 3.1 * math.sqrt(LEVEL * (1 - LEVEL) / count)


def test_identity_lists_are_those_of_the_benchmark(bench):
    assert set(NULLS) == set(bench.NULLS)
    assert set(EFFECTS) == set(bench.EFFECTS)


@pytest.mark.parametrize("name", NULLS)
def test_rejects_what_does_not_superconduct(bench, name):
    assert bench.superconducting_nulls(name, FEW, 101) <= most(FEW)


@pytest.mark.slow
@pytest.mark.parametrize("name", NULLS)
def test_false_alarms_of_superconductivity_are_below_the_level(bench, name):
    assert bench.superconducting_nulls(name, SUITE, 1) <= most(SUITE)


@pytest.mark.parametrize("effect", EFFECTS)
def test_rejects_a_rise_or_a_second_step_that_is_none(bench, effect):
    found, risen, two = bench.film_nulls(effect, 30, 102)
    assert found > 0.85
    assert risen <= most(30)
    assert two <= most(30)


@pytest.mark.slow
@pytest.mark.parametrize("effect", EFFECTS)
def test_false_alarms_of_re_entrance_are_below_the_level(bench, effect):
    found, risen, two = bench.film_nulls(effect, SUITE, 2)
    assert found > 0.95
    assert risen <= most(SUITE)
    assert two <= most(SUITE)


def test_power_grows_with_height_and_falls_with_noise(bench):
    quiet = [bench.power(height, 0.001, 8, 3) for height in (0.0, 0.08, 0.3)]
    assert quiet[0] == 0
    assert quiet[1] >= 0.9
    assert quiet[2] == 1
    assert bench.power(0.2, 0.01, 8, 3) >= 0.9
    assert bench.power(0.04, 0.03, 8, 3) < 0.3


def test_power_of_two_steps(bench):
    assert bench.two_step_power(1, 10, 4) == 0
    assert bench.two_step_power(6, 10, 4) >= 0.9
    assert bench.two_step_power(20, 10, 4) >= 0.9


@pytest.mark.slow
def test_errors_are_calibrated(bench):
    for name, p in bench.pulls(80, 5).items():
        inside = [float(np.mean(np.abs(p) < z)) for z in (1.0, 1.96)]
        said = f"{name}: mean {p.mean():+.2f}, width {p.std():.2f}, inside {inside[0]:.2f} {inside[1]:.2f} of {p.size}"
        assert p.size >= 78, said
        assert abs(p.mean()) < 0.45, said
        assert 0.6 < p.std() < 1.3, said
        assert inside[0] > 0.6, said
        assert inside[1] > 0.9, said
