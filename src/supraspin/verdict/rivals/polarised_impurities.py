"""A field that polarises impurities and so restores the superconductor: spins that are held fast no longer flip electrons'.

The scattering goes as 1 - m^2 with the polarisation m of free moments, a function of B/T alone. So the field that restores the
superconductor grows with T, nothing remembers it, and in zero field there is no temperature at which the resistance returns.
The twin has R = r R_N (1 - m^2) below T_c, m = tanh(3 mu_B B/k_B T), in place of the resistance of the ordered phase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.lab import film
from supraspin.lab.sample import Sample
from supraspin.quantities import KB
from supraspin.verdict import _marks
from supraspin.verdict.outcome import Expected
from supraspin.verdict.reference import measure, unmagnetic
from supraspin.verdict.rival import Rival
from supraspin.verdict.rivals.kondo import MU_B

if TYPE_CHECKING:
    import xarray as xr

_MOMENT = 3.0
"""Moment of an impurity in Bohr magnetons."""
_SHARE = 0.5
"""r."""


def resistance(device, temperature, field=0.0, field_angle=0.0) -> np.ndarray:
    m = np.tanh(_MOMENT * MU_B * np.asarray(field, float) / (KB * np.asarray(temperature, float)))
    ratio = film.transition_ratio(device, temperature, field, field_angle)
    return film.normal_resistance(device, temperature) * np.maximum(ratio, _SHARE * (1 - m**2))


def twin(key: int) -> list[xr.Dataset]:
    return measure(key, a=Sample(film_resistance=resistance), change=unmagnetic)


RIVAL = Rival(
    name="polarised impurities",
    claim="The field restores the superconductor by polarising impurities that would flip spins, and no moments order.",
    against="field",
    source="arXiv:cond-mat/0504433",
    twin=twin,
    about="R in zero field",
    marks=(
        _marks.trend(Expected(0.5, 1.5, "the field that polarises goes with T: a function of B/T")),
        _marks.start(Expected(0.9, 1.1, "free moments flip most spins in zero field")),
        _marks.rise(Expected(-0.05, 0.01, "free moments flip spins at any temperature below T_c alike")),
        _marks.memory(_marks.NO_MEMORY),
    ),
)  # fmt: skip
