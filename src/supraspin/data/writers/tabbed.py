"""Tab-separated text as spreadsheets take it."""

from __future__ import annotations

from supraspin.data.writers._columns import TextColumn, cells

DIALECT, ENDING = "tsv", ".tsv"


def text(columns: list[TextColumn], source: str) -> str:
    """The file's content; `source` has no place in it."""
    names = [f"{c.name} ({c.unit})" if c.unit else c.name for c in columns]
    return "\n".join(["\t".join(names), *map("\t".join, cells(columns))]) + "\n"
