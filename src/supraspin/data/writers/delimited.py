"""Comma-separated text with the unit in brackets behind each name, as a logger writes it."""

from __future__ import annotations

from supraspin.data.writers._columns import TextColumn, cells

DIALECT, ENDING = "csv", ".csv"


def text(columns: list[TextColumn], source: str) -> str:
    """The file's content."""
    names = [f"{c.name} ({c.unit})" if c.unit else c.name for c in columns]
    return "\n".join([f"# {' '.join(source.split())}", ",".join(names), *map(",".join, cells(columns))]) + "\n"
