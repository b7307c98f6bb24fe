"""What an audit found: comparisons, the worst first, and what would reconcile those that fail."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

from supraspin.audit.relation import Relation
from supraspin.fit.parameter import number
from supraspin.formatting import si, uncertain


@dataclass(frozen=True)
class Side:
    """One side of a comparison: in words, the names of the numbers behind it, and the quantity with its error, SI."""

    text: str
    numbers: tuple[str, ...]
    value: float
    error: float
    bound: str | None = None

    def said(self, unit: str) -> str:
        word = {"lower": "at least ", "upper": "at most "}.get(self.bound or "", "")
        return word + (uncertain(self.value, self.error, unit) if self.error > 0 else si(self.value, unit))


@dataclass(frozen=True)
class Remedy:
    """What one number would have to be for the two sides to agree; `errors`: how many of its errors away that is."""

    number: str
    unit: str
    now: float
    wanted: float
    errors: float

    def __str__(self) -> str:
        return f"{self.number} = {si(self.wanted, self.unit)} in place of {si(self.now, self.unit)} ({self.errors:+.1f} errors)"


@dataclass(frozen=True)
class Comparison:
    """One estimate of a quantity against the others together. `p`: probability of a distance as large, if they are one."""

    relation: Relation
    device: str
    one: Side
    other: Side
    sigma: float
    p: float
    remedies: tuple[Remedy, ...] = ()

    @property
    def ratio(self) -> float:
        return self.one.value / self.other.value

    @property
    def unless(self) -> str:
        """What would let both sides stand although they break the relation; empty where it knows no exception or holds."""
        return self.relation.unless(self.ratio) if self.relation.unless is not None and self.sigma else ""

    def to_dict(self) -> dict[str, Any]:
        def side(s: Side) -> dict[str, Any]:
            return {
                "text": s.text,
                "numbers": list(s.numbers),
                "value": number(s.value),
                "error": number(s.error),
                "bound": s.bound,
            }

        return {
            "relation": self.relation.name, "quantity": self.relation.quantity, "unit": self.relation.unit, "device": self.device,
            "one": side(self.one), "other": side(self.other), "ratio": number(self.ratio), "sigma": number(self.sigma),
            "p": number(self.p), "unless": self.unless,
            "remedies": [
                {"number": r.number, "unit": r.unit, "now": number(r.now), "wanted": number(r.wanted), "errors": number(r.errors)}
                for r in self.remedies
            ],
        }  # fmt: skip


@dataclass(frozen=True)
class Audit:
    """All comparisons, the largest tension first. `level`: probability of any false tension among them all.

    `unsolved` are ways that no value of the quantity fits; `silent` are relations of which the numbers say nothing.
    """

    comparisons: tuple[Comparison, ...]
    level: float
    unsolved: tuple[str, ...]
    silent: tuple[Relation, ...]
    count: int

    def fails(self, one: Comparison) -> bool:
        """Whether a comparison is a tension, with the number of comparisons counted."""
        return one.p * len(self.comparisons) < self.level

    @property
    def tensions(self) -> tuple[Comparison, ...]:
        return tuple(one for one in self.comparisons if self.fails(one))

    def __str__(self) -> str:
        failed = self.tensions
        lines = [
            f"{self.count} numbers, {len(self.comparisons)} comparisons: {len(failed)} in tension "
            f"(a false one among all at {100 * self.level:g} %)"
        ]  # fmt: skip
        for one in self.comparisons:
            where = f", device {one.device}" if one.device else ""
            mark = "TENSION" if self.fails(one) else "agrees "
            lines.append(
                f"\n{mark} {abs(one.sigma):5.1f} sigma  {one.relation.quantity.replace('_', ' ')}{where}: ratio {one.ratio:.3g}"
            )
            for side in (one.one, one.other):
                lines.append(f"    {side.said(one.relation.unit):<28} {side.text}  [{', '.join(side.numbers) or 'theory'}]")
            if self.fails(one):
                lines += _wrapped("    why: ", f"{one.relation.statement} ({one.relation.source})")
                lines += _wrapped("    unless ", one.unless) if one.unless else []
                lines += [f"    would agree with {remedy}" for remedy in one.remedies]
        lines += [f"\nno value: {text}" for text in self.unsolved]
        if self.silent:
            lines.append(f"\nnothing to compare: {', '.join(one.name.replace('_', ' ') for one in self.silent)}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and text, in SI."""
        return {
            "numbers": self.count, "level": self.level,
            "comparisons": [{**one.to_dict(), "tension": self.fails(one)} for one in self.comparisons],
            "unsolved": list(self.unsolved), "silent": [one.name for one in self.silent],
        }  # fmt: skip


def _wrapped(head: str, text: str) -> list[str]:
    return textwrap.wrap(text, 116, initial_indent=head, subsequent_indent=" " * 9)
