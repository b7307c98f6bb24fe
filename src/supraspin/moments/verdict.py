"""Ferromagnet, antiferromagnet, spin glass or paramagnet? By how each order grows with the size of the sample.

With N moments, N <m^2>, N <q^2> and the largest S(k) away from k = 0 stay what they are without order and grow as N with it. The
exponent s of N <x^2> ~ N^s over all sizes, with its error, tells which: order where s lies above 1/2, none where it lies below,
at the level given, shared over the three orders. The first order found in the sequence m, S(k), q is the verdict, since each
brings the next with it; one that is neither found nor excluded, where the verdict would need it excluded, leaves it undecided.
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
from supraspin.moments.averages import imbalance, unit_averages
from supraspin.moments.binning import binned_error, jackknife

NAMES = {"magnetisation": "ferromagnet", "structure": "antiferromagnet", "overlap": "spin glass"}
THRESHOLD = 0.5
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
    pairs = [_strength(order, run, k) for run, k in zip(runs, places, strict=True)]
    value, error = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    x, y, dy = np.log(sizes), np.log(value), np.maximum(error / value, 1e-9)
    w = 1 / dy**2
    centre = np.sum(w * x) / np.sum(w)
    spread = np.sum(w * (x - centre) ** 2)
    slope = float(np.sum(w * (x - centre) * y) / spread)
    bad = np.sum(w * (y - np.sum(w * y) / np.sum(w) - slope * (x - centre)) ** 2) / max(len(sizes) - 2, 1)
    sigma = float(np.sqrt(max(1.0, bad if len(sizes) > 2 else 1.0) / spread))
    finding = "unclear"
    if slope - one_sided * sigma > THRESHOLD:
        finding = "present"
    elif slope + one_sided * sigma < THRESHOLD:
        finding = "absent"
    return Evidence(order, sizes, tuple(map(float, value)), tuple(map(float, error)), slope, sigma, finding)


def _strength(order: str, run: xr.Dataset, k: int) -> tuple[float, float]:
    """N <x^2> and its error."""
    n = int(run.attrs["count"])
    if order != "structure":
        (x,) = unit_averages(run, "m2" if order == "magnetisation" else "q2")
        value, error = jackknife(lambda mean: n * mean, x[:, k])
        return float(value), float(error)
    s = run["structure"].values[:, k]
    away = np.any(run["wave_vector"].values != 0, axis=-1)
    best = int(np.argmax(np.where(away, s.mean(axis=0), -np.inf)))
    if len(s) >= 8:
        value, error = jackknife(lambda mean: mean, s[:, best])
        return float(value), float(error)
    # Few realisations: S(k) has the scatter of a squared sum, whose memory is that of m^2.
    series = run["m2"].values.mean(axis=-1)[:, :, k].mean(axis=1)
    relative = binned_error(series)[0] / max(series.mean(), 1e-300)
    return float(s.mean(axis=0)[best]), float(s.mean(axis=0)[best] * relative)
