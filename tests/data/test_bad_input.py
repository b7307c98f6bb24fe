"""Bad input: each gets one clear line, and nothing is half-written."""

from __future__ import annotations

import os
import pickle
import sqlite3

import h5py
import numpy as np
import pytest

import supraspin.data.table as table_module
from supraspin.data import load, load_all, make, save
from supraspin.errors import DataError

GOOD = "B (T),R_NL (Ohm)\n" + "\n".join(f"{b},{b * b}" for b in range(-5, 6)) + "\n"


def pickled_npy(path):
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)


def pickled_npz(path):
    with path.open("wb") as file:
        np.savez(file, allow_pickle=True, B=np.array([{"a": 1}], dtype=object))


def foreign_sqlite(path):
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE music (name TEXT)")
    base.commit()
    base.close()


def texts_only_h5(path):
    with h5py.File(path, "w") as file:
        file["name"] = "only text"


def broken_h5(path):
    with h5py.File(path, "w") as file:
        file["B"] = np.arange(1000.0)
    path.write_bytes(path.read_bytes()[:700])


def raw(content):
    return lambda path: path.write_bytes(content)


BAD = {
    "empty.txt": (raw(b""), "is empty"),
    "blank.csv": (raw(b"\n\n  \n"), "no numbers in columns"),
    "noise.bin": (lambda p: p.write_bytes(np.random.default_rng(0).bytes(5000)), "binary and of no known format"),
    "nul.txt": (raw(GOOD.encode() * 500 + b"\x00\x00\x00"), "NUL bytes"),
    "image.dat": (raw(b"\x89PNG\r\n\x1a\n" + bytes(100)), "PNG image"),
    "paper.dat": (raw(b"%PDF-1.7 ..."), "PDF"),
    "words.txt": (raw(b"nothing but words\nand more words\n"), "no numbers in columns"),
    "list.txt": (raw(b'{"a": [1, 2, 3]}'), "no numbers in columns"),
    "header_only.csv": (raw(b"B (T),R_NL (Ohm)\n"), "no numbers in columns"),
    "all_nan.csv": (raw(b"B (T),R_NL (Ohm)\nnan,nan\nnan,nan\n"), "no (numbers|column)"),
    "all_inf.csv": (raw(b"B (T),R_NL (Ohm)\ninf,inf\ninf,-inf\n"), "no column holds a finite number"),
    "unit.csv": (raw(GOOD.replace("(T)", "(furlong2)").encode()), "unit 'furlong2' is not known"),
    "bracket_unit.csv": (raw(GOOD.replace("(Ohm)", "[blorb]").encode()), "unit 'blorb' is not known"),
    "objects.npy": (pickled_npy, "pickled Python objects, which are never loaded"),
    "objects.npz": (pickled_npz, "pickled Python objects, which are never loaded"),
    "plain.pkl": (lambda p: p.write_bytes(pickle.dumps({"a": 1})), "pickle, which is never loaded"),
    "cut.npy": (raw(b"\x93NUMPY\x01\x00v\x00{'descr': '<f8'"), "damaged NumPy file"),
    "cut.npz": (raw(b"PK\x03\x04 and no more"), "damaged NumPy file"),
    "text.npy": (lambda p: np.save(p, np.array(["a", "b"])), "no arrays of numbers"),
    "damaged.mat": (raw(b"MATLAB 5.0 MAT-file" + bytes(300)), "damaged MATLAB file|no arrays of numbers"),
    "damaged.h5": (broken_h5, "damaged HDF5 file"),
    "texts.h5": (texts_only_h5, "no arrays of numbers"),
    "damaged.nc": (raw(b"CDF\x01" + b"\xff" * 60), "damaged netCDF file"),
    "music.db": (foreign_sqlite, "without the tables of QCoDeS"),
    "damaged.db": (raw(b"SQLite format 3\x00" + b"\xff" * 200), "damaged QCoDeS data base|cannot be opened as SQLite"),
    "cut_ppms.dat": (raw(b"[Header]\nTITLE,x\n"), r"no table after \[Data\]"),
    "empty_ppms.dat": (raw(b"[Header]\n[Data]\nTemperature (K),Bridge 1 Resistance (Ohms)\n"), r"no readings after \[Data\]"),
    "cut_nanonis.dat": (raw(b"Experiment\tbias spectroscopy\t\n\n[DATA]\n"), r"no table after \[DATA\]"),
    "words.tdi": (raw(b"TDI Format 1.5\tVoltage\tCurrent\n\tone\ttwo\n"), "line 2: 'one' is no number"),
    "empty.tdi": (raw(b"TDI Format 1.5\tVoltage\tCurrent\n"), "no numbers in columns"),
    "half_utf16.txt": (raw(b"\xff\xfe" + GOOD.encode("utf-16-le") + b"x"), "not valid utf-16"),
}


@pytest.mark.parametrize("name", BAD)
def test_rejects(name, tmp_path):
    write, message = BAD[name]
    path = tmp_path / name
    write(path)
    with pytest.raises(DataError, match=message) as caught:
        load(path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_rejects_missing_path(tmp_path):
    with pytest.raises(DataError, match=r"absent\.csv does not exist"):
        load(tmp_path / "absent.csv")


def test_rejects_folder_without_data(tmp_path):
    (tmp_path / "README.md").write_text("words")
    (tmp_path / "LICENSE").write_text("words")
    with pytest.raises(DataError, match="no file with data"):
        load(tmp_path)


def test_rejects_several_data_sets_where_one_is_asked_for(tmp_path):
    (tmp_path / "a.csv").write_text(GOOD)
    (tmp_path / "b.csv").write_text(GOOD)
    with pytest.raises(DataError, match=r"holds 2 data sets .* load_all"):
        load(tmp_path)


def test_rejects_too_large_file_before_reading(tmp_path, monkeypatch):
    path = tmp_path / "large.csv"
    path.write_text(GOOD)
    monkeypatch.setattr(table_module, "MAX_BYTES", 10)
    with pytest.raises(DataError, match="GB"):
        load(path)


def test_rejects_archive_that_unpacks_too_large(tmp_path, monkeypatch):
    path = tmp_path / "dense.npz"
    np.savez_compressed(path, B=np.zeros(100_000), R=np.zeros(100_000))
    monkeypatch.setattr(table_module, "MAX_BYTES", 100_000)
    with pytest.raises(DataError, match="unpacks to"):
        load(path)


def test_rejects_too_many_rows(tmp_path, monkeypatch):
    path = tmp_path / "long.csv"
    path.write_text(GOOD)
    monkeypatch.setattr(table_module, "MAX_ROWS", 5)
    with pytest.raises(DataError, match="rows; up to 5 are read"):
        load(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_rejects_unreadable_file(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text(GOOD)
    path.chmod(0)
    with pytest.raises(DataError, match="cannot be read"):
        load(path)


def test_rejects_unknown_kind_and_missing_column(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(GOOD)
    with pytest.raises(DataError, match="kind 'haenle' is not known; there are hanle"):
        load(path, kind="haenle")
    with pytest.raises(
        DataError, match="cannot be of kind tunnel_spectrum: no column is bias; it has field, nonlocal_resistance"
    ):
        load(path, kind="tunnel_spectrum")


def test_rejects_output_in_a_missing_folder_and_leaves_nothing(tmp_path):
    ds = make("hanle", field=[0.0, 1.0], nonlocal_resistance=[1.0, 2.0])
    with pytest.raises(DataError, match="cannot be written"):
        save(ds, tmp_path / "nowhere" / "x.nc")
    with pytest.raises(DataError, match="is a folder"):
        save(ds, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_skip_bad_names_every_file_passed_over(tmp_path):
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "bad.csv").write_text("")
    (tmp_path / "LICENSE").write_text("words")
    (tmp_path / ".hidden.csv").write_text(GOOD)
    with pytest.raises(DataError, match=r"bad\.csv is empty"):
        load_all(tmp_path)
    found, problems = load_all(tmp_path, skip_bad=True)
    assert [ds.attrs["source"] for ds in found] == ["good.csv"]
    assert {(p.code, p.level) for p in problems} == {("unreadable", "fault"), ("skipped", "note")}
    assert any("bad.csv" in p.message for p in problems)


def test_one_point_and_constant_columns_load(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("B (T),R_NL (Ohm)\n0.1,0.2\n")
    ds = load(path, kind="hanle")
    assert dict(ds.sizes) == {"sweep": 1, "point": 1}


def test_markup_in_metadata_stays_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("# note: <script>alert(1)</script>\n" + GOOD)
    assert "<script>alert(1)</script>" in load(path).attrs["metadata"]
