"""Probabilities, verdicts and standings, from signs whose truth is known."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from supraspin.verdict import PAPER, Expected, Missing, Outcome, Reading, Sign, rivals
from supraspin.verdict.outcome import probability, said
from supraspin.verdict.trial import Trial

ZERO, ONE = Expected.exactly(0.0, "nothing"), Expected.exactly(1.0, "all")


def sign(value, error=0.1, paper=ONE, rival=ZERO):
    return Sign("a sign", "1", Reading(value, error), paper, rival)


def outcome(*signs, rival="ghosts", against="loop"):
    return Outcome(rival, "Ghosts do it.", against, signs, ())


@pytest.mark.parametrize("pulls", [[0.3], [2.5], [1.0, -2.0], [4.0, 3.0, -1.0]])
def test_precise_tail_of_chi_square(pulls):
    with mpmath.workdps(30):
        x = mpmath.mpf(sum(z * z for z in pulls))
        exact = mpmath.gammainc(mpmath.mpf(len(pulls)) / 2, x / 2, regularized=True)
    assert probability(pulls) == pytest.approx(float(exact), rel=1e-12)


def test_limit_without_signs_nothing_is_probable():
    assert probability([]) is None
    assert outcome().verdict == "no data"


@pytest.mark.parametrize(
    ("value", "error", "verdict"),
    [(1.0, 0.1, "excluded"), (0.0, 0.1, "supported"), (0.5, 0.5, "cannot tell"), (5.0, 0.1, "neither")],
)
def test_identity_verdict_follows_from_both_probabilities(value, error, verdict):
    assert outcome(sign(value, error)).verdict == verdict


def test_identity_the_error_that_would_tell():
    undecided = sign(0.5, 0.5)
    assert undecided.wanted == pytest.approx(1 / 5.16)
    assert outcome(undecided).hints == ("a sign known to ± 0.19 (here ± 0.5)",)
    assert outcome(sign(1.0)).hints == ()
    told = outcome(sign(1.0, undecided.wanted)), outcome(sign(0.0, undecided.wanted))
    assert [one.verdict for one in told] == ["excluded", "supported"]
    assert sign(0.5, 0.5, ONE, ONE).wanted is None


def test_identity_systematic_errors_widen():
    wide = Sign("a sign", "1", Reading(0.5, 0.05, 0.4), ONE, ZERO)
    assert outcome(sign(0.5, 0.05)).verdict == "neither"
    assert outcome(wide).verdict == "cannot tell"


def test_limit_within_an_interval_there_is_no_distance():
    between = Expected(0.2, 0.4, "some")
    assert between.pull(0.3, 0.01) == 0.0
    assert between.pull(0.5, 0.05) == pytest.approx(2.0)
    assert between.pull(0.1, 0.05) == pytest.approx(-2.0)
    assert Expected(0.2, math.inf, "").pull(1e9, 1.0) == 0.0


def test_identity_a_premise_of_both_makes_no_case_but_its_failure_counts_for_both():
    premise = sign(1.0, 0.1, ONE, ONE)
    assert outcome(premise).verdict == "cannot tell"
    alone, beside = outcome(sign(0.8)), outcome(sign(0.8), premise)
    assert beside.p_paper == alone.p_paper
    assert outcome(sign(1.0), sign(9.0, 0.1, ONE, ONE)).verdict == "neither"


def test_false_alarms_are_at_the_level():
    rng = np.random.default_rng(5)
    drawn = rng.standard_normal((4000, 2))
    p = np.array([outcome(sign(1 + 0.1 * a), sign(1 + 0.3 * b, 0.3)).p_paper for a, b in drawn])
    for level in (0.3, 0.1, 0.01):
        assert np.mean(p < level) == pytest.approx(level, abs=4 * math.sqrt(level / 4000))
    ranged = np.array([outcome(sign(1 + 0.1 * a, paper=Expected(0.9, 1.5, "about"))).p_paper for a, _ in drawn])
    assert np.mean(ranged < 0.01) < 0.01


def test_identity_standing_of_a_statement():
    def standing(*outcomes):
        return Trial(outcomes, 0.01).statement("loop")

    assert standing(outcome(sign(1.0))).standing == (PAPER,)
    assert standing(outcome(sign(1.0))).verdict == "holds"
    assert standing(outcome(sign(1.0)), outcome(rival="elves")).verdict == "holds against those tested"
    assert standing(outcome(sign(0.5, 0.5))).standing == (PAPER, "ghosts")
    fallen = standing(outcome(sign(0.0)), outcome(sign(1.0, 0.2), rival="elves"))
    assert (fallen.verdict, fallen.standing, fallen.fallen) == ("falls", ("ghosts",), (PAPER, "elves"))
    assert standing(outcome(sign(9.0))).verdict == "no explanation fits"
    assert standing(outcome()).verdict == "no data"


def test_identity_several_tests_share_the_level():
    # 0.008 is below 0.01, but not one of two such would be rare.
    z = 2.652
    low = outcome(sign(1 + 0.1 * z, rival=Expected(1.2, 2.0, "more")))
    assert low.p_paper == pytest.approx(0.008, rel=0.01)
    assert PAPER in Trial((low, outcome(sign(1.0), rival="elves")), 0.01).statement("loop").standing
    assert PAPER not in Trial((low,), 0.01).statement("loop").standing


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(1.0, 1.0, "1"), (0.5, math.inf, "at least 0.5"), (-math.inf, 0.2, "at most 0.2"), (0.0, 0.25, "0 to 0.25")],
)
def test_identity_intervals_in_print(low, high, text):
    assert said(Expected(low, high, ""), "1") == text


def test_rejects_readings_without_a_number_or_an_error():
    mark = rivals()[0].marks[0]
    ds = type("Data", (), {"attrs": {"kind": mark.kinds[0]}})()
    for reading in (Reading(1.0, 0.0), Reading(math.nan, 0.1), Reading(1.0, math.inf), Reading(math.inf, 1.0)):
        told = type(mark)(mark.name, "1", mark.kinds, lambda _, r=reading: r, mark.paper, mark.rival, "more").read([ds])
        assert isinstance(told, Missing)
