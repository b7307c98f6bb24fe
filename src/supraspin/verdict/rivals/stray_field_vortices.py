"""Stray field of the contact: while it turns, its domains send flux through the film, and vortices that move have a resistance.

The loop has a peak at the contact's own coercive field, of one sign whatever is parallel to what; it grows towards T_c as B_c2
falls, is gone in the normal state, and is in the path only where the film is (0903.0044).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from supraspin.lab.sample import Sample
from supraspin.verdict._loop_course import above_critical, towards_critical
from supraspin.verdict._loop_signs import over_line, separation
from supraspin.verdict._twin_loops import StrayField, unpolarised
from supraspin.verdict.outcome import Expected
from supraspin.verdict.reference import measure
from supraspin.verdict.rival import Mark, Rival
from supraspin.verdict.rivals.contact_amr import COLD_ONLY, DISTINCT, FULL_LOOPS, ONE_FIELD

if TYPE_CHECKING:
    import xarray as xr

DOMAIN_FIELD = 0.5
"""Field of the contact's domains across the film when half of it has turned, T; cobalt has mu0 M = 1.8 T inside."""


def twin(key: int) -> list[xr.Dataset]:
    rng = np.random.default_rng([key, 0x7374])
    stray = StrayField(DOMAIN_FIELD * float(np.exp(0.2 * rng.standard_normal())))
    return measure(key, a=Sample(path_resistance=stray), change=unpolarised)


RIVAL = Rival(
    name="stray-field vortices",
    claim="At its coercive field the contact's domains drive vortices into the film, whose motion makes the peak in the loop.",
    against="loop",
    source="arXiv:0903.0044",
    twin=twin,
    marks=(
        Mark(
            "distinct coercive fields", "1", ("magnetoresistance",), separation, DISTINCT, ONE_FIELD,
            measurement=FULL_LOOPS,
        ),
        Mark(
            "size over that of the line", "1", ("magnetoresistance",), over_line,
            paper=Expected(10.0, math.inf, "tunnelling between magnets is far more than a line's own change"),
            rival=Expected(6.0, math.inf, "more than the lines have: the film is in the path"),
            measurement="loops of the contact line alone, by two of its own ends, over the same fields",
        ),
        Mark(
            "loop above T_c", "1", ("magnetoresistance", "resistance_temperature"), above_critical,
            paper=COLD_ONLY, rival=Expected(-0.1, 0.1, "nothing: there are no vortices"),
            measurement="loops of the junction below T_K and above T_c, beside R(T) of the film",
        ),
        Mark(
            "loop towards T_c", "1", ("magnetoresistance", "resistance_temperature"), towards_critical,
            paper=Expected(-0.3, 1.0, "smaller: the order fades"),
            rival=Expected(1.0, math.inf, "larger: B_c2 falls"),
            measurement="loops of the junction at temperatures up to T_c, from a third of it",
        ),
    ),
)  # fmt: skip
