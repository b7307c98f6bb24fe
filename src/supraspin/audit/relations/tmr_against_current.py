"""The TMR of a junction does not grow with the current through it, where nothing shunts it.

A conductance G_u that knows no spin, beside the polarised one G_AP, leaves TMR G_AP / (G_AP + G_u). A zero-bias peak is one
that small currents see and large ones do not, so with it the smaller current may show less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supraspin.audit.numbers import Number
from supraspin.audit.relation import Estimate, Relation

NEAR = 0.5
"""Temperatures that differ by less than this share are one."""


def _ordered(numbers: Sequence[Number]) -> tuple[Number, Number] | None:
    """The two numbers of a pair, smaller current first; None where currents or temperatures do not allow to compare."""
    if len(numbers) != 2 or any("current" not in one.at for one in numbers):
        return None
    small, large = sorted(numbers, key=lambda one: one.at["current"])
    temperatures = [one.at["temperature"] for one in numbers if "temperature" in one.at]
    alike = len(temperatures) < 2 or max(temperatures) - min(temperatures) <= NEAR * max(temperatures)
    return (small, large) if small.at["current"] < large.at["current"] and alike else None


def _small(numbers: Sequence[Number]) -> Iterator[Estimate]:
    pair = _ordered(numbers)
    if pair and pair[0].bound != "lower":
        one = pair[0]
        yield Estimate(f"read at {one.at['current'] * 1e6:g} µA", (one,), lambda x: x, bound=one.bound)


def _large(numbers: Sequence[Number]) -> Iterator[Estimate]:
    pair = _ordered(numbers)
    if pair and pair[1].bound != "upper":
        one = pair[1]
        yield Estimate(f"at least that read at {one.at['current'] * 1e6:g} µA", (one,), lambda x: x, bound="lower")


def _shunt(ratio: float) -> str:
    return (
        f"a conductance without polarisation, such as a zero-bias peak, is at the smaller current {ratio - 1:.2g} times the "
        "polarised one, and shunts it"
    )


RELATION = Relation(
    name="tmr_against_current", quantity="TMR at the smaller current", unit="1", scope="pair", finding="switching_ratio",
    statement="a smaller current stays deeper in the gap and excites fewer magnons: unshunted it shows at least as much TMR",
    source="doi:10.1103/PhysRevLett.79.3744",
    ways=(_small, _large), unless=_shunt,
)  # fmt: skip
