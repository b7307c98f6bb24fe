"""Maps of R over temperature and field whose truth is known: films that order below T_K(B), films that do not, and no films.

Everything is drawn from the generator that is handed over. `film_map` measures a `FilmMap` as R(T) at fields or R(B) at
temperatures with what instruments add: white and 1/f noise, a creeping offset, resistance in series, errors and lag of the
thermometer, an irregular grid, gaps. `NULLS` are maps without a resistive region inside the superconducting one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import erf

from supraspin.data import make
from supraspin.models._film_start import reduced_temperature_of
from supraspin.models._pair_breaking import parallel_field_scale, perpendicular_field_scale
from synthetic_resistance import coloured


@dataclass(frozen=True)
class FilmMap:
    """A film and how it is measured; K, T, m, and ohm with 100 ohm in the normal state. `height` is the rise in parts of R_N."""

    critical_temperature: float = 6.6
    coherence_length: float = 6.4e-9
    thickness: float = 11e-9
    angle: float = math.pi / 2
    magnetic_length: float = 8.7e-9
    height: float = 0.4
    width: float = 0.12
    smear: float = 0.03
    fluctuation: float = 0.0
    normal_slope: float = 0.003
    magnetoresistance: float = 0.002
    flux_flow: float = 0.0
    lead: float = 0.8
    white: float = 0.2
    flicker: float = 0.2
    creep: float = 0.0
    thermometer: float = 0.005
    lag: float = 0.0
    low: float = 1.5
    high: float = 9.0
    largest: float = 6.0
    order_field_scale: float = 1.0
    peak_effect: float = 0.0

    @property
    def scale(self) -> float:
        """B_c2 at T = 0, T, for a field along or across the film."""
        if self.angle > 0.1:
            return float(perpendicular_field_scale(self.coherence_length))
        return float(parallel_field_scale(self.coherence_length, self.thickness))

    @property
    def share(self) -> float:
        """T_K/T_c."""
        return max(0.0, 1 - (self.coherence_length / self.magnetic_length) ** 2)

    @property
    def ordering_temperature(self) -> float:
        return self.share * self.critical_temperature

    def transition(self, field):
        """T_c(B), K."""
        ratio = np.abs(field) / self.scale
        return self.critical_temperature * reduced_temperature_of(ratio if self.angle > 0.1 else ratio**2)

    def order(self, field):
        """T_K(B), K."""
        ratio = np.abs(field) / (self.scale * self.order_field_scale)
        return self.ordering_temperature * reduced_temperature_of(ratio if self.angle > 0.1 else ratio**2)

    def resistance(self, t, field):
        """R without noise, ohm, elementwise."""
        warm = self.transition(field)
        normal = 100 * (1 + self.normal_slope * (t - self.critical_temperature) + self.magnetoresistance * field**2)
        share = 0.5 * (1 + erf((t - warm) / (math.sqrt(2) * self.width * np.sqrt(1 + (np.abs(field) / self.scale) ** 2))))
        above = np.maximum(t / np.maximum(warm, 1e-3) - 1, 1e-3)
        normal = normal / (1 + self.fluctuation / above)
        flow = (
            self.flux_flow
            * np.clip(np.abs(field) / self.scale, 0, 1)
            * np.clip(t / np.maximum(warm, 0.05), 0, 1) ** (3 - 3 * self.peak_effect)
        )
        kelvin = self.order(field)
        flow = flow * (1 - self.peak_effect * np.exp(-0.5 * ((t / np.maximum(warm, 0.05) - 0.85) / 0.07) ** 2))
        # T_K spreads by `smear` of its value: the mean of the rise over a few values.
        rise = sum(w * np.maximum(0, 1 - (t / np.maximum(kelvin * (1 + self.smear * z), 1e-3)) ** 2) for z, w in _NODES)
        return self.lead + normal * (share + (1 - share) * np.minimum(flow, 0.9)) + self.height * 100 * rise * (1 - share)


_NODES = ((-1.732, 1 / 6), (0.0, 2 / 3), (1.732, 1 / 6))


def film_map(
    rng: np.random.Generator, film: FilmMap, *, along: str = "temperature", lines: int = 16, points: int = 120,
    both: bool = False, gaps: bool = False, irregular: bool = True, told: bool = True,
    extra: Callable | None = None, source: str = "map.csv",
):  # fmt: skip
    """A data set of `film`: `lines` sweeps of `points` readings. `both` sweeps up and down; `extra(rng, n)` is added, ohm."""
    other = np.linspace(0, film.largest, lines) if along == "temperature" else np.linspace(film.low, film.high, lines)
    if irregular:
        other = np.sort(other + np.concatenate([[0], rng.uniform(-0.3, 0.3, lines - 1)]) * (other[1] - other[0]))
    xs, rs, constants = [], [], []
    for i, value in enumerate(other):
        for direction in (1, -1) if both else (rng.choice([1, -1]),):
            ends = (film.low, film.high) if along == "temperature" else (0.0, film.largest)
            count = points if not irregular else int(points * rng.uniform(0.7, 1.3))
            x = np.linspace(*ends, count)
            if irregular:
                x = np.sort(x + rng.uniform(-0.3, 0.3, count) * (x[1] - x[0]))
                x = np.clip(x, *ends)
            if gaps and rng.random() < 0.4:
                lost = rng.uniform(*ends)
                x = x[np.abs(x - lost) > 0.04 * (ends[1] - ends[0])]
            x = x[::direction]
            t, b = (x, np.full(x.size, value)) if along == "temperature" else (np.full(x.size, value), x)
            true_t = t - direction * film.lag if along == "temperature" else t
            r = (
                film.resistance(true_t + 0 * b, b)
                + film.white * rng.normal(size=x.size)
                + film.flicker * coloured(rng, x.size, 1.0)
            )
            r = r + film.creep * (i + np.linspace(0, 1, x.size))
            r = r if extra is None else r + extra(rng, x.size)
            xs.append(x + film.thermometer * rng.normal(size=x.size) if along == "temperature" else x)
            rs.append(r)
            constants.append(value if along == "temperature" else value + film.thermometer * rng.normal())
    name = "field" if along == "temperature" else "temperature"
    known = {name: constants} | ({"field_angle": film.angle} if told else {})
    kind = "resistance_temperature" if along == "temperature" else "magnetoresistance"
    x_name = "temperature" if along == "temperature" else "field"
    return make(kind, {x_name: xs, "resistance": rs}, per_sweep=known, source=source)


def random_film(rng: np.random.Generator, **changes) -> FilmMap:
    """A film with imperfections drawn at random, without magnetic order unless `changes` gives a height."""
    film = FilmMap(
        critical_temperature=rng.uniform(4, 8), coherence_length=rng.uniform(6e-9, 9e-9), thickness=rng.uniform(5e-9, 15e-9),
        angle=float(rng.choice([0.0, math.pi / 2])), height=0.0, width=rng.uniform(0.05, 0.3), fluctuation=rng.uniform(0, 0.01),
        normal_slope=rng.uniform(-0.002, 0.01), magnetoresistance=rng.uniform(0, 0.005), lead=rng.choice([0.0, 0.5, 3.0]),
        white=10 ** rng.uniform(-2, 0), flicker=10 ** rng.uniform(-2, 0), low=rng.uniform(0.3, 2.0), high=rng.uniform(9, 14),
        lag=rng.uniform(0, 0.05),
    )  # fmt: skip
    film = replace(film, **changes)
    return replace(film, largest=film.scale * rng.uniform(0.6, 1.4)) if "largest" not in changes else film


def _plain(rng):
    return random_film(rng), {}


def _flicker(rng):
    return random_film(rng, flicker=rng.uniform(1, 6)), {}


def _creeping(rng):
    return random_film(rng, creep=rng.uniform(-1, 1)), {}


def _flowing(rng):
    return random_film(rng, flux_flow=rng.uniform(0.1, 0.9)), {}


def _peaked(rng):
    return random_film(rng, flux_flow=rng.uniform(0.1, 0.5), peak_effect=1.0), {}


def _magnetoresistive(rng):
    return random_film(rng, magnetoresistance=rng.uniform(0.005, 0.03)), {}


def _leads(rng):
    slope = rng.uniform(-0.5, 1.0)
    return random_film(rng, lead=rng.uniform(2, 12)), {"extra": lambda g, n: slope * np.sort(g.uniform(0, 1, n))}


def _walking(rng):
    size = rng.uniform(0.2, 3)
    return random_film(rng), {"extra": lambda g, n: size * coloured(g, n, 2.0)}


def _spiky(rng):
    return random_film(rng), {"extra": lambda g, n: np.where(g.random(n) < 0.01, g.normal(0, 60, n), 0.0)}


NULLS: dict[str, Callable] = {
    "plain superconductor": _plain, "strong 1/f noise": _flicker, "creeping offset": _creeping, "flux flow": _flowing,
    "peak effect": _peaked,
    "normal magnetoresistance": _magnetoresistive, "lead offset": _leads, "random walk": _walking, "spikes": _spiky,
}  # fmt: skip


def null(name: str, rng: np.random.Generator):
    """A map of `NULLS`, or "noise only": no superconductor at all."""
    along = str(rng.choice(["temperature", "field"]))
    lines, points = int(rng.integers(6, 30)), int(rng.choice([30, 60, 120, 250]))
    grid = {"along": along, "lines": lines, "points": points, "both": bool(rng.random() < 0.3), "gaps": bool(rng.random() < 0.3)}
    if name == "noise only":
        level, size = rng.choice([0.0, 1.0, 10.0]), rng.uniform(0.5, 5)
        ends = np.linspace(0, 5, lines)
        xs = [np.linspace(0.5, 9, points) for _ in ends]
        rs = [level + size * (rng.normal(size=points) + rng.uniform(0, 2) * coloured(rng, points, 1.0)) for _ in ends]
        x_name, other = ("temperature", "field") if along == "temperature" else ("field", "temperature")
        kind = "resistance_temperature" if along == "temperature" else "magnetoresistance"
        return make(
            kind, {x_name: xs, "resistance": rs}, per_sweep={other: ends + 0.3 * (other == "temperature")}, source="n.csv"
        )
    film, more = NULLS[name](rng)
    return film_map(rng, film, **grid, **more)
