"""The electrons of the coldest spectrum against the bath."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supraspin.audit.numbers import Number
from supraspin.audit.relation import Estimate, Relation, direct


def _bath(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for one in numbers:
        at = one.at.get("temperature")
        if one.finding == "effective_temperature" and at:
            yield Estimate("thermometer of the bath", (), constant=at, error=0.02 * at)
    for one in numbers:
        if one.finding == "bath_temperature":
            yield Estimate("thermometer of the bath", (one,), lambda t: t, bound=one.bound)


RELATION = Relation(
    name="heating", quantity="temperature", unit="K",
    statement="electrons that are warmer than the bath are heated, by noise or by the current",
    source="doi:10.1103/RevModPhys.78.217",
    ways=(direct("effective_temperature", "smearing of the spectrum"), _bath),
)  # fmt: skip
