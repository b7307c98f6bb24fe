"""`supraspin simulate`: lists, files in every dialect, the same for the same key, and refusals in one line."""

from __future__ import annotations

import pytest

from supraspin.cli import run
from supraspin.data import load


def test_identity_lists_devices_and_protocols(capsys):
    assert run(["simulate"]) == 0
    said = capsys.readouterr().out
    assert "devices: A, B, C, D, E" in said
    assert "hanle: Non-local resistance" in said
    assert "temperature=50.0 mK" in said


@pytest.mark.parametrize("ending", ["nc", "csv", "dat"])
def test_identity_a_file_that_the_program_reads(ending, tmp_path, capsys):
    files = [tmp_path / f"{name}.{ending}" for name in "ab"]
    for file in files:
        assert run(["simulate", "A", "resistance_temperature", "--out", str(file), "--set", "points=60", "--key", "7"]) == 0
    assert "resistance_temperature, 2 sweeps" in capsys.readouterr().out
    first, again = map(load, files)
    assert first.attrs["kind"] == "resistance_temperature"
    assert (first["resistance"].values == again["resistance"].values).all()


def test_rejects_to_write_over_a_file(tmp_path, capsys):
    file = tmp_path / "gap.csv"
    file.write_text("mine", encoding="utf-8")
    command = ["simulate", "A", "interlayer_gap", "--out", str(file)]
    assert run(command) == 2
    assert f"{file} is there already; --force writes over it" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "mine"
    assert run([*command, "--force"]) == 0
    assert load(file).attrs["kind"] == "interlayer_gap"


def test_identity_device_entries_and_units(tmp_path):
    file = tmp_path / "gap.nc"
    assert run(["simulate", "A", "interlayer_gap", "--out", str(file), "--set", "film.thickness=20 nm"]) == 0
    assert load(file)["depth"].values.max() == pytest.approx(19e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Z", "hanle", "--out", "x.nc"], "there is no device 'Z'; there are A, B"),
        (["A", "guess", "--out", "x.nc"], "no protocol 'guess'; there are amr_loop"),
        (["A", "hanle"], "name a file to write"),
        (["A", "hanle", "--out", "x.xls"], "must end in .csv"),
        (["A", "hanle", "--out", "x.csv", "--format", "excel"], "no format 'excel'"),
        (["A", "resistance_temperature", "--out", "x.nc", "--set", "speed=1"], "has no option 'speed'; it has coldest"),
        (["A", "resistance_temperature", "--out", "x.nc", "--set", "coldest=1 T"], "is in T, but K is wanted"),
        (["A", "resistance_temperature", "--out", "x.nc", "--set", "film.thicknes=1"], "film.thicknes: is not known here"),
        (["A", "hanle", "--out", "x.nc"], "0.05 K is out of reach of the variable temperature insert"),
        (["A", "resistance_temperature", "--out", "no/x.nc"], "there is no folder no"),
        (["A", "resistance_temperature", "--out", "x.nc", "--set", "points=-5"], "points = -5 is outside 2..1e+06"),
        (["A", "resistance_temperature", "--out", "x.nc", "--set", "points=40.5"], "points = 40.5 is not a whole number"),
        (["A", "resistance_temperature", "--out", "x.nc", "--set", "points=1e9"], "points = 1e+09 is outside 2..1e+06"),
        (["B", "hanle", "--out", "x.nc", "--set", "channel=7"], "there is no channel 7"),
    ],
)
def test_rejects(arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["simulate", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
