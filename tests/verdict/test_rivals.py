"""Every registered rival: described, silent without data, not excluded by its own twin, not supported by the paper's."""

from __future__ import annotations

from functools import cache

import pytest

from supraspin.data import KINDS
from supraspin.errors import DataError
from supraspin.verdict import STATEMENTS, rival, rivals
from supraspin.verdict.reference import reference

EACH = pytest.mark.parametrize("one", rivals(), ids=lambda one: one.name)


@cache
def paper_data():
    return reference(11)


@cache
def other_data():
    return reference(12)


@EACH
def test_identity_a_rival_is_described(one):
    assert one.claim.endswith(".")
    assert one.against in STATEMENTS
    assert one.source.startswith(("doi:", "arXiv:"))
    assert set(one.kinds) <= set(KINDS)
    assert not one.about or one.about in {mark.name for mark in one.marks}
    assert all(mark.measurement and mark.paper.low <= mark.paper.high and mark.rival.low <= mark.rival.high for mark in one.marks)


@EACH
def test_limit_without_data_nothing_is_said(one):
    told = one.test([])
    assert told.verdict == "no data"
    assert told.p_paper is None
    assert {missing.measurement for missing in told.missing} == {mark.measurement for mark in one.marks}


@cache
def own_data(one):
    return one.twin(11)


@EACH
def test_identity_twin_follows_its_key(one):
    again = one.twin(11)
    assert all(a.identical(b) for a, b in zip(own_data(one), again, strict=True))
    assert not any(a.identical(b) for a, b in zip(again, other_data(), strict=True))


@EACH
def test_identity_its_own_twin_does_not_exclude_it(one):
    told = one.test(own_data(one))
    assert told.verdict == "supported" if one.told_from_paper else "cannot tell", told.signs
    assert told.signs


@EACH
def test_identity_data_of_the_paper_do_not_support_it(one):
    told = one.test(paper_data())
    assert told.verdict == "excluded" if one.told_from_paper else "cannot tell", told.signs
    assert told.verdict == "excluded" or told.missing


def test_rejects_a_rival_that_is_not_there():
    with pytest.raises(DataError, match="no rival 'ghosts'; there are"):
        rival("ghosts")
