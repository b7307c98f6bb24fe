"""`supraspin exchange` and `supraspin moments`: files, reports, refusals in one line, and killed runs that go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from supraspin.lattice import ExchangeTable

SMALL = ("square", "--hopping", "0.125 eV", "--chemical-potential=-0.375", "--gap", "10 meV", "--temperature", "20 K",
         "--mesh", "96", "--reach", "12")  # fmt: skip


def test_identity_table_and_report(supraspin, tmp_path):
    out, report = tmp_path / "j.nc", tmp_path / "report"
    said = supraspin("exchange", *SMALL, "--pairing", "chiral_p", "--out", out, "--report", report)
    assert said.code == 0, said.err
    table = ExchangeTable.load(out)
    assert (table.reach, table.dataset.attrs["pairing"]) == (12, "chiral_p")
    assert 0.009 < table.dataset.attrs["gap"] < 0.01  # the gap equation at 20 K
    assert "Along x the sum" in said.out
    page = (report / "report.html").read_text()
    assert "Convergence" in page
    assert len(list((report / "figures").iterdir())) == 3
    assert sorted(f.name for f in tmp_path.iterdir()) == ["j.nc", "report"]


def test_identity_all_orders_with_spin_orbit_and_field(supraspin, tmp_path):
    out = tmp_path / "j.nc"
    said = supraspin("exchange", "nbse2_single_band", "--spin-orbit", "ising=10 meV", "--zeeman", "x=1 T", "--all-orders",
                     "--axes", "x", "--coupling", "0.5 eV", "--reach", "3", "--mesh", "32", "--temperature", "30 K",
                     "--pairing", "s", "--gap", "10 meV", "--out", out)  # fmt: skip
    assert said.code == 0, said.err
    assert "mesh_too_coarse" in str(ExchangeTable.load(out).flags)
    assert "warning: the mesh of 32 points" in said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cube"], "there is no host 'cube'; there are square"),
        (["square", "--pairing", "g"], "there is no pairing 'g'; there are none, s"),
        (["square", "--direction", "up", "--pairing", "chiral_p"], "--direction is x, y, z or three numbers, not 'up'"),
        (["square", "--temperature", "1 T"], "is in T, but K is wanted"),
        (["square", "--temperature", "0 K"], "above 0 K"),
        (["square", "--spin-orbit", "ising=1 meV"], "six neighbours"),
        (["square", "--spin-orbit", "dresselhaus=1 meV"], "has no 'dresselhaus'; it has atomic, ising, rashba"),
        (["square", "--spin-orbit", "atomic=1 meV"], "is for nbse2_three_band"),
        (["nbse2_single_band", "--hopping", "1 eV"], "--hopping is for square and triangular"),
        (["square", "--filling", "1", "--chemical-potential", "0"], "give one of them"),
        (["square", "--zeeman", "w=1 T"], "--zeeman has no 'w'"),
        (["a_hr.dat"], "give --vectors"),
        (["square", "--share", "1,0"], "2 shares of a moment do not fit"),
        (["square", "--gap", "0 eV", "--pairing", "s"], "--gap must be above 0 eV"),
    ],
)
def test_rejects(supraspin, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    said = supraspin("exchange", *arguments, "--out", "j.nc")
    assert said.code == 2
    assert words in said.err
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def _killed(command: list[str], folder: Path, part: str) -> Path:
    """Start the command and end it by SIGKILL as soon as a file called `part` (a pattern) is below the folder; that file."""
    process = subprocess.Popen([sys.executable, "-m", "supraspin", *command], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (found := list(folder.rglob(part))) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert found
    return found[0]


@pytest.mark.slow
def test_identity_a_killed_command_goes_on_to_the_same_table(supraspin, tmp_path):
    """The process is ended by SIGKILL after a checkpoint; the same command again ends with the same numbers, to rounding."""
    out = tmp_path / "j.nc"
    wishes = ["exchange", "square", "--pairing", "s", "--gap", "3 meV", "--chemical-potential=-0.375", "--temperature", "3 K",
              "--mesh", "768", "--reach", "20", "--save-every", "0 s"]  # fmt: skip
    part = _killed([*wishes, "--out", str(out)], tmp_path, "j.part.nc")
    assert part.exists()
    assert not out.exists()
    with xr.open_dataset(part, engine="h5netcdf") as kept:
        assert int(kept["done"]) >= 1
    assert supraspin(*wishes, "--out", out).code == 0
    assert not part.exists()
    whole = tmp_path / "whole.nc"
    assert supraspin(*wishes, "--out", whole).code == 0
    found, expected = ExchangeTable.load(out).tensor, ExchangeTable.load(whole).tensor
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13 * np.max(np.abs(expected)))


def test_identity_moments_of_a_table_and_of_a_host(supraspin, tmp_path):
    table, out = tmp_path / "j.nc", tmp_path / "m.nc"
    assert supraspin("exchange", *SMALL, "--pairing", "s", "--out", table).code == 0
    few = ("--concentration", "0.15", "--sizes", "6,9", "--realisations", "8", "--readings", "32", "--warmup", "16",
           "--temperatures", "5 K:60 K:4")  # fmt: skip
    said = supraspin("moments", table, *few, "--out", out)
    assert said.code == 0, said.err
    assert "Does this pairing order these moments?" in said.out
    with xr.open_dataset(out, engine="h5netcdf") as found:
        assert found["binder_magnetisation"].dims == ("field", "size", "temperature")
    again = tmp_path / "again.nc"
    host = (*SMALL[:4], "--gap", "10 meV", "--critical-temperature", "66 K", "--coherence-length", "2 nm", "--mesh", "96",
            "--pairing", "s", "--coupling", "0.3 eV", "--tables", "2", "--fields", "0 T, 10 T", "--loop", "40 T")  # fmt: skip
    said = supraspin("moments", *host, *few, "--out", again, "--report", tmp_path / "report")
    assert said.code == 0, said.err
    assert len(list((tmp_path / "report" / "figures").iterdir())) == 3
    assert "Without pairing" in said.out or "without pairing" in said.out
    with xr.open_dataset(again, engine="h5netcdf") as found:
        assert found.sizes["field"] == 2
        assert "loop_magnetisation" in found
        first = found.load()
    assert supraspin("moments", *host, *few, "--out", again).code == 0  # from what is kept
    with xr.open_dataset(again, engine="h5netcdf") as found:
        xr.testing.assert_identical(found["magnetisation"].load(), first["magnetisation"])


@pytest.mark.slow
def test_identity_killed_moments_go_on_to_the_same_numbers(supraspin, tmp_path):
    """Ended by SIGKILL within a run; the same command again ends with the very numbers of one that was left alone."""
    table = tmp_path / "j.nc"
    assert supraspin("exchange", *SMALL, "--pairing", "s", "--out", table).code == 0
    wishes = ["moments", str(table), "--concentration", "0.15", "--sizes", "12,16", "--realisations", "8", "--readings", "400",
              "--temperatures", "5 K:60 K:4", "--save-every", "0 s"]  # fmt: skip
    out, whole = tmp_path / "m.nc", tmp_path / "whole.nc"
    part = _killed([*wishes, "--out", str(out)], tmp_path, "*.part.nc")
    assert part.exists()
    assert not out.exists()
    assert supraspin(*wishes, "--out", out).code == 0
    assert supraspin(*wishes, "--out", whole).code == 0
    with xr.open_dataset(out, engine="h5netcdf") as found, xr.open_dataset(whole, engine="h5netcdf") as expected:
        xr.testing.assert_identical(found.load().drop_attrs(), expected.load().drop_attrs())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--temperatures", "4"], "is not of the form low:high:count"),
        (["--temperatures", "4 K:2 K:5"], "must rise"),
        (["--fields", ","], "names no value"),
        (["--component", "w"], "is one of x, y, z"),
        (["--kind", "heisenberg"], "of kind ising or vector"),
        (["--concentration", "2"], "above 0 and up to 1 moment a cell"),
    ],
)
def test_rejects_moments(supraspin, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    said = supraspin("moments", "square", "--mesh", "64", "--sizes", "4,5", "--tables", "2", *arguments, "--out", "m.nc")
    assert said.code == 2
    assert words in said.err
    assert not (tmp_path / "m.nc").exists()
