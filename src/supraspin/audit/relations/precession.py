"""All precession in one material has one diffusion constant: first zeros and further maxima of every channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supraspin.audit.numbers import Number
from supraspin.audit.relation import Estimate, Relation, pick
from supraspin.audit.relations._physics import diffusivity_of_maximum, diffusivity_of_zero


def _zero(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for zero, length in pick(numbers, "first_zero_crossing", "spin_diffusion_length", match=("separation",)):
        at = zero.at.get("separation", length.at.get("separation"))
        if at is not None and not (zero.bound or length.bound):
            way = f"first zero at {at * 1e6:g} µm"
            yield Estimate(way, (zero, length), lambda b, x, at=at: diffusivity_of_zero(b, x, at))


def _maximum(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for top, length in pick(numbers, "further_maximum", "spin_diffusion_length"):
        at = top.at.get("separation")
        # The length of another channel serves where that of the own one is not known: the material is one.
        own = [n for n in numbers if n.finding == "spin_diffusion_length" and n.at.get("separation") == at]
        others = [n for n in numbers if n.finding == "spin_diffusion_length" and not n.bound and n not in own]
        chosen = own or sorted(others, key=lambda n: abs(n.at.get("separation", 0.0) - (at or 0.0)))[:1]
        if at is not None and not (top.bound or length.bound) and length in chosen:
            way = f"further maximum at {at * 1e6:g} µm"
            yield Estimate(way, (top, length), lambda b, x, at=at: diffusivity_of_maximum(b, x, at))


RELATION = Relation(
    name="precession", quantity="diffusivity", unit="m^2/s",
    statement="the fields of zeros and maxima of all channels follow from one diffusion constant and one spin diffusion length",
    source="doi:10.1038/416713a",
    ways=(_zero, _maximum),
)  # fmt: skip
