"""Numbers of materials, each with its source and the conditions it holds under, from the tables in this folder.

>>> material("NbSe2")["layer_thickness"].value
6.27e-10
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from supraspin.errors import DataError
from supraspin.units import parse_value


@dataclass(frozen=True)
class Number:
    """A number in SI units (energies in eV), who measured it, and under what conditions it holds."""

    value: float
    unit: str
    source: str
    conditions: str = ""


class Material(Mapping[str, Number]):
    """The numbers of one material by name."""

    def __init__(self, name: str, numbers: Mapping[str, Number]) -> None:
        self.name = name
        self._numbers = dict(numbers)

    def __getitem__(self, name: str) -> Number:
        if name not in self._numbers:
            raise DataError(f"{self.name} has no number {name!r}; it has {', '.join(sorted(self._numbers))}")
        return self._numbers[name]

    def __contains__(self, name: object) -> bool:
        return name in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


@cache
def names() -> tuple[str, ...]:
    """Names of the materials that have a table."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in files(__name__).iterdir() if file.name.endswith(".toml")))


@cache
def material(name: str) -> Material:
    """The numbers of a material. Raises `DataError` for one that has no table."""
    if name not in names():
        raise DataError(f"no table of the material {name!r}; there are {', '.join(names())}")
    table = tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))
    return Material(name, {key: _number(entry) for key, entry in table.items()})


def _number(entry: Mapping[str, str]) -> Number:
    return Number(parse_value(entry["value"], entry["unit"]), entry["unit"], entry["source"], entry.get("conditions", ""))
