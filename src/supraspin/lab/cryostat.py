"""Cryostats: where the sample's temperature is, what the thermometer says of it, and how the field gets there.

The thermometer sits beside the sample. While the temperature moves, the sample comes after it with a time constant; the
thermometer itself is off by its calibration. The magnet has a remanent field, which points the way the magnet was last driven.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.signal import lfilter


@dataclass(frozen=True)
class Cryostat:
    """Reach and imperfections of a cryostat; K, T, s.

    `calibration` is the relative error of the thermometer, `thermometer_noise` its relative scatter, `lag` the time constant by
    which the sample follows the thermometer, `stability` the relative wander of a held temperature. `remanence` is the field
    left by the magnet after a sweep to its end, against which the field reading knows nothing.
    """

    name: str
    base_temperature: float
    top_temperature: float
    field_in_plane: float
    field_out_of_plane: float
    temperature_rate: float = 0.01
    field_rate: float = 0.005
    lag: float = 2.0
    calibration: float = 0.002
    thermometer_noise: float = 3e-4
    stability: float = 5e-4
    remanence: float = 0.5e-3

    def check(self, temperature: float | None = None, field: float = 0.0, field_angle: float = 0.0) -> None:
        """Raise `ValueError` for a temperature or a field that the cryostat does not reach."""
        if temperature is not None and not self.base_temperature <= temperature <= self.top_temperature:
            reach = f"{self.base_temperature:g} K to {self.top_temperature:g} K"
            raise ValueError(f"{temperature:g} K is out of reach of the {self.name}: {reach}")
        for name, part, most in (
            ("in plane", abs(field * math.cos(field_angle)), self.field_in_plane),
            ("out of plane", abs(field * math.sin(field_angle)), self.field_out_of_plane),
        ):
            if part > most * (1 + 1e-9):
                raise ValueError(f"{part:g} T {name} is out of reach of the {self.name}: up to {most:g} T")

    def ramp(self, temperatures: np.ndarray, interval: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Sample's temperature and thermometer's reading while the set point passes `temperatures`, one every `interval` s."""
        around = np.asarray(temperatures, dtype=float)
        if self.lag > 0:
            # exact for a temperature that moves evenly from one reading to the next
            keep = math.exp(-interval / self.lag)
            share = self.lag * (1 - keep) / interval
            sample, _ = lfilter([1 - share, share - keep], [1, -keep], around, zi=[share * around[0]])
        else:
            sample = around
        return sample, self.thermometer(around, rng)

    def hold(self, temperature: float, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Sample's temperature and thermometer's reading at `count` readings of a held temperature; shapes (count,)."""
        wander = np.cumsum(rng.standard_normal(count)) / math.sqrt(max(count, 1))
        sample = temperature * (1 + self.stability * wander)
        return sample, self.thermometer(sample, rng)

    def thermometer(self, temperature: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """What the thermometer reads at a temperature."""
        scatter = self.thermometer_noise * rng.standard_normal(np.shape(temperature))
        return np.asarray(temperature, dtype=float) * (1 + self.calibration) * (1 + scatter)

    def field(self, wanted: np.ndarray) -> np.ndarray:
        """The field at the sample while the magnet's reading passes `wanted` (n,): the remanence lags behind the sweep."""
        wanted = np.asarray(wanted, dtype=float)
        steps = np.sign(np.diff(wanted))
        way = np.concatenate((steps[:1], steps)) if steps.size else np.zeros(wanted.size)
        return wanted - self.remanence * way

    def but(self, **changes: float) -> Cryostat:
        """The same cryostat with other numbers."""
        return replace(self, **changes)  # type: ignore[arg-type]


VARIABLE_TEMPERATURE_INSERT = Cryostat(
    "variable temperature insert", base_temperature=1.5, top_temperature=300.0, field_in_plane=10.0, field_out_of_plane=10.0
)
"""1.5 K, 10 T: Device A of arXiv:2306.06659."""
DILUTION_REFRIGERATOR = Cryostat(
    "dilution refrigerator", base_temperature=0.04, top_temperature=12.0, field_in_plane=7.0, field_out_of_plane=2.0, lag=8.0,
    calibration=0.01, temperature_rate=0.002, field_rate=0.002, thermometer_noise=1e-3, remanence=0.3e-3,
)  # fmt: skip
"""40 mK, 7 T in the plane and 2 T normal to it: Devices B to E of arXiv:2306.06659."""
