"""Quantum Design `.dat`: a `[Header]` of facts, then `[Data]`."""

from __future__ import annotations

from supraspin.data.writers._columns import TextColumn, cells

DIALECT, ENDING = "quantum-design", ".dat"
_UNITS = {"Ohm": "Ohms"}


def text(columns: list[TextColumn], source: str) -> str:
    """The file's content. The instrument writes fields in Oersted, and so does this."""
    oersted = [TextColumn(c.name, "Oe", c.values * 1e4) if c.unit == "T" else c for c in columns]
    names = [f"{c.name} ({_UNITS.get(c.unit, c.unit)})" if c.unit else c.name for c in oersted]
    clean = " ".join(source.replace(",", " ").split())
    head = ["[Header]", f"TITLE,{clean}", "BYAPP,supraspin", "[Data]", ",".join(names)]
    return "\n".join([*head, *map(",".join, cells(oersted))]) + "\n"
