"""What every analysis returns: findings, tables, fits, figures and flags of one measurement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from supraspin.flags import Flag

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from supraspin.fit import FitResult


@dataclass(frozen=True)
class Finding:
    """One number of the result, in SI units (energies in eV).

    `stderr` is statistical, `systematic` the spread under the choices the analysis had to make. `limit` is "lower" or
    "upper" where the data give only a bound (`value` is then that bound at 95 %), and None otherwise.
    """

    name: str
    value: float
    unit: str
    stderr: float | None = None
    systematic: float | None = None
    interval_68: tuple[float, float] | None = None
    limit: str | None = None
    identified: bool = True
    text: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name, "value": self.value, "unit": self.unit, "stderr": self.stderr, "systematic": self.systematic,
            "interval_68": list(self.interval_68) if self.interval_68 else None, "limit": self.limit,
            "identified": self.identified, "text": self.text,
        }  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A small table of the report; cells are text or numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {"title": self.title, "columns": list(self.columns), "rows": [list(row) for row in self.rows], "note": self.note}


@dataclass
class Analysis:
    """The analysis of one data set."""

    kind: str
    title: str
    sources: tuple[str, ...]
    summary: str
    findings: list[Finding] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    fits: dict[str, FitResult] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)

    def finding(self, name: str) -> Finding:
        """The finding called `name`. Raises `KeyError` with the names there are."""
        for found in self.findings:
            if found.name == name:
                return found
        raise KeyError(f"no finding {name!r}; there are {', '.join(f.name for f in self.findings)}")

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "title": self.title, "sources": list(self.sources), "summary": self.summary,
            "findings": [f.to_dict() for f in self.findings],
            "tables": [t.to_dict() for t in self.tables],
            "fits": {name: fit.to_dict() for name, fit in self.fits.items()},
            "flags": [f.to_dict() for f in self.flags],
        }  # fmt: skip
