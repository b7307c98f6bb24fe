"""What the paper prints of its devices, each number with error, conditions and source, and where its numbers are at fault.

>>> number("bkt_temperature_A").value
6.3
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from supraspin.devices.published.results import Against, Fitted, Relation, Results, Tension, results
from supraspin.devices.reading import names as known_devices
from supraspin.errors import DataError, UnitError
from supraspin.quantities import QUANTITIES
from supraspin.units import parse_value

__all__ = [
    "Against", "Fault", "Fitted", "PublishedNumber", "Relation", "Results", "Tension", "fault_of", "faults", "number", "numbers",
    "read", "results",
]  # fmt: skip

Text = Annotated[str, Field(min_length=1, max_length=500)]
Short = Annotated[str, Field(min_length=1, max_length=80)]


class PublishedNumber(BaseModel):
    """One number of the paper, SI units (energies in eV).

    `bound` says that the number is a limit: the quantity is at least (`lower`) or at most (`upper`) that. `finding` is the name
    that analyses give the quantity, `constrains` the entries of a device file that it determines, `twin` what the twin calculates
    to compare, under the conditions `at` (SI), and `faults` where it is at fault.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: Short
    figure: Short
    device: Short
    finding: Short
    value: float
    error: Annotated[float, Field(gt=0)]
    unit: Short
    bound: Literal["lower", "upper"] | None = None
    constrains: tuple[str, ...] = ()
    conditions: Annotated[str, Field(max_length=500)] = ""
    twin: Annotated[str, Field(max_length=80)] = ""
    at: Mapping[str, float] = {}
    source: Text
    note: Annotated[str, Field(max_length=500)] = ""
    faults: tuple[int, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _in_units(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        read = dict(table)
        for key in ("value", "error"):
            if isinstance(read.get(key), str):
                try:
                    read[key] = parse_value(read[key], str(read.get("unit", "1")))
                except UnitError as error:
                    raise ValueError(f"{key}: {error}") from error
        read["at"] = {name: _quantity(name, value) for name, value in dict(read.get("at", {})).items()}
        return read

    @model_validator(mode="after")
    def _of_a_device(self) -> Self:
        if self.device not in known_devices():
            raise ValueError(f"there is no device {self.device!r}; there are {', '.join(known_devices())}")
        return self

    def pull(self, value: float, stderr: float | None = None) -> float:
        """How far a value lies from the number, in joint errors; 0 on the allowed side of a bound, NaN for a value of NaN."""
        distance = (value - self.value) / math.hypot(self.error, stderr or 0.0)
        if self.bound == "lower":
            return min(distance, 0.0) if math.isfinite(distance) else distance
        if self.bound == "upper":
            return max(distance, 0.0) if math.isfinite(distance) else distance
        return distance


def _quantity(name: str, text: Any) -> float:
    if name not in QUANTITIES:
        raise ValueError(f"at: {name!r} is no quantity")
    try:
        return parse_value(str(text), QUANTITIES[name].unit)
    except UnitError as error:
        raise ValueError(f"at.{name}: {error}") from error


class Fault(BaseModel):
    """What the paper's numbers or equations do not hold, and the figures where it bites."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Annotated[int, Field(ge=1)]
    title: Short
    text: Text
    figures: tuple[str, ...]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    number: tuple[PublishedNumber, ...]
    fault: tuple[Fault, ...]

    @model_validator(mode="after")
    def _refer_to_each_other(self) -> Self:
        seen = [one.name for one in self.number]
        twice = sorted({name for name in seen if seen.count(name) > 1})
        if twice:
            raise ValueError(f"number {twice[0]!r} stands twice")
        known = {one.number for one in self.fault}
        for one in self.number:
            if not known.issuperset(one.faults):
                raise ValueError(f"number {one.name!r} refers to faults {one.faults}, of which there are {sorted(known)}")
        return self


def read(text: str, where: str) -> tuple[tuple[PublishedNumber, ...], tuple[Fault, ...]]:
    """Numbers and faults of a TOML text. Raises `DataError` with `where` and the entry that is wrong."""
    try:
        found = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{where} is not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        message = str(first["msg"]).removeprefix("Value error, ")
        raise DataError(f"{where}: {'.'.join(map(str, first['loc']))}: {message}") from error
    return found.number, found.fault


@cache
def _all() -> tuple[tuple[PublishedNumber, ...], tuple[Fault, ...]]:
    return read((files(__package__) / "numbers.toml").read_text(encoding="utf-8"), "numbers.toml")


def numbers(*, figure: str | None = None, device: str | None = None) -> tuple[PublishedNumber, ...]:
    """The published numbers, or those of a figure (`ED4` takes in `ED4b`) or a device."""
    return tuple(
        one for one in _all()[0] if _within(one.figure, figure) and (device is None or one.device == device)
    )  # fmt: skip


def number(name: str) -> PublishedNumber:
    """The published number of that name. Raises `DataError` with the names there are."""
    for one in _all()[0]:
        if one.name == name:
            return one
    raise DataError(f"there is no published number {name!r}; there are {', '.join(one.name for one in _all()[0])}")


def faults(*, figure: str | None = None) -> tuple[Fault, ...]:
    """Where the paper's numbers or equations do not hold, or that of a figure."""
    return tuple(one for one in _all()[1] if figure is None or _any_within(one.figures, figure))


def fault_of(which: int) -> Fault:
    """The fault of that number. Raises `DataError` with the numbers there are."""
    for one in _all()[1]:
        if one.number == which:
            return one
    raise DataError(f"there is no fault {which}; there are {', '.join(str(one.number) for one in _all()[1])}")


def _within(figure: str, wanted: str | None) -> bool:
    """Whether a figure is the wanted one or a panel of it."""
    return wanted is None or figure == wanted or (figure.startswith(wanted) and not figure[len(wanted)].isdigit())


def _any_within(figures: Iterable[str], wanted: str) -> bool:
    return any(_within(one, wanted) or _within(wanted, one) for one in figures)
