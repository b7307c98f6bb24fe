"""The alternating voltage of a reading against the gap that it is to resolve."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from supraspin.audit.numbers import Number
from supraspin.audit.relation import Estimate, Relation, pick
from supraspin.quantities import KB

NODAL = 2.14
"""Weak-coupling gap of a nodal superconductor over k_B T_c, for devices whose gap is not known."""
BLUR = math.sqrt(3)
"""Full width at half maximum of (2/pi) sqrt(1 - (v/V_pk)^2) over V_pk, which a lock-in amplifier's reading is averaged with."""
HALF = 0.5


def _junction(numbers: Sequence[Number]) -> Iterator[Estimate]:
    known_gap = [one for one in numbers if one.finding == "gap" and not one.bound]
    for change, ratio in pick(numbers, "switching_signal", "switching_ratio", match=("current", "temperature")):
        current = change.at.get("current")
        if current is None or change.bound or ratio.bound or ratio.at.get("current") != current:
            continue
        for gap in known_gap or [one for one in numbers if one.finding == "critical_temperature" and one.bound != "lower"]:
            factor = 1.0 if gap.finding == "gap" else NODAL * KB

            def value(signal, share, scale, current=current, factor=factor):
                return BLUR * math.sqrt(2) * current * signal / share / (factor * scale)

            way = f"√2 I R at {current * 1e6:g} µA (rms), {'gap' if known_gap else 'gap from T_c'}"
            yield Estimate(way, (change, ratio, gap), value)


def _spectrum(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for volts, gap in pick(numbers, "modulation", "gap"):
        if not (volts.bound or gap.bound):
            yield Estimate("modulation of the spectrum", (volts, gap), lambda v, e: BLUR * v / e)


def _resolved(numbers: Sequence[Number]) -> Iterator[Estimate]:
    yield Estimate("half of the gap, beyond which its edges run into each other", (), constant=HALF, error=0.05, bound="upper")


RELATION = Relation(
    name="modulation", quantity="blur of the modulation over the gap", unit="1",
    statement="a lock-in reading is averaged over its modulation; where that is as wide as the gap, fits must have it in them",
    source="doi:10.1103/PhysRevB.7.2336",
    ways=(_junction, _spectrum, _resolved),
)  # fmt: skip
