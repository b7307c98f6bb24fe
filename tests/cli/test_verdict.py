"""`supraspin verdict`: what it says of files, of the paper, and of what it cannot take."""

from __future__ import annotations

import json

import pytest

from supraspin.cli import run
from supraspin.data import save
from supraspin.verdict.reference import measure


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """R(T) and V(I) of a twin of the paper, without a second pair of contacts and without loops."""
    place = tmp_path_factory.mktemp("verdict") / "<b>data"
    place.mkdir()
    for name in ("cooling", "currents"):
        save(measure(3, only=(name,))[0], place / f"{name}.nc")
    return place


def test_identity_json_says_what_stands_and_what_is_missing(folder, capsys):
    assert run(["verdict", str(folder), "--statement", "upturn", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    verdicts = {one["rival"]: one["verdict"] for one in told["outcomes"]}
    assert verdicts["granular film"] == "excluded"
    assert verdicts["Kondo"] == "excluded"
    assert verdicts["current redistribution"] == "cannot tell"
    (statement,) = told["statements"]
    assert statement["standing"] == ["the paper", "current redistribution"]
    missing = {m["sign"] for one in told["outcomes"] for m in one["missing"]}
    assert "return of R with other contacts" in missing


def test_identity_table_and_report(folder, tmp_path, capsys):
    out = tmp_path / "report"
    assert run(["verdict", str(folder), "--statement", "upturn", "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "cannot tell: the paper, current redistribution" in text
    assert "current redistribution would be told by R(T) in zero field with another pair of voltage contacts" in text
    page = (out / "report.html").read_text()
    assert "<b>data" not in page
    assert "&lt;b&gt;data" in page
    assert len(list((out / "figures").iterdir())) == 2
    assert "analyses" in json.loads((out / "results.json").read_text())
    assert run(["verdict", str(folder), "--out", str(folder)]) == 2


@pytest.mark.slow
def test_published_argument_of_the_paper(capsys):
    assert run(["verdict", "paper", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    standing = {one["statement"]: one["standing"] for one in told["statements"]}
    assert standing["carrier"] == standing["field"] == standing["spins"] == ["the paper"]
    # The density of states does not know the spin of the pairs.
    assert set(standing["pairing"]) == {"the paper", "nodal singlet"}
    assert told["remarks"][-1]["code"] == "reproduced"
    redistribution = next(one for one in told["outcomes"] if one["rival"] == "current redistribution")
    assert "return of R with other contacts" in {m["sign"] for m in redistribution["missing"]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere"),
        (["paper", "--level", "2"], "--level is 2"),
        (["paper", "--statement", "ghosts"], "there are upturn, field, carrier"),
        (["paper", "--out", __file__], "is a file"),
    ],
)
def test_rejects_what_it_cannot_take(arguments, message, capsys):
    assert run(["verdict", *arguments]) == 2
    assert message in capsys.readouterr().err
