"""One film has one coherence length, from fields across it and in its plane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supraspin.audit.numbers import Number
from supraspin.audit.relation import Estimate, Relation, direct, pick
from supraspin.audit.relations._physics import length_across, length_in_plane


def _across(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for field, critical in pick(numbers, "critical_field_perpendicular", "critical_temperature"):
        if not (field.bound or critical.bound):
            at = field.at.get("temperature", 0.0)
            yield Estimate("B_c2 across the film", (field, critical), lambda b, t, at=at: length_across(b, t, at))


def _in_plane(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for field, critical, thick in pick(numbers, "critical_field_parallel", "critical_temperature", "thickness"):
        if not (field.bound or critical.bound or thick.bound):
            at = field.at.get("temperature", 0.0)
            yield Estimate(
                "B_c2 in the plane", (field, critical, thick), lambda b, t, d, at=at: length_in_plane(b, t, d, at)
            )  # fmt: skip


def _own(numbers: Sequence[Number]) -> Iterator[Estimate]:
    # An analysis that gives the field as well has both from the same curve.
    if not any(n.finding.startswith("critical_field_p") for n in numbers):
        yield from direct("coherence_length", "given")(numbers)


RELATION = Relation(
    name="one_coherence_length", quantity="coherence_length", unit="m",
    statement="orbits break pairs across the film and in its plane with one diffusion constant",
    source="doi:10.1103/PhysRev.147.295",
    ways=(_across, _in_plane, _own),
)  # fmt: skip
