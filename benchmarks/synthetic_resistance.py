"""R(T) curves whose truth is known: metals and artefacts without a superconductor, and films with imperfections.

Everything is drawn from the generator that is handed over. A curve is (temperature as read, resistance as read), in the order
of measurement. `NULLS` holds what is no superconductor; `film` makes a transition, with a resistance that rises again where
`height` is above 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import erf

RANGES = ((2.0, 300.0), (1.5, 20.0), (0.05, 10.0), (4.0, 9.0))


def coloured(rng: np.random.Generator, count: int, power: float) -> np.ndarray:
    """Noise with a spectrum 1/f^power, of standard deviation 1 (count,)."""
    frequency = np.fft.rfftfreq(2 * count)
    frequency[0] = frequency[1]
    spectrum = (rng.normal(size=frequency.size) + 1j * rng.normal(size=frequency.size)) * frequency ** (-power / 2)
    values = np.fft.irfft(spectrum, 2 * count)[:count]
    return (values - values.mean()) / values.std()


def ramp(rng: np.random.Generator, count: int, low: float, high: float) -> np.ndarray:
    """Temperatures of a sweep, linear or geometric, cooling or warming, with a rest at either end in some of them."""
    steps = np.linspace(0, 1, count) ** rng.uniform(0.7, 1.4)
    values = low + (high - low) * steps if rng.random() < 0.5 or high / low < 3 else low * (high / low) ** steps
    if rng.random() < 0.3:
        rest = count // 6
        values = np.concatenate([np.full(rest, low), np.interp(np.linspace(0, 1, count - rest), steps, values)])
    return values[::-1] if rng.random() < 0.5 else values


def metal(rng: np.random.Generator, temperature: np.ndarray) -> np.ndarray:
    """Residual resistance and phonons (Bloch-Grueneisen, interpolated), of 1 at the highest temperature."""
    debye, ratio = rng.uniform(100, 400), 10 ** rng.uniform(0.1, 1.3)
    phonons = temperature**5 / (temperature**4 + (0.23 * debye) ** 4)
    hot = 300.0**5 / (300.0**4 + (0.23 * debye) ** 4)
    return (1 + (ratio - 1) * phonons / hot) / ratio


def _linear(rng, t):
    return 1 + rng.uniform(-0.5, 3.0) * t / t.max()


def _saturating(rng, t):
    parallel = rng.uniform(0.3, 3) + rng.uniform(0.3, 3) * t / t.max()
    return parallel / (1 + parallel)


def _drift(rng, t):
    clock = np.linspace(0, 1, t.size)
    decay = np.exp(-clock / rng.uniform(0.05, 1.0)) if rng.random() < 0.5 else clock ** rng.uniform(0.5, 3.0)
    return metal(rng, t) * (1 + rng.uniform(-0.3, 0.3) * decay)


def _spikes(rng, t):
    values = metal(rng, t)
    at = rng.random(t.size) < rng.uniform(0.002, 0.03)
    return np.where(at, values * rng.uniform(-3, 5, t.size), values)


def _kondo(rng, t):
    upturn = rng.uniform(0.02, 0.4) / (1 + (t / (10 ** rng.uniform(-1, 1.5))) ** 2) ** 0.22
    return metal(rng, t) + (upturn if rng.random() < 0.5 else -rng.uniform(0.005, 0.05) * np.log(t))


def _localised(rng, t):
    conductance = 1 / metal(rng, t) + rng.uniform(0.005, 0.1) * np.log(t / t.min())
    return 1 / conductance


def _lead(rng, t):
    return metal(rng, t) + 10 ** rng.uniform(-1, 1.5)


def _noise_only(rng, t):
    return rng.normal(size=t.size) + rng.choice([0.0, rng.normal()])


def _flicker(rng, t):
    return rng.choice([0.0, 1.0]) * rng.uniform(0, 3) + coloured(rng, t.size, rng.uniform(0.8, 1.3)) * rng.uniform(0.01, 1)


def _walk(rng, t):
    return rng.choice([0.0, 1.0]) * rng.uniform(0, 3) + coloured(rng, t.size, 2.0) * rng.uniform(0.01, 1)


def _lagging(rng, t):
    """The thermometer follows the sample with a delay of up to a tenth of the sweep."""
    delay = rng.uniform(1, 0.1 * t.size)
    return metal(rng, _ahead(t, delay))


def _settling(rng, t):
    """The first readings are off, by up to ten times, until the instrument has settled."""
    size = rng.choice([-1.0, 1.0]) * 10 ** rng.uniform(-1, 1)
    return metal(rng, t) * (1 + size * np.exp(-np.arange(t.size) / 10 ** rng.uniform(0, 2)))


def jump(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    """A metal whose reading jumps once, as a bad contact makes it: in one sweep no other than a sharp transition."""
    at = rng.integers(2, t.size - 2)
    before = np.arange(t.size) < at if rng.random() < 0.5 else np.arange(t.size) >= at
    return metal(rng, t) + 10 ** rng.uniform(-1, 1.5) * before


def _ahead(t: np.ndarray, delay: float) -> np.ndarray:
    """The sample's temperature where the thermometer, `delay` readings late (first order), shows t."""
    return np.maximum(t + delay * np.gradient(t), 0.5 * t.min())


NULLS: dict[str, Callable[[np.random.Generator, np.ndarray], np.ndarray]] = {
    "linear": _linear, "metal": lambda rng, t: metal(rng, t), "saturating metal": _saturating, "drift with time": _drift,
    "spikes": _spikes, "Kondo upturn": _kondo, "weak localisation": _localised, "lead offset": _lead,
    "noise only": _noise_only, "1/f noise": _flicker, "random walk": _walk, "lagging thermometer": _lagging,
    "settling": _settling,
}  # fmt: skip


def null(name: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A curve of `NULLS`, or a "jump", with white and 1/f noise on it: temperature (n,), K, and resistance (n,), ohm."""
    low, high = RANGES[rng.integers(len(RANGES))]
    t = ramp(rng, int(rng.choice([120, 400, 1000])), low, high)
    values = jump(rng, t) if name == "jump" else NULLS[name](rng, t)
    scale = np.median(np.abs(values)) * 10 ** rng.uniform(-4, -1)
    noise = rng.normal(size=t.size) + rng.uniform(0, 3) * coloured(rng, t.size, 1.0)
    return t, 100 * (values + scale * noise)


@dataclass(frozen=True)
class Film:
    """A film of `film`: its resistance just above T_C is 100 ohm; widths and temperatures in K, noises in ohm."""

    critical_temperature: float = 6.6
    width: float = 0.15
    normal: float = 100.0
    slope: float = 0.002
    lead: float = 0.5
    fluctuation: float = 0.0
    floor: float = 0.0
    ordering_temperature: float = 3.0
    height: float = 0.0
    white: float = 0.05
    flicker: float = 0.05
    creep: float = 0.0
    thermometer: float = 0.002
    delay: float = 0.0
    low: float = 1.4
    high: float = 12.0
    count: int = 1200

    def resistance(self, t: np.ndarray) -> np.ndarray:
        """R(T) without noise (n,), ohm: a Gaussian spread of T_C, fluctuations above it, a rise below T_K."""
        reduced = (t - self.critical_temperature) / self.width
        above = np.maximum(t / self.critical_temperature - 1, 1e-3)
        normal = self.normal * (1 + self.slope * (t - self.critical_temperature)) / (1 + self.fluctuation / above)
        share = 0.5 * (1 + erf(reduced / np.sqrt(2)))
        rise = self.height * self.normal * np.maximum(0, 1 - (t / self.ordering_temperature) ** 2)
        return self.lead + normal * (self.floor + (1 - self.floor) * share) + rise


def film(rng: np.random.Generator, truth: Film, direction: int = -1) -> tuple[np.ndarray, np.ndarray]:
    """A sweep of a `Film` as its instruments see it: 1/f noise, creep of the offset, noise and delay of the thermometer."""
    t = np.linspace(truth.low, truth.high, truth.count)[::direction]
    noise = truth.white * rng.normal(size=t.size) + truth.flicker * coloured(rng, t.size, 1.0)
    values = truth.resistance(_ahead(t, truth.delay)) + noise + truth.creep * np.linspace(0, 1, t.size)
    return t + truth.thermometer * rng.normal(size=t.size), values
