"""Files that could show what they should not, run for ever, or leave traces; what is sound in them is still read."""

from __future__ import annotations

import os
import sqlite3
import time

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from supraspin.data import load, load_all
from supraspin.data.build import make
from supraspin.data.readers._header import pair
from supraspin.data.schema import doubts, validate
from supraspin.data.table import unique_names
from supraspin.errors import DataError

X = np.linspace(-0.2, 0.2, 41)
TEXT = "B (T),R_NL (Ohm)\n" + "\n".join(f"{x},{x * x}" for x in X) + "\n"


def test_hdf5_reads_no_other_file_and_survives_loops(tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["secret"] = X
    with h5py.File(path, "w") as file:
        file["B"], file["R_NL"] = X, X**2
        file["itself"] = file["/"]
        file["linked"] = h5py.ExternalLink("other.h5", "/secret")
        file["soft"] = h5py.SoftLink("/B")
        file.create_dataset("raw", data=None, shape=(41,), dtype="u1", external=[("/etc/passwd", 0, 41)])
        layout = h5py.VirtualLayout((41,), "f8")
        layout[:] = h5py.VirtualSource("other.h5", "secret", (41,))
        file.create_virtual_dataset("virtual", layout)
    ds = load(path)
    assert ds.attrs["kind"] == "hanle"
    assert not {"linked", "raw", "virtual"} & set(map(str, ds.variables))
    said = next(flag.message for flag in doubts(ds) if flag.code == "not_read")
    assert set(said.split(":")[0].split(", ")) == {"itself", "linked", "soft", "raw", "virtual"}


def test_folder_that_may_not_be_entered_is_named(tmp_path, monkeypatch):
    (tmp_path / "good.csv").write_text(TEXT)
    (tmp_path / "closed").mkdir()
    scan = os.scandir

    def refuse(place):
        if str(place).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(place))
        return scan(place)

    monkeypatch.setattr(os, "scandir", refuse)
    found, problems = load_all(tmp_path, skip_bad=True)
    assert len(found) == 1
    assert [(p.code, p.level) for p in problems] == [("unreadable", "fault")]
    assert "closed cannot be read: Permission denied" in problems[0].message
    for place in (tmp_path, tmp_path / "closed"):
        with pytest.raises(DataError, match="closed cannot be read"):
            load_all(place)


def test_folder_reads_a_hidden_file_nowhere_and_follows_no_link_in_a_circle(tmp_path):
    (tmp_path / "sub" / ".cache").mkdir(parents=True)
    (tmp_path / "sub" / "a.csv").write_text(TEXT)
    (tmp_path / "sub" / ".cache" / "b.csv").write_text(TEXT)
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    assert load(tmp_path).attrs["source"] == "a.csv"


@pytest.mark.parametrize(
    "head",
    [" " * 100_000 + "x", "a" * 80 + ":" + " " * 100_000, ":=" * 50_000, "(" * 50_000, "B " + "( " * 20_000, "1" * 50_000 + "x"],
    ids=["blanks", "value", "signs", "brackets", "broken brackets", "digits"],
)
def test_limit_long_lines_take_no_quadratic_time(tmp_path, head):
    path = tmp_path / "a.csv"
    path.write_text(head + "\n" + TEXT)
    start = time.process_time()
    assert load(path).attrs["kind"] == "hanle"
    assert time.process_time() - start < 5


def test_limit_many_columns_and_equal_names_take_no_quadratic_time(tmp_path):
    start = time.process_time()
    assert unique_names(["x"] * 20_000)[-1] == "x (20000)"
    assert time.process_time() - start < 2


def test_identity_unique_names():
    assert unique_names(["V", "V", "", "V (2)", "V"]) == ["V", "V (2)", "column 3", "V (2) (2)", "V (3)"]


def test_identity_pair():
    assert pair(" key  =  a: b ") == ("key", "a: b")
    assert [pair(text) for text in ("no sign", "=x", "x=", "a\tb: c", "k" * 81 + ":1")] == [None] * 5


def test_columns_named_like_the_schema_are_kept_under_other_names(tmp_path):
    path = tmp_path / "a.csv"
    names = ("doubt", "direction", "source", "started", "alignment", "sweep", "point")
    path.write_text(
        f"B (T),R_NL (Ohm),{','.join(names)}\n" + "\n".join(f"{x},{x * x}," + ",".join([f"{i % 5}"] * 7) for i, x in enumerate(X))
    )
    ds = load(path)
    assert ds.attrs["kind"] == "hanle"
    assert {f"{name}_2" for name in names} <= set(map(str, ds.variables))
    assert ds["doubt"].dtype.kind == "i"


def test_a_few_readings_below_absolute_zero_are_flagged(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("T (K),R (Ohm)\n" + "\n".join(f"{i - 3},{i * i}" for i in range(30)))
    assert "below absolute zero at 3 of 30 points" in load(path).attrs["doubts"]
    path.write_text("T (°C),R (Ohm)\n" + "\n".join(f"{i - 100},{i * i}" for i in range(30)))
    assert "below_zero" not in load(path).attrs["doubts"]


def test_matlab_sorts_of_arrays(tmp_path):
    """Every numeric type, order and structure as SciPy writes them, packed or not."""
    content = {
        "B": X.astype("f4"), "R_NL": (1e3 * X**2).astype("i2"), "empty": np.zeros((0, 3)), "z": X + 1j, "flag": X > 0,
        "deep": {"inner": {"T": 4.2}}, "several": [{"a": 1.0}, {"a": 2.0}], "text": "<b>µ</b>", "words": np.array(["a", "bc"]),
    }  # fmt: skip
    for version, packed in (("5", False), ("5", True), ("4", False)):
        path = tmp_path / f"v{version}{packed}.mat"
        part = content if version == "5" else {key: content[key] for key in ("B", "R_NL", "z", "text")}
        savemat(path, part, format=version, do_compression=packed, long_field_names=version == "5")
        ds = load(path)
        assert ds.attrs["kind"] == "hanle"
        np.testing.assert_allclose(ds["field"].values[0], X, rtol=1e-6)
        np.testing.assert_array_equal(ds["nonlocal_resistance"].values[0], (1e3 * X**2).astype("i2"))
        assert "not_read" in ds.attrs["doubts"]
        if version == "5":
            assert ds["temperature"].item() == 4.2
            assert "<b>µ</b>" in ds.attrs["metadata"]


def test_matlab_every_cut_and_many_damages_are_one_error(tmp_path):
    whole = tmp_path / "whole.mat"
    savemat(whole, {"B": X, "s": {"R_NL": X**2}}, do_compression=False)
    content = whole.read_bytes()
    draw = np.random.default_rng(5)
    path = tmp_path / "a.mat"
    for cut in range(1, len(content), 37):
        path.write_bytes(content[:cut])
        with pytest.raises(DataError):
            load(path)
    for _ in range(200):
        damaged = bytearray(content)
        for place in draw.integers(128, len(content), 3):
            damaged[place] = draw.integers(256)
        path.write_bytes(damaged)
        said = ""
        try:
            load(path)
        except DataError as error:
            said = str(error)
        assert "\n" not in said


def test_sqlite_leaves_nothing_beside_a_data_base_with_a_write_ahead_log(tmp_path):
    path = tmp_path / "a.db"
    base = sqlite3.connect(path)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("CREATE TABLE music (name)")
    base.commit()
    base.close()
    assert os.listdir(tmp_path) == ["a.db"]
    with pytest.raises(DataError, match="without the tables of QCoDeS"):
        load(path)
    assert os.listdir(tmp_path) == ["a.db"]


def test_own_file_keeps_its_doubts_and_masks(tmp_path):
    ds = make("hanle", field=X, nonlocal_resistance=X**2)
    ds.attrs["doubts"] = '[{"code": "a", "message": "m", "level": "sure"}]'
    with pytest.raises(DataError, match="level"):
        validate(ds)
