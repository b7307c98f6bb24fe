"""How often a Hanle signal is claimed in sweeps that have none, and how often one is found that is there.

    python benchmarks/false_alarms_hanle.py [curves of each kind, 1000]

False alarm: `look` puts noise below the level claimed; half of the data sets have parallel electrodes alone, half both
alignments. Power: the share of pairs for which a signal in white and 1/f noise is claimed, against its height over the scatter
of the noise within a sweep.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from supraspin.analysis.hanle.seen import LEVEL, look
from supraspin.data import make, sweeps
from supraspin.lab.noise import flicker
from supraspin.models import hanle

FIELD = np.linspace(-0.2, 0.2, 161)
SPIN = {"amplitude": 1.0, "spin_lifetime": 350e-12, "diffusivity": 1.5e-2, "separation": 2.5e-6}
Sweep = Callable[[np.random.Generator, int], np.ndarray]


def white(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.normal(size=n)


def pink(rng: np.random.Generator, n: int) -> np.ndarray:
    return flicker(rng, n)


def mixed(rng: np.random.Generator, n: int) -> np.ndarray:
    return 10 ** rng.uniform(-1, 1) * flicker(rng, n) + rng.normal(size=n)


def walk(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.cumsum(rng.normal(size=n)) + rng.uniform(0, 3) * rng.normal(size=n)


def filtered(rng: np.random.Generator, n: int) -> np.ndarray:
    """Behind a filter that settles in up to eight readings."""
    keep, noise = np.exp(-1 / rng.uniform(0.5, 8)), mixed(rng, n + 50)
    out = np.zeros(n + 50)
    for k in range(1, n + 50):
        out[k] = keep * out[k - 1] + (1 - keep) * noise[k]
    return out[50:]


def drifting(rng: np.random.Generator, n: int) -> np.ndarray:
    """A drift that turns or relaxes, tens of the noise high."""
    t = np.linspace(0, 1, n)
    slow = rng.normal() * t + rng.normal() * t**2 + rng.normal() * np.exp(-t / rng.uniform(0.05, 1))
    return 30 * slow * rng.random() + mixed(rng, n)


def spiky(rng: np.random.Generator, n: int) -> np.ndarray:
    hits = rng.random(n) < 0.02
    return rng.normal(size=n) + np.where(hits, rng.normal(0, 30, n), 0)


def humming(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.uniform(0, 5) * np.sin(2 * np.pi * (rng.uniform(1, 20) * np.linspace(0, 1, n) + rng.random())) + mixed(rng, n)


NULLS: dict[str, Sweep] = {
    "white noise": white, "1/f noise": pink, "white and 1/f": mixed, "random walk": walk, "slow filter": filtered,
    "drift": drifting, "spikes": spiky, "hum": humming,
}  # fmt: skip


def without_spins(rng: np.random.Generator, kind: str, pair: bool):
    """A data set of one kind of noise; what both alignments share is a background of a magnetoresistive contact."""
    points = int(rng.integers(60, 260))
    field = np.linspace(-0.2, 0.2, points)
    shared = 5 * rng.random() * np.exp(-((field / 0.05) ** 2)) if pair else 0.0
    curves = [NULLS[kind](rng, points) + shared + rng.normal(0, 5) for _ in range(1 + pair)]
    return make("hanle", field=field, nonlocal_resistance=curves, per_sweep={"alignment": [1, -1][: 1 + pair]})


def false_alarms(kind: str, count: int, seed: int = 0) -> float:
    rng = np.random.default_rng([seed, sorted(NULLS).index(kind)])
    return sum(_claimed(without_spins(rng, kind, k % 2 == 1)) for k in range(count)) / count


def power(ratio: float, count: int, seed: int = 0, *, pair: bool = True) -> float:
    """Signals `ratio` times the scatter of the noise high, at zero field."""
    rng = np.random.default_rng([seed, 31])
    shape = np.asarray(hanle(FIELD, **SPIN))
    shape = shape / shape.max()
    hits = 0
    for _ in range(count):
        noise = [mixed(rng, FIELD.size) for _ in range(1 + pair)]
        curves = [s * ratio * shape + one / one.std() for s, one in zip((1, -1), noise, strict=False)]
        ds = make("hanle", field=FIELD, nonlocal_resistance=curves, per_sweep={"alignment": [1, -1][: 1 + pair]})
        hits += _claimed(ds)
    return hits / count


def _claimed(ds) -> bool:
    found = look(sweeps(ds))
    return found is not None and found.claimed


def main(count: int = 1000) -> None:
    print(f"{'sweeps without spins':<24}{'claimed':>9}   of {count}; level {LEVEL:.0%}")
    for kind in NULLS:
        began = time.perf_counter()
        rate = false_alarms(kind, count)
        print(f"{kind:<24}{rate:>9.2%}   {1e3 * (time.perf_counter() - began) / count:.0f} ms each", flush=True)
    for pair in (True, False):
        print(f"\n{'height over scatter' if pair else 'one alignment':<24}{'found':>9}")
        for ratio in (0.3, 0.5, 1.0, 2.0, 5.0):
            print(f"{ratio:<24}{power(ratio, max(count // 5, 10), pair=pair):>9.0%}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
