"""Ferromagnet, antiferromagnet, spin glass or paramagnet? By how each order grows with the size of the sample.

With N moments, N <m^2>, N <q^2> and the largest S(k) away from k = 0 stay what they are without order and grow as N with it. The
exponent s of N <x^2> ~ N^s over all sizes, with its error, tells which: order where s lies above 1/2, none where it lies below,
at the level given, shared over the three orders. The first order found in the sequence m, S(k), q is the verdict, since each
brings the next with it; one that is neither found nor excluded, where the verdict would need it excluded, leaves it undecided.
A peak of S(k) below S(0) is part of that and counts as none.
Where moments are frozen (`averages.frozen`) no order is excluded: replicas that never met differ without being free to.
"Order" is order up to the sizes looked at: slow decay with size, as in two dimensions, shows only in larger samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.special import erfcinv

from supraspin.errors import ModelError
from supraspin.flags import Flag
from supraspin.moments.averages import frozen, imbalance
from supraspin.moments.growth import THRESHOLD, growth, shoulder, strength

NAMES = {"magnetisation": "ferromagnet", "structure": "antiferromagnet", "overlap": "spin glass"}
_SERIES = {"magnetisation": "m2", "structure": "structure", "overlap": "q2"}


@dataclass(frozen=True)
class Evidence:
    """One order: N <x^2> at each size with errors, exponent s with error, and "present", "absent" or "unclear"."""

    order: str
    sizes: tuple[int, ...]
    strength: tuple[float, ...]
    strength_error: tuple[float, ...]
    exponent: float
    exponent_error: float
    finding: str


@dataclass(frozen=True)
class Verdict:
    """`name`: ferromagnet, antiferromagnet, spin glass, paramagnet or undecided, at a temperature, K, at a level."""

    name: str
    temperature: float
    level: float
    evidence: tuple[Evidence, ...]
    flags: tuple[Flag, ...] = ()

    def __str__(self) -> str:
        parts = "; ".join(f"{e.order} {e.finding} (s = {e.exponent:.2f} +- {e.exponent_error:.2f})" for e in self.evidence)
        return f"{self.name} at {self.temperature:.3g} K, level {self.level:g}: {parts}"


def verdict(runs: Sequence[xr.Dataset], temperature: float | None = None, *, level: float = 0.01) -> Verdict:
    """Which order runs of two or more sizes show at a temperature they share (default: the lowest). Raises `ModelError`."""
    runs = sorted(runs, key=lambda run: run.attrs["count"])
    sizes = tuple(int(run.attrs["count"]) for run in runs)
    if len(set(sizes)) < 2:
        raise ModelError("a verdict needs runs of two sizes at least")
    wanted = float(runs[0]["temperature"][0]) if temperature is None else float(temperature)
    places = [np.nonzero(np.isclose(run["temperature"].values, wanted))[0] for run in runs]
    if not all(p.size for p in places):
        raise ModelError(f"not all runs have a temperature of {wanted:g} K")
    orders = [
        o for o, name in (("magnetisation", "m2"), ("structure", "structure"), ("overlap", "q2")) if all(name in r for r in runs)
    ]
    if "overlap" not in orders:
        raise ModelError("a verdict needs runs with two replicas, for the overlap")
    one_sided = float(np.sqrt(2) * erfcinv(2 * level / len(orders)))
    found = [_evidence(order, sizes, runs, [int(p[0]) for p in places], one_sided) for order in orders]
    name = "paramagnet"
    for one in found:
        if one.finding == "present":
            name = NAMES[one.order]
            break
        if one.finding == "unclear":
            name = "undecided"
            break
    return Verdict(name, wanted, level, tuple(found), tuple(imbalance(runs)))


def _evidence(order: str, sizes, runs, places, one_sided: float) -> Evidence:
    pairs = [strength(order, run, k) for run, k in zip(runs, places, strict=True)]
    value, error = tuple(p[0] for p in pairs), tuple(p[1] for p in pairs)
    slope, sigma = growth(sizes, value, error)
    finding = "unclear"
    stuck = any(frozen(run)[k] for run, k in zip(runs, places, strict=True))
    if not stuck and (slope + one_sided * sigma < THRESHOLD or (order == "structure" and shoulder(runs[-1], places[-1]))):
        finding = "absent"
    elif slope - one_sided * sigma > THRESHOLD:
        finding = "present"
    return Evidence(order, sizes, value, error, slope, sigma, finding)
