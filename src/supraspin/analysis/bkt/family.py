"""All curves of a family together: exponents, what is in series, where a = 3, and how far the choices move that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supraspin.analysis.bkt.choices import choose, cross, left_open, move
from supraspin.analysis.bkt.crossing import UNIVERSAL, Crossing
from supraspin.analysis.bkt.curves import Curve
from supraspin.analysis.bkt.exponents import Exponent, exponent
from supraspin.analysis.bkt.knee import below_knee
from supraspin.analysis.bkt.ohmic import Ohmic, lead_resistance, low_current


@dataclass(frozen=True)
class Family:
    """Exponents, the coldest first; ohmic resistances less the lead; lead resistance and its error, ohm; largest V/I, ohm.

    `choices`: what each other choice makes of the crossing (None: no crossing). `systematic`: the largest move among them
    that their errors do not explain, or that those of low currents leave open, K. `kneed`: how many curves reach the normal
    branch and end at their knee.
    """

    exponents: list[Exponent]
    ohmic: Ohmic
    lead: tuple[float, float]
    normal: float
    crossing: Crossing | None
    choices: dict[str, Crossing | None]
    systematic: float
    kneed: int

    @property
    def known(self) -> list[Exponent]:
        return [one for one in self.exponents if one.known]


def make_family(curves: list[Curve]) -> Family:
    """The exponents of curves, the coldest first, and where they pass 3."""
    normal = max((float((curve.voltage / curve.current)[-3:].max()) for curve in curves), default=0.0)
    ohmic = low_current(curves)
    lead = lead_resistance(ohmic)
    ends = [below_knee(curve, normal, lead[0]) for curve in curves]
    exponents = [exponent(curve, normal, lead[0]) for curve in ends]
    kneed = sum(short is not curve for short, curve in zip(ends, curves, strict=True))
    found = cross(exponents)
    choices = choose(exponents, normal, lead[0], found) if found is not None else {}
    moves = [move(found, other) for other in choices.values() if other is not None and found is not None]
    moves += [left_open(found, choices)] if found is not None else []
    return Family(
        exponents, Ohmic(ohmic.temperature, ohmic.resistance - lead[0], np.hypot(ohmic.stderr, lead[1])), lead, normal, found,
        choices, max(moves, default=0.0), kneed,
    )  # fmt: skip


def total(one: Exponent) -> float:
    """Statistical and systematic error of an exponent together."""
    return float(np.hypot(one.stderr, one.systematic))


def beyond(one: Exponent) -> float:
    """How many errors an exponent lies above 3."""
    return (one.exponent - UNIVERSAL) / max(total(one), 1e-9)
