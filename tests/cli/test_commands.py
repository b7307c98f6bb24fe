"""What the commands print and write."""

from __future__ import annotations

import json

import pytest

from supraspin import __version__, analysis
from supraspin.analysis.result import Analysis, Finding
from supraspin.cli.values import joined
from supraspin.data import load
from supraspin.fit import fit
from supraspin.flags import Flag
from supraspin.model import MODELS


def test_identity_models(supraspin):
    said = supraspin("models")
    assert (said.code, said.err) == (0, "")
    assert all(name in said.out for name in MODELS)
    listed = json.loads(supraspin("models", "--json").out)
    assert [entry["name"] for entry in listed] == list(MODELS)
    one = supraspin("models", "hanle").out
    for part in ("A Re[exp(-(L/lambda) s) / s]", "spin_lifetime", "100 ps", "doi:10.1038/416713a", "held"):
        assert part in one
    told = json.loads(supraspin("models", "hanle", "--json").out)
    assert told["parameters"]["spin_lifetime"] == {
        "unit": "s", "default": 1e-10, "lower": 0, "upper": None, "held": False, "meaning": "spin lifetime",
    }  # fmt: skip


def test_identity_fit_json_is_the_result(supraspin, curve):
    said = supraspin("fit", "hanle", curve, "--fix", "separation=2.1 um", "--start", "spin_lifetime=300 ps", "--json")
    assert (said.code, said.err) == (0, "")
    told = json.loads(said.out, parse_constant=pytest.fail)
    expected = fit("hanle", load(curve), fix={"separation": 2.1e-6}, start={"spin_lifetime": 3e-10}).to_dict()
    assert told.keys() == expected.keys()
    needed = {"model", "parameters", "chi_square", "reduced_chi_square", "dof", "n", "aicc", "bic", "converged", "flags"}
    assert needed <= told.keys()
    for parameter in told["parameters"].values():
        assert {"value", "stderr", "unit", "interval_68", "at_bound", "identified"} <= parameter.keys()
    lifetime = told["parameters"]["spin_lifetime"]
    assert abs(lifetime["value"] - 2.5e-10) < 5 * lifetime["stderr"]
    assert lifetime["value"] == pytest.approx(expected["parameters"]["spin_lifetime"]["value"], rel=1e-6)


def test_identity_fit_options_reach_the_fit(supraspin, curve, tmp_path):
    window = ("--window", "-50 mT:50 mT", "--fix", "separation=2.1e-6", "--free", "field_offset", "--json")
    told = json.loads(supraspin("fit", "hanle", curve, *window, "--x", "field", "--y", "nonlocal_resistance", "--sweep", 0).out)
    assert told["n"] == 41
    assert "field_offset" in told["parameters"]
    said = supraspin("fit", "hanle", curve, "--plot", tmp_path / "fit.png")
    assert "[[Variables]]" in said.out
    assert (tmp_path / "fit.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["--window", "-2 mV:2 mV", "--json"], ["--window=-2 mV:2 mV", "--json"]),
        (["--chemical-potential", "-.375", "--fix", "offset=-1"], ["--chemical-potential=-.375", "--fix", "offset=-1"]),
        (["--window=-1:1", "-2"], ["--window=-1:1", "-2"]),
        (["-1", "--json", "-h", "--", "--window", "-1:1"], ["-1", "--json", "-h", "--", "--window", "-1:1"]),
    ],
)
def test_identity_a_minus_before_a_digit_is_that_of_a_value(given, meant):
    assert joined(given) == meant


def test_identity_data(supraspin, curve, tmp_path):
    said = supraspin("data", curve)
    assert "hanle" in said.out
    assert "no doubts" in said.out
    told = json.loads(supraspin("data", curve, "--json", "--save", tmp_path / "curve.nc").out)
    assert told[0]["variables"]["field"]["maximum"] == pytest.approx(0.2)
    assert load(tmp_path / "curve.nc").sizes["point"] == 161


def test_identity_version_and_help(supraspin):
    assert supraspin("--version").out.strip() == __version__
    assert "analyze" in supraspin().out
    for command in ("analyze", "fit", "models", "data"):
        assert "--json" in supraspin(command, "--help").out


@pytest.fixture
def fake_analyze(monkeypatch):
    """An `analyze` that keeps what it was called with."""
    calls = []

    def analyze(paths, *, kind=None, settings=None, progress=None):
        calls.append({"paths": paths, "kind": kind, "settings": settings, "progress": progress})
        finding = Finding("spin_lifetime", 5e-10, "s", 1e-11)
        flag = Flag("poor_fit", "the model misses something")
        return [Analysis("hanle", "A curve", ("curve.tsv",), "A lifetime.", findings=[finding], flags=[flag])]

    monkeypatch.setattr(analysis, "analyze", analyze, raising=False)
    return calls


def test_identity_analyze_writes_the_report(supraspin, curve, tmp_path, fake_analyze):
    out = tmp_path / "new" / "report"
    options = ("--set", "separation=2.1 um", "--set", "window@other.csv=2 mV", "--set", "g_factor=3", "--kind", "hanle")
    said = supraspin("analyze", curve, "--out", out, *options)
    assert (said.code, said.err) == (0, "")
    assert "500 ± 10 ps" in said.out
    assert "warning: the model misses something" in said.out
    assert str(out / "report.html") in said.out
    assert {entry.name for entry in out.iterdir()} == {"report.html", "results.json"}
    assert fake_analyze[0]["settings"] == {
        "separation": pytest.approx(2.1e-6),
        "window@other.csv": pytest.approx(2e-3),
        "g_factor": 3.0,
    }
    assert (fake_analyze[0]["kind"], fake_analyze[0]["progress"]) == ("hanle", None)
    again = supraspin("analyze", curve, "--out", out, "--json")
    assert json.loads(again.out) == json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert again.err == ""
