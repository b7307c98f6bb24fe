"""Which separator and which decimal sign a text table uses."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_MISSING = frozenset(
    {
        "",
        "nan",
        "na",
        "n/a",
        "-",
        "--",
        "none",
        "null",
        "#n/a",
        "#value!",
        "#num!",
        "nan()",
        "-nan",
        "1.#qnan",
        "1.#ind",
        "-1.#ind",
    }
)
_PLAIN = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][-+]?\d+)?|[-+]?(?:inf|infinity)|[-+]?1\.#INF", re.IGNORECASE)
_COMMA = re.compile(r"[-+]?(?:\d+(?:,\d*)?|,\d+)(?:[eEdD][-+]?\d+)?|[-+]?(?:inf|infinity)|[-+]?1,#INF", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """`separator` None stands for any run of white space."""

    separator: str | None
    decimal: str = "."

    def split(self, line: str) -> list[str]:
        if self.separator is None:
            return line.split()
        if '"' in line:
            try:
                return next(csv.reader([line], delimiter=self.separator, skipinitialspace=True), [])
            except csv.Error:
                pass  # A quote that is never closed makes one cell of the rest, which may be too long: take it as it stands.
        return line.split(self.separator)

    def number(self, cell: str) -> float | None:
        """The cell as a number, NaN where it says that there is none, None where it is text."""
        text = cell.strip().strip('"').strip()
        if not (_COMMA if self.decimal == "," else _PLAIN).fullmatch(text):
            return float("nan") if text.lower() in _MISSING else None
        text = text.replace(",", ".") if self.decimal == "," else text
        return float(re.sub(r"1\.#inf", "inf", text.replace("D", "e").replace("d", "e"), flags=re.IGNORECASE))

    def is_number(self, cell: str) -> bool:
        """Whether the cell holds a written number (an empty cell does not)."""
        return bool((_COMMA if self.decimal == "," else _PLAIN).fullmatch(cell.strip().strip('"').strip()))


DIALECTS = (
    Dialect("\t"),
    Dialect("\t", ","),
    Dialect(";"),
    Dialect(";", ","),
    Dialect(","),
    Dialect("|"),
    Dialect(None),
    Dialect(None, ","),
)


def sniff(lines: list[str]) -> tuple[Dialect, int] | None:
    """Dialect and number of cells a row for the lines of a file; None where no line holds a number.

    Looks at up to 200 lines spread over the second half of the file, where the header no longer is.
    """
    body = [line for line in lines[len(lines) // 2 :] if line.strip() and not line.lstrip().startswith(("#", "%"))]
    body = body or [line for line in lines if line.strip() and not line.lstrip().startswith(("#", "%"))]
    sample = body[:: max(1, len(body) // 200)]
    best: tuple[float, Dialect, int] | None = None
    for dialect in DIALECTS:
        score, width = _score(dialect, sample)
        if width and (best is None or score > best[0] + 1e-9):
            best = (score, dialect, width)
    return (best[1], best[2]) if best else None


def _score(dialect: Dialect, sample: Iterable[str]) -> tuple[float, int]:
    """Numbers minus texts among the cells of the rows that have the usual width; a decimal comma must be seen to count."""
    rows = [dialect.split(line) for line in sample]
    # A separator at the end of each line makes one cell too many.
    rows = [row[:-1] if len(row) > 1 and not row[-1].strip() and dialect.separator else row for row in rows]
    if not rows:
        return 0.0, 0
    width, _ = Counter(map(len, rows)).most_common(1)[0]
    usual = [row for row in rows if len(row) == width]
    numbers = sum(dialect.is_number(cell) for row in usual for cell in row)
    texts = sum(dialect.number(cell) is None for row in usual for cell in row)
    if not numbers:
        return 0.0, 0
    seen = dialect.decimal == "." or any("," in cell for row in usual for cell in row)
    return (numbers - texts) / len(rows) - (0 if seen else 0.5), width
