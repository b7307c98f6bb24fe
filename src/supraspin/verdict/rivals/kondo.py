"""Kondo scattering: magnetic impurities raise the resistance as -ln T, above T_c as well, and a field takes that away as B/T.

The twin has a part of the film that does not superconduct in series, with

    R_K = r R_N [1 + (2^(1/s) - 1)(T/T_K)^2]^(-s) (1 - m^2),     s = 0.22,   m = tanh(2 mu_B B / k_B (T + T_K)),

the empirical curve of a spin 1/2; the rest of the film superconducts as always.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.constants import physical_constants

from supraspin.lab import film
from supraspin.lab.sample import Sample
from supraspin.quantities import KB
from supraspin.verdict import _marks
from supraspin.verdict.outcome import Expected
from supraspin.verdict.reference import measure, unmagnetic
from supraspin.verdict.rival import Rival

if TYPE_CHECKING:
    import xarray as xr

_S = 0.22
_TEMPERATURE = 3.0
"""Kondo temperature of the twin, K."""
MU_B = physical_constants["Bohr magneton in eV/T"][0]


def _scattering(device, temperature, field) -> np.ndarray:
    temperature = np.asarray(temperature, float)
    curve = (1 + (2 ** (1 / _S) - 1) * (temperature / _TEMPERATURE) ** 2) ** -_S
    m = np.tanh(2 * MU_B * np.asarray(field, float) / (KB * (temperature + _TEMPERATURE)))
    return device.film.normal_resistance * device.ordering.resistive_share * curve * (1 - m**2)


def resistance(device, temperature, field=0.0, field_angle=0.0) -> np.ndarray:
    rest = film.normal_resistance(device, temperature) * film.transition_ratio(device, temperature, field, field_angle)
    return rest + _scattering(device, temperature, field)


def voltage(device, current, temperature, field=0.0, field_angle=0.0, *, thermal_resistance: float = 0.0) -> np.ndarray:
    bare = device.model_copy(update={"ordering": None})
    rest = film.voltage(bare, current, temperature, field, field_angle, thermal_resistance=thermal_resistance)
    return rest + current * _scattering(device, temperature, field)


def twin(key: int) -> list[xr.Dataset]:
    return measure(key, a=Sample(film_resistance=resistance, film_voltage=voltage), change=unmagnetic)


RIVAL = Rival(
    name="Kondo",
    claim="The resistance returns because single moments scatter electrons ever more strongly, without order.",
    against="upturn",
    source="arXiv:2001.07890",
    twin=twin,
    about="return of R in zero field",
    marks=(
        _marks.rise(_marks.RETURNS),
        _marks.floor(Expected(0.25, 1.0, "it varies as ln T and is there up to T_c and beyond")),
        _marks.warm_field(Expected(-1.0, -0.01, "a field that polarises the moments lowers R above T_c too")),
        _marks.memory(_marks.NO_MEMORY),
    ),
)  # fmt: skip
