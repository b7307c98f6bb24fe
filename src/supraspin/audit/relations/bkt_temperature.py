"""T_BKT from V-I curves, from R(T), and from the penetration depth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from supraspin.audit.numbers import Number
from supraspin.audit.relation import Estimate, Relation, direct, pick
from supraspin.audit.relations._physics import bkt_temperature_of


def _penetration(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for depth, thick, critical in pick(numbers, "penetration_depth", "thickness", "critical_temperature"):
        if not (depth.bound or thick.bound or critical.bound):
            yield Estimate(
                "penetration depth", (depth, thick, critical), lambda x, d, t: bkt_temperature_of(t, x**2 / d)
            )  # fmt: skip


def _below(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for one in numbers:
        if one.finding == "critical_temperature" and one.bound != "lower":
            yield Estimate("T_c, above which it cannot lie", (one,), lambda t: t, bound="upper")


RELATION = Relation(
    name="bkt_temperature", quantity="bkt_temperature", unit="K",
    statement="vortices unbind where k_B T = Phi0^2 / (8 pi mu0 Lambda), Lambda = lambda^2/d by the two-fluid law",
    source="doi:10.1103/PhysRevLett.42.1165; NbSe2: T_BKT within 1 % of T_c at every thickness (Khestanova 2018)",
    ways=(
        direct("bkt_temperature", "V-I curves"), direct("bkt_temperature, from R(T)", "R(T)"),
        direct("bkt_temperature_from_ohmic_part", "R(T)"), _penetration, _below,
    ),
)  # fmt: skip
