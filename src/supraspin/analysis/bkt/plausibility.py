"""What a BKT temperature says about the film, and whether the film can have it.

At T_BKT the stiffness is 2 k_B T/pi, so that

    k_B T_BKT = Phi0^2 / (8 pi mu0 Lambda),   Lambda = lambda^2/d,

lambda the penetration depth there and d the thickness (Beasley, Mooij and Orlando, PRL 42, 1165 (1979)). Lambda is half of what
is called the Pearl length, 2 lambda^2/d; 6.3 K gives Lambda = 1.56 mm. Two estimates of T_BKT follow, each from T_c:

    from lambda(0) and d:   lambda(0)^2/lambda(T)^2 = 1 - (T/T_c)^4 (two fluids; other laws differ by a factor 2 in T_c - T_BKT),
    from R_sheet (dirty):   T_BKT/T_c = 2.18 (hbar/e^2 R_sheet) f(T_BKT/T_c),   f = (Delta/Delta0) tanh(Delta/2 k_B T).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import constants
from scipy.optimize import brentq

_FLUX = constants.h / (2 * constants.e)
RESISTANCE_QUANTUM = constants.hbar / constants.e**2
"""hbar/e^2, ohm."""


def screening_length(temperature: float) -> float:
    """Lambda = lambda^2/d, m, of a film with its BKT transition at a temperature, K."""
    return _FLUX**2 / (8 * math.pi * constants.mu_0 * constants.k * temperature)


def from_penetration_depth(critical_temperature: float, penetration_depth: float, thickness: float) -> float:
    """T_BKT/T_c of a film with lambda(0) and d, m, by the two-fluid law; T_c in K."""
    strength = screening_length(critical_temperature) / (penetration_depth**2 / thickness)
    return float(brentq(lambda t: strength * (1 - t**4) - t, 0.0, 1.0, xtol=1e-15))


def from_sheet_resistance(sheet_resistance: float) -> float:
    """T_BKT/T_c of a dirty film with a normal sheet resistance, ohm."""
    from supraspin.models._gap import GAP_TO_TC, gap_ratio

    gap = GAP_TO_TC["s-wave"]
    strength = math.pi**2 / 8 * gap * RESISTANCE_QUANTUM / sheet_resistance

    def excess(t: float) -> float:
        ratio = float(gap_ratio(t, "s-wave"))
        return strength * ratio * math.tanh(gap * ratio / (2 * t)) - t

    return float(brentq(excess, 1e-6, 1.0, xtol=1e-12))


@dataclass(frozen=True)
class Gap:
    """(T_c - T_BKT)/T_c as measured, its error, and as a film of given numbers has it; `by` names those."""

    measured: float
    stderr: float
    expected: float
    by: str

    @property
    def implausible(self) -> bool:
        """Whether the measured gap is beyond three times, or below a third of, the expected one, and three errors away."""
        apart = abs(self.measured - self.expected) > 3 * self.stderr
        return apart and not self.expected / 3 < self.measured < 3 * self.expected
