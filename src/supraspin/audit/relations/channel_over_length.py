"""A channel tells its spin diffusion length only where the two are comparable: lambda against L."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supraspin.audit.numbers import Number
from supraspin.audit.relation import Estimate, Relation

SHORTEST, LONGEST = 0.1, 8.0


def _measured(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for one in numbers:
        at = one.at.get("separation")
        if one.finding == "spin_diffusion_length" and at and not one.bound:
            yield Estimate(f"channel of {at * 1e6:g} µm over its spin diffusion length", (one,), lambda x, at=at: at / x)


def _reach(numbers: Sequence[Number]) -> Iterator[Estimate]:
    yield Estimate("signal that is left, exp(-8) = 3e-4", (), constant=LONGEST, error=0.5, bound="upper")
    yield Estimate("below, the curve hardly depends on the length", (), constant=SHORTEST, error=0.01, bound="lower")


RELATION = Relation(
    name="channel_over_length", quantity="channel over spin diffusion length", unit="1", scope="each",
    finding="spin_diffusion_length",
    statement="beyond eight spin diffusion lengths no signal is left, and below a tenth the curve tells the lifetime alone",
    source="exp(-L/lambda), doi:10.1038/416713a",
    ways=(_measured, _reach),
)  # fmt: skip
