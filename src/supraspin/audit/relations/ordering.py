"""The coherence-length criterion: T_K in zero field from B_K, B_c2 and T_c, against T_K as it is seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from supraspin.audit.numbers import Number
from supraspin.audit.relation import Estimate, Relation, direct, pick
from supraspin.audit.relations._physics import cooled, length_across


def _criterion(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for order, upper, critical in pick(numbers, "ordering_field", "critical_field_perpendicular", "critical_temperature"):
        at = order.at.get("temperature")
        if at is None or upper.bound or critical.bound:
            continue

        elsewhere = upper.at.get("temperature", 0.0)

        def value(field, top, warm, at=at, other=elsewhere):
            reduced = cooled(warm, length_across(top, warm, other), field)
            with np.errstate(divide="ignore"):
                return np.where(reduced > at, at * warm / np.where(reduced > 0, reduced, np.nan), np.nan)

        # A larger B_K means a higher T_K.
        yield Estimate(f"B_K at {at:g} K by the coherence-length criterion", (order, upper, critical), value, bound=order.bound)


def _below(numbers: Sequence[Number]) -> Iterator[Estimate]:
    for one in numbers:
        if one.finding == "critical_temperature" and one.bound != "lower":
            yield Estimate("T_c, above which it cannot lie", (one,), lambda t: t, bound="upper")


RELATION = Relation(
    name="ordering", quantity="ordering_temperature", unit="K",
    statement="moments order where xi(T, B) falls below l_m, so that T_K(B) is one share of T_c(B)",
    source="arXiv:2306.06659, Methods",
    ways=(direct("ordering_temperature", "seen in zero field"),
          direct("upturn_temperature", "where R(T) rises again on cooling, if that is order"), _criterion, _below),
)  # fmt: skip
