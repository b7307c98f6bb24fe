"""Units as people write them: the same number whatever the spelling, and refusal of what is none."""

from __future__ import annotations

import math

import pytest
from scipy import constants

from supraspin.errors import UnitError
from supraspin.units import parse_value, to_si


@pytest.mark.parametrize(
    ("written", "factor", "unit"),
    [("mOhm", 1e-3, "ohm"), ("kΩ", 1e3, "ohm"), ("V/A", 1.0, "ohm"), ("Oe", 1e-4, "T"), ("kG", 0.1, "T"), ("µV", 1e-6, "V"),
     ("2e^2/h", 2 * constants.e**2 / constants.h, "S"), ("%", 0.01, "1"), ("deg", math.pi / 180, "rad"), ("meV", 1e-3, "eV"),
     ("cm^2/s", 1e-4, "m^2/s"), ("", 1.0, "1")],
)  # fmt: skip
def test_identity_a_unit_is_the_packages_times_a_factor(written, factor, unit):
    found, name = to_si(written)
    assert name == unit
    assert found == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize("written", ["furlong/fortnight/mol", "blub", "mK**2", "degC", "__import__", "1e9999 m", "kg*m*A"])
def test_rejects_what_is_no_unit_here(written):
    with pytest.raises(UnitError):
        to_si(written)


def test_identity_a_number_with_a_unit():
    assert parse_value("2.1 um", "m") == pytest.approx(2.1e-6, rel=1e-12)
    assert parse_value("514e-12", "s") == 514e-12
    assert parse_value("-1.3 mV", "eV") == pytest.approx(-1.3e-3, rel=1e-12)
    assert parse_value("-inf", "T") == -math.inf
    for text, unit in (("two", "m"), ("2.1 um", "s"), ("", "m")):
        with pytest.raises(UnitError):
            parse_value(text, unit)
