"""Pulls and verdicts, and numbers read back from printed cells."""

from __future__ import annotations

import math

import pytest

from supraspin.analysis import Analysis, Finding, Table
from supraspin.devices.published import number
from supraspin.formatting import concise, uncertain
from supraspin.reproduce.cells import column, quantity
from supraspin.reproduce.compare import compare, printed_text, pull, pull_text, recovered_text, tally
from supraspin.reproduce.plan import Comparison, Outcome, PaperFigure, experiment

WHOLE = "bkt_temperature_A"


def figure(*comparisons: Comparison) -> PaperFigure:
    return PaperFigure("1c", "", "", (experiment("e"),), lambda outcomes: None, comparisons)


def outcome(*findings: Finding) -> dict[str, Outcome]:
    return {"e": Outcome("e", (), (Analysis("iv_curve", "V-I", (), "nothing was found", list(findings)),), ())}


def test_identity_pull_is_the_distance_over_both_errors():
    printed = number(WHOLE)
    found = Finding("bkt_temperature", printed.value + 0.2, "K", 0.03, 0.04)
    assert pull(printed, found) == pytest.approx(0.2 / math.hypot(printed.error, 0.05))


@pytest.mark.parametrize(
    ("limit", "value", "sign"), [("lower", 7.0, 1), ("lower", 5.0, 0), ("upper", 5.0, -1), ("upper", 7.0, 0)]
)
def test_identity_a_limit_pulls_only_where_it_is_crossed(limit, value, sign):
    away = pull(number(WHOLE), Finding("bkt_temperature", value, "K", limit=limit))
    assert math.copysign(1, away) == sign if sign else away == 0


def test_identity_a_published_limit_pulls_only_where_it_is_crossed():
    printed = number("critical_temperature_B")
    assert printed.bound == "upper"
    assert pull(printed, Finding("critical_temperature", 3.0, "K", 0.1)) == 0
    assert pull(printed, Finding("critical_temperature", 5.0, "K", 0.1)) > 3
    assert printed_text(printed) == "at most 4.000 ± 0.050 K"


def test_identity_verdicts():
    wanted = Comparison(WHOLE, "e", "bkt_temperature")
    printed = number(WHOLE)
    near, far = (outcome(Finding("bkt_temperature", printed.value + away, "K", 0.01)) for away in (0.02, 1.0))
    unknown = outcome(Finding("bkt_temperature", 1.0, "K", identified=False))
    verdicts = [compare(figure(wanted), found)[0].verdict for found in (near, far, unknown, outcome())]
    assert verdicts == ["agrees", "disagrees", "not determined", "not determined"]
    assert compare(figure(wanted), outcome())[0].why == "nothing was found"
    assert tally(compare(figure(wanted, wanted), near)) == {"agrees": 2, "disagrees": 0, "not determined": 0}


def test_identity_sizes_are_compared_where_the_sign_is_a_convention():
    found = outcome(Finding("bkt_temperature", -number(WHOLE).value, "K", 0.1))
    assert compare(figure(Comparison(WHOLE, "e", "bkt_temperature", size=True)), found)[0].pull == pytest.approx(0)


@pytest.mark.parametrize("written", [uncertain, concise])
@pytest.mark.parametrize(
    ("value", "error", "unit"),
    [
        (6.47406, 5e-4, "K"), (15.4e-3, 2.1e-3, "T"), (8.85e-5, 5e-7, "m^2/s"), (25.165, 0.016, "ohm"), (-3.2e-9, 1e-10, "m"),
        (1.5, 0.2, "1"),
    ],
)  # fmt: skip
def test_identity_numbers_are_read_back_as_they_were_printed(written, value, error, unit):
    read = quantity(written(value, error, unit), unit)
    assert read == (pytest.approx(value, rel=1e-4), pytest.approx(error, rel=1e-4))


def test_rejects_a_column_that_is_not_there():
    """A figure must not fall silent because an analysis has renamed what it draws."""
    found = Table("Loops", ("temperature", "signal"), (("1.5 K", "3.0 ± 0.5 ohm"),))
    assert column(found, "signal", "ohm")[1] == pytest.approx([0.5])
    with pytest.raises(LookupError, match="table 'Loops' has no column 'Holm'; it has 'temperature', 'signal'"):
        column(found, "Holm", "1")
    assert column(None, "Holm", "1")[0].size == 0


def test_identity_recovered_numbers_have_both_errors():
    assert recovered_text(Finding("decay_length", 3e-9, "m", 1e-10, 2e-10)) == "3.00 ± 0.10 ± 0.20 nm"
    assert recovered_text(None) == "–"
    assert "(95 %)" in recovered_text(Finding("decay_length", 3e-9, "m", limit="upper"))
    assert (pull_text(None), pull_text(-3.21), pull_text(0.0), pull_text(-0.04)) == ("–", "−3.2", "0", "0")


def test_identity_cells_without_a_number():
    assert all(math.isnan(one) for text in ("–", "none", "34.9 µA to 100 µA", "") for one in quantity(text, "A"))
    assert quantity("500 mT", "T")[0] == pytest.approx(0.5)
