"""Direct exchange: moments that touch order by themselves, and the superconductor has no part in it.

T_K stays where it is while a field lowers T_c, as with any exchange that normal electrons could carry too; but exchange by
overlap needs neighbours that touch all the way through the film. On the triangular sites of the van der Waals gaps, stacked
above each other, that is so from a share of 0.262 of the sites (Schrenk, Araujo and Herrmann, PRE 87, 032123), in one layer
alone from a half.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis import depth_profile
from supraspin.analysis.chain import name_of
from supraspin.devices import Device
from supraspin.lab.sample import Sample
from supraspin.verdict._film import tie
from supraspin.verdict.outcome import Expected, Reading
from supraspin.verdict.reference import measure
from supraspin.verdict.rival import Mark, Rival
from supraspin.verdict.rivals.metallic_rkky import resistance

if TYPE_CHECKING:
    import xarray as xr

PERCOLATION = 0.26240
"""Share of the sites of stacked triangular layers from which touching neighbours reach through."""
DENSE = 0.5
"""Share of the sites at the interface of the twin."""


def densest(data: Sequence[xr.Dataset]) -> Reading | str:
    """Largest share of sites with a moment, that at the interface."""
    found = []
    for ds in data:
        result = depth_profile.run(ds, {})
        known = [f for f in result.findings if f.name == "surface_concentration" and f.limit is None and f.stderr]
        found += [Reading(f.value, f.stderr or 0.0, f.systematic or 0.0, (name_of(ds),), "moments a site at the interface")
                  for f in known]  # fmt: skip
    return max(found, key=lambda one: one.value) if found else "the profile gives no concentration at the interface"


def dense(device: Device, rng: np.random.Generator) -> Device:
    """A device with touching moments at the interface."""
    if device.intercalation is None:
        return device
    share = DENSE * float(np.exp(0.1 * rng.standard_normal()))
    return device.model_copy(update={"intercalation": device.intercalation.model_copy(update={"surface_concentration": share})})


def twin(key: int) -> list[xr.Dataset]:
    return measure(key, a=Sample(film_resistance=resistance), change=dense)


RIVAL = Rival(
    name="direct exchange",
    claim="Moments that touch order by direct exchange, with or without the superconductor.",
    against="carrier",
    source="doi:10.1103/PhysRevE.87.032123",
    twin=twin,
    marks=(
        Mark(
            "T_K goes with T_c", "1", ("resistance_temperature",), tie,
            paper=Expected.exactly(1.0, "T_K falls in a field as T_c does"),
            rival=Expected.exactly(0.0, "T_K stays where it is"),
            measurement="R(T) at six fields or more between 0 and half of B_c2, from above T_c down to below T_K/2",
        ),
        Mark(
            "moments that touch", "1", ("depth_profile",), densest,
            paper=Expected(0.0, PERCOLATION, "dilute: moments do not touch all the way"),
            rival=Expected(PERCOLATION, 1.0, "enough that neighbours reach through the film"),
            measurement="concentration against depth of the same film, from the interface on, and T_K of films with less cobalt",
        ),
    ),
)  # fmt: skip
