"""One film has one diffusion constant, whether spins or electrons tell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supraspin.audit.numbers import Number
from supraspin.audit.relation import Estimate, Relation, direct, pick
from supraspin.audit.relations._physics import diffusivity_of, diffusivity_of_zero, length_across


def _pair_breaking(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for field, critical in pick(numbers, "critical_field_perpendicular", "critical_temperature"):
        if field.bound or critical.bound or field.device != critical.device:
            continue
        at = field.at.get("temperature", 0.0)

        def value(b, t, at=at):
            return diffusivity_of(t, length_across(b, t, at))

        yield Estimate("of the electrons, from B_c2 across the film", (field, critical), value)


def _coherence_length(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for length, critical in pick(numbers, "coherence_length", "critical_temperature"):
        if not (length.bound or critical.bound) and length.device == critical.device:
            yield Estimate("of the electrons, from the coherence length", (length, critical), lambda x, t: diffusivity_of(t, x))


def _zero(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for zero, length in pick(numbers, "first_zero_crossing", "spin_diffusion_length", match=("separation",)):
        at = zero.at.get("separation", length.at.get("separation"))
        if at is not None and not (zero.bound or length.bound) and zero.device == length.device:
            yield Estimate("of the spins, from the Hanle zero", (zero, length), lambda b, x, at=at: diffusivity_of_zero(b, x, at))


def _lifetime(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for length, time in pick(numbers, "spin_diffusion_length", "spin_lifetime", match=("separation",)):
        # An analysis that gives D itself has the length and the lifetime from the same curve.
        has_its_own = any(n.finding == "diffusivity" and n.device == length.device for n in numbers)
        if not (length.bound or time.bound or has_its_own) and length.device == time.device:
            yield Estimate("of the spins, from length and lifetime", (length, time), lambda x, t: x**2 / t)


RELATION = Relation(
    name="one_diffusivity", quantity="diffusivity", unit="m^2/s", scope="material",
    statement="one film has one diffusion constant: spins diffuse as the electrons that carry them, unless their spins drag",
    source="doi:10.1103/PhysRevLett.71.2134 (spin diffusion), doi:10.1103/PhysRev.147.295 (pair breaking)",
    ways=(
        _pair_breaking, _coherence_length, _zero, _lifetime, direct("diffusivity", "of the spins, from the Hanle curve"),
        direct("electron_diffusivity", "of the electrons, from pair breaking"),
    ),
)  # fmt: skip
