"""The committed calibration is of these rivals and right where it should be; a calibration counts what trials say and resumes."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from supraspin.errors import DataError
from supraspin.verdict import PAPER, STATEMENTS, calibration, rival, rivals
from supraspin.verdict.rates import rates


def test_identity_committed_calibration_is_of_these_rivals():
    known = rates()
    assert [one.name for one in known.truths] == list(calibration.truths())
    for one in known.truths:
        assert set(one.verdicts) == {each.name for each in rivals()}
        assert all(sum(counts.values()) == known.runs for counts in one.verdicts.values())
        assert set(one.right) == (set(STATEMENTS) if one.name == PAPER else {rival(one.name).against})


@pytest.mark.parametrize("truth", rates().truths, ids=lambda one: one.name)
def test_confusion_at_least_nine_in_ten_are_right(truth):
    assert all(right >= 0.9 * rates().runs for right in truth.right.values())


@pytest.mark.parametrize("one", rivals(), ids=lambda one: one.name)
def test_false_support_of_a_rival_is_rare(one):
    assert rates().of(PAPER, one.name, "supported") <= 0.02 * rates().runs


def test_identity_what_is_right():
    kondo, nodal, direct = (rival(name) for name in ("Kondo", "nodal singlet", "direct exchange"))
    assert calibration.right(None, "upturn", [PAPER])
    assert not calibration.right(None, "upturn", [PAPER, "Kondo"])
    assert calibration.right(None, "pairing", [PAPER, "nodal singlet"])
    assert not calibration.right(None, "upturn", [])
    assert calibration.right(kondo, "upturn", ["Kondo"])
    assert not calibration.right(kondo, "upturn", [PAPER, "Kondo"])
    assert calibration.right(nodal, "pairing", [PAPER, "nodal singlet"])
    assert calibration.right(direct, "carrier", ["direct exchange", "metallic RKKY"])
    assert not calibration.right(direct, "carrier", ["metallic RKKY"])


def test_identity_a_run_is_counted_and_goes_on(tmp_path, monkeypatch):
    asked = []

    def twin(truth, key):
        asked.append((truth, key))
        return []

    monkeypatch.setattr(calibration, "twin", twin)
    store = tmp_path / "runs.nc"
    found = calibration.run((PAPER, "Kondo"), 3, scheduler="threads", store=store)
    assert found.shape == (2, 3, len(rivals()) + len(STATEMENTS))
    assert len(asked) == 6
    again = calibration.run((PAPER, "Kondo"), 3, scheduler="threads", store=store)
    np.testing.assert_array_equal(again, found)
    assert len(asked) == 6
    with pytest.raises(DataError, match="another run"):
        calibration.run((PAPER,), 3, scheduler="threads", store=store)
    told = tomllib.loads(calibration.table((PAPER, "Kondo"), found))
    assert told["runs"] == 3
    assert told["truth"][1]["verdicts"]["Kondo"] == {"no data": 3}
    assert told["truth"][1]["standing"]["upturn"] == {"no data": 3}
    assert told["truth"][1]["right"] == {"upturn": 0}
