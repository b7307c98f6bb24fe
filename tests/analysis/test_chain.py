"""From files and data sets to analyses: settings, mixtures, what cannot be read, and results for programs."""

from __future__ import annotations

import ast
import json
import pkgutil
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from synthetic import BIAS, FIELD, SPIN, codes, junction, spin_valve

from supraspin.analysis import Analysis, analyze
from supraspin.analysis.chain import kinds, modules, setting_unit
from supraspin.data import make, save
from supraspin.errors import DataError

L = SPIN["separation"]


@pytest.fixture
def valve():
    return spin_valve(1, pair=False)


@pytest.fixture
def resistance():
    t = np.linspace(2, 10, 60)
    return make("resistance_temperature", temperature=t, resistance=np.tanh(t - 6), source="rt.csv")


def test_identity_kinds_and_their_settings():
    assert {kind for module in modules() for kind in kinds(module)} >= {"hanle", "tunnel_spectrum"}
    assert setting_unit("separation") == "m"
    assert setting_unit("modulation@a.csv") == "V"
    for module in modules():
        assert all(unit and meaning for unit, meaning in module.SETTINGS.values())


def test_identity_no_part_of_an_analysis_hides_what_its_folder_holds():
    for module in modules():
        parts = {entry.name for entry in pkgutil.iter_modules(getattr(module, "__path__", []))}
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        imported = [alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]
        defined = [node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        assert not parts & {*imported, *defined}, module.__name__


def test_rejects_unknown_settings(valve):
    with pytest.raises(DataError, match=r"no analysis has a setting 'seperation'; there are .*separation"):
        analyze(valve, settings={"seperation": 1e-6})
    with pytest.raises(DataError, match=r"no analysis has a setting 'lifetime'"):
        analyze(valve, settings={"lifetime@h.tsv": 1e-6})


def test_rejects_a_setting_for_a_file_that_is_not_there(valve):
    with pytest.raises(DataError, match=r"there is no file 'other.tsv' among those read"):
        analyze(valve, settings={"separation@other.tsv": L})


@pytest.mark.parametrize("value", [np.nan, np.inf, "2.1 um", True])
def test_rejects_settings_that_are_no_finite_number(valve, value):
    with pytest.raises(DataError, match="'separation' must be a finite number in SI units"):
        analyze(valve, settings={"separation": value})


def test_identity_a_setting_for_one_file_alone():
    both = [spin_valve(1, pair=False), spin_valve(2, pair=False)]
    both[1] = both[1].assign_attrs(source="other.tsv")
    first, second = analyze(both, settings={"separation@other.tsv": L})
    assert "separation_unknown" in codes(first)
    assert "separation_unknown" not in codes(second)
    # The file's own setting goes before the one for all.
    twice = analyze(both, settings={"separation": 2 * L, "separation@other.tsv": L})
    assert twice[1].finding("diffusivity").value == pytest.approx(second.finding("diffusivity").value, rel=1e-6)


def test_identity_settings_of_one_kind_leave_the_other_alone(valve):
    spin, gap = analyze([valve, junction(0, temperatures=(4.0,), noise=0.3e-6)], settings={"separation": L, "window": 3e-3})
    assert (spin.kind, gap.kind) == ("hanle", "tunnel_spectrum")


def test_identity_kinds_without_analysis_are_shown():
    strange = make("unknown", {"humidity": np.linspace(0, 1, 60)}, source="weather.csv")
    (result,) = analyze(strange)
    (flag,) = [f for f in result.flags if f.code == "no_analysis"]
    assert "hanle" in flag.message
    assert "tunnel_spectrum" in flag.message
    assert "60 points" in result.summary
    assert not result.findings
    assert not result.figures


def test_identity_data_that_cannot_be_fitted_are_shown_with_the_reason():
    few = make("hanle", field=FIELD[:4], nonlocal_resistance=FIELD[:4])
    (result,) = analyze(few)
    (flag,) = [f for f in result.flags if f.level == "fault"]
    assert flag.code == "could_not_fit"
    assert "gave up" in flag.message


def test_identity_a_mixed_folder_with_what_cannot_be_read(tmp_path, valve, resistance):
    save(valve, tmp_path / "a.nc")
    save(resistance, tmp_path / "b.nc")
    (tmp_path / "broken.nc").write_bytes(b"\x89HDF\r\n\x1a\nnothing more")
    (tmp_path / "README.md").write_text("notes")
    seen = []
    results = analyze(tmp_path, progress=lambda *step: seen.append(step))
    assert sorted(r.kind for r in results) == ["hanle", "resistance_temperature"]
    unreadable = [f for r in results for f in r.flags if f.code == "unreadable"]
    assert len(unreadable) == 1
    assert "broken.nc" in unreadable[0].message
    assert not any("README" in f.message for r in results for f in r.flags)
    assert [step[0] for step in seen] == [0, 1, 2]
    assert seen[-1][1:] == (2, "done")


def test_rejects_a_folder_without_data(tmp_path):
    with pytest.raises(DataError, match="nothing to analyse"):
        analyze(tmp_path)
    with pytest.raises(DataError, match="does not exist"):
        analyze(tmp_path / "absent")


def test_identity_files_and_data_sets_together(tmp_path, valve, resistance):
    path = save(valve, tmp_path / "a.nc")
    results = analyze([resistance, path])
    assert [r.kind for r in results] == ["resistance_temperature", "hanle"]
    assert analyze([]) == []
    direct = analyze(valve)[0].finding("spin_lifetime").value
    assert results[1].finding("spin_lifetime").value == pytest.approx(direct, rel=1e-9)


def test_identity_kind_can_be_overruled(valve):
    loop = make("magnetoresistance", field=FIELD, resistance=valve["nonlocal_resistance"].values[0])
    assert analyze(loop)[0].kind == "magnetoresistance"
    with pytest.raises(DataError):
        analyze(loop, kind="no such kind")


@pytest.mark.parametrize("which", ["spin", "gap", "none"])
def test_identity_results_are_plain_json_and_figures(which, valve, resistance):
    ds = {"spin": valve, "gap": junction(0, temperatures=(4.0,), noise=0.3e-6), "none": resistance}[which]
    (result,) = analyze(ds)
    assert isinstance(result, Analysis)
    told = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert told["kind"] == result.kind
    assert [f["name"] for f in told["findings"]] == [f.name for f in result.findings]
    assert len(told["flags"]) == len(result.flags)
    for name, figure in result.figures.items():
        assert isinstance(figure, Figure)
        assert result.captions[name]
        assert any(ax.get_ylabel() for ax in figure.axes)
        assert any("(" in ax.get_xlabel() for ax in figure.axes)
    assert BIAS.size
    with pytest.raises(KeyError, match="no finding 'nothing'; there are"):
        result.finding("nothing")
