"""A lock-in amplifier: what it makes of a voltage at its reference frequency.

Its output filter is a chain of one to four RC stages (6 dB an octave each), which sets the noise bandwidth and lets a reading
lag behind what it reads. The numbers that stand as defaults are those of a common two-phase instrument.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.signal import lfilter

from supraspin.lab.noise import Noise

_BANDWIDTH = (1 / 4, 1 / 8, 3 / 32, 5 / 64)
"""Equivalent noise bandwidth of a chain of 1 to 4 RC stages, times the time constant."""


@dataclass(frozen=True)
class LockIn:
    """Settings and imperfections. SI units; `amplitude` is that of the excitation, rms; `phase` is what the phase is off, rad.

    `sensitivity` is the full scale; a reading beyond 1.09 times that is an overload. `offset` is a coherent pick-up in phase,
    `gain` the true gain over the nominal one, `digits` the resolution of the reading over the full scale. The 1/f part of `noise`
    is what is left behind the demodulator, where the amplifier's own does not reach: drifts of offset and gain.
    """

    frequency: float = 13.0
    amplitude: float = 1e-4
    time_constant: float = 0.3
    stages: int = 4
    harmonic: int = 1
    sensitivity: float = 1e-3
    phase: float = math.radians(0.5)
    noise: Noise = field(default_factory=lambda: Noise(density=6e-9, flicker=1e-9))
    offset: float = 0.0
    gain: float = 1.002
    digits: float = 1e-5

    def __post_init__(self) -> None:
        if self.stages not in (1, 2, 3, 4):
            raise ValueError(f"a lock-in filter has 1 to 4 stages, not {self.stages}")
        for name in ("frequency", "time_constant", "sensitivity", "gain"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} of a lock-in must be above 0, not {getattr(self, name)}")

    @property
    def bandwidth(self) -> float:
        """Equivalent noise bandwidth, Hz."""
        return _BANDWIDTH[self.stages - 1] / self.time_constant

    @property
    def settling_time(self) -> float:
        """Time after a step until the output has come within 1 % of it, s."""
        return (4.6, 6.6, 8.4, 10.0)[self.stages - 1] * self.time_constant

    def in_range(self, voltage: float) -> LockIn:
        """The same amplifier on the smallest full scale of 1, 2, 5, ... that holds a voltage with half of it to spare, V."""
        wanted = max(1.5 * abs(voltage), 1e-8)
        decade = 10.0 ** math.floor(math.log10(wanted))
        return replace(self, sensitivity=next(step * decade for step in (1, 2, 5, 10) if step * decade >= wanted * (1 - 1e-9)))

    def follow(self, values: np.ndarray, interval: float) -> np.ndarray:
        """Output of the filter for an input (n,) that changes every `interval` s, settled on the first value at the start."""
        keep = math.exp(-interval / self.time_constant)
        out = np.asarray(values, dtype=float)
        for _ in range(self.stages if keep > 1e-12 else 0):
            out, _ = lfilter([1 - keep], [1, -keep], out, zi=[keep * out[0]])
        return out

    def read(
        self, in_phase: np.ndarray, interval: float, rng: np.random.Generator, quadrature: np.ndarray | float = 0.0
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Readings X and Y, V, of a voltage's rms amplitude given every `interval` s, and where they overload; shapes (n,)."""
        z = (np.asarray(in_phase, float) + 1j * np.asarray(quadrature, float)) * np.exp(1j * self.phase) * self.gain
        x, y = (
            self.follow(part, interval) + self.noise.series(rng, part.size, interval, self.bandwidth) for part in (z.real, z.imag)
        )
        x = x + self.offset
        full = 1.09 * self.sensitivity
        step = self.digits * self.sensitivity
        over = (np.abs(x) > full) | (np.abs(y) > full)
        x, y = (np.clip(step * np.round(part / step), -full, full) for part in (x, y))
        return x, y, over
