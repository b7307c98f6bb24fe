"""Findings, cells and symbols in print."""

from __future__ import annotations

import math

import numpy as np
import pytest

from supraspin.analysis.result import Finding
from supraspin.quantities import QUANTITIES
from supraspin.report.format import cell, measured, numeric, row
from supraspin.report.symbols import html_symbol


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (Finding("spin_lifetime", 514.2e-12, "s", 12e-12), "514 ± 12 ps"),
        (Finding("spin_lifetime", 84e-12, "s", limit="lower", identified=False), "> 84.0 ps (95 %)"),
        (Finding("broadening", 2e-5, "eV", limit="upper"), "< 20.0 µeV (95 %)"),
        (Finding("spin_lifetime", 3e-9, "s", math.inf, identified=False), "not determined by the data (best fit 3.00 ns)"),
        (Finding("first_zero", 0.034, "T", interval_68=(0.033, 0.0355)), "34.0 mT (33.0 mT to 35.5 mT)"),
        (Finding("gap", math.nan, "eV"), "–"),
        (Finding("harmonic", 1.0, "1"), "1.00"),
    ],
)
def test_identity_measured(finding, text):
    assert measured(finding) == text


def test_identity_row():
    line = row(Finding("spin_lifetime", 514e-12, "s", 12e-12, 73e-12, text="both curves"))
    assert (line.name, line.value, line.systematic, line.remark) == ("spin lifetime", "514 ± 12 ps", "± 73 ps", "both curves")
    assert line.symbol == "<i>τ</i><sub>s</sub>"
    for vague in (
        Finding("gap", 1e-3, "eV", None, 5e-5, identified=False),
        Finding("gap", 1e-3, "eV", None, 5e-5, limit="upper"),
    ):
        assert row(vague).systematic == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (True, "yes"),
        (3, "3"),
        (1234.5678, "1235"),
        (math.nan, "–"),
        (-math.inf, "-∞"),
        ("x", "x"),
        (np.float64(0.5), "0.5"),
    ],
)
def test_identity_cell(value, text):
    assert cell(value) == text


def test_identity_numeric_columns():
    rows = [("a", 1, None, 2.0), ("b", 2.0, None, "–")]
    assert [numeric(rows, i) for i in range(4)] == [False, True, False, False]


def test_limit_every_symbol_becomes_clean_html():
    for name, quantity in QUANTITIES.items():
        text = html_symbol(quantity.symbol)
        assert not set(text) & set("\\{}$_"), (name, text)
        assert text.count("<sub>") == text.count("</sub>")


def test_rejects_markup_in_a_symbol():
    assert "<script" not in html_symbol("<script>_<b>")
