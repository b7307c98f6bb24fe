"""Loops: switching is found where magnets switch, at the fields of the device, and not in noise, drift, jumps or peaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from supraspin.analysis import analyze
from supraspin.analysis.switching.mirror import mirror_test
from supraspin.analysis.switching.peaks import find_peak
from supraspin.analysis.switching.steps import find_steps
from supraspin.data import load, make
from supraspin.devices import Device
from supraspin.errors import DataError
from supraspin.lab.order import ordering_temperature
from supraspin.lab.protocol import PROTOCOLS
from supraspin.lab.setup import Setup

MEASURED = Path(__file__).parents[2].parent / "shared" / "data" / "amr_loops"
N = 120
X = np.linspace(-1, 1, N)


def loops_of(ds, **settings):
    (found,) = [r for r in analyze(ds, settings=settings) if r.title.startswith("Loops")]
    return found


def measure(device, protocol, key=1, **options):
    return PROTOCOLS[protocol].run(Setup.of(Device.load(device)), key, **options)


def telegraph(rng, shape, rate):
    return 20.0 * (np.cumsum(rng.random(shape) < rate / shape[-1], axis=-1) % 2) + rng.normal(size=shape)


def flicker(rng, shape):
    frequency = np.fft.rfftfreq(4 * shape[-1])
    frequency[0] = frequency[1]
    z = rng.normal(size=(*shape[:-1], frequency.size)) + 1j * rng.normal(size=(*shape[:-1], frequency.size))
    return np.fft.irfft(z / np.sqrt(frequency))[..., : shape[-1]]


NULLS = {
    "noise": lambda rng, shape: rng.normal(size=shape),
    "flicker": flicker,
    "telegraph": lambda rng, shape: telegraph(rng, shape, 2),
    "cusp": lambda rng, shape: rng.normal(size=shape) - 30 * np.abs(X) ** 0.5,
    "drift": lambda rng, shape: rng.normal(size=shape) + 50 * np.exp(-(X + 1) / 0.4),
    "spikes": lambda rng, shape: rng.normal(size=shape) + 30 * (rng.random(shape) < 0.01),
}


@pytest.mark.slow
@pytest.mark.parametrize("null", NULLS)
def test_false_alarms_of_loops_without_magnets(null):
    """At a level of 1 %, over 1000 loops of each kind; three standard deviations of the count are allowed for."""
    first, second = NULLS[null](np.random.default_rng(11), (2, 1000, N))
    p = mirror_test(first, second, 3).p
    assert np.mean(p <= 0.01) <= 0.01 + 3 * np.sqrt(0.01 * 0.99 / 1000)


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
    assert abs(onset.value - truth) < np.hypot(2 * onset.stderr, 2 * onset.systematic)
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
