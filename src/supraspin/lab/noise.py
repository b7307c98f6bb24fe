"""Noise of readings: white, flicker and drift, from an explicit random generator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Noise:
    """What a reading carries besides its value, in the unit of the reading.

    `density` is the amplitude spectral density of the white part (unit/sqrt(Hz)); `flicker` that of the 1/f part at 1 Hz;
    `drift` a steady change (unit/s).
    """

    density: float = 0.0
    flicker: float = 0.0
    drift: float = 0.0

    def series(self, rng: np.random.Generator, count: int, interval: float, bandwidth: float) -> np.ndarray:
        """Noise of `count` readings `interval` seconds apart, each over an equivalent noise `bandwidth` (Hz); shape (count,)."""
        total = self.density * np.sqrt(bandwidth) * rng.standard_normal(count)
        if self.flicker:
            total += self.flicker * flicker(rng, count)
        return total + self.drift * interval * np.arange(count)


def flicker(rng: np.random.Generator, count: int) -> np.ndarray:
    """1/f noise of unit amplitude spectral density at 1 Hz, whatever the interval; shape (count,).

    Its spectrum 1/f has no scale, so that N readings have the same variance however far apart they are: the sum over the
    frequencies k/(N dt) up to the Nyquist frequency of S(f) df = 1/k.
    """
    if count < 2:
        return np.zeros(count)
    long = 2 * count  # twice as long, so that the ends of the record are not tied to each other
    k = np.arange(1, long // 2 + 1)
    amplitudes = (rng.standard_normal(k.size) + 1j * rng.standard_normal(k.size)) / np.sqrt(2 * k)
    spectrum = np.concatenate(([0.0], amplitudes)) * long / np.sqrt(2)
    series = np.fft.irfft(spectrum, long)[:count]
    return series - series[0]
