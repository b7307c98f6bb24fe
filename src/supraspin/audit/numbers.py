"""Numbers to audit: from a TOML file, from the paper's own in the package, or from analyses of data.

A file has one table a number:

    [[number]]
    name = "critical_field_A"
    finding = "critical_field_perpendicular"     # the quantity, by the name that analyses give it
    device = "A"
    value = "5 T"
    error = "0.25 T"
    at = { temperature = "1.5 K" }               # conditions that matter
    bound = "lower"                              # where the number is only a limit
    source = "Fig. 2"

Other entries are allowed and not looked at, so files in the form of `supraspin.devices.published` can be audited too.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from supraspin.errors import DataError, UnitError
from supraspin.quantities import QUANTITIES
from supraspin.units import parse_value, to_si

if TYPE_CHECKING:
    from supraspin.analysis.result import Analysis, Finding

Short = Annotated[str, Field(min_length=1, max_length=120)]
_LARGEST_FILE = 1_000_000


class Number(BaseModel):
    """One number, SI (energies in eV). `bound`: the quantity is at least (`lower`) or at most (`upper`) that."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    name: Short
    finding: Short
    value: float
    error: Annotated[float, Field(gt=0)]
    unit: Short
    device: Annotated[str, Field(max_length=80)] = ""
    bound: Literal["lower", "upper"] | None = None
    at: Mapping[str, float] = {}
    source: Annotated[str, Field(max_length=500)] = ""

    @model_validator(mode="before")
    @classmethod
    def _in_units(cls, table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        read = dict(table)
        unit = read.get("unit") or _unit(str(read.get("finding", "")), read.get("value"))
        try:
            factor, read["unit"] = to_si(str(unit))
            for key in ("value", "error"):
                given = read.get(key)
                if isinstance(given, str):
                    read[key] = parse_value(given, read["unit"])
                elif isinstance(given, int | float) and factor != 1.0:
                    read[key] = given * factor
            read["at"] = {name: _condition(name, value) for name, value in dict(read.get("at") or {}).items()}
        except UnitError as error:
            raise ValueError(str(error)) from error
        return read

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.unit not in ("1", "rad") and self.finding in POSITIVE and self.value <= 0:
            raise ValueError(f"{self.finding} is {self.value:g} {self.unit}; it must be positive")
        return self


POSITIVE = frozenset(
    name for name, q in QUANTITIES.items() if q.unit in ("K", "m", "s", "m^2/s", "eV") and not name.endswith("offset")
)  # fmt: skip


def _unit(finding: str, value: Any) -> str:
    """The unit of a number whose table has none: that of the vocabulary, or that of the value itself."""
    if finding in QUANTITIES:
        return QUANTITIES[finding].unit
    words = str(value).split(maxsplit=1)
    return to_si(words[1])[1] if len(words) == 2 else "1"


def _condition(name: str, value: Any) -> float:
    if name not in QUANTITIES:
        raise ValueError(f"at: {name!r} is no quantity")
    return parse_value(str(value), QUANTITIES[name].unit)


class _File(BaseModel):
    number: Annotated[tuple[Number, ...], Field(min_length=1)]


def read_numbers(path: str | Path) -> tuple[Number, ...]:
    """The numbers of a TOML file. Raises `DataError` with the entry that is wrong."""
    path = Path(path)
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise DataError(f"{path} is larger than {_LARGEST_FILE // 1000} kB: no list of numbers")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    return parse_numbers(text, str(path))


def parse_numbers(text: str, where: str) -> tuple[Number, ...]:
    """The numbers of a TOML text. Raises `DataError`."""
    try:
        found = _File.model_validate(tomllib.loads(text)).number
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{where} is not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise DataError(
            f"{where}: {'.'.join(map(str, first['loc']))}: {str(first['msg']).removeprefix('Value error, ')}"
        ) from error
    names = [one.name for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"{where}: number {twice[0]!r} stands twice")
    return found


def published_numbers() -> tuple[Number, ...]:
    """The paper's own numbers, as the package has them, without what it knows of their faults."""
    from supraspin.devices.published import numbers

    return tuple(Number.model_validate({**one.model_dump(exclude={"faults"}), "at": _as_text(one.at)}) for one in numbers())


def _as_text(at: Mapping[str, float]) -> dict[str, str]:
    return {name: repr(value) for name, value in at.items()}


def numbers_of_analyses(analyses: Iterable[Analysis], device: str = "") -> tuple[Number, ...]:
    """What analyses of data found and their data determine. Errors are statistical and systematic ones in quadrature.

    A finding without an error is left out: there is nothing to hold it against.
    """
    found: list[Number] = []
    for i, analysis in enumerate(analyses):
        at = {f.name: f.value for f in analysis.findings if f.name == "separation" and math.isfinite(f.value)}
        for finding in analysis.findings:
            error = _error(finding)
            if error is None or not math.isfinite(finding.value) or not math.isfinite(error):
                continue
            if finding.limit is None and not finding.identified:
                continue
            where = analysis.sources[0] if analysis.sources else analysis.title
            known = {q: v for q, v in at.items() if finding.name != "separation"}
            table = {
                "name": f"{finding.name} [{i}] {where}"[:120], "finding": finding.name, "value": finding.value, "error": error,
                "unit": finding.unit, "device": device, "bound": finding.limit, "at": _as_text(known), "source": where[:500],
            }  # fmt: skip
            found.append(Number.model_validate(table))
    return tuple(found)


def _error(finding: Finding) -> float | None:
    if finding.limit is not None:
        # A limit at 95 % is met by its own error, 1.64 times of which it already holds.
        return 0.05 * abs(finding.value) or None
    parts = [part for part in (finding.stderr, finding.systematic) if part is not None and math.isfinite(part)]
    return math.hypot(*parts) or None if parts else None
