"""Layouts as the instruments' own programs write them: QCoDeS data bases, Nanonis spectra, columns named P and AP."""

from __future__ import annotations

import io
import sqlite3

import numpy as np
import pytest

from supraspin.data import load, load_all

FIELD, BIAS = np.linspace(-0.3, 0.3, 5), np.linspace(-2e-3, 2e-3, 41)
# The tables of QCoDeS 0.58 (schema version 9).
SCHEMA = """
    CREATE TABLE experiments (exp_id INTEGER PRIMARY KEY, name TEXT, sample_name TEXT, start_time INTEGER, end_time INTEGER,
        run_counter INTEGER, format_string TEXT);
    CREATE TABLE runs (run_id INTEGER PRIMARY KEY, exp_id INTEGER, name TEXT, result_table_name TEXT, result_counter INTEGER,
        run_timestamp INTEGER, completed_timestamp INTEGER, is_completed BOOL, parameters TEXT, guid TEXT, run_description TEXT,
        "snapshot" TEXT, captured_run_id, captured_counter, "parent_datasets" TEXT);
    CREATE TABLE layouts (layout_id INTEGER PRIMARY KEY, run_id INTEGER, parameter TEXT, label TEXT, unit TEXT,
        inferred_from TEXT);
    CREATE TABLE dependencies (dependent INTEGER, independent INTEGER, axis_num INTEGER);
    INSERT INTO experiments VALUES (1, 'tunnelling', 'device A', 1700000000, NULL, 1, '{}-{}-{}');
"""


def blob(value):
    stream = io.BytesIO()
    np.save(stream, np.asarray(value))
    return stream.getvalue()


@pytest.fixture
def base(tmp_path):
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.executescript(SCHEMA)
    yield connection
    connection.close()


def add_run(base, run, columns, dependencies, rows):
    """`columns` is name -> (storage, label, unit), `dependencies` reading -> setpoints; a row names the columns it fills."""
    table = f"results-1-{run}"
    base.execute(
        "INSERT INTO runs VALUES (?, 1, 'r', ?, ?, ?, NULL, 1, ?, 'guid', '{}', '{}', ?, ?, '[]')",
        (run, table, run, 1.7e9 + run, ",".join(columns), run, run),
    )
    ids = {}
    for name, (_, label, unit) in columns.items():
        done = base.execute("INSERT INTO layouts VALUES (NULL, ?, ?, ?, ?, '')", (run, name, label, unit))
        ids[name] = done.lastrowid
    for reading, setpoints in dependencies.items():
        base.executemany(
            "INSERT INTO dependencies VALUES (?, ?, ?)", [(ids[reading], ids[s], i) for i, s in enumerate(setpoints)]
        )
    listed = ", ".join(f'"{name}" {storage}' for name, (storage, _, _) in columns.items())
    base.execute(f'CREATE TABLE "{table}" (id INTEGER PRIMARY KEY, {listed})')
    for row in rows:
        names = ", ".join(f'"{name}"' for name in row)
        base.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(row))})', tuple(row.values()))
    base.commit()


LOCKIN = {
    "magnet_z": ("numeric", "Field", "mT"), "dac": ("numeric", "Bias voltage", "mV"),
    "x": ("numeric", "Conductance", "uS"), "y": ("numeric", "Conductance quadrature", "uS"),
}  # fmt: skip


def test_qcodes_one_row_for_each_reading(base, tmp_path):
    """Two readings at the same setpoints stand in two rows, and a reading that is not a number is the text `nan`."""
    rows = []
    for b in FIELD:
        for v in BIAS:
            point = {"magnet_z": 1e3 * b, "dac": 1e3 * v}
            rows += [point | {"x": 1 + 1e6 * v * v}, point | {"y": "nan" if v > 1.95e-3 else 1e3 * v}]
    add_run(base, 1, LOCKIN, {"x": ("magnet_z", "dac"), "y": ("magnet_z", "dac")}, rows)
    ds = load(tmp_path / "a.db")
    assert (ds.attrs["kind"], dict(ds.sizes)) == ("tunnel_spectrum", {"sweep": 5, "point": 41})
    np.testing.assert_allclose(ds["conductance"].values, np.tile(1e-6 + BIAS**2, (5, 1)), rtol=1e-12)
    np.testing.assert_allclose(ds["conductance_quadrature"].values[:, :40], np.tile(1e-3 * BIAS, (5, 1))[:, :40], atol=1e-18)
    assert np.isnan(ds["conductance_quadrature"].values[:, 40:]).all()
    np.testing.assert_allclose(ds["field"].values, FIELD)
    assert ds["started"].values[0] == "2023-11-14T22:13:21"
    assert "device A" in ds.attrs["metadata"]


def test_qcodes_readings_at_different_points_stay_apart(base, tmp_path):
    columns = {name: LOCKIN[name] for name in ("magnet_z", "x", "y")}
    rows = [{"magnet_z": b, "x": b} for b in range(9)] + [{"magnet_z": b / 2, "y": b} for b in range(11)]
    add_run(base, 1, columns, {"x": ("magnet_z",), "y": ("magnet_z",)}, rows)
    assert [ds.sizes["point"] for ds in load_all(tmp_path / "a.db")] == [9, 11]


def test_qcodes_complex_and_text_readings_leave_the_others_readable(base, tmp_path):
    columns = {
        "magnet_z": ("numeric", "Field", "mT"), "z": ("complex", "", "A"), "word": ("text", "", ""),
        "R_nl": ("numeric", "Nonlocal resistance", "mOhm"),
    }  # fmt: skip
    rows = []
    for b in np.linspace(-300, 300, 21):
        rows += [{"magnet_z": b, "z": blob(1j * b)}, {"magnet_z": b, "word": "hello"}, {"magnet_z": b, "R_nl": b * b}]
    add_run(base, 1, columns, dict.fromkeys(("z", "word", "R_nl"), ("magnet_z",)), rows)
    add_run(base, 2, columns, {"z": ("magnet_z",)}, [])
    ds = load(tmp_path / "a.db")
    assert (ds.attrs["kind"], dict(ds.sizes)) == ("hanle", {"sweep": 1, "point": 21})
    np.testing.assert_allclose(ds["nonlocal_resistance"].values[0], 1e-3 * np.linspace(-300, 300, 21) ** 2)
    assert "z, word: only columns of real numbers are read" in ds.attrs["doubts"]


@pytest.mark.parametrize("stamp", ["soon", 1e300, float("inf"), -1e12, None])
def test_qcodes_time_that_is_none(base, tmp_path, stamp):
    rows = [{"magnet_z": b, "x": b} for b in range(9)]
    add_run(base, 1, {name: LOCKIN[name] for name in ("magnet_z", "x")}, {"x": ("magnet_z",)}, rows)
    base.execute("UPDATE runs SET run_timestamp = ?", (stamp,))
    base.commit()
    assert load(tmp_path / "a.db")["started"].item() == ""


HEAD = (
    "Experiment\tbias spectroscopy\t\nExperiment\tbias spectroscopy\t\nDate\t04.08.2015 08:49:41\t\nUser\t\t\n"
    "X (m)\t-19.4904E-9\t\nZ-Ctrl hold\tTRUE\t\nFinal Z (m)\tN/A\t\nCutoff frq\t0,01\t\n"
    "Temperature 1>Temperature 1 (K)\t4.92997E+0\t\nLock-in>Modulated signal\tBias (V)\t\n\n[DATA]\n"
    "Bias calc (V)\tLI Demod 1 X (A)\tLI Demod 1 X [bwd] (A)\tInput 3 (A) [filt]\n"
)


@pytest.mark.parametrize(("decimal", "end"), [(".", "\n"), (".", "\r\n"), (",", "\r\n")])
def test_nanonis_layout(tmp_path, decimal, end):
    path = tmp_path / "Bias-Spectroscopy002.dat"
    rows = [f"{1e3 * v:.6f}E-3\t{1 + i:.4f}E-12\t{2 + i:.4f}E-12\tNaN".replace(".", decimal) for i, v in enumerate(BIAS)]
    path.write_bytes((HEAD + "\n".join(rows) + "\n").replace("\n", end).encode())
    ds = load(path)
    assert (ds.attrs["kind"], ds.attrs["reader"], dict(ds.sizes)) == ("tunnel_spectrum", "nanonis", {"sweep": 1, "point": 41})
    np.testing.assert_allclose(ds["bias"].values[0], BIAS, atol=1e-12)
    np.testing.assert_allclose(ds["conductance"].values[0], 1e-12 * (1 + np.arange(41)))
    assert ds["started"].item() == "2015-08-04T08:49:41"


@pytest.mark.parametrize(
    "names", [("P (Ohm)", "AP (Ohm)"), ("R_P (mOhm)", "R_AP (mOhm)"), ("parallel", "antiparallel"), ("AP", "P")]
)
def test_columns_named_by_alignment_alone(tmp_path, names):
    path = tmp_path / "a.csv"
    path.write_text(f"B (mT),{names[0]},{names[1]}\n" + "\n".join(f"{b},{2 + b},{-b}" for b in range(-20, 21)))
    ds = load(path)
    assert ds.attrs["kind"] == "hanle"
    assert ds["alignment"].values.tolist() == [1, -1]
    scale = 1e-3 if "mOhm" in names[0] else 1.0
    parallel = scale * (-np.arange(-20, 21) if names[0] == "AP" else 2 + np.arange(-20, 21))
    np.testing.assert_allclose(ds["nonlocal_resistance"].values[0], parallel)
    assert "alignment_assumed" in ds.attrs["doubts"]


@pytest.mark.parametrize("head", ["B (mT),P (W),AP (Ohm)", "T (K),P (Ohm),AP (Ohm)", "B (mT),P (Ohm),Q (Ohm)"])
def test_other_columns_named_p_are_left_alone(tmp_path, head):
    path = tmp_path / "a.csv"
    path.write_text(f"{head}\n" + "\n".join(f"{b},{2 + b},{-b}" for b in range(1, 40)))
    assert load(path).attrs["kind"] == "unknown"


@pytest.mark.parametrize("name", ["dIdV", "dI/dV", "dI_dV", "didv", "dIdV_S"])
def test_spellings_of_the_differential_conductance(tmp_path, name):
    path = tmp_path / "a.csv"
    path.write_text(f"V (mV),{name}\n" + "\n".join(f"{v},{5 + v * v}" for v in range(-20, 21)))
    assert load(path).attrs["kind"] == "tunnel_spectrum"
