"""Anisotropic magnetoresistance of the contact: the loop of the junction is the resistance of the cobalt line that turns.

A line's resistance changes only while it turns: one peak or dip in each direction, at the line's own coercive field, of the size
that the line has by itself, and at any temperature, since cobalt orders far above them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from supraspin.lab.sample import Sample
from supraspin.verdict._loop_course import above_critical
from supraspin.verdict._loop_signs import over_line, separation
from supraspin.verdict._twin_loops import anisotropic, lines_in_path
from supraspin.verdict.outcome import Expected
from supraspin.verdict.reference import measure
from supraspin.verdict.rival import Mark, Rival

if TYPE_CHECKING:
    import xarray as xr


def twin(key: int) -> list[xr.Dataset]:
    return measure(key, a=Sample(path_resistance=lines_in_path), change=anisotropic)


DISTINCT = Expected(0.25, 1.0, "film and contact turn at fields of their own")
ONE_FIELD = Expected(0.0, 0.12, "a single magnet turns")
COLD_ONLY = Expected(-0.1, 0.1, "nothing: the moments order below T_c")

FULL_LOOPS = "loops of the junction in rising and falling field, beyond both coercive fields, in steps below their widths"

RIVAL = Rival(
    name="contact AMR",
    claim="The loop of the junction is the anisotropic magnetoresistance of the cobalt line that leads to it.",
    against="loop",
    source="doi:10.1109/TMAG.1975.1058782",
    twin=twin,
    marks=(
        Mark(
            "distinct coercive fields", "1", ("magnetoresistance",), separation, DISTINCT, ONE_FIELD,
            measurement=FULL_LOOPS,
        ),
        Mark(
            "size over that of the line", "1", ("magnetoresistance",), over_line,
            paper=Expected(10.0, math.inf, "tunnelling between magnets is far more than a line's own change"),
            rival=Expected(0.5, 4.0, "as many ohm as the lines in the path have by themselves"),
            measurement="loops of the contact line alone, by two of its own ends, over the same fields",
        ),
        Mark(
            "loop above T_c", "1", ("magnetoresistance", "resistance_temperature"), above_critical,
            paper=COLD_ONLY, rival=Expected(0.5, 2.0, "the same: cobalt is magnetic at any of these temperatures"),
            measurement="loops of the junction below T_K and above T_c, beside R(T) of the film",
        ),
    ),
)  # fmt: skip
