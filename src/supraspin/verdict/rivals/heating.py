"""Heating and thermoelectric voltages: the injector is warm, and the detector reads a Seebeck voltage that goes as I^2.

With magnetic contacts it may depend on their alignment p (magneto-Seebeck). V = (S_0 + S_1 p) I^2 gives
dV/dI = 2 (S_0 + S_1 p) I: odd in the current and nothing at I = 0, and no field across the film makes it precess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.lab.sample import Sample
from supraspin.verdict import _marks
from supraspin.verdict.outcome import Expected
from supraspin.verdict.reference import measure
from supraspin.verdict.rival import Rival

if TYPE_CHECKING:
    import xarray as xr


def nonlocal_resistance(
    device, channel, current, temperature, field_perpendicular=0.0, alignment=1.0, field_parallel=0.0, *, ordered=None
) -> np.ndarray:
    """dV/dI of the voltage above; its size is that of the device's spin signal at half the current at which that ends."""
    current, alignment = np.asarray(current, float), np.asarray(alignment, float)
    spin = device.spin
    size = spin.amplitude / spin.window_current
    thermal = 2 * (spin.thermal_coefficient + 0.5 * size * alignment) * current
    zero = np.zeros(np.broadcast_shapes(np.shape(current), np.shape(alignment), np.shape(field_perpendicular)))
    return thermal + spin.background + zero


def twin(key: int) -> list[xr.Dataset]:
    return measure(key, b=Sample(nonlocal_resistance=nonlocal_resistance))


RIVAL = Rival(
    name="heating",
    claim="The non-local signal is a thermoelectric voltage of the heat at the injector, and no spins arrive.",
    against="spins",
    source="arXiv:1308.5823",
    twin=twin,
    marks=(
        _marks.odd_share(Expected(0.8, 1.0, "dV/dI of a voltage that goes as I^2 is odd in I")),
        _marks.precession(Expected(0.8, 1.2, "heat does not precess")),
    ),
)  # fmt: skip
