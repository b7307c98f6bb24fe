"""Loops: switching is found where magnets switch, at the fields of the device, and not in noise, drift, jumps or peaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from supraspin.analysis import analyze
from supraspin.analysis.switching.corrections import false_discovery, holm
from supraspin.analysis.switching.mirror import mirror_test
from supraspin.analysis.switching.peaks import find_peak
from supraspin.analysis.switching.series import Point, series_of
from supraspin.analysis.switching.steps import find_steps
from supraspin.data import load, make
from supraspin.devices import Device
from supraspin.errors import DataError
from supraspin.lab.order import ordering_temperature
from supraspin.lab.protocol import PROTOCOLS
from supraspin.lab.setup import Setup
from synthetic_loops import NULLS, POINTS, Valve, X, draw, loop

MEASURED = Path(__file__).parents[2].parent / "shared" / "data" / "amr_loops"
N = POINTS


def loops_of(ds, **settings):
    (found,) = [r for r in analyze(ds, settings=settings) if r.title.startswith("Loops")]
    return found


def measure(device, protocol, key=1, **options):
    return PROTOCOLS[protocol].run(Setup.of(Device.load(device)), key, **options)


@pytest.mark.slow
@pytest.mark.parametrize("null", NULLS)
def test_false_alarms_of_loops_without_magnets(null):
    """At a level of 1 %, over 1000 loops of each kind; three standard deviations of the count are allowed for."""
    first, second = NULLS[null](np.random.default_rng(11), (2, 1000, N))
    p = mirror_test(first, second, 3).p
    assert np.mean(p <= 0.01) <= 0.01 + 3 * np.sqrt(0.01 * 0.99 / 1000)


def test_identity_corrections_for_many_loops():
    p = np.array([0.001, 0.04, 0.02, 0.8, 0.0004])
    assert false_discovery(p) == pytest.approx(stats.false_discovery_control(p))
    # By hand: the smallest times 5, the next times 4, ...; never less than a smaller one.
    assert holm(p) == pytest.approx([0.004, 0.08, 0.06, 0.8, 0.002])


@pytest.mark.slow
def test_coercive_fields_and_signal_calibrated():
    """Spread and jittering switching, drift, heating and slow noise: none of them is in the model."""
    rng = np.random.default_rng(4)
    pulls = {"coercive_field": [], "coercive_field_2": [], "loop_centre": [], "switching_signal": []}
    for _ in range(30):
        valve = draw(rng)
        found = loops_of(loop(rng, valve, 0.05))
        for name, truth in zip(pulls, (valve.lower, valve.higher, valve.centre, valve.signal), strict=True):
            one = found.finding(name)
            pulls[name].append((one.value - truth) / one.stderr)
    for name, values in pulls.items():
        assert abs(np.mean(values)) < 0.5, name
        assert np.std(values) < 1.4, name
        assert np.mean(np.abs(values) < 1.96) > 0.85, name


def test_identity_drift_and_heating_are_told_and_removed():
    field = np.linspace(-0.04, 0.04, 161)
    rng = np.random.default_rng(2)
    step = [100 + 2.0 * ((s * b > 0.01) & (s * b < 0.02)) for s, b in ((1, field), (-1, field[::-1]))]
    drift = np.linspace(0, 3, 322).reshape(2, 161)
    readings = [
        r + d + 5 * (b / 0.04) ** 2 + rng.normal(0, 0.02, 161) for r, d, b in zip(step, drift, (field, field[::-1]), strict=True)
    ]
    found = loops_of(make("magnetoresistance", field=[field, field[::-1]], resistance=readings))
    for name, truth in (("switching_signal", 2.0), ("background_drift", 1.5), ("background_even", 5.0), ("background_odd", 0.0)):
        one = found.finding(name)
        assert abs(one.value - truth) < 4 * one.stderr + 0.01, name


def test_what_happens_once_or_odd_in_field_is_no_magnet():
    """A jump of the contact in one sweep; a loop R_up(B) = c - R_down(-B), as a pinned layer shows."""
    field = np.linspace(-0.04, 0.04, 161)
    rng = np.random.default_rng(5)
    up, down = (100 + rng.normal(0, 0.02, 161) for _ in range(2))
    once = loops_of(make("magnetoresistance", field=[field, field[::-1]], resistance=[up + 2.0 * (field > 0.013), down]))
    assert "step_in_one_sweep" in {f.code for f in once.flags}
    assert once.summary.startswith("No switching is proved")
    odd = make("magnetoresistance", field=[field, field[::-1]],
               resistance=[up + 2.0 * (field > 0.013), down + 2.0 * (field[::-1] > -0.013)])  # fmt: skip
    found = loops_of(odd)
    assert "odd_in_field" in {f.code for f in found.flags}
    assert not [f for f in found.findings if f.name.startswith("coercive")]


def test_shifted_loops_and_spikes_are_flagged():
    rng = np.random.default_rng(8)
    ds = loop(rng, Valve(0.008, 0.02, 1.0, centre=5e-3), 0.02, repeats=4)
    ds["resistance"][0, 30] += 5.0
    found = loops_of(ds)
    assert {"loop_off_centre", "spikes"} <= {f.code for f in found.flags}
    assert found.finding("loop_centre").value == pytest.approx(5e-3, abs=5e-4)


def test_identity_the_contact_is_told_from_the_other_electrode():
    found = analyze([measure("A", "tmr_loop", temperatures=1), measure("A", "amr_loop", key=2, repeats=2)])
    (layers,) = [one for one in found if one.title.startswith("Layers")]
    device = Device.load("A")
    contact, other = layers.finding("contact_coercive_field"), layers.finding("other_coercive_field")
    assert abs(contact.value - device.contact(2).coercive_field) < 3 * contact.stderr
    assert abs(other.value - device.ordering.coercive_field) < 3 * other.stderr
    assert layers.finding("tmr_over_amr").value > 100


def test_limit_series_without_an_end_give_limits():
    points = [Point(t, np.nan, 1.0, 0.01, True) for t in (1.0, 1.5, 2.0, 2.5)]
    edge = series_of(points, "temperature").finding
    assert (edge.limit, edge.value) == ("lower", 2.5)
    biased = [Point(np.nan, i * 1e-6, 1.0 - 0.05 * i, 0.01, True) for i in range(5)]
    assert series_of(biased, "current").finding.limit == "lower"
    assert series_of(points[:2], "temperature") is None


@pytest.mark.parametrize(("signal", "power"), [(6.0, 0.75), (8.0, 0.95)])
def test_power_of_loops_over_the_noise_of_a_reading(signal, power):
    rng = np.random.default_rng(5)
    pulse = signal * ((X > 0.2) & (X < 0.5))
    first, second = rng.normal(size=(2, 200, N)) + pulse
    assert np.mean(mirror_test(first, second, 3).p <= 0.01) > power


def test_identity_the_middle_is_found():
    rng = np.random.default_rng(5)
    first, second = (rng.normal(size=(8, N)) + 8.0 * ((X - sign * 0.15 > 0.1) & (X - sign * 0.15 < 0.4)) for sign in (1, -1))
    assert np.abs(mirror_test(first, second, 3).shift - 0.15 / (X[1] - X[0])).max() <= 1


def test_identity_steps_are_calibrated():
    rng = np.random.default_rng(2)
    pulls, sizes = [], []
    for _ in range(200):
        place = rng.uniform(0.1, 0.6)
        reading = 5.0 * (place < X) + 2 * X**2 + rng.normal(size=N)
        steps = find_steps(X, reading)
        assert len(steps) == 1
        pulls.append((steps[0].field - place) / steps[0].field_error)
        sizes.append((steps[0].size - 5.0) / steps[0].size_error)
    for values in (pulls, sizes):
        assert abs(np.mean(values)) < 0.25
        assert 0.8 < np.std(values) < 1.25


def test_identity_tmr_of_the_virtual_device():
    ds = measure("A", "tmr_loop", temperatures=5, warmest=2.8)
    found = loops_of(ds, polarisation=0.35)
    device = Device.load("A")
    for name, truth in (
        ("coercive_field", device.ordering.coercive_field),
        ("coercive_field_2", device.contact(2).coercive_field),
    ):
        one = found.finding(name)
        assert abs(one.value - truth) < 3 * one.stderr
    onset = found.finding("ordering_temperature")
    truth = float(ordering_temperature(device, 0.0))
    assert abs(onset.value - truth) < np.hypot(2 * onset.stderr, 2 * (onset.systematic or 0.0))
    assert 0 < found.finding("polarisation_2").value < device.ordering.polarisation


def test_identity_bias_window_of_a_spin_valve():
    found = loops_of(measure("B", "spin_valve_loop", biases=6, last_bias=2.4e-6))
    window = found.finding("window_current")
    assert 0.9e-6 < window.value < 1.7e-6


@pytest.mark.parametrize("device", ["no_cobalt", "dilute_cobalt"])
def test_limit_controls_do_not_switch(device):
    found = loops_of(measure(device, "spin_valve_loop", temperature=1.5, biases=3))
    assert found.summary.startswith("No switching is proved")
    assert not [f for f in found.findings if f.name.startswith(("coercive", "switching"))]


def test_rejects_settings_and_single_sweeps():
    field = np.linspace(-0.04, 0.04, 41)
    both = make("magnetoresistance", field=[field, field[::-1]], resistance=[field**2 + 1, field**2 + 1])
    with pytest.raises(DataError, match="'polarisation' must lie between 0 and 1"):
        loops_of(both, polarisation=2.0)
    single = make("magnetoresistance", field=field, resistance=field**2 + 1)
    assert not [r for r in analyze(single) if r.title.startswith("Loops")]


def test_limit_no_peak_in_noise():
    rng = np.random.default_rng(0)
    assert sum(find_peak(X, rng.normal(size=N)) is not None for _ in range(300)) <= 3


@pytest.mark.skipif(not MEASURED.is_dir(), reason="the measured data are not there")
def test_measured_amr_peaks_of_either_direction():
    """By eye: 3.7 and 1.5 mT at 2 mA, 2.9 and 1.1 mT at 5 mA, the clearer one; the loops are not centred at zero field."""
    found = loops_of(load(MEASURED))
    assert found.finding("peak_field_rising").value == pytest.approx(2.9e-3, abs=0.15e-3)
    assert found.finding("peak_field_falling").value == pytest.approx(1.15e-3, abs=0.15e-3)
    table = next(t for t in found.tables if t.title.startswith("Largest peak"))
    weak = [row for row in table.rows if row[1] == "2.00 mA"]
    assert [row[2] for row in weak] == ["up", "down"]
    for row, by_eye in zip(weak, (3.7, 1.5), strict=True):
        assert float(row[3].split()[0]) == pytest.approx(by_eye, abs=0.25)
    assert found.summary.startswith("No switching is proved")
    assert {"depends_on_current", "peak_moves_with_current"} <= {f.code for f in found.flags}
