"""Other choices of the windows for a whole family, and where each of them puts the crossing."""

from __future__ import annotations

import numpy as np

from supraspin.analysis.bkt.crossing import Crossing, crossing
from supraspin.analysis.bkt.exponents import CHOICES, Exponent, exponent
from supraspin.analysis.bkt.windows import FEWEST, moments, slopes

_NEAR = 4


def cross(exponents: list[Exponent], choice: str | None = None) -> Crossing | None:
    """The crossing by the exponents as they are, or by one of the choices that curves offer."""
    known = [one for one in exponents if one.known]
    if len(known) < 3:
        return None
    values = [one.by(choice) for one in known]
    a, e = (np.array(column) for column in zip(*values, strict=True))
    t = np.array([one.temperature for one in known])
    return crossing(t, a, e, np.array([one.curve.temperature_error for one in known]))


def choose(
    exponents: list[Exponent], normal: float, lead: float, found: Crossing
) -> dict[str, Crossing | None]:  # fmt: skip
    result: dict[str, Crossing | None] = {}
    for name in CHOICES:
        if any(name in one.others for one in exponents if one.known):
            result[name] = cross(exponents, name)
    for along in ("current", "voltage"):
        window = _common(exponents, found, along)
        if window is not None:
            values = common_window(exponents, lead, window, along)
            kept = [
                (one.temperature, *v, one.curve.temperature_error)
                for one, v in zip(exponents, values, strict=True)
                if v is not None
            ]
            if len(kept) >= 3:
                t, a, e, thermometer = (np.array(column) for column in zip(*kept, strict=True))
                result[f"one {along} window for all"] = crossing(t, a, e, thermometer)
    if lead:
        result["lead resistance left in"] = cross([exponent(one.curve, normal) for one in exponents])
    return result


def _common(exponents: list[Exponent], found: Crossing, along: str) -> tuple[float, float] | None:
    """The window, in A or V, that the curves next to the crossing take, by the median of their ends."""
    known = [one for one in exponents if one.known]
    near = sorted(known, key=lambda one: abs(one.temperature - found.temperature))[:_NEAR]
    ends = np.array([one.window if along == "current" else one.voltages for one in near])
    low, high = np.exp(np.median(np.log(ends), axis=0))
    return (float(low), float(high)) if high > 1.3 * low else None


def move(found: Crossing, other: Crossing) -> float:
    """How far another choice moves the crossing, less what the noise of the two explains, K."""
    noise = abs(other.stderr**2 - found.stderr**2)
    return float(np.sqrt(max((other.temperature - found.temperature) ** 2 - noise, 0.0)))


def left_open(found: Crossing, choices: dict[str, Crossing | None]) -> float:
    """How far the crossing may lie from where low currents alone would put it, as their errors do not tell, K.

    BKT's exponent is that of small currents. Under noise the upper end of the windows carries the fit, and what bends the curves
    there a little (heating, finite currents) moves the crossing by less than the lower halves can show.
    """
    lower = choices.get("lower half")
    return float(np.sqrt(max(lower.stderr**2 - found.stderr**2, 0.0))) if lower is not None else 0.0


def common_window(
    exponents: list[Exponent], lead: float, window: tuple[float, float], along: str
) -> list[tuple[float, float] | None]:  # fmt: skip
    """Exponent and error of each curve in one window for all, of "current" (A) or "voltage" (V); None where it has no points.

    The lead resistance and the tails found before are taken off.
    """
    found: list[tuple[float, float] | None] = []
    for one in exponents:
        m = moments(one.curve, lead + one.tail)
        if m is None:
            found.append(None)
            continue
        axis = m.log_current if along == "current" else np.maximum.accumulate(m.log_voltage)
        low, high = np.searchsorted(axis, np.log(window))
        wide = high - low >= FEWEST and m.log_current[high - 1] - m.log_current[low] > 0.3
        line = slopes(m, np.array([low]), np.array([high])) if wide else None
        found.append((float(line.exponent[0]), float(line.stderr[0])) if line is not None else None)
    return found
