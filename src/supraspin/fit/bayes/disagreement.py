"""What does each part of a joint posterior say, and do the parts agree? Each quantity from one part alone, and from all others.

Tension is the distance of the two in u, where errors are nearest to normal, over their joint error. Where a part leaves the
prior as it is, it has nothing to say and is not asked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.fit.bayes.gathering import Quantity
from supraspin.fit.bayes.joint import Joint, join
from supraspin.fit.bayes.mode import modes
from supraspin.fit.bayes.part import Part
from supraspin.fit.bayes.prior import Prior

SAYS = 1.5
"""Gain in width over the prior from which a part says something of a quantity."""


@dataclass(frozen=True)
class Disagreement:
    """A quantity from one part and from the others: means and deviations SI, and the distance in standard deviations."""

    quantity: str
    unit: str
    part: str
    alone: tuple[float, float]
    others: tuple[float, float]
    sigma: float

    @property
    def ratio(self) -> float:
        """What the part says over what the others say."""
        return self.alone[0] / self.others[0] if self.others[0] else math.nan


@dataclass(frozen=True)
class Word:
    """What one part alone says of a quantity, without the prior: mean and deviation, SI; `gain` is the width of the prior over
    that of the part's posterior, in u."""

    quantity: str
    unit: str
    part: str
    mean: float
    deviation: float
    gain: float


Moments = Mapping[str, tuple[np.ndarray, np.ndarray]]
"""Part -> place and standard deviation in u (k,) of the posterior from it alone."""


def alone(whole: Joint) -> Moments:
    """The posterior of each part alone, by its curvature at the maximum."""
    return {part.name: _moments(whole.only({part.name})) for part in whole.parts}


def words(whole: Joint, moments: Moments | None = None) -> list[Word]:
    """What each part says of the quantities that belong to no single part by name, where it says something; the surest first."""
    told = alone(whole) if moments is None else moments
    out = []
    for i, q in enumerate(whole.quantities):
        own = [part for part in whole.users[q.name] if told[part][1][i] * SAYS <= 1 and not q.noise]
        if any(q.name.startswith(f"{part.name}.") for part in whole.parts):
            continue
        mine = []
        for part in own:
            mean, width = _without_prior(told[part][0][i], told[part][1][i])
            value, error = _in_units(q, mean, width)
            mine.append(Word(q.name, q.unit, part, value, error, float(1 / told[part][1][i])))
        out += sorted(mine, key=lambda one: -one.gain)
    return out


def _in_units(q: Quantity, mean: float, width: float) -> tuple[float, float]:
    return float(q.prior.value(mean)), float(width * q.prior.slope(mean))


def tension(parts: Sequence[Part], *, priors: Mapping[str, Prior] | None = None, key: int = 0) -> list[Disagreement]:
    """Every shared quantity of which a part and the rest both say something, the largest tension first.

    Errors are those of the curvature at the maximum. Raises what `posterior` raises of its parts.
    """
    return joint_tension(join(parts, priors, key=key).tempered())


def joint_tension(whole: Joint, moments: Moments | None = None) -> list[Disagreement]:
    """The same for parts that are ready; `moments` where they are known."""
    told = alone(whole) if moments is None else moments
    shared = [i for i, q in enumerate(whole.quantities) if len(whole.users[q.name]) > 1]
    everyone = {part.name for part in whole.parts}
    out = []
    for part in whole.parts:
        mine = [i for i in shared if part.name in whole.users[whole.names[i]]]
        if not mine:
            continue
        mean, width = told[part.name]
        rest, rest_width = _moments(whole.only(everyone - {part.name}))
        for i in mine:
            q = whole.quantities[i]
            if max(width[i], rest_width[i]) * SAYS > 1:
                continue
            # Both contain the prior, N(0, 1) in u, which pulls them together; without it they stand where the data put them.
            (a, a_width), (b, b_width) = _without_prior(mean[i], width[i]), _without_prior(rest[i], rest_width[i])
            first, second = _in_units(q, a, a_width), _in_units(q, b, b_width)
            sigma = float((a - b) / math.hypot(a_width, b_width))
            out.append(Disagreement(q.name, q.unit, part.name, first, second, sigma))
    return sorted(out, key=lambda one: -abs(one.sigma))


def _moments(whole: Joint) -> tuple[np.ndarray, np.ndarray]:
    """Place and standard deviation in u of the highest maximum, by its curvature."""
    starts = np.concatenate([whole.starts, np.zeros((1, len(whole.quantities)))])
    best = modes(whole.layout, starts, whole.width, whole.arrays)[0]
    return best.u, np.sqrt(np.diag(best.covariance))


def _without_prior(mean: float, width: float) -> tuple[float, float]:
    precision = 1 / width**2 - 1
    return mean / width**2 / precision, 1 / math.sqrt(precision)
