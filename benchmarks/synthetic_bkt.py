"""V-I families whose truth is known: films with a BKT transition and imperfections, and curves that have none.

Everything is drawn from the generator that is handed over. A family is a list of (temperature, current, voltage) in the order
of measurement, K, A, V. `NULLS` holds what has no BKT transition; `film` makes one that has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

Family = list[tuple[float, np.ndarray, np.ndarray]]


def currents(rng: np.random.Generator, points: int | None = None, top: float = 1e-4, decades: float | None = None) -> np.ndarray:
    """A sweep: linear or geometric, one polarity, both, or a closed cycle, A."""
    n = points or int(rng.integers(40, 110))
    if rng.random() < 0.4:
        one = np.linspace(top / n, top, n)
    else:
        one = np.geomspace(top / 10 ** (decades or rng.uniform(1.5, 3)), top, n)
    way = rng.random()
    if way < 0.2:
        return one
    if way < 0.7:
        return np.concatenate([-one[::-1], one])
    return np.concatenate([one, one[::-1], -one, -one[::-1]])


def measured(rng: np.random.Generator, current: np.ndarray, voltage: np.ndarray, floor: float, relative: float) -> np.ndarray:
    """What a voltmeter reads: noise, an offset that drifts a little, a thermoelectric voltage."""
    drift = floor * np.cumsum(rng.normal(0, 0.05, current.size))
    return (
        voltage * (1 + relative * rng.normal(size=current.size)) + floor * rng.normal(size=current.size)
        + floor * rng.normal(0, 20) + drift
    )  # fmt: skip


def temperatures(rng: np.random.Generator, count: int | None = None) -> np.ndarray:
    centre = rng.uniform(0.5, 12)
    return centre * np.linspace(1 - rng.uniform(0.03, 0.4), 1 + rng.uniform(0.02, 0.2), count or int(rng.integers(8, 18)))


def _family(rng: np.random.Generator, shape: Callable[[float, np.ndarray], np.ndarray], relative: float | None = None) -> Family:
    """`shape(t, |I|/I_top)`: voltage over R_N I_top, t from 0 (cold) to 1 (hot)."""
    ts, i = temperatures(rng), currents(rng)
    top, ohms = float(np.abs(i).max()), 10 ** rng.uniform(-1, 3)
    floor = ohms * top * 10 ** rng.uniform(-6, -2)
    noise = 10 ** rng.uniform(-4, -1.5) if relative is None else relative
    steps = np.linspace(0, 1, ts.size)
    return [
        (float(t), i, measured(rng, i, ohms * top * np.sign(i) * shape(s, np.abs(i) / top), floor, noise))
        for t, s in zip(ts, steps, strict=True)
    ]


def _cooling(rng: np.random.Generator) -> Callable[[float], float]:
    """R(t)/R(1): a metal, or something that falls steeply on cooling."""
    if rng.random() < 0.5:
        residual = rng.uniform(0.05, 1)
        return lambda t: residual + (1 - residual) * t**2
    depth, width = rng.uniform(1, 8), rng.uniform(0.05, 0.5)
    return lambda t: 10 ** (-depth / (1 + np.exp((t - 0.5) / width)))


def ohmic(rng: np.random.Generator) -> Family:
    r = _cooling(rng)
    return _family(rng, lambda t, i: r(t) * i)


def heating(rng: np.random.Generator) -> Family:
    """V = I R(T) (1 + c I^2 + ...), the first term of Joule heating alone or its whole series."""
    r, strength, cold = _cooling(rng), 10 ** rng.uniform(-1, 2.5), rng.uniform(0, 3)
    runaway = rng.random() < 0.3

    def shape(t, i):
        x = strength * i**2 * r(t) ** rng_sign * (1 + cold * (1 - t))
        return r(t) * i * (np.exp(np.minimum(x, 3.0)) if runaway else 1 + x)

    rng_sign = rng.choice([0.0, 1.0])
    return _family(rng, shape)


def switching(rng: np.random.Generator) -> Family:
    """A critical current I_c(T) with a jump to the normal state, sharp or as an overdamped junction."""
    top, power, kind, tail = rng.uniform(0.2, 1.5), rng.uniform(0.5, 1.5), rng.random(), 10 ** rng.uniform(-6, -2)
    last = rng.uniform(0.5, 1.1)

    def shape(t, i):
        ic = top * max(1 - t / last, 0.0) ** power
        if kind < 0.5:
            return np.where(i > ic, i, tail * i)
        return np.where(i > ic, np.sqrt(np.maximum(i**2 - ic**2, 0.0)), tail * i)

    return _family(rng, shape)


def flux_flow(rng: np.random.Generator) -> Family:
    """V = R_f (I - I_c)^p beyond a depinning current, or a granular film's spread of critical currents."""
    top, power, last = rng.uniform(0.05, 0.8), rng.uniform(0.7, 1.5), rng.uniform(0.7, 1.2)
    grow, spread = rng.uniform(1.0, 2.0), rng.uniform(0.1, 1.5)
    granular = rng.random() < 0.5
    share = (np.arange(60) + 0.5) / 60
    normal = np.sqrt(2) * np.array([np.sqrt(2) * _inverse_error(2 * s - 1) for s in share]) / np.sqrt(2)

    def shape(t, i):
        ic = top * max(1 - t / last, 0.0) ** power
        if not granular:
            return np.maximum(i - ic, 0.0) ** grow if ic > 0 else i
        local = ic * np.exp(spread * normal)
        return np.mean(np.sqrt(np.maximum(i[:, None] ** 2 - local**2, 0.0)), axis=1)

    return _family(rng, shape)


def _inverse_error(x: float) -> float:
    from scipy.special import erfinv

    return float(erfinv(x))


def contact(rng: np.random.Generator) -> Family:
    """Contacts: a diode-like or tunnelling characteristic that hardly depends on temperature, with a film in series."""
    scale, r, share, kind = 10 ** rng.uniform(-1.5, 0.5), _cooling(rng), rng.uniform(0.2, 1), rng.random()

    def shape(t, i):
        x = i / scale
        part = np.arcsinh(x) * scale if kind < 0.4 else i * (1 + x**2) if kind < 0.7 else scale * x**rng_power
        return share * part + (1 - share) * r(t) * i

    rng_power = rng.uniform(0.5, 2.5)
    return _family(rng, shape)


def noise_only(rng: np.random.Generator) -> Family:
    return _family(rng, lambda t, i: 0.0 * i, relative=0.0)


def residual(rng: np.random.Generator) -> Family:
    """A clean metal with a residual resistance like that of leads, heated by the current."""
    rest, strength = rng.uniform(0.02, 0.3), 10 ** rng.uniform(-1, 1.5)
    return _family(rng, lambda t, i: (rest + (1 - rest) * t**3) * i * (1 + strength * i**2 * (1 - t)))


NULLS: dict[str, Callable[[np.random.Generator], Family]] = {
    "ohmic, noise and offset": ohmic, "Joule heating": heating, "critical-current jumps": switching,
    "flux flow or granular": flux_flow, "contact nonlinearity": contact, "noise only": noise_only,
    "residual resistance, heated": residual,
}  # fmt: skip


def bulk(rng: np.random.Generator) -> Family:
    """A superconductor whose exponent leaps from 1 to about 6 within one step of temperature."""
    leap = rng.uniform(5, 7)
    at = rng.uniform(0.35, 0.7)
    return _family(rng, lambda t, i: i ** (leap + 4 * (at - t)) if t < at else i, relative=0.003)


@dataclass(frozen=True)
class Film:
    """A film: where a(T) = 3, its rounding, and what is wrong with the measurement (each an effect that a power law lacks).

    `vortices` above 0 is the b of free vortices: above T_BKT the curves are ohmic at low current, by the interpolation formula.
    """

    bkt_temperature: float = 6.3
    slope: float = 22.0
    rounding: float = 0.25
    normal: float = 100.0
    top: float = 1e-4
    floor: float = 2e-9
    relative: float = 0.004
    offset: float = 40e-9
    lead: float = 0.0
    tail: float = 2e-4
    vortices: float = 0.0
    size: float = 0.0
    critical_temperature: float = 6.6
    heating: float = 0.15
    thermometer: float = 1e-3
    temperatures: tuple[float, ...] = field(default_factory=lambda: tuple(np.linspace(5.95, 6.55, 16)))
    points: int = 60

    def exponent(self, temperature):
        """a(T): 1 + 2 T_BKT J_s/(T J_BKT) of a stiffness that falls linearly, ending in a rounded jump; 3 at T_BKT.

        With `size` it is that of Kosterlitz's flow, ended by a finite size, and passes 3 somewhat above T_BKT.
        """
        if self.size:
            from supraspin.models import bkt_exponent

            own = {"bkt_temperature": self.bkt_temperature, "stiffness_slope": self.slope}
            return np.asarray(bkt_exponent(temperature, size_logarithm=self.size, **own))
        x = self.slope * (1 - np.asarray(temperature) / self.bkt_temperature)
        jump = (1 + np.exp(-2.0)) / (1 + np.exp(-2.0 - x / self.rounding))
        return 1 + 2 * np.maximum(1 + x, 0.0) * jump

    def ohmic(self, temperature: float) -> float:
        """Resistance of free vortices over the normal one."""
        if not self.vortices or temperature <= self.bkt_temperature:
            return 0.0
        apart = (self.critical_temperature - self.bkt_temperature) / (temperature - self.bkt_temperature)
        return 1 / (1 + 0.37 / self.vortices * np.sinh(np.sqrt(min(self.vortices * apart, 1e4))) ** 2)


def film(rng: np.random.Generator, what: Film) -> Family:
    """V-I curves of a film with a sweep through both polarities, thermometer errors, heating and a finite-size tail."""
    one = np.geomspace(what.top / 300, what.top, what.points)
    i = np.concatenate([-one[::-1], one])
    found = []
    for t in what.temperatures:
        true = t + what.thermometer * rng.normal()
        a = float(what.exponent(true))
        x = np.abs(i) / what.top
        free = what.ohmic(true)
        v = what.normal * what.top * ((1 - free) * 0.3 * x**a + (free + what.tail * np.exp(-(a - 3))) * x)
        v = v * (1 + what.heating * (v / (what.normal * what.top)) * x) + what.lead * np.abs(i)
        reading = measured(rng, i, np.sign(i) * v, what.floor, what.relative) + what.offset
        found.append((float(t), i, reading))
    return found


def resistance(
    rng: np.random.Generator, *, bkt_temperature: float = 6.3, critical_temperature: float = 6.6, bkt_constant: float = 1.0,
    normal: float = 100.0, lead: float = 0.5, tail: float = 2e-4, slope: float = 0.02, floor: float = 5e-3,
    relative: float = 1e-3, thermometer: float = 1e-3, points: int = 160, spread: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """R(T) as read, K and ohm: a BKT transition, or with `spread` (K) a plain spread of critical temperatures about T_c.

    Beside it stand a lead, a tail of finite size, a normal state that rises with temperature, noise of both readings.
    """
    from supraspin.models import halperin_nelson_crossover, transition

    t = np.linspace(bkt_temperature - 0.5, critical_temperature + 0.6, points)
    true = t + thermometer * rng.normal(size=points)
    if spread:
        centre = bkt_temperature + 0.12
        widths = {"critical_temperature": centre, "transition_width": spread, "fluctuation_strength": 1e-3}
        r = np.asarray(transition(true, normal_resistance=normal, **widths))
    else:
        film_values = {"bkt_temperature": bkt_temperature, "critical_temperature": critical_temperature}
        r = np.asarray(halperin_nelson_crossover(true, normal_resistance=normal, bkt_constant=bkt_constant, **film_values))
        r = r + tail * normal / (1 + np.exp(-(true - bkt_temperature) / 0.05))
    r = r * (1 + slope * (true - critical_temperature)) + lead
    return t, r * (1 + relative * rng.normal(size=points)) + floor * rng.normal(size=points)
