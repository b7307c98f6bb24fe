"""Text as instruments write it comes back through the readers as what it was."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.data import load, make
from supraspin.data.schema import needed
from supraspin.data.writers import dialects, write
from supraspin.devices import Device
from supraspin.errors import DataError
from supraspin.lab.protocol import PROTOCOLS
from supraspin.lab.setup import Setup

B = np.linspace(-0.04, 0.04, 41)
SMALL = {"points": 41, "temperatures": 3, "fields": 5, "biases": 2, "currents": 2}


def measured(name):
    device = "B" if name in ("hanle", "spin_valve_loop", "spin_valve_map") else "A"
    options = {key: value for key, value in SMALL.items() if key in PROTOCOLS[name].options}
    return PROTOCOLS[name].run(Setup.of(Device.load(device)), 5, **options)


@pytest.mark.parametrize("dialect", dialects())
@pytest.mark.parametrize("name", PROTOCOLS)
def test_identity_every_measurement_in_every_dialect(name, dialect, tmp_path):
    """TDI has no units, so that a bias in volts must do; all else must come back as it went."""
    ds = measured(name)
    path = write(ds, tmp_path / f"{name}{dialects()[dialect].ENDING}", dialect)
    back = load(path, kind=ds.attrs["kind"] if dialect == "tdi" else None)
    assert back.attrs["kind"] == ds.attrs["kind"]
    assert back.sizes["sweep"] == ds.sizes["sweep"]
    for variable in needed(ds):
        # Which of two sweeps the point at the turn belongs to is open.
        wrote, came = (one[variable].values[np.isfinite(one[variable].values)] for one in (ds, back))
        np.testing.assert_allclose(came, wrote, rtol=1e-6, atol=1e-7 * np.abs(wrote).max())
    for known in ("temperature", "field", "current"):
        if known in ds.coords and ds[known].dims == ("sweep",):
            np.testing.assert_allclose(back[known].values, ds[known].values, rtol=1e-6)
    if dialect == "csv" and "field_angle" in ds.coords and "field" in needed(ds):
        np.testing.assert_allclose(back["field_angle"].values, ds["field_angle"].values)


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
    assert "\n[DATA]\nBias calc (V)\tLI Demod 1 X (S)\n" in text
    back = load(path)
    assert back.attrs["reader"] == "nanonis"
    np.testing.assert_allclose(back["temperature"].values, spectrum["temperature"].values, rtol=1e-6)
    np.testing.assert_allclose(back["field"].values, 0.5)
    film = PROTOCOLS["resistance_temperature"].run(Setup.of(Device.load("A")), 5, points=41)
    assert load(write(film, tmp_path / "film.dat")).attrs["reader"] == "quantum_design"
