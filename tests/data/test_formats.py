"""Every binary and instrument format, from files made here: what was written comes back."""

from __future__ import annotations

import io
import sqlite3

import h5py
import numpy as np
import pytest
from scipy.io import netcdf_file, savemat

from supraspin.data import load, load_all
from supraspin.data.readers import read

BIAS = np.linspace(-2e-3, 2e-3, 41)
FIELD = np.linspace(-0.3, 0.3, 5)
CONDUCTANCE = 1e-6 * (1 + BIAS[None, :] ** 2 * 1e5 + FIELD[:, None])


def one_map(ds):
    assert ds.attrs["kind"] == "tunnel_spectrum"
    assert dict(ds.sizes) == {"sweep": 5, "point": 41}
    np.testing.assert_allclose(ds["field"], FIELD, rtol=0, atol=1e-15)
    np.testing.assert_allclose(ds["bias"], np.tile(BIAS, (5, 1)), rtol=0, atol=1e-18)
    np.testing.assert_allclose(ds["conductance"], CONDUCTANCE, rtol=1e-14)


def test_tdi_facts_beside_the_table(tmp_path):
    path = tmp_path / "NLIV at -0.010000.txt"
    lines = [
        "TDI Format 1.5\tVoltage\tCurrent\tResistance",
        "temperature: T1{Double Float}=25.001\t1E-4\t0E+0\tInf",
        "Timestamp{Timestamp}=<04:36:28.134 16/03/2018>T\t2E-4\t1E-5\t2E+1",
        "Notes{String}=a <b>bold</b> note\t3E-4\t2E-5\t1.5E+1",
        "y{Double Float}=-0.01\t",
    ]
    path.write_bytes("\r\n".join(lines).encode("latin-1"))
    ds = load(path)
    assert ds.attrs["kind"] == "nonlocal_iv"
    np.testing.assert_array_equal(ds["current"].values, [[0, 1e-5, 2e-5]])
    assert ds["temperature"].item() == 25.001
    assert ds["field"].item() == -0.01
    assert ds["started"].item() == "2018-03-16T04:36:28.134000"
    assert "<b>bold</b>" in ds.attrs["metadata"]
    assert np.isinf(ds["resistance"].values[0, 0])


def test_quantum_design(tmp_path):
    path = tmp_path / "film.dat"
    rows = "\n".join(f",{i},{4 + 0.1 * i},{1000.0},{5 if i > 10 else 0.5},," for i in range(30))
    path.write_text(
        "[Header]\nTITLE,film A\nBYAPP,Resistivity,1.0\nFILEOPENTIME,100.0,03/06/2024,12:34 pm\nINFO,sample 7,NAME\n[Data]\n"
        "Comment,Time Stamp (sec),Temperature (K),Magnetic Field (Oe),Bridge 1 Resistance (Ohms),Bridge 2 Resistance (Ohms),\n"
        + rows
        + "\n"
    )
    ds = load(path)
    assert (ds.attrs["kind"], ds.attrs["reader"]) == ("resistance_temperature", "quantum_design")
    assert ds["started"].item() == "2024-03-06T12:34:00"
    np.testing.assert_allclose(ds["field"], [0.1])
    np.testing.assert_allclose(ds["temperature"].values[0], 4 + 0.1 * np.arange(30))
    assert set(np.unique(ds["resistance"])) == {0.5, 5.0}
    assert "bridge_2_resistance" not in ds


def test_nanonis(tmp_path):
    path = tmp_path / "spectrum001.dat"
    rows = "\n".join(f"{v:.6E}\t{v * 1e-6:.6E}\t{1e-12 * (1 + i):.6E}" for i, v in enumerate(BIAS))
    path.write_text(
        "Experiment\tbias spectroscopy\t\nSaved Date\t03.02.2021 10:11:12\t\nLock-in>Amplitude\t1E-3\t\n\n[DATA]\n"
        "Bias calc (V)\tCurrent (A)\tLI Demod 1 X (A)\n" + rows + "\n"
    )
    ds = load(path)
    assert (ds.attrs["kind"], ds.attrs["reader"]) == ("tunnel_spectrum", "nanonis")
    assert ds["started"].item() == "2021-02-03T10:11:12"
    np.testing.assert_allclose(ds["bias"].values[0], BIAS, atol=1e-12)
    assert "lockin_scale" in ds.attrs["doubts"]


def test_matlab_5_map_in_a_structure(tmp_path):
    path = tmp_path / "map.mat"
    savemat(
        path,
        {"data": {"B": FIELD, "V": BIAS, "G": CONDUCTANCE}, "T": 4.2, "note": "cold", "cells": np.array([1, "a"], dtype=object)},
    )
    ds = load(path)
    one_map(ds)
    assert ds["temperature"].values.tolist() == [4.2] * 5
    assert "not_read" in ds.attrs["doubts"]


def test_matlab_73_is_hdf5_turned_over(tmp_path):
    path = tmp_path / "map73.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, values in (("B", FIELD[:, None]), ("V", BIAS[:, None]), ("G", CONDUCTANCE.T)):
            # MATLAB stores columns first, so that HDF5 shows each array turned over.
            file[name] = values if name == "G" else values.T
            file[name].attrs["MATLAB_class"] = np.bytes_("double")
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file")
    one_map(load(path))


def test_hdf5_with_units(tmp_path):
    path = tmp_path / "map.h5"
    with h5py.File(path, "w") as file:
        file.attrs["sample"] = "A"
        group = file.create_group("run")
        for name, values, unit in (
            ("field", FIELD * 1e3, "mT"),
            ("bias", BIAS * 1e6, "uV"),
            ("dI/dV".replace("/", "_"), CONDUCTANCE * 1e6, "uS"),
        ):
            group[name] = values
            group[name].attrs["units"] = unit
    one_map(load(path))


def test_netcdf4_square_map_by_dimension_names(tmp_path):
    import xarray as xr

    path = tmp_path / "square.nc"
    field = np.linspace(0.1, 0.5, 41)
    values = 1e-6 * (1 + field[None, :] * 3 + BIAS[:, None] * 100)
    ds = xr.Dataset(
        {"G": (("bias", "field"), values, {"units": "S"})},
        {"bias": ("bias", BIAS, {"units": "V"}), "field": ("field", field, {"units": "T"})},
    )
    ds.to_netcdf(path, engine="h5netcdf")
    found = load(path)
    # The bias is the outer dimension in the file, yet the sweeps are taken along it.
    assert dict(found.sizes) == {"sweep": 41, "point": 41}
    np.testing.assert_allclose(found["field"], field)
    np.testing.assert_allclose(found["conductance"], values.T)


def test_netcdf3(tmp_path):
    path = tmp_path / "map.hdf5"
    with netcdf_file(path, "w") as file:
        for name, values, unit in (("field", FIELD, "T"), ("bias", BIAS, "V")):
            file.createDimension(name, len(values))
            file.createVariable(name, "d", (name,))[:] = values
            file.variables[name].units = unit
        file.createVariable("conductance", "d", ("field", "bias"))[:] = CONDUCTANCE
        file.variables["conductance"].units = "S"
    one_map(load(path))


def test_npz_and_npy(tmp_path):
    np.savez(tmp_path / "map.npz", B=FIELD, V=BIAS, G=CONDUCTANCE)
    one_map(load(tmp_path / "map.npz"))
    np.save(tmp_path / "table.npy", np.array([(1.0, 2.0), (2.0, 3.0), (3.0, 5.0)], dtype=[("I_mA", "f8"), ("V_mV", "f8")]))
    ds = load(tmp_path / "table.npy", kind="iv_curve")
    np.testing.assert_allclose(ds["current"], [[1e-3, 2e-3, 3e-3]])
    np.testing.assert_allclose(ds["voltage"], [[2e-3, 3e-3, 5e-3]])


def blob(values):
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(values))
    return buffer.getvalue()


@pytest.fixture
def qcodes_file(tmp_path):
    """A data base laid out as QCoDeS does: run 1 row by row, run 2 with a row of arrays for each field."""
    path = tmp_path / "experiment #1.db"
    base = sqlite3.connect(path)
    base.executescript("""
        CREATE TABLE experiments (exp_id INTEGER PRIMARY KEY, name TEXT, sample_name TEXT);
        CREATE TABLE runs (run_id INTEGER PRIMARY KEY, exp_id INTEGER, name TEXT, result_table_name TEXT, run_timestamp REAL,
                           run_description TEXT);
        CREATE TABLE layouts (layout_id INTEGER PRIMARY KEY, run_id INTEGER, parameter TEXT, label TEXT, unit TEXT,
                              inferred_from TEXT);
        CREATE TABLE dependencies (dependent INTEGER, independent INTEGER, axis_num INTEGER);
        INSERT INTO experiments VALUES (1, 'tunnelling', 'device A');
        INSERT INTO runs VALUES (1, 1, 'a', 'results-1-1', 1700000000.0, '{}'), (2, 1, 'b', 'results-1-2', 1700000100.0, '{}');
        INSERT INTO layouts VALUES (1, 1, 'magnet_z', 'Field', 'mT', ''), (2, 1, 'dac_ch1', 'Bias voltage', 'mV', ''),
                                   (3, 1, 'lockin', 'Conductance', 'uS', ''), (4, 2, 'magnet_z', 'Field', 'mT', ''),
                                   (5, 2, 'dac_ch1', 'Bias voltage', 'mV', ''), (6, 2, 'lockin', 'Conductance', 'uS', '');
        INSERT INTO dependencies VALUES (3, 1, 0), (3, 2, 1), (6, 4, 0), (6, 5, 1);
        CREATE TABLE "results-1-1" (id INTEGER PRIMARY KEY, magnet_z REAL, dac_ch1 REAL, lockin REAL);
        CREATE TABLE "results-1-2" (id INTEGER PRIMARY KEY, magnet_z REAL, dac_ch1 BLOB, lockin BLOB);
    """)
    for i, b in enumerate(FIELD):
        rows = [(b * 1e3, v * 1e3, CONDUCTANCE[i, j] * 1e6) for j, v in enumerate(BIAS)]
        base.executemany('INSERT INTO "results-1-1" (magnet_z, dac_ch1, lockin) VALUES (?, ?, ?)', rows)
        base.execute(
            'INSERT INTO "results-1-2" (magnet_z, dac_ch1, lockin) VALUES (?, ?, ?)',
            (b * 1e3, blob(BIAS * 1e3), blob(CONDUCTANCE[i] * 1e6)),
        )
    base.commit()
    base.close()
    return path


def test_qcodes_rows_and_arrays(qcodes_file):
    before = qcodes_file.read_bytes()
    found = load_all(qcodes_file)
    assert len(found) == 2
    for ds in found:
        one_map(ds)
    assert found[0]["started"].values[0] == "2023-11-14T22:13:20"
    assert "device A" in found[0].attrs["metadata"]
    assert qcodes_file.read_bytes() == before
    assert sorted(p.name for p in qcodes_file.parent.iterdir()) == [qcodes_file.name]


def test_rejects_qcodes_pickled_blob(qcodes_file):
    base = sqlite3.connect(qcodes_file)
    buffer = io.BytesIO()
    np.save(buffer, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    base.execute('UPDATE "results-1-2" SET lockin = ? WHERE id = 2', (buffer.getvalue(),))
    base.commit()
    base.close()
    from supraspin.errors import DataError

    with pytest.raises(DataError, match="pickled"):
        load_all(qcodes_file)


def test_reader_is_found_without_a_list(tmp_path, monkeypatch):
    """A file dropped among the readers reads, and nothing else is touched."""
    import supraspin.data.readers as package

    (tmp_path / "shouting.py").write_text(
        "import numpy as np\nfrom supraspin.data.table import RawTable\nPRIORITY = 5\n"
        "def matches(path, head):\n    return head.startswith(b'SHOUT')\n"
        "def read(path):\n    return [RawTable(path.name, {'B (T)': np.arange(9.0) / 7, 'R (Ohm)': np.arange(9.0) ** 2})]\n"
    )
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    package.readers.cache_clear()
    try:
        file = tmp_path / "x.shout"
        file.write_bytes(b"SHOUT")
        assert read(file)[0] == "shouting"
        assert load(file).attrs["kind"] == "magnetoresistance"
    finally:
        package.readers.cache_clear()
