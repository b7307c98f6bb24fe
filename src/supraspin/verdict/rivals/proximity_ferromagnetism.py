"""Magnetism by proximity: the film under the contact is magnetised by it, and by nothing of its own.

What the contact magnetises wants to point with it: the film's own loop, taken while the contact stays as it is, is shifted by
the coupling, and film and contact are parallel again when the field is off. The full loop sees the coupling only in that the
film turns later; an antiparallel state within it excludes a coupling above the field at which the film turns, no less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.lab.sample import Sample
from supraspin.verdict._loop_signs import coupling
from supraspin.verdict._twin_loops import Magnetised
from supraspin.verdict.outcome import Expected
from supraspin.verdict.reference import measure
from supraspin.verdict.rival import Mark, Rival

if TYPE_CHECKING:
    import xarray as xr

COUPLING, OWN = 9e-3, 3e-3
"""Coupling of the film to the contact, and the film's own coercive field, T."""


def twin(key: int) -> list[xr.Dataset]:
    rng = np.random.default_rng([key, 0x7078])
    film = Magnetised(COUPLING * float(np.exp(0.05 * rng.standard_normal())), OWN, rng)
    return measure(key, a=Sample(junction_resistance=film.levels, path_resistance=film.path))


RIVAL = Rival(
    name="proximity ferromagnetism",
    claim="The contact magnetises the film beneath it, which has no order of its own and prefers to be parallel to the contact.",
    against="loop",
    source="doi:10.1103/RevModPhys.77.1321",
    twin=twin,
    marks=(
        Mark(
            "coupling of film and contact", "1", ("magnetoresistance",), coupling,
            paper=Expected(-0.3, 0.3, "none: the film's own loop is centred"),
            rival=Expected(0.5, 1.0, "parallel when the field is off: the film's own loop is shifted beyond zero"),
            measurement=(
                "a loop of the film alone at the lowest temperature: contact saturated, then the field to between both "
                "coercive fields and back; and R(T) below T_K of film between contacts that no cobalt covers"
            ),
        ),
    ),
)  # fmt: skip
