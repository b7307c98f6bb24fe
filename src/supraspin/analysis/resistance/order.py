"""Whether the resistance turns up where magnets begin to switch: only the two together speak of order.

A resistance that rises again on cooling has many causes: moments that order, but also grains that decouple, Kondo scattering, a
weak link, contacts. Where exactly one R(T) that turns up and one series of loops over temperature were given, the temperature
below which the loops switch is held against that of the upturn.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

if TYPE_CHECKING:
    import xarray as xr

UPTURN, ORDER = "upturn_temperature", "ordering_temperature"
_APART = 3.0


def of_order(pairs: list[tuple[xr.Dataset, Analysis]]) -> list[Analysis]:
    """The ordering temperature by upturn and loops together, or why they don't tell of one thing; mostly nothing."""
    risen = [(a, f) for _, a in pairs for f in a.findings if f.name == UPTURN and f.stderr is not None]
    loops = [(a, f) for _, a in pairs if a.kind != "resistance_temperature" for f in a.findings if f.name == ORDER]
    if len(risen) != 1 or len(loops) != 1:
        return []
    (first, upturn), (second, order) = risen[0], loops[0]
    errors = [math.hypot(f.stderr or 0.0, f.systematic or 0.0) for f in (upturn, order)]
    if order.limit is None and not errors[1] > 0:
        return []
    away = order.value - upturn.value
    apart = away / math.hypot(*errors)
    agree = apart < _APART if order.limit == "lower" else abs(apart) < _APART
    rows = (
        ("R(T) rises again below", uncertain(upturn.value, errors[0], "K")),
        ("loops switch up to", f"> {si(order.value, 'K')}" if order.limit else uncertain(order.value, errors[1], "K")),
    )
    result = Analysis("resistance_temperature", "Upturn of R(T) and switching loops", (*first.sources, *second.sources), "",
                      tables=[Table("Where order would begin", ("by", "temperature"), rows)])  # fmt: skip
    result.flags.append(Flag("taken_together", "R(T) and loops are taken as one sample because they were given together", "note"))
    if agree:
        result.findings.append(_both(upturn, order, errors))
        told = uncertain(result.findings[0].value, result.findings[0].stderr, "K")
        result.summary = f"The resistance turns up where loops begin to switch: moments order below {told}."
    else:
        said = f"loops switch {'up to more than' if order.limit else 'below'} {si(order.value, 'K')}"
        result.summary = f"The upturn of R(T) at {si(upturn.value, 'K')} is not where order begins: {said}."
        numbers = {"upturn": upturn.value, "loops": order.value, "sigma": apart}
        text = f"the upturn and the loops are {abs(apart):.3g} standard errors apart: not one thing, or not one sample"
        result.flags.append(Flag("upturn_is_not_order", text, "warning", numbers))
    return [result]


def _both(upturn: Finding, order: Finding, errors: list[float]) -> Finding:
    """The mean of the two by their errors; that of the upturn where loops give a limit only."""
    if order.limit:
        text = "where R(T) turns up; loops switch as far up as they were measured, which agrees"
        return Finding(ORDER, upturn.value, "K", upturn.stderr, upturn.systematic, text=text)
    weights = [error**-2 for error in errors]
    mean = (weights[0] * upturn.value + weights[1] * order.value) / sum(weights)
    text = "mean of the upturn of R(T) and of where loops begin to switch, by their errors, systematic ones included"
    return Finding(ORDER, mean, "K", sum(weights) ** -0.5, text=text)
