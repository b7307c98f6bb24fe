"""Text as instruments write it comes back through the readers as what it was."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.analysis import analyze
from supraspin.data import load, make
from supraspin.data.schema import needed
from supraspin.data.writers import dialects, write
from supraspin.devices import Device
from supraspin.errors import DataError, SupraspinError
from supraspin.lab.protocol import PROTOCOLS
from supraspin.lab.setup import Setup

B = np.linspace(-0.04, 0.04, 41)
SMALL = {"points": 41, "temperatures": 3, "fields": 5, "biases": 2, "currents": 2}


UNWRITTEN = ("doubt", "direction", "source", "started", "sweep", "outer_direction")


def measured(name, **changes):
    device = "B" if name in ("hanle", "spin_valve_loop", "spin_valve_map") else "A"
    options = {key: value for key, value in (SMALL | changes).items() if key in PROTOCOLS[name].options}
    return PROTOCOLS[name].run(Setup.of(Device.load(device)), 5, **options)


@pytest.mark.parametrize("dialect", dialects())
@pytest.mark.parametrize("name", PROTOCOLS)
def test_identity_every_measurement_in_every_dialect(name, dialect, tmp_path):
    """The same kind without being told, the same quantities over the same dimensions, the same numbers to eight digits.

    Which way an outer coordinate went, a table without times does not say.
    """
    ds = measured(name)
    path = write(ds, tmp_path / f"{name}{dialects()[dialect].ENDING}", dialect)
    back = load(path)
    assert back.attrs["kind"] == ds.attrs["kind"]
    assert back.sizes["sweep"] == ds.sizes["sweep"]
    dims = [{str(v): one[v].dims for v in one.variables if v not in UNWRITTEN} for one in (ds, back)]
    assert dims[0] == dims[1]
    for variable in needed(ds):
        # Which of two sweeps the point at the turn belongs to is open.
        wrote, came = (one[variable].values[np.isfinite(one[variable].values)] for one in (ds, back))
        np.testing.assert_allclose(came, wrote, rtol=1e-6, atol=1e-7 * np.abs(wrote).max())
    for known in (name for name in dims[0] if dims[0][name] == ("sweep",)):
        np.testing.assert_allclose(back[known].values, ds[known].values, rtol=1e-6)


LONG = ("amr_loop", "field_temperature_map", "spin_valve_loop")
ANALYSED = [pytest.param(n, marks=pytest.mark.slow if n in LONG else ()) for n in PROTOCOLS if n != "tunnel_spectrum"]
"""Spectra take a minute; that their files hold the same is seen above."""


@pytest.mark.parametrize("name", ANALYSED)
def test_identity_text_gives_the_same_analysis_as_netcdf(name, tmp_path):
    """Findings, numbers to a tenth of their errors: the ninth digit may turn a choice that the systematic error stands for."""
    ds = measured(name, points=81, fields=13 if name == "spin_valve_map" else 3, temperatures=2, currents=1)
    said = [analysed(write(ds, tmp_path / f"{name}{ending}")) for ending in (".nc", ".csv")]
    assert said[0].keys() == said[1].keys()
    assert said[0]
    for key, one in said[0].items():
        other = said[1][key]
        assert (one.limit, one.identified, one.unit) == (other.limit, other.identified, other.unit), key
        margin = 0.1 * (one.stderr or 0.0) + (one.systematic or 0.0) + 0.01 * key[1].endswith("probability")
        assert other.value == pytest.approx(one.value, rel=1e-3, abs=margin), key


def analysed(path):
    """Findings of all analyses of a file, by the first word of the title and name."""
    try:
        results = analyze(load(path))
    except SupraspinError as error:
        pytest.fail(f"{path.name}: {error}")
    return {(one.title.split(":")[0], found.name): found for one in results for found in one.findings}


def test_rejects_places_and_names(tmp_path):
    ds = make("magnetoresistance", field=B, resistance=B**2)
    with pytest.raises(DataError, match=r"must end in .csv, .dat, .nc, .tsv, .txt"):
        write(ds, tmp_path / "data.xls")
    with pytest.raises(DataError, match=r"no format 'excel'; there are csv, nanonis, netcdf"):
        write(ds, tmp_path / "data.csv", "excel")
    with pytest.raises(DataError, match="is a folder"):
        write(ds, tmp_path, "csv")
    with pytest.raises(DataError, match="cannot be written"):
        write(ds, tmp_path / "no" / "data.csv")
    assert list(tmp_path.iterdir()) == []


def test_identity_netcdf_loses_nothing(tmp_path):
    ds = measured("tmr_loop")
    assert load(write(ds, tmp_path / "loop.nc")).identical(ds)


def test_identity_a_dat_file_is_of_the_instrument_that_measures_such_data(tmp_path):
    """Nanonis measures spectra, Quantum Design the rest; a single spectrum has its conditions above the table."""
    spectrum = PROTOCOLS["tunnel_spectrum"].run(Setup.of(Device.load("A")), 5, points=41, temperatures=1, field=0.5)
    path = write(spectrum, tmp_path / "spectrum.dat")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("Experiment\tbias spectroscopy\t\n")
    assert "\n[DATA]\nfield_angle (rad)\tmodulation (V)\tBias calc (V)\tLI Demod 1 X (S)\n" in text
    back = load(path)
    assert back.attrs["reader"] == "nanonis"
    np.testing.assert_allclose(back["temperature"].values, spectrum["temperature"].values, rtol=1e-6)
    np.testing.assert_allclose(back["field"].values, 0.5)
    film = PROTOCOLS["resistance_temperature"].run(Setup.of(Device.load("A")), 5, points=41)
    assert load(write(film, tmp_path / "film.dat")).attrs["reader"] == "quantum_design"
