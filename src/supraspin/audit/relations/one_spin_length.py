"""One material has one spin diffusion length, whatever the channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supraspin.audit.numbers import Number
from supraspin.audit.relation import Estimate, Relation


def _channels(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for one in numbers:
        if one.finding == "spin_diffusion_length":
            at = one.at.get("separation")
            way = f"channel of {at * 1e6:g} µm" if at else "a channel"
            yield Estimate(way, (one,), lambda x: x, bound=one.bound)


RELATION = Relation(
    name="one_spin_length", quantity="spin_diffusion_length", unit="m",
    statement="one material has one spin diffusion length; one that grows with the channel is not the material's",
    source="doi:10.1038/416713a",
    ways=(_channels,),
)  # fmt: skip
