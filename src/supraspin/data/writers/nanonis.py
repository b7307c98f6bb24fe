"""Nanonis spectroscopy `.dat`: tab-separated facts, then `[DATA]`, a line of names with units, and rows.

Temperature and field of a single condition are facts, as the instrument writes them; where they change from spectrum to
spectrum they are columns, since the instrument has a file for each.
"""

from __future__ import annotations

from supraspin.data.writers._columns import TextColumn, cells

DIALECT, ENDING = "nanonis", ".dat"
KINDS = ("tunnel_spectrum",)
_FACTS = {"Temperature": "Temperature", "Field": "Magnetic field"}
_NAMES = {"Bias": "Bias calc", "Conductance": "LI Demod 1 X"}


def text(columns: list[TextColumn], source: str) -> str:
    """The file's content."""
    facts = [("Experiment", "bias spectroscopy" if any(c.name == "Bias" for c in columns) else "generic sweep")]
    facts.append(("Comment01", " ".join(source.split())))
    table = []
    for column in columns:
        fact = _FACTS.get(column.name)
        if fact is not None and len(set(column.values.tolist())) == 1 and column is not columns[-1]:
            facts.append((f"{fact} ({column.unit})", f"{column.values[0]:.7E}"))
        else:
            table.append(column)
    names = [f"{_NAMES.get(c.name, c.name)} ({c.unit})" if c.unit else _NAMES.get(c.name, c.name) for c in table]
    head = ["\t".join((*fact, "")) for fact in facts]
    return "\n".join([*head, "", "[DATA]", "\t".join(names), *map("\t".join, cells(table))]) + "\n"
