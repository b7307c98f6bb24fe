"""`supraspin audit`."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest


def test_published_numbers_file_is_audited(supraspin, tmp_path):
    path = tmp_path / "numbers.toml"
    path.write_text((files("supraspin.devices.published") / "numbers.toml").read_text(encoding="utf-8"), encoding="utf-8")
    said = supraspin("audit", path, "--json")
    assert (said.code, said.err) == (0, "")
    told = json.loads(said.out, parse_constant=pytest.fail)
    assert told == json.loads(supraspin("audit", "paper", "--json").out)
    assert sum(one["tension"] for one in told["comparisons"]) >= 6
    assert "TENSION" in supraspin("audit", path).out


def test_identity_measurements_are_analysed_and_audited(supraspin, curve, tmp_path):
    path = tmp_path / "numbers.toml"
    path.write_text('[[number]]\nname = "D"\nfinding = "electron_diffusivity"\nvalue = "1e-4 m^2/s"\nerror = "1e-5 m^2/s"\n')
    said = supraspin("audit", curve, path, "--set", "separation=2.1 um", "--json")
    assert (said.code, said.err) == (0, "")
    (one,) = (c for c in json.loads(said.out)["comparisons"] if c["relation"] == "one_diffusivity")
    assert one["tension"]
    assert max(one["ratio"], 1 / one["ratio"]) == pytest.approx(120, rel=0.1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.toml"], "no such file"),
        (["paper", "--level", "2"], "is a probability"),
        (["paper", "--set", "separation=1 um"], "there are none among the files"),
    ],
)
def test_rejects_bad_input(supraspin, arguments, message):
    said = supraspin("audit", *arguments)
    assert (said.code, said.out) == (2, "")
    assert message in said.err
