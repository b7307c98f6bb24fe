"""How magnets turn: a plateau too narrow to be reached is inferred with an honest error, and a peak is not taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.analysis.switching.findings import Found, main_pair, state_findings, with_signals
from supraspin.analysis.switching.grains import DISTRIBUTIONS, antiparallel
from supraspin.analysis.switching.matching import match
from supraspin.analysis.switching.pairs import pair, read_sweeps
from supraspin.analysis.switching.report import loop_flags
from supraspin.analysis.switching.steps import find_steps
from supraspin.data import make

FIELD = np.linspace(-0.04, 0.04, 161)
WIDTH = 1e-3


def measured(rng, magnets, noise=0.02):
    """A loop of height 1 whose magnets are 200 grains each, spread as a logarithmic normal, which no fit knows."""
    readings = []
    grains = [b * np.exp(WIDTH / b * rng.standard_normal(200)) for b in magnets]
    for d in (1, -1):
        turned = [(d * FIELD[::d, None] > thresholds).mean(axis=1) for thresholds in grains]
        slow = 0.1 * noise * np.cumsum(rng.standard_normal(FIELD.size))
        p = sum(turned) - 2 * turned[0] * turned[-1] if len(turned) == 2 else 2 * turned[0] * (1 - turned[0])
        readings.append(100 + p + slow + noise * rng.standard_normal(FIELD.size))
    ds = make("magnetoresistance", field=[FIELD, FIELD[::-1]], resistance=readings)
    ((loop,), _) = pair(read_sweeps(ds))
    steps = [find_steps(sweep.field, sweep.reading) for sweep in (loop.rising, loop.falling)]
    return with_signals([Found(loop, 1e-4, 1e-4, 1e-4, True, 0.0, match(*steps, 0.0, loop.rising.step))])


def signal(found):
    return next((f for f in state_findings(found, {}) if f.name == "switching_signal"), None)


def test_narrow_plateaus_calibrated():
    rng = np.random.default_rng(12)
    pulls = []
    for gap in np.tile(np.linspace(4e-3, 8e-3, 12), 3):
        lower = rng.uniform(0.010, 0.018)
        one = signal(measured(rng, (lower, lower + gap)))
        if one.limit is None:
            pulls.append((one.value - 1) / np.hypot(one.stderr, one.systematic))
        else:
            assert one.value < 1
    assert len(pulls) >= 30
    assert abs(np.mean(pulls)) < 0.4
    assert np.std(pulls) < 1.3
    assert np.mean(np.abs(pulls) < 2) > 0.9


def test_limit_a_single_magnets_peak_is_no_plateau():
    """The peak 1 - m^2 of one magnet steps up and down as two do; it bounds the signal, and is remarked upon."""
    rng = np.random.default_rng(5)
    bounds = []
    for _ in range(12):
        found = measured(rng, (rng.uniform(0.01, 0.02),))
        assert main_pair(found[0].matched.switches) is not None
        one = signal(found)
        bounds.append(one.limit == "lower" and 0.3 < one.value < 0.6)
        if one.limit:
            assert "plateau_not_reached" in {flag.code for flag in loop_flags(found)}
    assert np.mean(bounds) > 0.8


def test_limit_sharp_magnets_reach_their_plateau():
    field = np.where((FIELD > 0.01) & (FIELD < 0.02), 1.0, 0.0)
    rng = np.random.default_rng(3)
    readings = [100 + field + 0.01 * rng.standard_normal(161) for _ in range(2)]
    ds = make("magnetoresistance", field=[FIELD, -FIELD], resistance=readings)
    ((loop,), _) = pair(read_sweeps(ds))
    steps = [find_steps(sweep.field, sweep.reading) for sweep in (loop.rising, loop.falling)]
    (found,) = with_signals([Found(loop, 1e-4, 1e-4, 1e-4, True, 0.0, match(*steps, 0.0, loop.rising.step))])
    assert found.pulse.reached > 0.999
    assert found.pulse.systematic < found.pulse.signal_error
    assert abs(found.pulse.signal - 1) < 3 * found.pulse.signal_error


@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize("sweep", [0, 1])
def test_identity_derivatives_are_those_of_differences(name, sweep):
    at = np.array([0.012, 0.016, 0.0125, 0.0155, 1e-3, 1.4e-3])
    field = (1, -1)[sweep] * np.linspace(0.005, 0.025, 41)
    derivative = antiparallel(name, at, sweep, field)[2]
    for k in range(6):
        aside = 1e-8 * np.eye(6)[k]
        difference = (antiparallel(name, at + aside, sweep, field)[0] - antiparallel(name, at - aside, sweep, field)[0]) / 2e-8
        assert derivative[:, k] == pytest.approx(difference, abs=1e-4 * np.abs(derivative).max())
