"""The film between its voltage contacts: R(T, B) from room temperature through the transition into the ordered phase, and V(I).

Above T_c the metal (Bloch-Grueneisen, from R_N to R_N times the residual resistance ratio at 273 K). Through the transition
local critical temperatures are spread, each part superconducting by itself: as `halperin_nelson_crossover` where the film has
a BKT temperature, by paraconductivity otherwise; the effective medium of the parts is the film (`transition`). Below T_K the
ordered moments make part of the film resistive: with the share f_s = (1 - r m)/2 superconducting in two dimensions,
R = R_N (1 - 2 f_s) = r m R_N, r the `resistive_share` and m the order.

Against current,

    V/I = R(T, B) + R_size + (R_I - R) [1 + (I_c/I)^(2 (a - 1))]^(-1/2),

a power law V ~ I^a well below I_c = I_0 (1 - (T/T_c)^2)^(3/2). Beyond it there is no order, but there are fluctuations, which a
strong field breaks as a higher temperature does: R_I is R at T_c (1 + e), e^3 = (T/T_c - 1)^3 + (I/10 I_0)^2, the first term only
above T_c (the field scale of paraconductivity goes with the power 3/2). So V rises with T and I through T_c without a step. a is
the exponent of an infinite film (`bkt_exponent`), which stays at 3 above T_BKT, where free vortices make R the ohmic tail;
R_size = R_N exp(-(a - 1) l) is the tail of a finite one. A bulk-like film has a = 6 at once below T_c. The power I V heats.
"""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from scipy.integrate import quad

from supraspin.devices import Device, Film
from supraspin.lab import order as film_order
from supraspin.models.bkt_exponent import bkt_exponent
from supraspin.models.halperin_nelson_crossover import halperin_nelson_crossover
from supraspin.models.transition import transition

DEBYE_TEMPERATURE = 210.0
"""Of the metal's resistance, K: it sets how R(T) bends towards its residual value."""
_WARM = 273.0


@cache
def _phonons() -> tuple[np.ndarray, np.ndarray]:
    """Temperatures over the Debye temperature, and the Bloch-Grueneisen integral (n = 3) there."""
    t = np.linspace(0.004, 2.5, 400)

    def shape(x: float) -> float:
        return x**3 * np.exp(-x) / np.expm1(-x) ** 2 if x > 0 else 0.0

    return t, np.array([one**3 * quad(shape, 0, min(1 / one, 60))[0] for one in t])


def normal_resistance(device: Device, temperature) -> np.ndarray:
    """Resistance of the normal film, ohm: R_N at T_c0, R_N times the residual resistance ratio at 273 K; elementwise."""
    t, values = _phonons()

    def phonons(warm):
        return np.interp(np.asarray(warm, float) / DEBYE_TEMPERATURE, t, values)

    film = device.film
    cold, warm = phonons(film.critical_temperature), phonons(_WARM)
    rise = (phonons(temperature) - cold) / (warm - cold)
    return film.normal_resistance * (1 + (film.residual_resistance_ratio - 1) * rise)


def _transition(film: Film) -> tuple[np.ndarray, np.ndarray]:
    """T/T_c, denser about 1, and R/R_N there."""
    bkt = None if film.bkt_temperature is None else film.bkt_temperature / film.critical_temperature
    return _transition_shape(film_order.relative_width(film), bkt, film.fluctuation_strength, film.bkt_constant)


@lru_cache(maxsize=256)
def _transition_shape(width: float, bkt: float | None, fluctuation: float, constant: float) -> tuple[np.ndarray, np.ndarray]:
    """The same of a film by its reduced numbers: films that differ otherwise share it."""
    reduced = 1 + np.sinh(np.linspace(-7, 7, 6001)) / np.sinh(7) * np.where(np.linspace(-7, 7, 6001) < 0, 1.0, 60.0)
    if bkt is None:
        ratio = transition(
            reduced, critical_temperature=1.0, transition_width=width, normal_resistance=1.0,
            fluctuation_strength=fluctuation,
        )  # fmt: skip
        return reduced, np.asarray(ratio)
    parts, weights = film_order.spread(width)
    local = halperin_nelson_crossover(
        reduced[:, None] / parts, normal_resistance=1.0, bkt_temperature=bkt, critical_temperature=1.0, bkt_constant=constant
    )  # fmt: skip
    return reduced, effective_medium(np.asarray(local), weights)


def transition_ratio(device: Device, temperature, field=0.0, field_angle=0.0) -> np.ndarray:
    """R/R_N through the superconducting transition, the ordered phase left out; a function of T/T_c(B); elementwise."""
    tc = film_order.critical_temperature(device, field, field_angle)
    temperature, tc = np.broadcast_arrays(np.asarray(temperature, float), tc)
    reduced = np.where(tc > 0, temperature / np.where(tc > 0, tc, 1.0), np.inf)
    return np.interp(reduced, *_transition(device.film), right=1.0)


def effective_medium(local: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Resistance of a two-dimensional medium (...,) of parts with resistance `local` (..., p) and shares `weights` (p,).

    The root of the average of (R - R_i)/(R + R_i), by bisection; 0 where half of it or more has no resistance (Bruggeman).
    """
    low, high = np.zeros(local.shape[:-1]), local.max(axis=-1)
    for _ in range(60):
        middle = 0.5 * (low + high)
        sum_ = np.sum(weights * (middle[..., None] - local) / np.maximum(middle[..., None] + local, 1e-300), axis=-1)
        low, high = np.where(sum_ < 0, middle, low), np.where(sum_ < 0, high, middle)
    return 0.5 * (low + high)


def resistance(device: Device, temperature, field=0.0, field_angle=0.0) -> np.ndarray:
    """Four-probe resistance at small current, ohm; temperature K, field T at an angle (rad) to the film; elementwise."""
    normal = normal_resistance(device, temperature)
    ratio = transition_ratio(device, temperature, field, field_angle)
    if device.ordering is None:
        return normal * ratio
    ordered = film_order.order(device, temperature, field, field_angle)
    return normal * np.maximum(ratio, device.ordering.resistive_share * ordered)


_FLUCTUATIONS = 10.0
"""Current that breaks fluctuations at 2 T_c, over the critical current at T = 0."""
_HEATING = 60
"""Passes at most until power and temperature agree; from the cold side, so that of two states the colder one is taken."""
BULK_EXPONENT = 6.0
"""Of V against I just below T_c in a film that is no two-dimensional superconductor (device D of arXiv:2306.06659)."""


@lru_cache(maxsize=256)
def _exponents(bkt: float) -> tuple[np.ndarray, np.ndarray]:
    """T/T_c, denser below T_BKT (`bkt` over T_c), and the exponent of an infinite film there; 3 from T_BKT on."""
    reduced = bkt * (1 - np.linspace(1, 0, 4001) ** 3)
    bound = bkt_exponent(
        np.maximum(reduced, 1e-3),
        bkt_temperature=bkt,
        stiffness_slope=bkt / (1 - bkt),
        size_logarithm=np.inf,
        vortex_fugacity=0.04,
    )
    return np.append(reduced, 1.0), np.append(np.maximum(np.asarray(bound), 3.0), 3.0)


def exponent(device: Device, temperature, field=0.0, field_angle=0.0) -> np.ndarray:
    """Exponent of V ~ I^a that the current sees well below I_c in an infinite film; elementwise."""
    film = device.film
    tc = film_order.critical_temperature(device, field, field_angle)
    temperature, tc = np.broadcast_arrays(np.asarray(temperature, float), tc)
    if film.bkt_temperature is None:
        return np.full(tc.shape, BULK_EXPONENT)
    reduced = np.where(tc > 0, temperature / np.where(tc > 0, tc, 1.0), 1.0)
    return np.interp(reduced, *_exponents(film.bkt_temperature / film.critical_temperature))


def voltage(device: Device, current, temperature, field=0.0, field_angle=0.0, *, thermal_resistance: float = 0.0) -> np.ndarray:
    """Four-probe voltage, V, at a direct current, A; the film is warmer than `temperature` by the power times
    `thermal_resistance` (K/W); elementwise."""
    film = device.film
    current, temperature, field, field_angle = np.broadcast_arrays(
        *(np.asarray(a, float) for a in (current, temperature, field, field_angle))
    )
    tc = film_order.critical_temperature(device, field, field_angle)
    size = np.maximum(np.abs(current), 1e-18)
    volts = np.zeros(current.shape)
    for _ in range(_HEATING if thermal_resistance else 1):
        warm = temperature + thermal_resistance * np.abs(current * volts)
        linear = resistance(device, warm, field, field_angle)
        normal = normal_resistance(device, warm)
        a = exponent(device, warm, field, field_angle)
        reduced = np.where(tc > 0, warm / np.where(tc > 0, tc, 1.0), np.inf)
        critical = film.critical_current * np.maximum(1 - reduced**2, 0.0) ** 1.5
        ratio = np.exp(np.minimum(2 * (a - 1) * (np.log(np.maximum(critical, 1e-300)) - np.log(size)), 600.0))
        flow = np.where(critical > 0, (1 + ratio) ** -0.5, 1.0)
        above = np.cbrt(
            np.maximum(reduced - 1, 0.0) ** 3 + (np.maximum(size, critical) / (_FLUCTUATIONS * film.critical_current)) ** 2
        )
        driven = np.maximum(normal * np.interp(1 + above, *_transition(film), right=1.0), linear)
        tail = np.where(critical > 0, normal * np.exp(-(a - 1) * film.size_logarithm), 0.0)
        before, volts = volts, current * np.minimum(linear + tail + (driven - linear) * flow, np.maximum(normal, linear))
        if np.allclose(volts, before, rtol=1e-6, atol=0.0):
            break
    return volts
