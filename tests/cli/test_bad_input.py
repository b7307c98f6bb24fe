"""Bad input gives one line that begins with `supraspin: `, exit code 2, and leaves nothing behind."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from supraspin import analysis
from supraspin.cli import run

from .hostile import FILES

CASES = [
    (["nonsense"], "nonsense"),
    (["--bogus"], "--bogus"),
    (["models", "hanel"], "no model 'hanel'; there are "),
    (["models", "--bogus"], "--bogus"),
    (["models", "hanle", "dynes"], "dynes"),
    (["fit"], "MODEL"),
    (["fit", "hanle"], "FILE"),
    (["fit", "hanel", "{curve}"], "no model 'hanel'"),
    (["fit", "hanle", "{tmp}/absent.tsv"], "absent.tsv"),
    (["fit", "hanle", "{empty}"], "empty.tsv"),
    (["fit", "hanle", "{binary}"], "binary.dat"),
    (["fit", "hanle", "{curve}", "--fix", "length=1"], "hanle has no parameter 'length'; it has alignment_offset"),
    (["fit", "hanle", "{curve}", "--fix", "separation"], "name=value"),
    (["fit", "hanle", "{curve}", "--fix", "separation=2 T"], "'2 T' is in T, but m is wanted"),
    (["fit", "hanle", "{curve}", "--fix", "separation=2 parsecs per lightyear!"], "is not known"),
    (["fit", "hanle", "{curve}", "--fix", "separation=nan"], "'nan'"),
    (["fit", "hanle", "{curve}", "--fix", "separation=1", "--fix", "separation=2"], "twice"),
    (["fit", "hanle", "{curve}", "--start", "spin_lifetime=-1 ps"], "spin_lifetime"),
    (["fit", "hanle", "{curve}", "--free", "nothing"], "no parameter 'nothing'"),
    (["fit", "hanle", "{curve}", "--shared", "nothing"], "no parameter 'nothing'"),
    (["fit", "hanle", "{curve}", "--window", "1"], "low:high"),
    (["fit", "hanle", "{curve}", "--window", "0.1:-0.1"], "empty"),
    (["fit", "hanle", "{curve}", "--window", "50 T:60 T"], "window"),
    (["fit", "hanle", "{curve}", "--x", "nowhere"], "nowhere"),
    (["fit", "hanle", "{curve}", "--y", "nothing"], "nothing"),
    (["fit", "hanle", "{curve}", "--sweep", "one"], "one"),
    (["fit", "hanle", "{curve}", "--sweep", "7"], "there is no sweep 7; there are 1"),
    (["fit", "hanle", "{curve}", "--sweep", "-1"], "there is no sweep -1"),
    (["fit", "hanle", "{curve}", "--plot", "{tmp}/fit.exe"], ".png"),
    (["fit", "hanle", "{curve}", "--plot", "{tmp}/absent/fit.png"], "absent"),
    (["fit", "dynes", "{curve}"], "bias"),
    (["data"], "PATH"),
    (["data", "{tmp}/absent"], "absent"),
    (["data", "{curve}", "--kind", "nonsense"], "nonsense"),
    (["data", "{curve}", "--save", "{tmp}/x.txt"], ".nc"),
    (["data", "{curve}", "--save", "{tmp}/absent/x.nc"], "absent"),
    (["data", "{curve}", "{other}", "--save", "{tmp}/x.nc"], "--save"),
    (["analyze", "{curve}"], "--out"),
    (["analyze", "{tmp}/nowhere"], "nowhere: there is no such file or folder"),
    (["analyze", "{tmp}/absent", "--out", "{tmp}/out"], "absent"),
    (["analyze", "{curve}", "--out", "{curve}"], "is a file"),
    (["analyze", "{curve}", "--out", "{tmp}"], "holds other files"),
    (["analyze", "{tmp}", "--out", "{tmp}/out"], "lies inside"),
    (["analyze", "{curve}", "--out", "{curve}/out"], "cannot be written"),
    (["analyze", "{curve}", "--out", "{tmp}/out", "--set", "separation"], "name=value"),
    (["analyze", "{curve}", "--out", "{tmp}/out", "--set", "separation=5 K"], "'5 K' is in K, but m is wanted"),
    (["analyze", "{curve}", "--out", "{tmp}/out", "--set", "nothing=1"], "no analysis has a setting 'nothing'"),
    (["analyze", "{curve}", "--out", "{tmp}/out", "--set", "separation=-1"], "must be above 0"),
    (["analyze", "{curve}", "--out", "{tmp}/out", "--set", "separation@absent.csv=1e-6"], "there is no file 'absent.csv'"),
    (["analyze", "{curve}", "--out", "{tmp}/out", "--set", "separation=1", "--set", "separation=2"], "twice"),
    (["analyze", "{curve}", "--out", "{tmp}/out", "--kind", "nonsense"], "nonsense"),
    (["analyze", "{curve}", "--out", "/dev/null"], "is a file"),
    (["analyze", "{curve}", "--out", ""], "empty"),
    (["analyze", "", "--out", "{tmp}/out"], "empty"),
    (["data", ""], "empty"),
    (["data", "a\0b"], "not text"),
    (["data", "x" * 5000], "File name too long"),
    (["data", "{curve}/below"], "cannot be read"),
    (["data", "{curve}", "--kind", "tunnel_spectrum"], "no column is bias"),
    (["data", "{curve}", "--save", "/proc/x.nc"], "cannot be written: No such file or directory"),
    (["fit", "hanle", "{curve}", "--plot", "/proc/x.png"], "/proc"),
    (["fit", "hanle", "{curve}", "--fix", "separation=abc"], "'abc' is not a number"),
    (["fit", "hanle", "{curve}", "--fix", "separation=inf"], "finite number in m"),
    (["fit", "hanle", "{curve}", "--start", "amplitude="], "name=value"),
    (["fit", "hanle", "{curve}", "--start", "diffusivity=-1"], "outside its bounds"),
    (["fit", "hanle", "{curve}", "--window", "nan:nan"], "'nan' is not a number"),
    (["fit", "hanle", "{curve}", "--window", "1 K:2 K"], "'1 K' is in K, but T is wanted"),
    (["fit", "__import__", "{curve}"], "no model '__import__'"),
    (["fit", "../hanle", "{curve}"], "no model '../hanle'"),
]


@pytest.mark.parametrize(("arguments", "part"), CASES, ids=[repr(" ".join(arguments)[:80]) for arguments, _ in CASES])
def test_rejects(supraspin, curve, tmp_path, arguments, part):
    (tmp_path / "empty.tsv").write_text("")
    (tmp_path / "binary.dat").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "more").mkdir()
    other = shutil.copy(curve, tmp_path / "more" / "other.tsv")
    places = {"curve": curve, "other": other, "tmp": tmp_path, "empty": tmp_path / "empty.tsv", "binary": tmp_path / "binary.dat"}
    before = sorted(tmp_path.rglob("*"))
    said = supraspin(*(argument.format(**places) for argument in arguments))
    assert_one_line(said, part)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("command", ["data", "analyze"])
@pytest.mark.parametrize("name", FILES, ids=repr)
def test_rejects_hostile_file(supraspin, tmp_path, name, command):
    write, part = FILES[name]
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / name
    write(path)
    before = sorted(tmp_path.rglob("*"))
    more = ("--out", tmp_path / "out") if command == "analyze" else ()
    said = supraspin(command, path, *more)
    # `analyze` looks whether the path is there before it reads it.
    assert_one_line(said, part if command == "data" or path.exists() else "there is no such file")
    assert sorted(tmp_path.rglob("*")) == before


def assert_one_line(said, part):
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("supraspin: ")
    assert said.err.endswith("\n")
    assert said.err[:-1].isprintable()
    assert len(said.err) < 700
    assert part in said.err


def test_rejects_control_characters_in_the_message(supraspin):
    said = supraspin("models", "a\x1b[31mb\r\nc")
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert "\x1b" not in said.err
    assert "\r" not in said.err


def test_identity_faults_of_the_program_keep_their_traceback(curve, tmp_path, monkeypatch):
    def analyze(*_, **__):
        raise ZeroDivisionError("a fault of the program")

    monkeypatch.setattr(analysis, "analyze", analyze, raising=False)
    with pytest.raises(ZeroDivisionError):
        run(["analyze", str(curve), "--out", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_rejects_place_that_cannot_be_written(supraspin, curve, monkeypatch):
    monkeypatch.setattr(analysis, "analyze", lambda *_, **__: pytest.fail("the place is looked at first"), raising=False)
    said = supraspin("analyze", curve, "--out", "/proc/supraspin-report")
    assert said.code == 2
    assert said.err.startswith("supraspin: ")
    assert said.err.count("\n") == 1


def test_rejects_nothing_to_analyse(supraspin, curve, tmp_path, monkeypatch):
    monkeypatch.setattr(analysis, "analyze", lambda *_, **__: [], raising=False)
    said = supraspin("analyze", curve, "--out", tmp_path / "out")
    assert said.code == 2
    assert "nothing to analyse" in said.err
    assert not (tmp_path / "out").exists()


def test_identity_exit_codes_of_the_process(tmp_path):
    for arguments, code in ((["--version"], 0), (["models", "hanel"], 2), (["fit"], 2)):
        done = subprocess.run([sys.executable, "-m", "supraspin", *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == code
        assert "Traceback" not in done.stderr


def test_identity_reader_of_the_output_may_leave():
    command = f"{sys.executable} -m supraspin models --json | head -c 1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert done.stdout == "["
    assert done.stderr == ""
