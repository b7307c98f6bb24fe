"""What the twin says of each published number: pure functions of a device and the conditions that the number holds under.

A resistive transition is where R is half of R_N, as the analyses read it; "just above T_c" is R_N.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq

from supraspin.devices import Channel, Device
from supraspin.devices.published import PublishedNumber
from supraspin.lab import film, junction
from supraspin.lab import order as film_order
from supraspin.lab.channel import nonlocal_resistance
from supraspin.models._pair_breaking import parallel_field_scale, perpendicular_field_scale
from supraspin.models.hanle_vortex import hanle_vortex
from supraspin.models.intercalation_profile import mean_concentration as mean_of_profile

ACROSS = math.pi / 2
PAULI_SLOPE = 1.8568
"""B_Pauli over T_c, T/K."""
_BISECTION = 1e-10

Prediction = Callable[..., float]
PREDICTIONS: dict[str, Prediction] = {}
"""Name of a prediction (`twin` of a published number) -> function of the device and, by keyword, of conditions in SI units."""


def prediction(function: Prediction) -> Prediction:
    """Enter the decorated function in `PREDICTIONS` under its own name."""
    PREDICTIONS[function.__name__] = function
    return function


def predict(device: Device, number: PublishedNumber) -> float:
    """What the twin says of a number; NaN where the device shows nothing of the kind."""
    return float(PREDICTIONS[number.twin](device, **number.at))


@prediction
def critical_temperature(device: Device) -> float:
    """Temperature, K, at which the resistance is half of the normal one, in zero field."""
    tc = device.film.critical_temperature
    return _root(lambda t: float(film.transition_ratio(device, t)) - 0.5, 0.5 * tc, 1.2 * tc)


@prediction
def bkt_temperature(device: Device) -> float:
    """Temperature, K, at which the exponent of an infinite film jumps from 3 to 1, and above which its resistance rises."""
    return device.film.bkt_temperature or math.nan


@prediction
def exponent_below_transition(device: Device) -> float:
    """Exponent of V against I just below T_c."""
    return float(film.exponent(device, 0.999 * device.film.critical_temperature))


@prediction
def resistance_over_normal(device: Device, temperature: float) -> float:
    """Resistance in zero field over the normal one."""
    return float(film.resistance(device, temperature)) / device.film.normal_resistance


@prediction
def ordering_temperature(device: Device) -> float:
    """T_K in zero field, K."""
    return float(film_order.ordering_temperature(device, 0.0))


@prediction
def ordering_field_perpendicular(device: Device, temperature: float) -> float:
    """Field across the film, T, at which T_K has come down to a temperature."""
    most = perpendicular_field_scale(device.film.coherence_length)
    return _root(lambda b: float(film_order.ordering_temperature(device, b, ACROSS)) - temperature, 0.0, most)


@prediction
def critical_field_perpendicular(device: Device, temperature: float) -> float:
    """Field across the film, T, at which the resistance is half of the normal one."""
    most = perpendicular_field_scale(device.film.coherence_length)
    return _root(lambda b: float(film.transition_ratio(device, temperature, b, ACROSS)) - 0.5, 0.0, most)


@prediction
def pauli_ratio(device: Device) -> float:
    """Critical field in the plane at T = 0 over the Pauli field."""
    part = device.film
    return parallel_field_scale(part.coherence_length, part.thickness) / (PAULI_SLOPE * part.critical_temperature)


@lru_cache(maxsize=64)
def _sides(device: Device, temperature: float, current: float) -> tuple[float, float]:
    """Two-probe resistance, ohm, of parallel and antiparallel magnetisations, as `tmr_loop` reads them."""
    contact = next(one for one in device.contacts if one.magnetic)
    both = junction.resistance(
        device, contact, current, temperature, 0.0, 0.0, np.array([1.0, -1.0]), series=2 * contact.resistance
    )
    return float(both[0]), float(both[1])


def tunnel_resistance(device: Device, temperature: float, current: float) -> float:
    """Resistance of the junction, ohm, with parallel magnetisations."""
    return _sides(device, temperature, current)[0]


@prediction
def tunnel_switch(device: Device, temperature: float, current: float) -> float:
    """Resistance of the junction antiparallel less parallel, ohm."""
    parallel, antiparallel = _sides(device, temperature, current)
    return antiparallel - parallel


@prediction
def tunnel_switch_ratio(device: Device, temperature: float, current: float) -> float:
    """That over the resistance of parallel magnetisations."""
    parallel, antiparallel = _sides(device, temperature, current)
    return antiparallel / parallel - 1


_BIASES = np.linspace(0.0, 2e-3, 401)


@prediction
def zero_bias_peak(device: Device, temperature: float) -> float:
    """How far the conductance at zero bias stands above the minima beside it, over that of the normal state."""
    if device.barrier is None:
        return math.nan
    contact = next(one for one in device.contacts if one.magnetic)
    spectrum = junction.conductance(device, contact, _BIASES, temperature)[0] * device.barrier.resistance
    falls = np.flatnonzero(np.diff(spectrum) > 0)
    return float(spectrum[0] - spectrum[falls[0] if falls.size else -1])


@prediction
def anisotropic_resistance(device: Device, temperature: float, current: float) -> float:
    """Largest change of a magnetic contact's own resistance, ohm, whatever temperature and current."""
    return max(contact.anisotropic_resistance for contact in device.contacts if contact.magnetic)


@prediction
def thickness(device: Device) -> float:
    return device.film.thickness


@prediction
def mean_concentration(device: Device) -> float:
    """Mean concentration over the film."""
    part = device.intercalation
    if part is None:
        return 0.0
    return float(
        mean_of_profile(
            0.0, device.film.thickness, surface_concentration=part.surface_concentration, decay_length=part.decay_length
        )
    )


@prediction
def decay_length(device: Device) -> float:
    return device.intercalation.decay_length if device.intercalation else math.nan


@prediction
def residual_resistance_ratio(device: Device) -> float:
    return device.film.residual_resistance_ratio


def _channel(device: Device, separation: float) -> Channel:
    return min(device.channels, key=lambda one: abs(one.separation - separation))


@prediction
def spin_signal_over_background(device: Device, temperature: float, separation: float) -> float:
    """Change between parallel and antiparallel electrodes over the resistance of parallel ones, without a direct current."""
    where = _channel(device, separation)
    sides = nonlocal_resistance(device, where, 0.0, temperature, 0.0, np.array([1.0, -1.0]))
    return float(abs((sides[0] - sides[1]) / sides[0]))


@prediction
def spin_diffusion_length(device: Device, temperature: float, current: float, separation: float) -> float:
    """sqrt(D tau), m: one for all channels."""
    part = device.spin
    return math.sqrt(part.diffusivity * part.spin_lifetime) if part else math.nan


def _precession(device: Device, separation: float, field: np.ndarray) -> np.ndarray:
    part = device.spin
    if part is None:
        return np.full(field.size, math.nan)
    return np.asarray(
        hanle_vortex(
            field, 1.0, amplitude=1.0, spin_lifetime=part.spin_lifetime, diffusivity=part.diffusivity,
            vortex_field=part.vortex_field, separation=separation,
        )
    )  # fmt: skip


_FIELDS = np.linspace(0.0, 3.0, 3001)


@prediction
def first_zero_crossing(device: Device, temperature: float, current: float, separation: float) -> float:
    """Field across the channel, T, at which the signal first changes sign."""
    signal = _precession(device, separation, _FIELDS)
    below = np.flatnonzero(signal < 0)
    if below.size == 0:
        return math.nan
    ends = _FIELDS[below[0] - 1], _FIELDS[below[0]]
    return float(np.interp(0.0, [signal[below[0]], signal[below[0] - 1]], ends[::-1]))


@prediction
def further_maximum(device: Device, temperature: float, current: float, separation: float) -> float:
    """Field, T, of the first maximum of the signal beyond that at zero field."""
    signal = _precession(device, separation, _FIELDS)
    tops = np.flatnonzero((np.diff(signal)[:-1] > 0) & (np.diff(signal)[1:] <= 0)) + 1
    if tops.size == 0:
        return math.nan
    k = int(tops[0])
    left, top, right = signal[k - 1 : k + 2]
    return float(_FIELDS[k] + 0.5 * (left - right) / (left - 2 * top + right) * (_FIELDS[1] - _FIELDS[0]))


@prediction
def signal_left(device: Device, temperature: float, current: float, separation: float, field: float) -> float:
    """Magnitude of the signal at a field over that at zero field."""
    at = _precession(device, separation, np.array([0.0, field]))
    return float(abs(at[1] / at[0]))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """The root between two ends; NaN where the function keeps its sign."""
    ends = function(low), function(high)
    if not ends[0] * ends[1] < 0:
        return math.nan
    return float(brentq(function, low, high, xtol=_BISECTION * high))
