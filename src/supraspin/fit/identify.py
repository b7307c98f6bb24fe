"""Is a number determined by the data? Which parameters deserve a profile, and what their intervals say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from supraspin.fit.covariance import Spread
from supraspin.fit.parameter import Parameter
from supraspin.fit.problem import Problem, Slot
from supraspin.fit.profile import Levels, Profile
from supraspin.flags import Flag
from supraspin.formatting import si

RELATIVE_ERROR = 0.5
CORRELATION = 0.98
WIDEST = 4.0
"""Width of a closed 95 % interval over the value beyond which a positive parameter counts as not identified."""


def wanted_profiles(problem: Problem, values: np.ndarray, held: Sequence[int], around: Spread, which) -> list[int]:
    """Slots to profile: all, none, those named, or those whose covariance is suspect."""
    k = len(values)
    if which is True or which == "all":
        return list(range(k))
    if which is False:
        return []
    if which != "auto":
        names = {which} if isinstance(which, str) else set(which)
        return [j for j, slot in enumerate(problem.slots) if slot.name in names or slot.parameter in names]
    off_diagonal = np.abs(around.correlation - np.eye(k)).max(axis=1) if k > 1 else np.zeros(k)
    suspect = around.undetermined | (off_diagonal > CORRELATION)
    for j, slot in enumerate(problem.slots):
        one_signed = slot.lower >= 0 or slot.upper <= 0
        # A signed offset may well be zero, so only for one-signed parameters is a large relative error a warning.
        suspect[j] |= j in held or (one_signed and not around.stderr[j] <= RELATIVE_ERROR * abs(values[j]))
        # An error that reaches over a bound is no Gaussian error.
        suspect[j] |= (
            not problem.lower[j] <= values[j] - 2 * around.stderr[j] or not values[j] + 2 * around.stderr[j] <= problem.upper[j]
        )
    return [int(j) for j in np.flatnonzero(suspect)]


def identify(
    problem: Problem,
    start: np.ndarray,
    values: np.ndarray,
    held: Sequence[int],
    around: Spread,
    profiles: Mapping[int, Profile],
    z: Levels,
) -> tuple[dict[str, Parameter], list[Flag]]:
    """The free parameters with intervals and limits, and a flag for each that the data do not determine."""
    params, flags = {}, []
    for j, slot in enumerate(problem.slots):
        value, error, seen = float(values[j]), float(around.stderr[j]), profiles.get(j)
        at_bound = j in held
        if seen is None:
            narrow, wide = (_gaussian(value, error, level, slot) for level in (z.z68, z.z95))
            open_low = open_high = not math.isfinite(error)
            limit_value = None
        else:
            narrow, wide, open_low, open_high = seen.interval_68, seen.interval_95, seen.open_low, seen.open_high
            limit_value = seen.limit if math.isfinite(seen.limit) else None
        limit = None if open_low == open_high else "upper" if open_low else "lower"
        one_signed = slot.lower >= 0 or slot.upper <= 0
        vague = not (open_low or open_high) and one_signed and seen is not None and wide[1] - wide[0] > WIDEST * abs(value)
        identified = not (open_low or open_high or vague)
        params[slot.name] = Parameter(
            slot.name, value, slot.unit, error, narrow, wide, at_bound, identified, limit, limit_value, True, float(start[j]),
            (slot.lower, slot.upper), seen is not None,
        )  # fmt: skip
        if at_bound:
            numbers = {"value": value, "lower": slot.lower, "upper": slot.upper}
            flags.append(Flag("at_bound", f"{slot.name} came to rest at its bound, {si(value, slot.unit)}", "warning", numbers))
        if not identified:
            flags.append(_not_identified(slot, params[slot.name], _partners(problem, around, j)))
    return params, flags


def _gaussian(value: float, error: float, level: float, slot: Slot) -> tuple[float, float]:
    reach = level * error
    return max(value - reach, slot.lower), min(value + reach, slot.upper)


def _partners(problem: Problem, around: Spread, j: int) -> list[str]:
    strong = [i for i in range(len(problem.slots)) if i != j and abs(around.correlation[i, j]) > CORRELATION]
    return [problem.slots[i].name for i in strong]


def _not_identified(slot: Slot, p: Parameter, partners: list[str]) -> Flag:
    traded = f"; it can be traded for {', '.join(partners)}" if partners else ""
    numbers = {"value": p.value}
    if p.limit and p.limit_value is not None:
        sign, which = (">", "a lower") if p.limit == "lower" else ("<", "an upper")
        numbers["limit"] = p.limit_value
        limit = si(p.limit_value, slot.unit)
        message = f"{slot.name} {sign} {limit} at 95 %: the data give only {which} limit{traded}"
    elif p.interval_95 is not None and p.profiled and all(map(math.isfinite, p.interval_95)) and p.interval_95 != p.bounds:
        low, high = p.interval_95
        numbers.update(low=low, high=high)
        between = f"between {si(low, slot.unit)} and {si(high, slot.unit)}"
        message = f"{slot.name} lies {between} at 95 %: the data hardly determine it{traded}"
    else:
        message = f"{slot.name} is not determined by the data: they fit as well with other values of it{traded}"
    return Flag("not_identified", message, "warning", numbers)
