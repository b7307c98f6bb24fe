"""Instruments against what their makers write and what a filter, a range or a thermometer must do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from supraspin.lab.cryostat import DILUTION_REFRIGERATOR, VARIABLE_TEMPERATURE_INSERT
from supraspin.lab.lockin import LockIn
from supraspin.lab.noise import Noise
from supraspin.lab.source_meter import SourceMeter

QUIET = Noise()


def rng():
    return np.random.default_rng(5)


@pytest.mark.parametrize("stages", [1, 2, 3, 4])
def test_identity_noise_bandwidth_of_the_filter(stages):
    """The bandwidth is the integral of the squared transfer function of the chain."""
    one = LockIn(stages=stages, time_constant=0.1)
    exact = quad(lambda f: (1 + (2 * math.pi * f * 0.1) ** 2) ** -stages, 0, math.inf)[0]
    assert one.bandwidth == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("stages", [1, 2, 3, 4])
def test_identity_step_response(stages):
    """After a step the output is that of a chain of RC stages, within 1 % of it after the settling time."""
    one = LockIn(stages=stages, time_constant=0.1)
    time = 0.002 * np.arange(1, 2001)
    out = one.follow(np.concatenate(([0.0], np.ones(2000))), 0.002)[1:]
    u = time / 0.1
    exact = 1 - np.exp(-u) * sum(u**k / math.factorial(k) for k in range(stages))
    np.testing.assert_allclose(out, exact, atol=0.02)
    assert abs(1 - np.interp(one.settling_time, time, out)) == pytest.approx(0.01, abs=0.004)


def test_identity_reading_gain_phase_and_overload():
    one = LockIn(phase=math.radians(30), gain=1.0, noise=QUIET, sensitivity=1e-3, digits=1e-9)
    x, y, over = one.read(np.full(50, 0.8e-3), 10.0, rng())
    np.testing.assert_allclose(x, 0.8e-3 * math.cos(math.radians(30)), rtol=1e-5)
    np.testing.assert_allclose(y, 0.8e-3 * math.sin(math.radians(30)), rtol=1e-5)
    assert not over.any()
    x, _, over = one.read(np.full(5, 2e-3), 10.0, rng())
    assert over.all()
    assert x.max() <= 1.09e-3


def test_identity_reading_noise_follows_the_bandwidth():
    one = LockIn(noise=Noise(density=6e-9), time_constant=0.3, digits=1e-9, gain=1.0, phase=0.0)
    x, _, _ = one.read(np.full(20000, 1e-5), 10.0, rng())
    assert x.std() == pytest.approx(6e-9 * math.sqrt(one.bandwidth), rel=0.02)
    assert x.mean() == pytest.approx(1e-5, abs=1e-10)


def test_rejects_settings_that_no_lockin_has():
    with pytest.raises(ValueError, match="1 to 4 stages, not 5"):
        LockIn(stages=5)
    with pytest.raises(ValueError, match="time_constant of a lock-in must be above 0"):
        LockIn(time_constant=0.0)


def test_identity_source_steps_and_ranges():
    source = SourceMeter(source_gain=1.0, source_offset=0.0)
    wanted = np.linspace(-5e-6, 5e-6, 101)
    real = source.source(wanted)
    assert np.abs(real - wanted).max() <= 0.5 * source.source_step * 1e-5 * (1 + 1e-9)
    with pytest.raises(ValueError, match="beyond the largest range"):
        source.source(np.array([7.0]))


def test_identity_meter_offset_and_compliance():
    meter = SourceMeter(noise=QUIET, compliance=1.0)
    reading, over = meter.measure(np.array([0.0, 1e-3, 3.0]), 0.1, rng())
    np.testing.assert_array_equal(over, [False, False, True])
    np.testing.assert_allclose(reading, [0.0, 1e-3, 1.0], atol=3e-6)
    assert SourceMeter().range_of(0.15, SourceMeter().meter_ranges) == 0.2


def test_limit_sample_lags_by_rate_times_time_constant():
    vti = VARIABLE_TEMPERATURE_INSERT.but(calibration=0.0, thermometer_noise=0.0, lag=3.0)
    up = 4.0 + 0.01 * np.arange(400)
    sample, reading = vti.ramp(up, 1.0, rng())
    np.testing.assert_array_equal(reading, up)
    np.testing.assert_allclose((reading - sample)[200:], 0.01 * 3.0, rtol=1e-9)
    down, reading = vti.ramp(up[::-1], 1.0, rng())
    np.testing.assert_allclose((down - reading)[200:], 0.01 * 3.0, rtol=1e-9)
    assert sample[0] == up[0]


def test_identity_remanence_opens_a_loop_and_calibration_shifts():
    vti = VARIABLE_TEMPERATURE_INSERT
    up = np.linspace(-0.04, 0.04, 9)
    np.testing.assert_allclose(vti.field(up), up - vti.remanence)
    np.testing.assert_allclose(vti.field(up[::-1]), up[::-1] + vti.remanence)
    _, reading = vti.hold(2.0, 4000, rng())
    assert reading.mean() == pytest.approx(2.0 * (1 + vti.calibration), rel=1e-3)


def test_rejects_what_a_cryostat_does_not_reach():
    DILUTION_REFRIGERATOR.check(0.05, 5.0, 0.0)
    with pytest.raises(ValueError, match=r"0.01 K is out of reach of the dilution refrigerator: 0.04 K to 12 K"):
        DILUTION_REFRIGERATOR.check(0.01)
    with pytest.raises(ValueError, match="3 T out of plane is out of reach of the dilution refrigerator: up to 2 T"):
        DILUTION_REFRIGERATOR.check(0.05, 3.0, math.pi / 2)
