"""The knee of a V-I curve: where it reaches the normal branch, which is ohmic and no power law of the superconductor.

Below T_c a large current breaks the order altogether: V/I climbs to the normal resistance and stays there. The local slope falls
from a to 1 on the way, half of the way at half of the normal resistance or somewhat above. Wide as it is, that branch would be
the best window of all; so the window is looked for below the knee. A curve that is ohmic from zero current on has none, nor has
one that is not ohmic at its top.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from supraspin.analysis.bkt.curves import Curve
from supraspin.analysis.bkt.windows import FEWEST, local_slopes, slopes, usable
from supraspin.analysis.bkt.windows import moments as moments_of

SHARE = 0.5
"""V/I over the normal resistance from which a curve is on the way to its normal branch."""
FLAT = 1.3
"""Exponent up to which the top of a curve counts as ohmic, self-heating included."""
_SIGMAS = 3.0
_POINTS = 4


def below_knee(curve: Curve, normal: float, lead: float = 0.0) -> Curve:
    """The curve ending at its knee, or as it is where it has none; `normal` is the largest V/I of the family, `lead` in ohm."""
    v = curve.voltage - lead * curve.current
    sigma = np.hypot(curve.sigma, curve.offset_error)
    under = np.flatnonzero((v + _SIGMAS * sigma < SHARE * (normal - lead) * curve.current)[: curve.end])
    m = moments_of(curve, lead)
    if under.size == 0 or m is None:
        return curve
    knee = int(under[-1]) + 1
    last, at = m.log_current.size, max(knee - m.first, 0)
    if last - at < _POINTS:
        return curve
    top = min(at + 2 * (last - at) // 3, last - _POINTS)
    branch, end = slopes(m, np.array([at, top]), np.array([last, last])).exponent
    ohmic = end < FLAT and branch < 0.5 * (1 + _steepest(curve, lead, knee))
    return replace(curve, end=knee) if ohmic else curve


def _steepest(curve: Curve, lead: float, knee: int) -> float:
    """Steepest local slope below a current, two errors taken off; where no points tell, that beyond which nothing is ohmic."""
    below = moments_of(replace(curve, end=knee), lead) if usable(curve, lead).start + FEWEST < knee else None
    if below is None:
        return 2 * FLAT - 1
    _, slope, error = local_slopes(below)
    return max(float(np.max(slope - 2 * error, initial=1.0)), 1.0)
