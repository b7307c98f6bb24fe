"""Non-local I-V curves of a spin valve whose truth is known, with imperfections that no fit has, and curves without two states.

Everything is drawn from the generator that is handed over. Curves come in the order of time: the field falls, then rises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.spin_valve.curves import Curve

REACH = 5e-4
"""Largest current, A."""


@dataclass(frozen=True)
class Device:
    """A valve (ohm, V/A^2, V, T): `scatter` is that of R_NL between curves, `drift` of the offset within a curve.

    It is antiparallel between `first` and `second` beyond zero field, in both directions; loops of a map switch at fields that
    `spread`.
    """

    signal: float = 15e-3
    background: float = 0.5e-3
    thermal: float = 10.0
    noise: float = 0.1e-6
    scatter: float = 0.1e-3
    drift: float = 0.1e-6
    first: float = 0.035
    second: float = 0.085
    window: float = np.inf
    spread: float = 0.002

    def state(self, field: float, direction: int) -> int:
        return -1 if self.first < direction * field < self.second else 1


def cycle(points: int = 101) -> np.ndarray:
    """Current of a closed cycle 0, +, 0, -, 0 (points,), A."""
    return REACH * np.interp(np.linspace(0, 4, points), [0, 1, 2, 3, 4], [0, 1, 0, -1, 0])


def fields(steps: int = 9, reach: float = 0.12) -> list[tuple[float, int]]:
    """(field, direction) of a run down and a run up."""
    up = np.linspace(-reach, reach, steps)
    return [(float(b), -1) for b in up[::-1]] + [(float(b), 1) for b in up]


def wandering(rng: np.random.Generator, n: int) -> np.ndarray:
    """Noise with a 1/f spectrum and unit variance (n,)."""
    spectrum = np.fft.rfft(rng.standard_normal(2 * n))
    spectrum[1:] /= np.sqrt(np.arange(1, spectrum.size))
    spectrum[0] = 0
    out = np.fft.irfft(spectrum)[:n]
    return out / out.std()


def curves(
    rng: np.random.Generator, device: Device, places: list[tuple[float, int]] | None = None, points: int = 101
) -> list[Curve]:
    """Curves with white noise, a drift of the offset, and scatter of R_NL from curve to curve."""
    i, found, offset = cycle(points), [], 1.2e-4
    for field, direction in places or fields():
        offset += rng.normal(0, 0.3e-6)
        state = np.full(points, device.state(field, direction))
        shape = i / (1 + (i / device.window) ** 2) if np.isfinite(device.window) else i
        r = device.background + rng.normal(0, device.scatter)
        v = offset + r * i + 0.5 * state * device.signal * shape + device.thermal * i**2
        v = v + rng.normal(0, device.drift) * np.linspace(-0.5, 0.5, points) + rng.normal(0, device.noise, points)
        found.append(Curve("made", field, direction, i, v))
    return found


def switching(rng: np.random.Generator, device: Device, at: int, points: int = 101) -> Curve:
    """A curve at `first` that turns antiparallel at point `at`."""
    i = cycle(points)
    state = np.where(np.arange(points) < at, 1, -1)
    r = device.background + 0.5 * state * device.signal
    v = 1.2e-4 + r * i + device.thermal * i**2 + rng.normal(0, device.noise, points)
    return Curve("made", device.first, 1, i, v)


def _noise_only(rng: np.random.Generator) -> list[Curve]:
    return curves(rng, Device(signal=0.0, thermal=0.0, drift=0.0, scatter=0.0))


def _drift(rng: np.random.Generator) -> list[Curve]:
    """Offset and resistance both wander, the latter on the way from curve to curve and within."""
    found, places = [], fields()
    n, i = 101, cycle()
    size = rng.uniform(0.2, 5) * 1e-3
    slow = wandering(rng, len(places)) * size + rng.normal() * size * np.linspace(-1, 1, len(places))
    for (field, direction), r in zip(places, slow, strict=True):
        v = 1e-4 + r * i + 10 * i**2 + rng.uniform(0, 3e-7) * wandering(rng, n) + rng.normal(0, 1e-7, n)
        found.append(Curve("made", field, direction, i, v + rng.normal(0, 1e-6) * np.linspace(-0.5, 0.5, n)))
    return found


def _thermal(rng: np.random.Generator) -> list[Curve]:
    """A thermal voltage that changes from curve to curve, with higher even terms, and no spin signal."""
    i, found = cycle(), []
    for field, direction in fields():
        kappa, quartic = rng.normal(10, 3), rng.normal(0, 3e6)
        lag = np.roll(i, int(rng.integers(0, 3)))
        v = 1e-4 + 1e-3 * i + kappa * lag**2 + quartic * lag**4 + rng.normal(0, 1e-7, i.size)
        found.append(Curve("made", field, direction, i, v))
    return found


def _offset_jumps(rng: np.random.Generator) -> list[Curve]:
    """The amplifier's offset jumps at random times, several times the noise, between curves and within them."""
    i, found, offset = cycle(), [], 1e-4
    size = 10 ** rng.uniform(-7, -5.3)
    for field, direction in fields():
        steps = np.where(rng.random(i.size) < 0.004, rng.normal(0, size, i.size), 0.0)
        v = offset + np.cumsum(steps) + 1e-3 * i + 10 * i**2 + rng.normal(0, 1e-7, i.size)
        offset += float(steps.sum()) + rng.normal(0, size)
        found.append(Curve("made", field, direction, i, v))
    return found


NULLS: dict[str, Callable[[np.random.Generator], list[Curve]]] = {
    "noise only": _noise_only, "drift": _drift, "thermal term only": _thermal, "offset jumps": _offset_jumps,
}  # fmt: skip
"""Curves without two states of R_NL."""


def bias_map(
    rng: np.random.Generator, device: Device, currents: int = 41, steps: int = 81, reach: float = 0.12
) -> dict[str, np.ndarray]:
    """Differential R_NL over (direction, field, current): keys field (f,), current (i,), rising and falling (f, i).

    The background has a part that is quadratic in the field, and every loop drifts and has a spread of its switching fields.
    """
    from supraspin.models.spin_valve_bias import bias_window

    field, current = np.linspace(-reach, reach, steps), np.linspace(-5e-6, 5e-6, currents)
    window = (
        np.ones(currents)
        if not np.isfinite(device.window)
        else np.asarray(bias_window(current, device.window, device.window / 8))
    )
    found = {"field": field, "current": current}
    for name, way in (("rising", 1), ("falling", -1)):
        place = way * field[:, None] + rng.normal(0, device.spread, currents)
        state = np.where((device.first < place) & (place < device.second), -1, 1)
        r = device.background * (1 + 0.3 * (field[:, None] / reach) ** 2) + 0.5 * state * device.signal * window
        r = r + 2 * device.thermal * current + rng.normal(0, device.scatter, (steps, currents))
        time = np.linspace(-0.5, 0.5, steps)[:: 1 if way > 0 else -1]
        found[name] = r + rng.normal(0, device.drift, currents) * time[:, None]
    return found


def null_map(rng: np.random.Generator, what: str, currents: int = 21, steps: int = 41) -> dict[str, np.ndarray]:
    """A map without states: "noise only", "drift" (1/f, of each loop), "thermal term only" or "offset jumps" at random times.

    All have a background that depends on the field, even and odd. Jumps are of single loops, or of all currents together.
    """
    field, current = np.linspace(-0.1, 0.1, steps), np.linspace(-5e-6, 5e-6, currents)
    found = {"field": field, "current": current}
    bend, tilt = rng.normal(0, 0.3, 2)
    together = rng.random() < 0.5
    for name in ("rising", "falling"):
        x = field[:, None] / 0.1
        r = 0.1 + bend * x**2 + tilt * x + rng.normal(0, 0.05, (steps, currents))
        slow = np.stack([wandering(rng, steps) for _ in range(1 if together else currents)], axis=1)
        if what == "drift":
            r = r + rng.uniform(0.1, 1) * slow
        if what == "thermal term only":
            r = r + (0.2 + 0.1 * slow) * current / 1e-6
        if what == "offset jumps":
            hit = rng.random((steps, 1 if together else currents)) < 0.06
            r = r + np.cumsum(np.where(hit, rng.normal(0, 0.5, hit.shape), 0.0), axis=0)
        found[name] = r if name == "rising" else r[::-1]
    return found


ONE_SIDED_NULLS = (
    "noise only",
    "drift",
    "thermal term only",
    "offset jumps",
    "random walk",
    "smooth background",
    "zero-field peak",
)


def one_sided_null(rng: np.random.Generator, what: str, currents: int = 21, steps: int = 41) -> dict[str, np.ndarray]:
    """A map of `ONE_SIDED_NULLS` in rising field from zero on: as `null_map`, or with what depends on field and bias smoothly."""
    if what in NULLS:
        made = null_map(rng, what, currents, steps)
        return {"field": 0.5 * (made["field"] + 0.1), "current": made["current"], "rising": made["rising"]}
    made = null_map(rng, "noise only", currents, steps)
    x, current = np.linspace(0, 1, steps)[:, None], made["current"]
    if what == "random walk":
        walk = np.cumsum(rng.normal(0, 1, (steps, 1 if rng.random() < 0.5 else currents)), axis=0)
        rising = made["rising"] + 10 ** rng.uniform(-2, 0) * walk
    else:
        centre = rng.uniform(-0.2, 1.2) if what == "smooth background" else 0.0
        width = 10 ** (rng.uniform(-1, 0.3) if what == "smooth background" else rng.uniform(-1.7, -0.7))
        u = (x - centre) / width
        shape = (1 / (1 + u**2), np.tanh(u), np.exp(-0.5 * u**2))[int(rng.integers(3)) if what == "smooth background" else 0]
        fading = 1 / (1 + (np.abs(current) / 10 ** rng.uniform(-6.3, -5.3)) ** rng.choice([2, 4]))
        rising = made["rising"] + 10 ** rng.uniform(-2, 0.5) * shape * fading
    return {"field": 0.1 * x[:, 0], "current": current, "rising": rising}


def one_sided(made: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What a map of `bias_map` holds in rising field from zero on."""
    kept = made["field"] >= 0
    return {"field": made["field"][kept], "current": made["current"], "rising": made["rising"][kept]}
