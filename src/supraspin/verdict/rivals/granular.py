"""Quasi-re-entrance of a granular film: grains superconduct below T_c, but quasiparticles that tunnel between them freeze out.

Where grains hang together by tunnelling alone, the resistance between them rises again as exp(T_a/T), without a temperature at
which that begins; a voltage between neighbours beyond k_B T/e takes it away, and nothing remembers a field. The twin has

    R_g = r R_N exp[(T_a Delta(B)/Delta(0)) (1/T - 1/T_0)] / sqrt(1 + (I/I_g)^2),     T_0 = 1.5 K,

for T > T_0 (the gap closes with the field), in place of the resistance of the ordered phase.
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

_ACTIVATION = 7.0
"""T_a, K: a gap of some 1 meV shared by a voltage that is divided over neighbours."""
_COLDEST = 1.5
_CURRENT = 5e-5
"""I_g, A: current at which the drop between neighbours is k_B T/e."""


def _between_grains(device, temperature, field, field_angle) -> np.ndarray:
    """Resistance between the grains at small current, ohm."""
    gap = film_order.gap(device, 0.0, field, field_angle) / film_order.gap(device, 0.0)
    arrhenius = np.exp(_ACTIVATION * gap * (1 / np.maximum(temperature, _COLDEST) - 1 / _COLDEST))
    return device.film.normal_resistance * device.ordering.resistive_share * arrhenius * (gap > 0)


def resistance(device, temperature, field=0.0, field_angle=0.0) -> np.ndarray:
    normal = film.normal_resistance(device, temperature) * film.transition_ratio(device, temperature, field, field_angle)
    return np.maximum(normal, _between_grains(device, temperature, field, field_angle))


def voltage(device, current, temperature, field=0.0, field_angle=0.0, *, thermal_resistance: float = 0.0) -> np.ndarray:
    grains = film.voltage(
        device.model_copy(update={"ordering": None}),
        current,
        temperature,
        field,
        field_angle,
        thermal_resistance=thermal_resistance,
    )
    between = _between_grains(device, temperature, field, field_angle) / np.hypot(1.0, np.asarray(current) / _CURRENT)
    return np.where(np.abs(grains) > np.abs(current * between), grains, current * between)


def twin(key: int) -> list[xr.Dataset]:
    return measure(key, a=Sample(film_resistance=resistance, film_voltage=voltage), change=unmagnetic)


RIVAL = Rival(
    name="granular film",
    claim="The resistance returns because the film is grains that lose their coupling, and no moments order.",
    against="upturn",
    source="arXiv:0707.4237",
    twin=twin,
    about="return of R in zero field",
    marks=(
        _marks.rise(_marks.RETURNS),
        _marks.floor(Expected(-0.05, 0.3, "the film superconducts before its grains part")),
        _marks.sharpness(Expected(2.0, np.inf, "activated, exp(T_a/T), without an onset")),
        _marks.against_current(Expected(0.08, 1.0, "a voltage beyond k_B T/e between neighbours takes it away")),
        _marks.memory(_marks.NO_MEMORY),
    ),
)  # fmt: skip
