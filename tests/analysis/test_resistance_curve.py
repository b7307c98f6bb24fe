"""The parts of the R(T) analysis: spikes, noise, bins, levels, two steps, ratio, lag."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.analysis.resistance.curve import SlowNoise, curve, slow_noise, spikes, white
from supraspin.analysis.resistance.lagging import lag
from supraspin.analysis.resistance.mean import channel
from supraspin.analysis.resistance.transition_levels import crossing, straight
from supraspin.analysis.resistance.transition_onset import onset
from supraspin.analysis.resistance.transition_search import CRITICAL, binned, search
from supraspin.analysis.resistance.transition_verdict import transition

TEMPERATURE = np.linspace(4.0, 9.0, 1001)


def logistic(t, tc=6.0, width=0.05):
    return 100 / (1 + np.exp(-(t - tc) / width))


def film(rng, *, tc=6.0, noise=0.1, lead=0.0, direction=1, late=0.0, rate=0.01):
    t = TEMPERATURE[::direction]
    time = np.arange(t.size) * abs(t[1] - t[0]) / rate
    return curve(
        t, lead + logistic(t - direction * late * rate, tc) + noise * rng.normal(size=t.size), time=time, direction=direction
    )


def test_spikes_are_found_and_a_steep_transition_is_none():
    rng = np.random.default_rng(0)
    r = logistic(TEMPERATURE, width=0.003) + 0.1 * rng.normal(size=TEMPERATURE.size)
    assert not spikes(r).any()
    r[[100, 500, 901]] += [30, -40, 25]
    assert set(np.flatnonzero(spikes(r))) == {100, 500, 901}


def test_limit_white_noise_has_no_slow_part_and_a_walk_has():
    rng = np.random.default_rng(1)
    quiet = rng.normal(size=2000)
    assert white(quiet) == pytest.approx(1.0, rel=0.1)
    assert slow_noise(np.arange(2000.0), quiet).variance < 0.1
    walk = np.cumsum(rng.normal(size=2000))
    found = slow_noise(np.arange(2000.0), walk - walk.mean())
    assert found.of(4000) > found.of(2000) > 50


def test_identity_bins_average_the_middle_half():
    t = np.repeat([1.0, 2.0, 4.0], 40)
    r = np.repeat([5.0, 6.0, 7.0], 40)
    r[::10] = 1e6
    bins = binned(t, r, count=3)
    np.testing.assert_allclose(bins.resistance, [5, 6, 7])
    np.testing.assert_allclose(np.exp(bins.log_temperature), [1, 2, 4])
    assert list(bins.count) == [40, 40, 40]


def test_limit_a_line_is_no_step_and_a_step_is():
    rng = np.random.default_rng(2)
    line = 50 + 3 * TEMPERATURE + 0.5 * rng.normal(size=TEMPERATURE.size)
    assert search(TEMPERATURE, line)[0].statistic < CRITICAL
    best = search(TEMPERATURE, logistic(TEMPERATURE) + 5 * rng.normal(size=TEMPERATURE.size))[0]
    assert best.statistic > 4 * CRITICAL
    assert np.exp(best.falls()[0].centre) == pytest.approx(6.0, abs=0.05)


def test_identity_statistic_does_not_depend_on_scale():
    r = logistic(TEMPERATURE) + np.random.default_rng(3).normal(size=TEMPERATURE.size)
    assert search(TEMPERATURE, 1e-3 * r)[0].statistic == pytest.approx(search(TEMPERATURE, r)[0].statistic, rel=1e-6)


def test_precise_crossing_of_a_known_curve():
    y = logistic(TEMPERATURE) / 100
    for level in (0.1, 0.5, 0.9):
        found = crossing(TEMPERATURE, y, level, 6.0, room=min(level, 1 - level))
        assert found is not None
        assert found.temperature == pytest.approx(6.0 + 0.05 * np.log(level / (1 - level)), abs=2e-3)
    assert crossing(TEMPERATURE, y + 0.3, 0.1, 6.0) is None


def test_few_readings_are_interpolated_with_an_honest_error():
    t = np.linspace(4, 9, 26)
    found = crossing(t, logistic(t, 6.07, 0.02) / 100, 0.5, 6.1)
    assert found is not None
    assert found.stderr > 0.05
    assert abs(found.temperature - 6.07) < 2 * found.stderr


@pytest.mark.parametrize("count", range(8, 16))
@pytest.mark.parametrize("rise", [0.0, 20.0])
def test_onset_of_a_few_readings_with_and_without_a_rise(count, rise):
    t = np.linspace(1.0, 4.0, count)
    resistance = rise * np.maximum(np.log(2.4 / t), 0.0) + 0.01 * np.random.default_rng(count).normal(size=count)
    found = onset(curve(t, resistance), below=5.0, foot=3.0, top=1.0, slow=SlowNoise(0.0, 1.0))
    assert found.interval_68[0] < found.temperature < found.interval_68[1]
    if rise and count > 8:
        assert abs(found.temperature - 2.4) < 3 * found.stderr + found.systematic + 3.0 / (count - 1)


def test_identity_onset_does_not_hang_on_the_last_digits():
    """Where two readings hold the rise many kinks fit alike, and rounding must not choose among them."""
    rng = np.random.default_rng(8)
    for order in np.linspace(1.7, 2.4, 12):
        t = np.linspace(6.0, 1.5, 90) + 2e-3 * rng.normal(size=90)
        rise = 12 * np.sqrt(np.maximum(1 - (t / order) ** 2, 0.0))
        resistance = np.round(rise + 0.01 * rng.normal(size=90), 2)
        found = [
            onset(curve(t + shift, resistance * (1 + shift)), below=6.0, foot=3.5, top=1.53, slow=SlowNoise(0.0, 1.0))
            for shift in (0.0, 5e-8 * rng.uniform(-1, 1, 90))
        ]
        assert found[0].temperature == pytest.approx(found[1].temperature, abs=1e-5)
        assert abs(found[0].temperature - order) < 3 * found[0].stderr + found[0].systematic


def test_identity_line_through_an_exact_line():
    c = curve(TEMPERATURE, 10 + 2 * TEMPERATURE)
    line = straight(c, 5, 6, 5.0)
    assert line is not None
    assert (line.value, line.slope) == pytest.approx((20.0, 2.0))


def test_lead_is_measured_at_the_floor_and_levels_count_from_it():
    rng = np.random.default_rng(4)
    found = transition(film(rng, lead=3.0))
    assert found.complete
    assert found.lead == pytest.approx(3.0, abs=0.1)
    assert found.crossings is not None
    assert found.crossings[0.5].temperature == pytest.approx(6.0, abs=0.003)


def test_known_lead_makes_a_two_terminal_transition_complete():
    found = film(np.random.default_rng(5), lead=40.0)
    assert not transition(found).complete
    assert transition(found, 40.0).complete


def test_lag_time_of_a_late_sample_and_of_a_late_thermometer():
    for late in (1.5, -1.5):
        rng = np.random.default_rng(6)
        sweeps = [film(rng, direction=d, late=late) for d in (-1, 1)]
        found = lag(channel("film", sweeps, None, 273.0))
        assert found is not None
        assert found.time is not None
        assert found.significant
        assert found.time.value == pytest.approx(late, abs=4 * found.time.stderr)


def test_two_rates_tell_lag_from_hysteresis():
    rng = np.random.default_rng(7)
    sweeps = [film(rng, tc=6.0 + 0.01 * d, direction=d, late=1.5, rate=rate) for rate in (0.005, 0.02) for d in (-1, 1)]
    found = lag(channel("film", sweeps, None, 273.0))
    assert found is not None
    assert found.hysteresis is not None
    assert found.hysteresis.value == pytest.approx(0.02, abs=0.005)
    assert found.time is not None
    assert found.time.value == pytest.approx(1.5, abs=0.3)


def test_rejects_a_lag_where_there_is_none():
    """At 1 % the shift of two equal sweeps is significant in few of a hundred pairs."""
    rng = np.random.default_rng(8)
    pairs = [lag(channel("film", [film(rng, noise=1.0, direction=d) for d in (-1, 1)], None, 273.0)) for _ in range(30)]
    assert sum(one is not None and one.significant for one in pairs) <= 2


@pytest.mark.parametrize("width", [0.03, 0.1, 0.3])
def test_noise_of_the_thermometer_within_a_transition_is_no_spike(width):
    """Where the curve is steep its readings scatter more than elsewhere; lone ones beside them are spikes all the same."""
    rng = np.random.default_rng(2)
    t = np.linspace(1.4, 8.0, 800)
    r = 50 * (1 + np.tanh((t - 6.6 + 0.002 * rng.normal(size=t.size)) / width)) + 0.02 * rng.normal(size=t.size)
    assert curve(t, r).spikes == 0
    r[[100, 101, 700]] += 60.0
    assert curve(t, r).spikes == 3
