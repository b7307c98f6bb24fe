"""The gap over k_B T_c: at least that of weak coupling, and no more than the strongest coupling known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supraspin.audit.numbers import Number
from supraspin.audit.relation import Estimate, Relation, pick
from supraspin.quantities import KB

WEAK, STRONG = 1.764, 2.6


def _ratio(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for gap, critical in pick(numbers, "gap", "critical_temperature"):
        at = gap.at.get("temperature", 0.0)
        # Below a third of T_c a gap has all but reached its value at T = 0.
        if not (gap.bound or critical.bound) and at < critical.value / 3:
            yield Estimate("gap and critical temperature", (gap, critical), lambda e, t: e / (KB * t))


def _weak(numbers: Sequence[Number]) -> Iterator[Estimate]:
    yield Estimate("weak coupling, the largest gap over the Fermi line", (), constant=WEAK, error=0.05, bound="lower")


def _strong(numbers: Sequence[Number]) -> Iterator[Estimate]:
    yield Estimate("strongest coupling known", (), constant=STRONG, error=0.1, bound="upper")


RELATION = Relation(
    name="gap_ratio", quantity="gap over k_B T_c", unit="1",
    statement="the largest gap is at least 1.764 k_B T_c and, in the strongest phonon superconductors, 2.6 k_B T_c",
    source="doi:10.1103/RevModPhys.62.1027",
    ways=(_ratio, _weak, _strong),
)  # fmt: skip
