"""The audit finds what does not hold together, sizes it, and finds nothing where all does."""

from __future__ import annotations

import json

import numpy as np
import pytest
from consistent import numbers

from supraspin.analysis.result import Analysis, Finding
from supraspin.audit import Number, audit, numbers_of_analyses, published_numbers, read_numbers
from supraspin.audit.numbers import parse_numbers
from supraspin.devices.published import faults
from supraspin.errors import DataError

# What faults of the paper's numbers (not of its equations) are called among the relations.
NUMERICAL = {
    4: "tmr_against_current", 5: "one_diffusivity", 6: "modulation", 8: "bkt_temperature", 9: "ordering", 10: "one_spin_length",
}  # fmt: skip


@pytest.fixture(scope="module")
def paper():
    return audit(published_numbers())


def test_published_faults_are_found_from_the_numbers_alone(paper):
    found = {one.relation.name for one in paper.tensions}
    assert set(NUMERICAL) <= {fault.number for fault in faults()}
    assert set(NUMERICAL.values()) <= found
    assert "precession" in found  # the further maximum at 0.4 T, the other half of fault 10


def test_published_tension_of_the_diffusion_constants_is_sized(paper):
    worst = next(one for one in paper.tensions if one.relation.name == "one_diffusivity")
    assert worst is paper.comparisons[0]
    assert worst.one.value == pytest.approx(9.1e-5, rel=0.02)
    assert worst.other.value == pytest.approx(6.5e-3, rel=0.02)
    ordering = next(one for one in paper.tensions if one.relation.name == "ordering")
    assert ordering.other.value == pytest.approx(2.04, abs=0.02)
    precession = next(one for one in paper.tensions if one.relation.name == "precession")
    assert {r.number: r.wanted for r in precession.remedies}["further_maximum_B"] == pytest.approx(0.22, abs=0.01)


def test_published_tmr_is_a_fault_on_a_condition_that_is_named_and_sized(paper):
    (found,) = (one for one in paper.tensions if one.relation.name == "tmr_against_current")
    assert "zero-bias peak" in found.unless
    assert f"{0.10 / 0.015 - 1:.2g} times" in found.unless
    assert " ".join(str(paper).split()).count("unless a conductance without polarisation") == 1
    assert all(not one.unless for one in paper.comparisons if one is not found)


@pytest.mark.parametrize("shunt", [0.4, 5.0])
def test_identity_the_shunt_that_is_named_is_the_one_that_was_planted(shunt):
    at = {"finding": "switching_ratio", "unit": "1", "error": 1e-4, "device": "X"}
    small = {"name": "small", "value": 0.1 / (1 + shunt), "at": {"current": "2e-8"}, **at}
    large = {"name": "large", "value": 0.1, "at": {"current": "1e-7"}, **at}
    (found,) = audit([Number.model_validate(one) for one in (small, large)]).tensions
    assert f"{shunt:.2g} times the polarised one" in found.unless


def test_identity_the_list_of_faults_is_not_read():
    assert not hasattr(published_numbers()[0], "faults")


def test_identity_exact_numbers_agree_exactly():
    found = audit(numbers(np.random.default_rng(0), exact=True))
    assert not found.tensions
    assert not found.silent
    assert max(abs(one.sigma) for one in found.comparisons) < 0.01


@pytest.mark.parametrize("factor", [0.5, 2.0, 50.0])
def test_identity_a_planted_tension_is_sized_and_its_remedy_found(factor):
    found = audit(numbers(np.random.default_rng(1), exact=True, spin_over_charge=factor))
    assert {one.relation.name for one in found.tensions} == {"one_diffusivity"}
    worst = next(one for one in found.tensions if "electrons" in one.one.text)
    assert worst.other.value / worst.one.value == pytest.approx(factor, rel=1e-6)
    field = next(r for r in worst.remedies if r.number.startswith("critical_field"))
    assert field.wanted == pytest.approx(field.now / factor, rel=0.01)


@pytest.mark.slow
def test_false_alarms_stay_below_the_level_and_pulls_are_standard():
    false, pulls = 0, []
    for i in range(80):
        found = audit(numbers(np.random.default_rng([5, i])), key=i)
        false += bool(found.tensions)
        pulls += [one.sigma for one in found.comparisons if one.one.bound is None]
    assert false <= 4  # 1 % of 80; 5 or more happen once in a thousand
    assert abs(np.mean(pulls)) < 0.15
    assert 0.85 < np.std(pulls) < 1.15


def test_identity_errors_in_common_do_not_count_twice():
    """Two estimates that rest on one number agree however wrong it is."""
    exact = numbers(np.random.default_rng(2), exact=True)
    shifted = [
        one.model_copy(update={"value": 1.3 * one.value}) if one.finding == "critical_temperature" else one for one in exact
    ]
    found = audit([one for one in shifted if one.finding.startswith(("critical", "thick"))])
    lengths = next(one for one in found.comparisons if one.relation.name == "one_coherence_length")
    alone = audit([one for one in exact if one.finding.startswith(("critical", "thick"))])
    assert lengths.sigma == pytest.approx(next(c for c in alone.comparisons if c.relation is lengths.relation).sigma, abs=0.7)


def test_identity_limits_are_one_sided():
    table = {"finding": "ordering_temperature", "error": 0.1, "unit": "K", "device": "X"}
    fixed = [one for one in numbers(np.random.default_rng(3), exact=True) if one.finding in
             ("critical_temperature", "critical_field_perpendicular", "ordering_field")]  # fmt: skip
    told = next(c for c in audit([*fixed, _number(table, 1.0)]).comparisons if c.relation.name == "ordering" and c.one.numbers)
    value = told.other.value if told.other.numbers != ("limit",) else told.one.value
    value = max(told.one.value, told.other.value)
    for bound, number, wrong in (("lower", 0.5 * value, False), ("lower", 2 * value, True), ("upper", 2 * value, False)):
        found = audit([*fixed, _number({**table, "bound": bound}, number)])
        assert any(one.relation.name == "ordering" for one in found.tensions) is wrong


def _number(table, value):
    return Number.model_validate({"name": "limit", "value": value, **table})


def test_identity_numbers_without_a_solution_are_named():
    field = {"finding": "critical_field_perpendicular", "unit": "T", "at": {"temperature": "5 K"}}
    given = [
        {"name": "t", "finding": "critical_temperature", "value": 4.0, "error": 0.05, "unit": "K"},
        {"name": "b", "value": 2.0, "error": 0.1, **field},
    ]
    found = audit([Number.model_validate(one) for one in given])
    assert any("no solution" in text and "b, t" in text for text in found.unsolved)
    assert not found.comparisons


def test_identity_json_and_text_say_the_same(paper):
    told = json.loads(json.dumps(paper.to_dict(), allow_nan=False))
    assert sum(one["tension"] for one in told["comparisons"]) == len(paper.tensions) == str(paper).count("TENSION")
    assert told["comparisons"][0]["remedies"]


def test_identity_analyses_become_numbers():
    analysis = Analysis("hanle", "Hanle", ("curve.tsv",), "", [
        Finding("separation", 0.8e-6, "m"), Finding("spin_diffusion_length", 1e-6, "m", 3e-8, 4e-8),
        Finding("diffusivity", 6e-3, "m^2/s", 2e-4), Finding("spin_lifetime", 1e-10, "s", None),
        Finding("gap", 1e-3, "eV", 1e-5, identified=False), Finding("vortex_field", 0.2, "T", limit="lower"),
    ])  # fmt: skip
    found = {one.finding: one for one in numbers_of_analyses([analysis])}
    assert set(found) == {"spin_diffusion_length", "diffusivity", "vortex_field"}
    assert found["spin_diffusion_length"].error == pytest.approx(5e-8)
    assert found["spin_diffusion_length"].at == {"separation": pytest.approx(0.8e-6)}
    assert found["vortex_field"].bound == "lower"


TABLE = '[[number]]\nname = "tc"\nfinding = "critical_temperature"\nvalue = "6600 mK"\nerror = "0.05 K"\n'


def test_identity_file_of_numbers(tmp_path):
    path = tmp_path / "numbers.toml"
    path.write_text(TABLE)
    (one,) = read_numbers(path)
    assert (one.value, one.error, one.unit) == (pytest.approx(6.6), pytest.approx(0.05), "K")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "number: Field required"),
        ("[[number]\n", "not valid TOML"),
        (TABLE.replace("0.05 K", "0.05 m"), "is in m, but K is wanted"),
        (TABLE.replace("0.05 K", "0 K"), "greater than 0"),
        (TABLE.replace("6600 mK", "-1 K"), "must be positive"),
        (TABLE + TABLE, "'tc' stands twice"),
        (TABLE + "at = { colour = 3 }\n", "'colour' is no quantity"),
        (TABLE + 'bound = "above"\n', "'lower' or 'upper'"),
    ],
)
def test_rejects_files_that_are_none(text, message):
    with pytest.raises(DataError, match=message):
        parse_numbers(text, "numbers.toml")
