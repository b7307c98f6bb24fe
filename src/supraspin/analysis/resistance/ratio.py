"""The residual resistance ratio, and how far the resistance of leads leaves it open.

RRR = (R(T_ref) - R_lead) / (R(T_C+) - R_lead). A curve that reaches zero shows R_lead at its floor. One that doesn't leaves
R_lead between 0 and its lowest resistance; the ratio grows with R_lead, so that without it there is a lower limit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from supraspin.analysis.resistance.curve import Curve
from supraspin.analysis.resistance.transition_levels import straight
from supraspin.analysis.resistance.transition_verdict import Transition

REFERENCE = 273.15
_NEAR = 0.03
ONE_SIDED = 1.645


@dataclass(frozen=True)
class Ratio:
    """RRR with error; `limit` is "lower" where R_lead is not known, and `most` then the ratio for the largest R_lead.

    `reference` is the temperature of the upper resistance, K, `asked` whether it is the one asked for.
    """

    value: float
    stderr: float
    reference: float
    asked: bool
    limit: str | None = None
    most: float = math.nan


def ratio(curve: Curve, found: Transition, lead: float | None, reference: float = REFERENCE) -> Ratio | None:
    """RRR of a curve with a transition; None where the readings at the upper temperature are too few."""
    assert found.normal is not None
    hottest = float(curve.temperature.max())
    asked = hottest > (1 - 0.3 * _NEAR) * reference
    at = min(reference, hottest)
    top = straight(curve, (1 - _NEAR) * at, (1 + _NEAR) * at, at, degree=2)
    if top is None or found.normal.at >= (1 - _NEAR) * at:
        return None
    base, taken = found.normal.value - found.lead, found.lead
    value = (top.value - taken) / base
    # Over the whole way between the two temperatures the resistance has wandered as it does in the normal state.
    wander = math.sqrt(0.5 * found.normal.slow.variance)
    error = math.hypot(top.stderr, wander, value * found.normal.stderr, (value - 1) * found.lead_stderr) / base
    if lead is not None or found.complete:
        return Ratio(value, error, at, asked)
    most = (top.value - found.floor) / (found.normal.value - found.floor)
    limit = "lower" if value > 1 else "upper"
    return Ratio(value - math.copysign(ONE_SIDED * error, value - 1), error, at, asked, limit, most)
