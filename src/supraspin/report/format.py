"""Findings and table cells in print."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from supraspin.analysis.result import Finding
from supraspin.formatting import ABSENT, si, uncertain
from supraspin.quantities import QUANTITIES
from supraspin.report.symbols import html_symbol


@dataclass(frozen=True)
class Row:
    """One line of the table of headline numbers, ready to print."""

    name: str
    symbol: Markup
    value: str
    systematic: str
    remark: str


def row(finding: Finding) -> Row:
    """A finding as a line of the table."""
    quantity = QUANTITIES.get(finding.name)
    return Row(
        name=finding.name.replace("_", " "),
        symbol=html_symbol(quantity.symbol) if quantity else Markup(""),
        value=measured(finding),
        # What is a limit, or not determined, has no error of either kind.
        systematic=f"± {si(finding.systematic, finding.unit, 2)}" if finding.systematic and _is_number(finding) else "",
        remark=finding.text,
    )


def _is_number(finding: Finding) -> bool:
    return finding.limit is None and finding.identified


def measured(finding: Finding) -> str:
    """The number as it may be quoted: `514 ± 12 ps`, `> 84 ps (95 %)`, or that the data do not determine it."""
    value, unit = finding.value, finding.unit
    if value is None or math.isnan(value):
        return ABSENT
    if finding.limit is not None:
        return f"{'>' if finding.limit == 'lower' else '<'} {si(value, unit)} (95 %)"
    if not finding.identified:
        return f"not determined by the data (best fit {si(value, unit)})"
    if finding.stderr is None and finding.interval_68 is not None:
        low, high = finding.interval_68
        return f"{si(value, unit)} ({si(low, unit)} to {si(high, unit)})"
    return uncertain(value, finding.stderr, unit)


def cell(value: Any) -> str:
    """A cell of a table: text as it is, numbers with four digits, nothing as a dash."""
    if value is None:
        return ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, str)):
        return str(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    if math.isnan(number):
        return ABSENT
    return f"{number:.4g}".replace("inf", "∞")


def numeric(rows: Sequence[Sequence[Any]], column: int) -> bool:
    """Whether a column holds numbers only, and is to be set flush right."""
    values = [line[column] for line in rows if line[column] is not None]
    return bool(values) and not any(isinstance(value, (str, bool)) for value in values)
