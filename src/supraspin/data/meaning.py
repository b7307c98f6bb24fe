"""A table understood: its columns in SI units under standard names, its kind, and what was assumed on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from supraspin.data.schema import KINDS
from supraspin.data.table import RawTable
from supraspin.flags import Flag


@dataclass(frozen=True)
class Column:
    """A column in SI units; `quantity` is its standard name or None, `unit` the SI unit."""

    values: np.ndarray
    quantity: str | None
    unit: str
    header: str
    written_unit: str
    alignment: int = 0

    @property
    def attrs(self) -> dict[str, str]:
        said = {"units": self.unit, "original_name": self.header, "original_unit": self.written_unit}
        return said | ({"quantity": self.quantity} if self.quantity else {})


@dataclass(frozen=True)
class Meaning:
    """A table understood. `aligned` holds the non-local resistance of parallel (+1) and antiparallel (-1) electrodes."""

    table: RawTable
    kind: str
    columns: Mapping[str, Column]
    aligned: Mapping[int, Column] = field(default_factory=dict)
    constants: Mapping[str, Column] = field(default_factory=dict)
    doubts: tuple[Flag, ...] = ()

    @property
    def x(self) -> str | None:
        return KINDS[self.kind].x
