"""TDI text: facts in a first column beside a tab-separated table whose names bear no unit."""

from __future__ import annotations

from itertools import zip_longest

from supraspin.data.writers._columns import TextColumn, cells

DIALECT, ENDING = "tdi", ".txt"


def text(columns: list[TextColumn], source: str) -> str:
    """The file's content."""
    facts = [f"Sample ID{{String}}={' '.join(source.split())}", "Program{String}=supraspin"]
    rows = ["\t".join(row) for row in cells(columns)]
    lines = [f"{fact}\t{row}" for fact, row in zip_longest(facts, rows, fillvalue="")]
    return "\n".join(["TDI Format 1.5\t" + "\t".join(c.name for c in columns), *lines]) + "\n"
