"""Tunnel maps over bias and field whose truth is known: a superconducting window with imperfections, and maps without edges.

Everything is drawn from the generator that is handed over. A map is (field (f,), bias (b,), conductance (f, b)), T, V, S.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

Map = tuple[np.ndarray, np.ndarray, np.ndarray]
REACH = 0.2
GAP = 0.3e-3


@dataclass(frozen=True)
class Junction:
    """A window from `lower` to `upper`, T. The lower edge is a gap that closes, the upper one a jump.

    `noise` is of one reading over the normal conductance; `width` (T) spreads the edges over the parts of the film.
    """

    lower: float = -0.07
    upper: float = 0.04
    noise: float = 0.02
    width: float = 0.0
    offset: float = 40e-6
    wander: float = 0.02


def density(bias: np.ndarray, gap: np.ndarray, broadening: float = 0.1) -> np.ndarray:
    """Dynes conductance (..., b) at bias (b,) for gaps (..., 1), V."""
    z = bias + 1j * broadening * GAP
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(z**2 - gap**2)
    return np.abs((z / np.where(root.real * bias < 0, -root, root)).real)


def spectra(rng: np.random.Generator, device: Junction, steps: int = 81, points: int = 81) -> Map:
    """A map with a sloping, bent background, a gain that drifts and an offset of the bias that moves a little."""
    field, bias = np.linspace(-REACH, REACH, steps), np.linspace(-1e-3, 1e-3, points)
    parts = norm.ppf((np.arange(24) + 0.5) / 24) if device.width else np.zeros(1)
    edge, jump = device.lower + device.width * parts, device.upper + device.width * parts
    inside = (field[:, None] > edge) & (field[:, None] < jump)
    share = np.clip((field[:, None] - edge) / (0.5 * (device.upper - device.lower)), 0, 1)
    gap = np.where(inside, GAP * np.sqrt(share), 0.0)
    centre = device.offset + 2e-6 * rng.standard_normal((steps, 1))
    g = np.mean([density(bias - centre, gap[:, k : k + 1]) for k in range(parts.size)], axis=0)
    return field, bias, _instrument(rng, bias, g, device)


def _instrument(rng: np.random.Generator, bias: np.ndarray, g: np.ndarray, device: Junction) -> np.ndarray:
    steps = len(g)
    gain = np.exp(device.wander * np.cumsum(rng.standard_normal((steps, 1)), axis=0) / np.sqrt(steps))
    u = bias / 1e-3
    return 1e-5 * gain * (1 + 0.03 * u + 0.04 * u**2) * g + 1e-5 * device.noise * rng.standard_normal(g.shape)


def _flat(rng: np.random.Generator, steps: int, points: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    field, bias = np.linspace(-REACH, REACH, steps), np.linspace(-1e-3, 1e-3, points)
    return field, bias, np.ones((steps, points))


def _noise_only(rng: np.random.Generator, steps: int, points: int) -> Map:
    field, bias, g = _flat(rng, steps, points)
    return field, bias, _instrument(rng, bias, g, Junction(noise=10 ** rng.uniform(-3, -0.7)))


def _drift(rng: np.random.Generator, steps: int, points: int) -> Map:
    """No gap, but a zero-bias anomaly of a few per cent that comes and goes slowly with the time of the sweep."""
    field, bias, g = _flat(rng, steps, points)
    slow = np.cumsum(rng.standard_normal(steps)) / np.sqrt(steps)
    g = g - rng.uniform(0, 0.04) * (1.5 + slow[:, None]) / (1 + (bias / 1e-4) ** 2)
    return field, bias, _instrument(rng, bias, g, Junction(noise=10 ** rng.uniform(-3, -1), wander=0.2))


def _gap_everywhere(rng: np.random.Generator, steps: int, points: int) -> Map:
    """A gap at every field, which a field takes down smoothly and never to nothing."""
    field, bias, _ = _flat(rng, steps, points)
    u = (field - rng.uniform(-0.1, 0.1)) / REACH
    gap = GAP * (1 - rng.uniform(0, 0.6) * np.minimum(u**2, 1)) + 3e-6 * np.cumsum(rng.standard_normal(steps))
    g = density(bias - 4e-5, gap[:, None], rng.uniform(0.05, 0.4))
    return field, bias, _instrument(rng, bias, g, Junction(noise=10 ** rng.uniform(-3, -1)))


def _jumps(rng: np.random.Generator, steps: int, points: int) -> Map:
    """No gap; the conductance, its slope in bias and the offset of the bias jump at random times."""
    field, bias, g = _flat(rng, steps, points)

    def steps_of(size: float) -> np.ndarray:
        return np.cumsum(np.where(rng.random((steps, 1)) < 0.05, rng.normal(0, size, (steps, 1)), 0.0), axis=0)

    u = bias / 1e-3 - steps_of(0.05)
    g = (1 + np.clip(steps_of(0.3), -0.7, 3)) * (g + steps_of(0.05) * u + 0.05 * u**2)
    return field, bias, _instrument(rng, bias, g, Junction(noise=10 ** rng.uniform(-3, -1)))


NULLS: dict[str, Callable[[np.random.Generator, int, int], Map]] = {
    "noise only": _noise_only, "drifting anomaly": _drift, "gap everywhere": _gap_everywhere, "jumps": _jumps,
}  # fmt: skip
"""Maps without an edge of a window."""
