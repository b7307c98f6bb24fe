"""Delimited text of any dialect: the separator, the decimal sign, the header and its units are found by looking."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from supraspin.data.readers._decode import decode, looks_like_text
from supraspin.data.readers._dialect import Dialect, sniff
from supraspin.data.readers._header import column_names, metadata
from supraspin.data.table import RawTable, check_columns, check_rows, unique_names
from supraspin.data.times import started
from supraspin.errors import DataError
from supraspin.flags import Flag

PRIORITY = -10
_NO_READING = frozenset({"ovld", "ovl", "ol", "o.l", "o.l.", "overload", "overflow", "over", "overrange", "over range", "err",
                         "error", "invalid"})  # fmt: skip
"""What instruments write where they could not read."""


def matches(path: Path, head: bytes) -> bool:
    return looks_like_text(head)


def read(path: Path) -> list[RawTable]:
    """The one table of the file. Raises `DataError` where there is none."""
    return [parse(decode(path), path.name)]


def parse(text: str, name: str) -> RawTable:
    """A table from text. Raises `DataError` where it holds no numbers in columns."""
    lines = _lines(text)
    check_rows(name, len(lines))
    found = sniff(lines)
    if found is None:
        raise DataError(f"{name} holds no numbers in columns")
    dialect, width = found
    check_columns(name, width)
    first = _first_row(lines, dialect, width)
    if first is None:
        raise DataError(f"{name} holds no numbers in columns")
    header, body = [line for line in lines[:first] if line.strip()], [line for line in lines[first:] if line.strip()]
    names, units, rest = column_names(header, dialect, width)
    if names is None and len(body) < 2:
        raise DataError(f"{name} holds no numbers in columns")
    columns, texts, flags = read_body(body, dialect, width)
    labels = unique_names(names or [""] * width)
    if names is None:
        flags.append(Flag("no_header", "no line names the columns; they are called column 1, column 2, ..."))
    facts = metadata(rest) | {labels[i]: value for i, value in texts.items()}
    kept = {labels[i]: column for i, column in columns.items() if names is None or names[i] or not np.isnan(column).all()}
    if not kept:
        raise DataError(f"{name} has no column of numbers")
    given = {labels[i]: unit for i, unit in enumerate(units) if unit and labels[i] in kept}
    return RawTable(name=name, columns=kept, units=given, metadata=facts, started=started(facts, name), doubts=tuple(flags))


def _lines(text: str) -> list[str]:
    """Lines of the text; a line break within quotes does not end a line."""
    if '"' in text and any(line.count('"') % 2 for line in text.splitlines()):
        sample = text[:20000]
        separator = max(",;\t", key=sample.count)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            return [separator.join(" ".join(cell.split()) for cell in row) for row in rows]
        except csv.Error:
            pass  # An odd quote that closes nothing, such as the sign for inches: the lines are as they stand.
    return text.splitlines()


def _first_row(lines: list[str], dialect: Dialect, width: int) -> int | None:
    """Index of the first line of the table: of full width, with a number wherever the table mostly has numbers.

    In place of a number may stand a word that means that there is none, or that stands there further down too.
    """
    usual = [cells for cells in (_cells(line, dialect, width) for line in lines[-400:]) if len(cells) == width]
    numeric = [i for i in range(width) if sum(dialect.is_number(cells[i]) for cells in usual) > 0.5 * len(usual)]
    early: list[tuple[int, list[str]]] = []
    for index, line in enumerate(lines):
        cells = _cells(line, dialect, width)
        if len(cells) != width or not any(dialect.is_number(cell) for cell in cells):
            continue
        if all(dialect.number(cells[i]) is not None for i in numeric):
            if not early:
                return index
            below = [row for row in (_cells(line, dialect, width) for line in lines[index:]) if len(row) == width]
            words = {(i, _word(row[i])) for row in below for i in numeric if dialect.number(row[i]) is None}
            for before, row in early:
                if all(dialect.number(row[i]) is not None or _word(row[i]) in _NO_READING or (i, _word(row[i])) in words
                       for i in numeric):  # fmt: skip
                    return before
            return index
        early.append((index, cells))
    return None


def _word(cell: str) -> str:
    return cell.strip().strip('"+-').strip().lower()


def _cells(line: str, dialect: Dialect, width: int) -> list[str]:
    cells = dialect.split(line)
    return cells[:-1] if len(cells) == width + 1 and not cells[-1].strip() else cells


def read_body(body: list[str], dialect: Dialect, width: int) -> tuple[dict[int, np.ndarray], dict[int, str], list[Flag]]:
    """Columns of numbers, constant columns of text, and remarks, by the place of the column."""
    if dialect.decimal == ".":
        try:
            block = np.loadtxt(body, delimiter=dialect.separator, comments=None, ndmin=2)
        except ValueError:
            pass  # Not all plain numbers: go cell by cell.
        else:
            if block.shape[1] == width:
                return dict(enumerate(block.T.copy())), {}, []
    rows, short, skipped = [], 0, 0
    for line in body:
        cells = _cells(line, dialect, width)
        if line.lstrip().startswith(("#", "%")) or len(cells) > width or not any(map(dialect.is_number, cells)):
            skipped += 1
        else:
            short += len(cells) < width
            rows.append(cells + [""] * (width - len(cells)))
    flags = []
    if short:
        flags.append(
            Flag(
                "ragged",
                f"{short} of {len(rows)} rows break off early; the missing readings are not a number",
                "warning",
                {"rows": short},
            )
        )
    if skipped:
        flags.append(
            Flag(
                "lines_skipped",
                f"{skipped} lines within the table hold no row of it and were passed over",
                "warning",
                {"lines": skipped},
            )
        )
    return *_columns(rows, dialect, width), flags


def _columns(rows: list[list[str]], dialect: Dialect, width: int) -> tuple[dict[int, np.ndarray], dict[int, str]]:
    columns, texts = {}, {}
    for place in range(width):
        cells = [row[place] for row in rows]
        values = [dialect.number(cell) for cell in cells]
        count = sum(map(dialect.is_number, cells))
        words = {cell.strip() for cell, value in zip(cells, values, strict=True) if value is None}
        if count == 0 and words:
            if len(words) == 1:
                texts[place] = words.pop()
            continue
        # A word among numbers ("OVERLOAD") is a reading that could not be had.
        columns[place] = np.array([np.nan if value is None else value for value in values])
    return columns, texts
