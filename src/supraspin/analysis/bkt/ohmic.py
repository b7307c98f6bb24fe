"""Resistance at low current from V-I curves, and the part of it that does not superconduct."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supraspin.analysis.bkt.curves import Curve

_CUBIC = 0.05  # largest share of the cubic term at the end of the ohmic part
_COLD = 3
_SHARE = 0.3


@dataclass(frozen=True)
class Ohmic:
    """Resistances (n,) of the curves at low current, their errors, ohm, and temperatures, K."""

    temperature: np.ndarray
    resistance: np.ndarray
    stderr: np.ndarray

    @property
    def seen(self) -> np.ndarray:
        """Where the resistance stands out of the noise."""
        return self.resistance > 4 * self.stderr


def ohmic_part(curve: Curve) -> tuple[float, float]:
    """V/I at low current and its error, ohm, over the longest part from zero current on that a cubic term hardly bends."""
    i, v = curve.current[: curve.end], curve.voltage[: curve.end]
    if i.size < 4:
        return float("nan"), float("nan")
    x = i / i[-1]
    w = 1 / curve.sigma[: curve.end] ** 2
    s2, s4, s6 = (np.cumsum(w * x**k) for k in (2, 4, 6))
    t1, t3, vv = np.cumsum(w * x * v), np.cumsum(w * x**3 * v), np.cumsum(w * v**2)
    spread = np.maximum(s2 * s6 - s4**2, 1e-12 * s2 * s6)
    cubic = (s2 * t3 - s4 * t1) / spread
    linear = t1 / s2
    count = np.arange(1, i.size + 1)
    rest = np.maximum(vv - linear * t1, 0.0) / np.maximum(count - 1, 1)
    straight = (np.abs(cubic) <= 2 * np.sqrt(s2 / spread)) | (np.abs(cubic) * x**2 <= _CUBIC * np.abs(linear))
    fine = np.flatnonzero(straight & (count >= 4) & (rest < 1 + 4 * np.sqrt(2 / count)))
    last = int(fine[-1]) if fine.size else 3
    error = np.sqrt(max(rest[last], 1.0) / s2[last] + (curve.offset_error / i[last]) ** 2 * i[-1] ** 2)
    return float(linear[last] / i[-1]), float(error / i[-1])


def low_current(curves: list[Curve], lead: float = 0.0) -> Ohmic:
    """The ohmic resistances of a family less a lead resistance, ohm."""
    found = np.array([ohmic_part(curve) for curve in curves])
    return Ohmic(np.array([curve.temperature for curve in curves]), found[:, 0] - lead, found[:, 1])


def lead_resistance(ohmic: Ohmic) -> tuple[float, float]:
    """What stays at the coldest temperatures and is the same at all of them, with its error, ohm; 0 where nothing does.

    The tail that a finite size leaves dies out on cooling, so what three of the coldest curves share is in series with the film.
    """
    known = np.flatnonzero(np.isfinite(ohmic.resistance) & (ohmic.stderr > 0))
    if known.size < _COLD + 2:
        return 0.0, 0.0
    cold = known[: max(_COLD, known.size // 4)]
    r, w = ohmic.resistance[cold], 1 / ohmic.stderr[cold] ** 2
    mean, error = float(np.sum(w * r) / np.sum(w)), float(np.sum(w) ** -0.5)
    scale = float(np.sum(w * (r - mean) ** 2)) / (cold.size - 1)
    same = scale < 4 or float(np.ptp(r)) < 0.03 * abs(mean)
    error *= max(scale, 1.0) ** 0.5
    if not same or mean < 5 * error or mean > _SHARE * float(np.nanmax(ohmic.resistance)):
        return 0.0, 0.0
    return mean, error
