"""Rivals that a report leaves open come with the measurement that would tell."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.analysis.telling import would_tell
from supraspin.fit import compare
from supraspin.models import dynes

BIAS = np.linspace(-3e-3, 3e-3, 81)


def comparison(noise: float, seed: int = 0):
    clean = np.asarray(dynes(BIAS, gap=1e-3, broadening=2e-4, temperature=3.5))
    y = clean + noise * np.random.default_rng(seed).standard_normal(BIAS.size)
    return compare(["dynes", "nodal"], (BIAS, y), fix={"temperature": 3.5}, sigma=noise, profile=False)


def test_identity_a_colder_spectrum_is_asked_for_where_gaps_look_alike():
    found = comparison(0.08)
    assert any(flag.code == "cannot_be_told_apart" for flag in found.flags)
    (flag,) = would_tell(found)
    assert (flag.code, flag.level) == ("would_tell_apart", "note")
    assert "a sweep at a temperature of " in flag.message
    assert "(now 3.50 K) tells dynes and nodal apart" in flag.message
    assert flag.numbers["temperature"] in (pytest.approx(1.75), pytest.approx(0.875))
    assert flag.numbers["expected_log_odds"] > 3


def test_limit_nothing_is_asked_for_where_one_wins():
    assert would_tell(comparison(0.003)) == []
