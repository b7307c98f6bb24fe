"""Delimited text of any dialect: whatever the separator, decimal sign, header and encoding, the numbers come back."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supraspin.data import load
from supraspin.data.readers.text import parse

B = np.linspace(-0.2, 0.2, 21)
R = 5e-3 * np.cos(40 * B) + 1e-4


def hanle(ds, atol=1e-15):
    assert ds.attrs["kind"] == "hanle"
    np.testing.assert_allclose(ds["field"].values, B[None], rtol=0, atol=atol)
    np.testing.assert_allclose(ds["nonlocal_resistance"].values, R[None], rtol=0, atol=atol)


def rows(separator, field=1.0, resistance=1.0, comma=False):
    lines = [f"{float(b * field)!r}{separator}{float(r * resistance)!r}" for b, r in zip(B, R, strict=True)]
    return "\n".join(line.replace(".", ",") if comma else line for line in lines) + "\n"


CASES = {
    "comma": "B (T),R_NL (Ohm)\n" + rows(","),
    "tab, square brackets": "field [mT]\tR_NL [mOhm]\n" + rows("\t", 1e3, 1e3),
    "semicolon and decimal comma": "B (mT);R_NL (Ohm)\n" + rows(";", 1e3, comma=True),
    "tab and decimal comma": "B (mT)\tR_NL (Ohm)\n" + rows("\t", 1e3, comma=True),
    "blanks": "B_T  R_NL_Ohm\n" + rows("   "),
    "slash units": "B/mT,R_NL/mOhm\n" + rows(",", 1e3, 1e3),
    "hash header": "# sample: A\n# B (T)\tR_NL (Ohm)\n" + rows("\t"),
    "percent header, blanks within names": "% measured by hand\n% B (Oe)   R_NL (Ohm)\n" + rows(" ", 1e4),
    "exclamation mark header": "! B (T), R_NL (Ohm)\n" + rows(","),
    "units on a line of their own": "Field,R_NL\n(mT),(mOhm)\n" + rows(",", 1e3, 1e3),
    "units without brackets on a line of their own": "Field\tR_NL\nmT\tmOhm\n" + rows("\t", 1e3, 1e3),
    "facts before the table": "Sample: A\nOperator = nobody\nResistor\t1000000.0\tExcitation\t1e-9\nB (T)\tR_NL (Ohm)\n"
    + rows("\t"),
    "separator at the end": "B (T),R_NL (Ohm),\n" + rows(",").replace("\n", ",\n"),
    "quoted header": '"B (T)","R_NL (Ohm)"\n' + rows(","),
    "quoted line breaks": "B (T),R_NL (Ohm)\r\n"
    + "".join(f'{b!r},"{r!r}\n"\r\n' for b, r in zip(B.tolist(), R.tolist(), strict=True)),
    "blank lines": "B (T),R_NL (Ohm)\n\n" + rows(",").replace("\n", "\n\n"),
    "CRLF": ("B (T),R_NL (Ohm)\n" + rows(",")).replace("\n", "\r\n"),
    "a column of text": "B (T),who,R_NL (Ohm)\n" + rows(",").replace(",", ",me,"),
    "a column of dates": "when,B (T),R_NL (Ohm)\n" + "".join(f"2024-01-02 03:04:05,{line}\n" for line in rows(",").split()),
    "bar": "B (T)|R_NL (Ohm)\n" + rows("|"),
}


@pytest.mark.parametrize("case", CASES)
def test_dialect(case, tmp_path):
    path = tmp_path / "curve.dat"
    path.write_bytes(CASES[case].encode())
    hanle(load(path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_encoding(encoding, tmp_path):
    path = tmp_path / "curve.csv"
    unit = "µT" if encoding == "latin-1" else "mT"
    scale = 1e6 if encoding == "latin-1" else 1e3
    path.write_bytes((f"B ({unit}),R_NL (Ohm)\n" + rows(",", scale)).encode(encoding))
    hanle(load(path), atol=1e-14)


def test_parallel_and_antiparallel_columns_are_two_sweeps(tmp_path):
    path = tmp_path / "pair.tsv"
    lines = [f"{b}\t{r}\t{-r}" for b, r in zip(B.tolist(), R.tolist(), strict=True)]
    path.write_text(
        "magnetic field (T)\tnonlocal resistance (antiparallel field) (Ω)\tnonlocal resistance (parallel field) (Ω)\n"
        + "\n".join(lines),
        "utf-8",
    )
    ds = load(path)
    assert ds["alignment"].values.tolist() == [1, -1]
    np.testing.assert_allclose(ds["nonlocal_resistance"].values, [-R, R])


def test_header_facts_and_start_time():
    table = parse(
        "Started: March 06, 2024 12:34:48\nResistor\t1000000.0\tCurrent (A)\t6e-09\nR (Ohms)\tT (K)\n1.0\t2.0\n1.5\t3.0\n",
        "x.txt",
    )
    assert table.started == "2024-03-06T12:34:48"
    assert table.metadata["Current (A)"] == "6e-09"
    assert list(table.columns) == ["R (Ohms)", "T (K)"]


def test_no_header_is_said():
    table = parse("1 2 3\n4 5 6\n7 8 9\n", "x.txt")
    assert list(table.columns) == ["column 1", "column 2", "column 3"]
    assert [flag.code for flag in table.doubts] == ["no_header"]


def test_ragged_tail_is_kept_and_said(tmp_path):
    path = tmp_path / "cut.csv"
    path.write_text("B (T),R_NL (Ohm)\n" + rows(",") + "0.21")
    ds = load(path)
    assert ds.sizes["point"] == 22
    assert np.isnan(ds["nonlocal_resistance"].values[0, -1])
    assert ds["doubt"].values[0, -1] & 1
    assert "ragged" in ds.attrs["doubts"]


def test_words_among_numbers_are_missing_readings():
    table = parse("B (T),R (Ohm)\n0,1\n1,OVERLOAD\n2,3\n3,nan\n4,\n5,6\n", "x.csv")
    np.testing.assert_array_equal(table.columns["R (Ohm)"], [1, np.nan, 3, np.nan, np.nan, 6])


@pytest.mark.parametrize("word", ["OVLD", "OVERLOAD", "+OL", "railed"])
def test_a_first_row_that_could_not_be_read_is_no_header(word):
    late = f"7,{word}\n" if word == "railed" else ""
    table = parse(f"B (T),R_NL (Ohm)\n1,{word}\n2,{word}\n3,0.5\n4,0.6\n5,0.7\n6,0.8\n{late}", "x.csv")
    assert list(table.columns) == ["B (T)", "R_NL (Ohm)"]
    np.testing.assert_array_equal(table.columns["R_NL (Ohm)"][:3], [np.nan, np.nan, 0.5])
    np.testing.assert_array_equal(table.columns["B (T)"][:3], [1, 2, 3])


def test_numbers_in_a_header_are_names():
    table = parse("B (T),0.5,1\n" + "".join(f"{b},{b},{b}\n" for b in range(6)), "x.csv")
    assert list(table.columns) == ["B (T)", "0.5", "1"]
    assert len(table.columns["B (T)"]) == 6


def test_infinity_in_every_spelling():
    table = parse("B (T),R (Ohm)\n0,Inf\n1,-inf\n2,1.#INF\n3,2.5D-3\n", "x.csv")
    np.testing.assert_array_equal(table.columns["R (Ohm)"], [np.inf, -np.inf, np.inf, 2.5e-3])


NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=64)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    data=st.integers(2, 5).flatmap(lambda n: st.lists(st.lists(NUMBERS, min_size=n, max_size=n), min_size=3, max_size=30)),
    dialect=st.sampled_from(
        [("\t", "."), ("\t", ","), (";", "."), (";", ","), (",", "."), ("|", "."), (" ", "."), ("  ", ","), (", ", ".")]
    ),
    comment=st.sampled_from(["", "# ", "% ", "#"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    facts=st.booleans(),
)
def test_round_trip(data, dialect, comment, ending, facts):
    separator, decimal = dialect
    names = [f"q{chr(97 + i)}" for i in range(len(data[0]))]
    lines = ["# sample: A", "# note = first try"] if facts else []
    lines.append(comment + separator.join(names))
    # A decimal comma can only be seen where a number has one.
    lines += [
        separator.join(repr(value) if "." in repr(value) else f"{value:.17e}" for value in row).replace(".", decimal)
        for row in data
    ]
    table = parse(ending.join(lines) + ending, "x.txt")
    assert list(table.columns) == names
    np.testing.assert_array_equal(np.column_stack(list(table.columns.values())), np.array(data))


def test_large_text_in_under_a_second():
    rng = np.random.default_rng(1)
    block = rng.normal(size=(9000, 19))
    text = "\t".join(f"c{i}" for i in range(19)) + "\n" + "\n".join("\t".join(f"{v:.9E}" for v in row) for row in block)
    assert len(text) > 2.5e6
    begin = time.perf_counter()
    table = parse(text, "large.txt")
    assert time.perf_counter() - begin < 1.5
    np.testing.assert_allclose(np.column_stack(list(table.columns.values())), block, rtol=1e-9)
