"""What the instruments answer besides readings: overload, ranges, compliance, harmonics, ramps, lag and remanence."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("pyvisa", reason="the virtual instruments need pyvisa")

import pyvisa

import pyvisa_supraspin
from supraspin.lab import film
from supraspin.lab.cryostat import VARIABLE_TEMPERATURE_INSERT
from supraspin.lab.setup import Setup

pytestmark = pytest.mark.filterwarnings("ignore::Warning")  # what the drivers themselves warn of

LOCKIN, JUNCTION, CONTROLLER, SMU = "GPIB0::8::INSTR", "GPIB0::10::INSTR", "GPIB0::12::INSTR", "GPIB0::24::INSTR"
PARALLEL = "TCPIP0::192.0.2.1::7180::SOCKET"


@pytest.fixture
def bench():
    return pyvisa_supraspin.configure("A", key=3, temperature=8.0)


@pytest.fixture
def open_(bench):
    manager = pyvisa.ResourceManager("A@supraspin")
    return lambda name: manager.open_resource(name, read_termination="\n", write_termination="\n")


@pytest.mark.parametrize("slope", [0, 1, 2, 3])
def test_identity_filter_slope_in_real_time(open_, slope):
    """Two time constants after a step the output is that of a chain of RC stages."""
    bench = pyvisa_supraspin.configure("A", key=3, temperature=8.0, real_time=True)
    clock = bench.clock = _Stepped()
    for one in pyvisa_supraspin.highlevel._instruments["A"].values():
        one.reset()
    lockin = open_(LOCKIN)
    lockin.write(f"SLVL 5;SENS 17;OFLT 8;OFSL {slope}")
    began = clock.seconds
    clock.seconds += 0.2 - 2 * 5e-3
    got = float(lockin.query("OUTP? 1")) / (bench.alternating("film", 5e-6))
    u = (clock.seconds - began) / 0.1
    exact = 1 - math.exp(-u) * sum(u**k / math.factorial(k) for k in range(slope + 1))
    assert got == pytest.approx(exact, abs=0.01)


class _Stepped:
    """A clock that says it is real and moves where the test moves it."""

    real = True
    seconds = 0.0

    def now(self):
        return self.seconds

    def wait(self, seconds):
        self.seconds += seconds


def test_identity_overload_is_remembered_until_it_is_read(open_):
    lockin = open_(LOCKIN)
    lockin.write("SLVL 5;SENS 5;OFLT 8")
    assert float(lockin.query("OUTP? 1")) == pytest.approx(1.09 * 100e-9)
    lockin.write("SENS 26")
    lockin.query("OUTP? 1")
    assert int(lockin.query("LIAS? 2")) == 1
    assert int(lockin.query("LIAS?")) == 0


def test_identity_wrong_commands_stand_in_the_event_byte(open_):
    lockin = open_(LOCKIN)
    assert lockin.query("*ESR?") == "0"
    lockin.write("SENS 99")
    assert int(lockin.query("SENS?")) != 99
    assert int(lockin.query("*ESR? 4")) == 1
    lockin.write("NONS 1")
    assert lockin.query("*ESR?") == "32"
    assert lockin.query("*ESR?") == "0"


def test_identity_second_harmonic_of_a_quadratic_voltage():
    """Of V = kappa I^2 the second harmonic is -kappa I_pk^2 / 2 in cos(2 w t), and there is no third."""
    bench = pyvisa_supraspin.configure("B", key=3, temperature=0.05)
    bench.temperature = 6.0  # no spins, but heat
    kappa = bench.setup.device.spin.thermal_coefficient
    second = bench.harmonic("nonlocal", 1e-6, 2)
    assert second.imag == pytest.approx(-kappa * 1e-12 * math.sqrt(2) / 2, rel=1e-9)
    assert abs(second.real) < 1e-9 * abs(second.imag)
    assert abs(bench.harmonic("nonlocal", 1e-6, 3)) < 1e-9 * abs(second)
    lockin = pyvisa.ResourceManager("B@supraspin").open_resource("GPIB0::9::INSTR", read_termination="\n", write_termination="\n")
    lockin.write("SLVL 1;SENS 11;OFLT 8;HARM 2")
    assert float(lockin.query("OUTP? 3")) == pytest.approx(abs(second), rel=0.02, abs=1e-8)


def test_identity_third_harmonic_of_the_junction_is_its_curvature(bench):
    """V(I) of a gapped junction bends: the first harmonic over I differs from the slope at zero by three times the third."""
    bench.temperature = 1.5
    small = bench.alternating("junction", 1e-9) / 1e-9
    first = bench.alternating("junction", 2e-8) / 2e-8
    third = bench.harmonic("junction", 2e-8, 3)
    assert abs(bench.harmonic("junction", 2e-8, 2)) < 1e-3 * abs(third)
    assert (first - small) * 2e-8 == pytest.approx(-3 * third.real, rel=0.1)


def test_identity_compliance_holds_the_current_back(bench, open_):
    meter = open_(SMU)
    meter.write(":SOUR:FUNC CURR;:SENS:FUNC 'VOLT';:FORM:ELEM VOLT,CURR;:SENS:VOLT:PROT 1e-3;:SOUR:CURR:LEV 1e-4;:OUTP 1")
    volts, amperes = (float(part) for part in meter.query(":READ?").split(","))
    assert volts == pytest.approx(1e-3, abs=1e-5)
    assert amperes == pytest.approx(1e-3 / (float(film.resistance(bench.setup.device, 8.0)) + 0.02), rel=5e-3)
    assert meter.query(":SENS:VOLT:PROT:TRIP?") == "1"
    meter.write(":SENS:VOLT:PROT 1")
    assert float(meter.query(":READ?").split(",")[1]) == pytest.approx(1e-4, rel=2e-3)
    assert meter.query(":SENS:VOLT:PROT:TRIP?") == "0"


def test_identity_ranges_refuse_overflow_and_follow(open_):
    meter = open_(SMU)
    meter.write(":SOUR:FUNC CURR;:SENS:FUNC 'VOLT';:FORM:ELEM VOLT,CURR;:SOUR:CURR:RANG 2e-6")
    assert float(meter.query(":SOUR:CURR:RANG?")) == 1e-5
    meter.write(":SOUR:CURR:LEV 5e-5")
    assert "-222" in meter.query(":SYST:ERR?")
    meter.write(":SOUR:CURR:RANG:AUTO 1;:SOUR:CURR:LEV 2e-2;:OUTP 1")
    assert float(meter.query(":SOUR:CURR:RANG?")) == 0.1
    assert meter.query(":SYST:ERR?").startswith("+0")
    meter.write(":SENS:VOLT:RANG 0.1")
    assert float(meter.query(":READ?").split(",")[0]) == pytest.approx(9.91e37)
    meter.write(":SENS:VOLT:RANG:AUTO 1")
    assert float(meter.query(":READ?").split(",")[0]) < 21


def test_identity_magnet_keeps_its_remanence_and_refuses_what_it_cannot(bench, open_):
    magnet = open_(PARALLEL)
    magnet.read(), magnet.read()
    magnet.write("CONF:FIELD:UNITS 1;CONF:FIELD:TARG 1;RAMP")
    assert magnet.query("STATE?") == "2"
    magnet.write("ZERO")
    assert magnet.query("STATE?") == "8"
    assert float(magnet.query("FIELD:MAG?")) == 0
    assert bench.field("parallel") == pytest.approx(bench.setup.cryostat.remanence)
    magnet.write("CONF:FIELD:TARG 11")
    assert magnet.query("SYST:ERR?") == '-222,"Data out of range"'
    magnet.write("BOGUS 1")
    assert "Undefined header" in magnet.query("SYST:ERR?")
    assert magnet.query("SYST:ERR?") == '0,"No error"'


def test_limit_sample_lags_behind_the_thermometer_on_a_ramp(bench, open_):
    quiet = VARIABLE_TEMPERATURE_INSERT.but(thermometer_noise=0.0, calibration=0.0, lag=4.0)
    bench = pyvisa_supraspin.configure("A", key=1, temperature=8.0, setup=Setup(bench.setup.device, quiet))
    controller = open_(CONTROLLER)
    controller.write("RAMP 1,1,0.6")
    controller.write("RANGE 1,3;SETP 1,4.0")
    bench.clock.wait(100.0)
    assert float(controller.query("KRDG? A")) == pytest.approx(7.0, abs=1e-3)
    assert bench.temperature == pytest.approx(7.0 + 0.01 * 4.0, abs=1e-3)
    assert controller.query("RAMPST? 1") == "1"
    controller.query("KRDG? A"), controller.query("KRDG? A")
    assert float(controller.query("KRDG? A")) == pytest.approx(4.0)
    assert controller.query("RAMPST? 1") == "0"
    bench.clock.wait(40.0)
    controller.query("KRDG? A")
    assert bench.temperature == pytest.approx(4.0, abs=1e-4)
    controller.write("RANGE 1,0;RAMP 1,0,0")
    bench.clock.wait(1e4)
    assert float(controller.query("KRDG? A")) == pytest.approx(quiet.base_temperature)


def test_identity_thermometer_has_calibration_and_noise(bench, open_):
    controller = open_(CONTROLLER)
    readings = []
    for _ in range(60):
        controller.query("RDGST? A")
        readings.append(float(controller.query("KRDG? A")))
    cryostat = bench.setup.cryostat
    assert np.mean(readings) == pytest.approx(8.0 * (1 + cryostat.calibration), rel=3e-4)
    assert np.std(readings) == pytest.approx(8.0 * cryostat.thermometer_noise, rel=0.5)
    assert bench.temperature == 8.0


def test_identity_drivers_set_and_read_what_a_new_user_sets(bench):
    qcodes = pytest.importorskip("qcodes", reason="the drivers come with qcodes")
    from qcodes.instrument_drivers.american_magnetics import AMIModel430
    from qcodes.instrument_drivers.Keithley import Keithley2400
    from qcodes.instrument_drivers.Lakeshore import LakeshoreModel336
    from qcodes.instrument_drivers.stanford_research import SR830

    try:
        lockin = SR830("lockin", LOCKIN, visalib="A@supraspin")
        meter = Keithley2400("meter", SMU, visalib="A@supraspin")
        magnet = AMIModel430("magnet", PARALLEL, visalib="A@supraspin")
        controller = LakeshoreModel336("controller", CONTROLLER, visalib="A@supraspin")
        lockin.sensitivity(1e-4)
        lockin.time_constant(0.03)
        lockin.filter_slope(24)
        lockin.harmonic(1)
        lockin.amplitude(1.0)
        assert (lockin.sensitivity(), lockin.time_constant(), lockin.filter_slope()) == (1e-4, 0.03, 24)
        assert len(lockin.snap("x", "y")) == 2
        meter.mode("CURR")
        meter.rangei(1e-4)
        assert meter.rangei() == pytest.approx(1e-4)
        meter.compliancev(2.0)
        assert meter.compliancev() == 2.0
        magnet.ramp_rate(0.004)
        magnet.field(0.1)
        assert magnet.field() == pytest.approx(0.1)
        assert magnet.ramping_state() == "holding"
        assert magnet.get_error().startswith("0")
        heater = controller.output_1
        heater.setpoint_ramp_enabled(True)
        heater.setpoint_ramp_rate(0.5)
        heater.wait_cycle_time(1e-3)
        heater.wait_equilibration_time(1e-2)
        heater.wait_tolerance(0.01)
        heater.range_limits([1.0, 10.0, 300.0])
        heater.set_setpoint_and_range(4.2)
        heater.wait_until_set_point_reached()
        assert controller.A.temperature() == pytest.approx(4.2, rel=0.01)
        assert controller.A.sensor_status() == "OK"
        for one in (lockin, meter, magnet, controller):
            one.snapshot(update=True)
    finally:
        qcodes.Instrument.close_all()
