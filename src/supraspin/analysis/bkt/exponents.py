"""The exponent of one curve: the window that is taken, what other windows would say, and whether it is a power law at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from supraspin.analysis.bkt.curves import Curve
from supraspin.analysis.bkt.ohmic import ohmic_part
from supraspin.analysis.bkt.windows import CONSTANT, Moments, Slopes, every_window, moments, slopes

OHMIC = 1.3
"""Exponents up to here are those of an ohmic curve."""
TAIL = 0.03
"""An ohmic part at low current below this share of the normal resistance is a tail (finite size, leads), not the state."""
TAIL_IN = "ohmic part left in"
CHOICES = ("lower half", "upper half", "lowest window", TAIL_IN)


@dataclass(frozen=True)
class Exponent:
    """Exponent of one curve with statistical error and the spread over windows around the one taken.

    `window` in A, `voltages` in V; `status`: "power law", "ohmic", "curved" (not a power law in any window), "noisy" (not
    shown to be one), "none" (no window at all: exponent NaN). `two_slopes`: an ohmic part below another power law. `others`:
    what other choices of the window give, (exponent, error).
    """

    curve: Curve
    status: str
    exponent: float = float("nan")
    stderr: float = float("nan")
    systematic: float = 0.0
    window: tuple[float, float] = (float("nan"), float("nan"))
    voltages: tuple[float, float] = (float("nan"), float("nan"))
    log_scale: float = float("nan")
    curvature: float = float("nan")
    curvature_error: float = float("nan")
    two_slopes: bool = False
    upturn: float = float("nan")
    tail: float = 0.0
    others: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def temperature(self) -> float:
        return self.curve.temperature

    def by(self, choice: str | None) -> tuple[float, float]:
        """Exponent and error by another choice, or as taken where there is no such choice for this curve."""
        return self.others.get(choice or "", (self.exponent, self.stderr))

    @property
    def known(self) -> bool:
        return self.status in ("power law", "ohmic")


def exponent(curve: Curve, normal: float, lead: float = 0.0) -> Exponent:
    """The exponent of a curve less a lead resistance; `normal` is the largest V/I of the family, ohm.

    Where the ohmic voltage seen at low current is less than half of the voltage in the window, it is taken off (all of it
    below a quarter): the voltage of a finite size adds to that of the pairs that the current breaks.
    """
    first = _take(curve, normal, lead)
    if first.status != "power law":
        return first
    ohms, error = ohmic_part(curve)
    if not ohms - lead > 4 * error:
        return first
    share = (ohms - lead) * first.window[0] / first.voltages[0]
    off = (ohms - lead) * float(np.clip((0.5 - share) / 0.25, 0.0, 1.0))
    less = _take(curve, normal, lead + off) if off > 0 else first
    if less.status != "power law":
        return first
    return replace(less, two_slopes=first.two_slopes, tail=off, others={**less.others, TAIL_IN: (first.exponent, first.stderr)})


def _take(curve: Curve, normal: float, lead: float) -> Exponent:
    m = moments(curve, lead)
    swept = every_window(m) if m is not None else None
    if m is None or swept is None:
        return Exponent(curve, "none")
    fine = swept.change <= CONSTANT
    at, status, two_slopes = _choose(m, swept, fine, normal)
    low, high = int(swept.low[at]), int(swept.high[at])
    a, error, log_scale = _in_volts(curve, m, lead, low, high)
    return Exponent(
        curve, status, a, max(error, float(swept.stderr[at])), _spread(swept, at),
        (float(np.exp(m.log_current[low])), float(np.exp(m.log_current[high - 1]))),
        (float(np.exp(m.log_voltage[low])), float(np.exp(m.log_voltage[high - 1]))), log_scale,
        float(swept.curvature[at]), float(swept.curvature_error[at]), two_slopes, _upturn(m, low, high, a),
        others=_others(m, swept, fine, low, high),
    )  # fmt: skip


def _choose(m: Moments, swept: Slopes, fine: np.ndarray, normal: float) -> tuple[int, str, bool]:
    """Index of the window, the status, and whether the curve has an ohmic part below another power law."""
    if not fine.any():
        at = int(np.argmin(swept.cost))
        size = max(abs(float(swept.exponent[at])), 0.5)
        bent = (abs(swept.curvature[at]) - 2 * swept.curvature_error[at]) * swept.span[at] > 0.5 * CONSTANT * size
        return at, "curved" if bent else "noisy", False
    at = int(np.argmin(np.where(fine, swept.cost, np.inf)))
    steep = fine & (swept.exponent - 2 * swept.stderr > OHMIC)
    two_slopes = False
    if swept.exponent[at] < OHMIC:
        above = steep & (swept.low >= swept.low[at])
        two_slopes = bool(above.any())
        ohms = float(np.exp(m.log_voltage[swept.low[at]] - m.log_current[swept.low[at]]))
        if two_slopes and ohms < TAIL * normal:
            at = int(np.argmin(np.where(above, swept.cost, np.inf)))
    if swept.exponent[at] < OHMIC:
        return at, "ohmic", two_slopes
    tail = fine & (swept.exponent + 2 * swept.stderr < OHMIC) & (swept.high <= swept.low[at] + 3)
    return at, "power law", two_slopes or bool(tail.any())


def _in_volts(curve: Curve, m: Moments, lead: float, low: int, high: int) -> tuple[float, float, float]:
    """a, its error and ln of V at 1 A by least squares in V, which noise does not bias as it does ln V."""
    x, part = m.log_current[low:high], slice(m.first + low, m.first + high)
    v = curve.voltage[part] - lead * curve.current[part]
    centre = float(x.mean())
    u = x - centre
    slope, level = np.polyfit(u, m.log_voltage[low:high], 1)
    for _ in range(4):
        model = np.exp(np.clip(level + slope * u, -700, 700))
        weight = (model / np.hypot(curve.floor, curve.relative * (model + lead * curve.current[part]))) ** 2
        rest = v / model - 1
        total, first, second = weight.sum(), weight @ u, weight @ u**2
        spread = max(total * second - first**2, 1e-300)
        by, on = weight @ rest, (weight * u) @ rest
        step, tilt = (second * by - first * on) / spread, (total * on - first * by) / spread
        level, slope = level + float(np.clip(step, -0.5, 0.5)), slope + float(np.clip(tilt, -0.5, 0.5))
    chi = float(weight @ (rest**2)) / max(u.size - 2, 1)
    return float(slope), float(np.sqrt(max(chi, 1.0) * total / spread)), float(level - slope * centre)


def _spread(swept: Slopes, at: int) -> float:
    """Rms move of the exponent over windows half to one and a half as wide nearby; what noise explains is taken off."""
    width = swept.high[at] - swept.low[at]
    near = (swept.low >= swept.low[at] - width / 4) & (swept.high <= swept.high[at] + width / 4)
    near &= (swept.span >= 0.5 * swept.span[at]) & (swept.span <= 1.5 * swept.span[at])
    moves = (swept.exponent[near] - swept.exponent[at]) ** 2
    noise = np.abs(swept.stderr[near] ** 2 - swept.stderr[at] ** 2)
    return float(np.sqrt(max(np.mean(moves - noise), 0.0))) if near.any() else 0.0


def _upturn(m: Moments, low: int, high: int, a: float) -> float:
    """How much steeper the curve is above the window than in it, if the noise does not explain it; NaN without points there."""
    above = m.log_current.size - high
    if above < 4:
        return float("nan")
    top = slopes(m, np.array([high - 1]), np.array([min(high + max(5, above // 2), m.log_current.size)]))
    rise = float(top.exponent[0]) - a
    return rise if abs(rise) > 4 * float(top.stderr[0]) else 0.0


def _others(m: Moments, swept: Slopes, fine: np.ndarray, low: int, high: int) -> dict[str, tuple[float, float]]:
    """The exponent by the other choices of the window that this curve allows."""
    found = {}
    middle = (low + high) // 2
    if high - low >= 10:
        halves = slopes(m, np.array([low, middle]), np.array([middle, high]))
        for k, name in enumerate(("lower half", "upper half")):
            found[name] = float(halves.exponent[k]), float(halves.stderr[k])
    if fine.any():
        at = int(np.argmin(np.where(fine, swept.low + 1e-6 * swept.cost, np.inf)))
        found["lowest window"] = float(swept.exponent[at]), float(swept.stderr[at])
    return found
