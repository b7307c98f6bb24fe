"""Drivers as they stand in QCoDeS and PyMeasure run on the virtual laboratory, and the program reads what they store."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

pytest.importorskip("pyvisa", reason="the virtual instruments need pyvisa")

import pyvisa

import pyvisa_supraspin
from supraspin.data import load_all
from supraspin.devices import Device
from supraspin.errors import SupraspinError
from supraspin.lab import film
from supraspin.lab.scpi.sr830 import SENSITIVITIES, TIME_CONSTANTS

LOCKIN, NONLOCAL, SMU = "GPIB0::8::INSTR", "GPIB0::9::INSTR", "GPIB0::24::INSTR"
PARALLEL, PERPENDICULAR = "TCPIP0::192.0.2.1::7180::SOCKET", "TCPIP0::192.0.2.2::7180::SOCKET"

pytestmark = pytest.mark.filterwarnings("ignore::Warning")  # what the drivers themselves warn of


@pytest.fixture
def bench():
    return pyvisa_supraspin.configure("B", key=1)


@pytest.fixture
def open_(bench):
    manager = pyvisa.ResourceManager("B@supraspin")
    return lambda name: manager.open_resource(name, read_termination="\n", write_termination="\n")


@pytest.fixture
def drivers(bench):
    qcodes = pytest.importorskip("qcodes", reason="the drivers come with qcodes")
    from qcodes.instrument_drivers.american_magnetics import AMIModel430
    from qcodes.instrument_drivers.Keithley import Keithley2400
    from qcodes.instrument_drivers.stanford_research import SR830

    lockin = SR830("lockin", NONLOCAL, visalib="B@supraspin")
    meter = Keithley2400("meter", SMU, visalib="B@supraspin")
    magnet = AMIModel430("magnet", PARALLEL, visalib="B@supraspin")
    yield lockin, meter, magnet
    qcodes.Instrument.close_all()


def test_identity_tables_of_the_lockin():
    assert (SENSITIVITIES[0], SENSITIVITIES[17], SENSITIVITIES[26]) == pytest.approx((2e-9, 1e-3, 1.0))
    assert (TIME_CONSTANTS[0], TIME_CONSTANTS[8], TIME_CONSTANTS[19]) == pytest.approx((1e-5, 0.1, 3e4))


def test_identity_lockin_reads_the_film(bench, open_):
    lockin = open_(LOCKIN)
    assert "SR830" in lockin.query("*IDN?")
    bench.temperature = 8.0
    lockin.write("SLVL 1.0;SENS 14;OFLT 8")
    expected = 1e-6 * (film.resistance(Device.load("B"), 8.0) + bench.setup.lead_resistance)
    x, y = (float(part) for part in lockin.query("SNAP? 1,2").split(","))
    assert x == pytest.approx(float(expected), rel=0.01)
    assert math.hypot(x, y) == pytest.approx(float(expected) * bench.setup.lockin.gain, rel=2e-3)
    lockin.write("APHS")
    x, y = (float(part) for part in lockin.query("SNAP? 1,2").split(","))
    assert abs(y) < 1e-3 * x


def test_identity_lockin_overload_and_auto_gain(bench, open_):
    lockin = open_(LOCKIN)
    bench.temperature = 8.0
    lockin.write("SLVL 5.0;SENS 5")
    assert float(lockin.query("OUTP? 1")) == pytest.approx(1.09 * SENSITIVITIES[5])
    assert int(lockin.query("LIAS?")) & 4
    lockin.write("SENS 26;AGAN")
    assert int(lockin.query("LIAS? 2")) == 0
    assert int(lockin.query("SENS?")) < 26


def test_identity_magnet_takes_its_time(bench, open_):
    magnet = open_(PARALLEL)
    assert magnet.read() == "American Magnetics Model 430 IP Interface"
    assert magnet.read() == "Hello."
    magnet.write("CONF:FIELD:UNITS 1;CONF:RAMP:RATE:FIELD 1,0.01,0")
    magnet.write("CONF:FIELD:TARG 0.5")
    before = bench.clock.now()
    magnet.write("RAMP")
    bench.clock.wait(10.0)
    assert float(magnet.query("FIELD:MAG?")) == pytest.approx(0.1, abs=0.002)
    assert magnet.query("STATE?") == "2"
    assert float(magnet.query("FIELD:MAG?")) == 0.5
    assert bench.clock.now() - before == pytest.approx(50, abs=0.5)
    assert bench.field("parallel") == pytest.approx(0.5 - bench.setup.cryostat.remanence)
    magnet.write("CONF:FIELD:TARG 50")
    assert "out of range" in magnet.query("SYST:ERR?")
    magnet.write("ZERO")
    assert magnet.query("STATE?") == "8"


def test_identity_source_meter(bench, open_):
    meter = open_(SMU)
    meter.write(":SOUR:FUNC CURR;:SENS:FUNC 'VOLT';:FORM:ELEM VOLT,CURR;:SOUR:CURR:LEV 1e-5;:OUTP:STAT 1")
    bench.temperature = 8.0
    volts, amperes = (float(part) for part in meter.query(":READ?").split(","))
    assert amperes == pytest.approx(1e-5, rel=2e-3)
    assert volts == pytest.approx(float(film.resistance(Device.load("B"), 8.0)) * 1e-5, rel=0.02, abs=5e-6)
    meter.write(":OUTP OFF")
    assert bench.direct_current == 0
    meter.write("NONSENSE 1")
    assert "Undefined header" in meter.query(":SYST:ERR?")


def test_identity_real_time_is_real(open_):
    bench = pyvisa_supraspin.configure("B", key=1, real_time=True, temperature=8.0)
    lockin = pyvisa.ResourceManager("B@supraspin").open_resource(LOCKIN, read_termination="\n", write_termination="\n")
    lockin.write("SLVL 1.0;SENS 14;OFLT 8;OFSL 0")
    early = float(lockin.query("OUTP? 1"))
    time.sleep(0.7)
    late = float(lockin.query("OUTP? 1"))
    full = bench.alternating("film", 1e-6)
    assert early < 0.7 * full
    assert late == pytest.approx(full, rel=0.02)


def test_rejects_what_is_not_there(bench):
    manager = pyvisa.ResourceManager("B@supraspin")
    assert LOCKIN in manager.list_resources()
    with pytest.raises(pyvisa.errors.VisaIOError, match="RSRC_NFOUND"):
        manager.open_resource("GPIB0::1::INSTR")
    with pytest.raises(pyvisa.errors.VisaIOError, match="TMO"):
        manager.open_resource(LOCKIN).read()
    with pytest.raises(SupraspinError, match="there is no device 'Z'"):
        pyvisa.ResourceManager("Z@supraspin").open_resource(LOCKIN)


def test_identity_drivers_of_qcodes(drivers, bench):
    lockin, meter, magnet = drivers
    lockin.amplitude(0.05)
    lockin.sensitivity(2e-6)
    lockin.time_constant(0.1)
    meter.mode("CURR")
    meter.output(True)
    meter.curr(1e-7)
    magnet.field(-0.04)
    assert magnet.field() == pytest.approx(-0.04)
    expected = bench.alternating("nonlocal", 0.05 / 1e6)
    assert lockin.X() == pytest.approx(expected, rel=0.1)
    assert lockin.R() == pytest.approx(abs(expected), rel=0.1)
    assert meter.curr() == pytest.approx(1e-7, rel=0.02)


def test_identity_driver_of_pymeasure(bench):
    pytest.importorskip("pymeasure", reason="the driver comes with pymeasure")
    from pymeasure.instruments.srs import SR830

    bench.temperature = 8.0
    lockin = SR830(LOCKIN, visa_library="B@supraspin")
    lockin.sine_voltage = 1.0
    lockin.sensitivity = 1e-4
    lockin.time_constant = 0.1
    assert lockin.time_constant == pytest.approx(0.1)
    assert lockin.x == pytest.approx(bench.alternating("film", 1e-6), rel=0.01)
    assert lockin.magnitude == pytest.approx(lockin.x, rel=0.01)


@pytest.mark.slow
def test_identity_a_two_dimensional_sweep_by_stock_drivers(drivers, bench, tmp_path):
    """101 x 101 points; the twin answers in no more time than QCoDeS takes itself (a fifth is left to noise), and the data base
    is read back."""
    from qcodes.dataset import LinSweep, dond, initialise_or_create_database_at, load_or_create_experiment

    lockin, meter, magnet = drivers
    lockin.amplitude(0.05)
    lockin.sensitivity(2e-6)
    lockin.time_constant(0.1)
    meter.mode("CURR")
    meter.output(True)
    magnet.field(-0.04)
    lockin.X()  # the tables of the device are made at the first reading
    file = tmp_path / "run.db"
    initialise_or_create_database_at(str(file))
    load_or_create_experiment("spin valve", "B")
    spent = 0.0
    inside = pyvisa_supraspin.WRAPPER_CLASS

    def timed(name):
        real = getattr(inside, name)

        def call(*arguments):
            nonlocal spent
            began = time.perf_counter()
            try:
                return real(*arguments)
            finally:
                spent += time.perf_counter() - began

        return real, call

    kept = {name: timed(name) for name in ("write", "read")}
    for name, (_, call) in kept.items():
        setattr(inside, name, call)
    try:
        began = time.perf_counter()
        dond(
            LinSweep(magnet.field, 0.0, 0.04, 101), LinSweep(meter.curr, -5e-6, 5e-6, 101), lockin.X, do_plot=False,
            show_progress=False,
        )  # fmt: skip
        whole = time.perf_counter() - began
    finally:
        for name, (real, _) in kept.items():
            setattr(inside, name, real)
    assert spent <= 1.2 * (whole - spent), f"twin {spent / 10201 * 1e6:.0f} us a point, of {whole / 10201 * 1e6:.0f}"
    (ds,) = load_all(file)
    assert sum(np.isfinite(variable.values).sum() for variable in ds.data_vars.values()) > 10201
    assert ds.sizes["sweep"] * ds.sizes["point"] == 10201
