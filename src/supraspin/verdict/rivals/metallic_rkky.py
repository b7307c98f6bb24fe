"""Exchange carried by the normal electrons of the metal (RKKY): the order knows nothing of the superconductor.

T_K follows from the exchange alone and stays where it is while a field lowers T_c; the order outlives the superconductor above
B_c2. In the paper's picture T_K(B) = T_c(B) (1 - (xi0/l_m)^2) falls with T_c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.lab import film
from supraspin.lab import order as film_order
from supraspin.lab.sample import Sample
from supraspin.verdict import _marks
from supraspin.verdict._film import tie
from supraspin.verdict.outcome import Expected
from supraspin.verdict.reference import measure
from supraspin.verdict.rival import Mark, Rival

if TYPE_CHECKING:
    import xarray as xr


def resistance(device, temperature, field=0.0, field_angle=0.0) -> np.ndarray:
    """That of the film with the order it has in zero field at any field."""
    normal = film.normal_resistance(device, temperature)
    ratio = film.transition_ratio(device, temperature, field, field_angle)
    ordered = film_order.order(device, temperature, 0.0, 0.0)
    return normal * np.maximum(ratio, device.ordering.resistive_share * ordered)


def twin(key: int) -> list[xr.Dataset]:
    return measure(key, a=Sample(film_resistance=resistance))


RIVAL = Rival(
    name="metallic RKKY",
    claim="Normal electrons carry the exchange, so that the moments order at a temperature that the superconductor does not set.",
    against="carrier",
    source="doi:10.1103/PhysRev.96.99",
    twin=twin,
    about="T_K goes with T_c",
    marks=(
        Mark(
            "T_K goes with T_c", "1", ("resistance_temperature",), tie,
            paper=Expected.exactly(1.0, "T_K falls in a field as T_c does"),
            rival=Expected.exactly(0.0, "T_K stays where it is"),
            measurement="R(T) at six fields or more between 0 and half of B_c2, from above T_c down to below T_K/2",
        ),
        _marks.memory_of_order(),
    ),
    same_as=("direct exchange",),
)  # fmt: skip
