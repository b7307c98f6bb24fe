"""A source-measure unit: sources a current or a voltage in a range, and measures the other up to its compliance."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from supraspin.lab.noise import Noise


@dataclass(frozen=True)
class SourceMeter:
    """Settings and imperfections, SI units. Ranges are full scales, ascending; steps are parts of the range.

    `source_gain` and `source_offset` (part of the range) are what the source is off; `meter_offset` is a thermal voltage in the
    leads or the meter's own zero; `compliance` limits the measured quantity.
    """

    ranges: tuple[float, ...] = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
    source_step: float = 5e-5
    source_gain: float = 1.0003
    source_offset: float = 2e-4
    meter_ranges: tuple[float, ...] = (0.2, 2.0, 20.0, 200.0)
    meter_step: float = 1e-6
    meter_offset: float = 2e-7
    noise: Noise = field(default_factory=lambda: Noise(density=2e-7, flicker=5e-8))
    integration_time: float = 0.02
    compliance: float = 10.0

    def range_of(self, value: float, ranges: tuple[float, ...]) -> float:
        """The smallest range that holds a value. Raises `ValueError` beyond the largest."""
        for full in ranges:
            if abs(value) <= full * (1 + 1e-9):
                return full
        raise ValueError(f"{value:g} is beyond the largest range, {ranges[-1]:g}")

    def source(self, wanted: np.ndarray) -> np.ndarray:
        """What really flows (or lies) at the terminals for the values asked for, all in one range; shape (n,)."""
        wanted = np.asarray(wanted, dtype=float)
        full = self.range_of(float(np.abs(wanted).max(initial=0.0)), self.ranges)
        step = self.source_step * full
        return self.source_gain * step * np.round(wanted / step) + self.source_offset * full

    def measure(self, values: np.ndarray, interval: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Readings of the measured quantity taken every `interval` s, and where compliance cut them; shapes (n,)."""
        values = np.asarray(values, dtype=float)
        over = np.abs(values) > self.compliance
        held = np.clip(values, -self.compliance, self.compliance)
        full = self.range_of(min(float(np.abs(held).max(initial=0.0)), self.meter_ranges[-1]), self.meter_ranges)
        reading = held + self.meter_offset + self.noise.series(rng, held.size, interval, 0.5 / self.integration_time)
        step = self.meter_step * full
        return step * np.round(reading / step), over
