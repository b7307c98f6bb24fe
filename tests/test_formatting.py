"""Numbers in print, from the rules of the SI and of significant digits."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supraspin.formatting import ABSENT, concise, scale, si, uncertain

POWER = {"a": -18, "f": -15, "p": -12, "n": -9, "µ": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12}


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (514e-12, "s", "514 ps"), (999.9e-12, "s", "1.00 ns"), (2.1e-6, "m", "2.10 µm"), (1.234e-3, "eV", "1.23 meV"),
        (0.0188, "m^2/s", "1.88e-2 m²/s"), (0.392, "1", "0.392"), (2e-5, "1", "2.00e-5"), (0.0, "T", "0 T"),
        (-0.0125, "T", "-12.5 mT"),
        (6.6, "K", "6.60 K"), (0.07, "K", "70.0 mK"), (1500.0, "K", "1500 K"), (1e5, "K", "1.00e5 K"), (3600.0, "s", "3600 s"),
        (5e3, "ohm", "5.00 kΩ"), (12.5, "1/V", "12.5 V⁻¹"), (math.inf, "T", "∞ T"), (math.nan, "s", "nan s"), (None, "s", ABSENT),
    ],
)  # fmt: skip
def test_identity_prefix_and_digits(value, unit, text):
    assert si(value, unit) == text


@pytest.mark.parametrize(
    ("value", "stderr", "unit", "long", "short"),
    [
        (514.2e-12, 12.1e-12, "s", "514 ± 12 ps", "514(12) ps"),
        (514e-12, 120e-12, "s", "510 ± 120 ps", "510(120) ps"),
        (5.14e-9, 12e-12, "s", "5.140 ± 0.012 ns", "5.140(12) ns"),
        (15.4e-3, 2.1e-3, "T", "15.4 ± 2.1 mT", "15.4(2.1) mT"),
        (0.0188, 0.0004, "m^2/s", "(1.880 ± 0.040)e-2 m²/s", "1.880(40)e-2 m²/s"),
        (0.3e-12, 12e-12, "s", "0 ± 12 ps", "0(12) ps"),
        (-0.1e-3, 4e-3, "T", "-0.1 ± 4.0 mT", "-0.1(4.0) mT"),
        (-0.01e-3, 4e-3, "T", "0.0 ± 4.0 mT", "0.0(4.0) mT"),
        (99.96, 9.96, "1", "100 ± 10", "100(10)"),
        (1.385e-3, 2e-6, "eV", "1.3850 ± 0.0020 meV", "1.3850(20) meV"),
    ],
)
def test_identity_error_decides_the_digits(value, stderr, unit, long, short):
    assert uncertain(value, stderr, unit) == long
    assert concise(value, stderr, unit) == short


@pytest.mark.parametrize("stderr", [None, 0.0, math.nan, math.inf])
def test_limit_without_error_is_the_value(stderr):
    assert uncertain(514e-12, stderr, "s") == concise(514e-12, stderr, "s") == "514 ps"


def test_identity_systematic_at_the_same_decimal():
    assert uncertain(514e-12, 12e-12, "s", systematic=73e-12) == "514 ± 12 ± 73 ps"
    assert uncertain(514e-12, None, "s", systematic=73e-12) == "514 ± 73 (systematic) ps"


@given(st.floats(1e-17, 1e13), st.sampled_from(["s", "V", "ohm", "m^2/s", "1", "K"]), st.booleans())
def test_identity_text_reads_back(value, unit, negative):
    value = -value if negative else value
    number, _, name = si(value, unit).partition(" ")
    prefix = re.sub(r"(m²/s|s|V|Ω|K)$", "", name)
    assert float(number) * 10.0 ** POWER[prefix] == pytest.approx(value, rel=0.0051)
    assert scale(value, unit)[1].startswith(prefix)


@given(st.floats(-1e3, 1e3), st.floats(1e-6, 1e3))
def test_identity_interval_reads_back(value, stderr):
    central, error = (float(part) for part in uncertain(value, stderr, "1").strip("()").split(")")[0].split(" ± "))
    power = float("1" + "".join(re.findall(r"e-?\d+$", uncertain(value, stderr, "1"))))
    assert central * power == pytest.approx(value, abs=0.051 * stderr)
    assert error * power == pytest.approx(stderr, rel=0.051)
