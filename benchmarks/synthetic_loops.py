"""Loops whose truth is known: two magnets with drift, heating, slow noise and spread switching, and loops without any magnet.

Everything is drawn from the generator that is handed over. Sweeps are (loops, n), both in the order of time, over mirrored
grids of -1 to 1; a loop of a device is a data set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from supraspin.data import make

POINTS = 120
X = np.linspace(-1, 1, POINTS)


def white(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.standard_normal(shape)


def flicker(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Noise of a 1/f spectrum."""
    frequency = np.fft.rfftfreq(4 * shape[-1])
    frequency[0] = frequency[1]
    size = (*shape[:-1], frequency.size)
    z = rng.standard_normal(size) + 1j * rng.standard_normal(size)
    return np.fft.irfft(z / np.sqrt(frequency))[..., : shape[-1]]


def telegraph(rng: np.random.Generator, shape: tuple[int, ...], rate: float = 2) -> np.ndarray:
    """A contact that jumps between two values, `rate` times a sweep, each sweep at times of its own."""
    return 20.0 * (np.cumsum(rng.random(shape) < rate / shape[-1], axis=-1) % 2) + white(rng, shape)


NULLS: dict[str, Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]] = {
    "noise": white,
    "flicker": flicker,
    "telegraph": telegraph,
    "cusp": lambda rng, shape: white(rng, shape) - 30 * np.abs(X) ** 0.5,
    "drift": lambda rng, shape: white(rng, shape) + 50 * np.exp(-(X + 1) / 0.4),
    "spikes": lambda rng, shape: white(rng, shape) + 30 * (rng.random(shape) < 0.01),
}


@dataclass(frozen=True)
class Valve:
    """Two magnets: coercive fields (T), signal (ohm) over a background (ohm), centre and width of switching (T)."""

    lower: float
    higher: float
    signal: float
    centre: float = 0.0
    width: float = 2e-4
    background: float = 100.0


def draw(rng: np.random.Generator, signal: float = 1.0) -> Valve:
    """A device of random coercive fields and centre."""
    lower = rng.uniform(6e-3, 12e-3)
    return Valve(lower, lower + rng.uniform(8e-3, 16e-3), signal, rng.uniform(-1e-3, 1e-3), rng.uniform(1e-4, 5e-4))


def loop(rng: np.random.Generator, valve: Valve, noise: float, repeats: int = 1, points: int = 161) -> xr.Dataset:
    """Rising and falling sweeps to 40 mT by turns; each magnet switches at another field each time, by a tenth of its width."""
    field = np.linspace(-0.04, 0.04, points)
    sweeps, readings = [field, field[::-1]] * repeats, []
    start = 0.0
    for sign, b in zip((1, -1) * repeats, sweeps, strict=True):
        at = [c + rng.normal(0, 0.1 * valve.width) for c in (valve.lower, valve.higher)]
        u = sign * (b - valve.centre)
        between = 0.25 * (1 + np.tanh((u - at[0]) / valve.width)) * (1 - np.tanh((u - at[1]) / valve.width))
        slow = np.linspace(start, start + 0.3 * valve.signal, points)
        start = slow[-1]
        heat = 0.5 * valve.signal * (b / 0.04) ** 2
        wander = 0.3 * noise * flicker(rng, (points,)) / 0.1
        readings.append(valve.background + valve.signal * between + slow + heat + wander + noise * rng.standard_normal(points))
    return make("magnetoresistance", field=sweeps, resistance=readings)
