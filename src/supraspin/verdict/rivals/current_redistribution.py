"""Current that finds other ways through an inhomogeneous film: a resistance between contacts that returns without moments.

Two ways lead through the film. One (p) superconducts at T_c, behind a constriction R_c that does not; beside it lies a bad part
R_s, which is reached through a part q that superconducts in two steps, a little above T_c and at T_q. Contacts on R_s read

    R = R_s I_s/I,     I_s/I = (R_p(T) + R_c)/(R_p(T) + R_c + R_s + R_q(T)),

which overshoots R_N at the first step, vanishes almost below T_c, and returns at T_q, when q draws the current back into R_s.
Contacts on R_c read R_c (1 - I_s/I), which falls there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.lab import film
from supraspin.lab import order as film_order
from supraspin.lab.sample import Sample
from supraspin.verdict import _marks
from supraspin.verdict.outcome import Expected
from supraspin.verdict.reference import measure, unmagnetic
from supraspin.verdict.rival import Rival

if TYPE_CHECKING:
    import xarray as xr

_BAD, _CONSTRICTION, _DETOUR, _GOOD = 4.0, 0.44, 84.0, 29.0
"""R_s, R_c, R_q and R_p in the normal state, over R_N: R is R_N above T_c, 0.02 R_N below it and 0.4 R_N below T_q."""
_FIRST = 0.05
"""Part of q that superconducts at 1.03 T_c."""
_LAST = 0.31
"""T_q over T_c."""
_WIDTH = 0.05
"""Width of the last step over T_q."""


def _shares(device, temperature, field, field_angle) -> tuple[np.ndarray, np.ndarray]:
    """R_s I_s/I and R_c (1 - I_s/I), over R_N."""
    temperature = np.asarray(temperature, float)

    def part(by):
        return film.transition_ratio(device, temperature / by, field, field_angle)

    tc = film_order.critical_temperature(device, field, field_angle)
    step = np.clip((temperature / np.maximum(_LAST * tc, 1e-6) - 1) / _WIDTH + 0.5, 0.0, 1.0)
    good = _GOOD * part(1.0)
    detour = _DETOUR * ((1 - _FIRST) * step + _FIRST * part(1.03))
    share = (good + _CONSTRICTION) / (good + _CONSTRICTION + _BAD + detour)
    return _BAD * share, _CONSTRICTION * (1 - share)


def resistance(device, temperature, field=0.0, field_angle=0.0) -> np.ndarray:
    return film.normal_resistance(device, temperature) * _shares(device, temperature, field, field_angle)[0]


def elsewhere(device, temperature, field=0.0, field_angle=0.0) -> np.ndarray:
    """With contacts on the good way: p and its constriction."""
    share = _shares(device, temperature, field, field_angle)[1] / _CONSTRICTION
    series = 0.8 * film.transition_ratio(device, temperature, field, field_angle) + 0.2 * share
    return film.normal_resistance(device, temperature) * series


def voltage(device, current, temperature, field=0.0, field_angle=0.0, *, thermal_resistance: float = 0.0) -> np.ndarray:
    bare = device.model_copy(update={"ordering": None})
    driven = film.voltage(bare, current, temperature, field, field_angle, thermal_resistance=thermal_resistance)
    return np.where(
        np.abs(driven) > np.abs(current) * resistance(device, temperature, field, field_angle),
        driven,
        current * resistance(device, temperature, field, field_angle),
    )


def twin(key: int) -> list[xr.Dataset]:
    sample = Sample(film_resistance=resistance, film_voltage=voltage)
    return measure(key, a=sample, elsewhere=sample.but(film_resistance=elsewhere), change=unmagnetic)


RIVAL = Rival(
    name="current redistribution",
    claim="The resistance returns because the current changes its way through an inhomogeneous film, and no moments order.",
    against="upturn",
    source="doi:10.1103/PhysRevB.54.9980",
    twin=twin,
    about="return of R in zero field",
    marks=(
        _marks.rise(_marks.RETURNS),
        _marks.floor(Expected(-0.05, 0.3, "most of the current leaves the bad part below T_c")),
        _marks.contacts(Expected(-1.0, 0.4, "other contacts see another part of the current, which does not rise with it")),
        _marks.memory(_marks.NO_MEMORY),
    ),
)  # fmt: skip
