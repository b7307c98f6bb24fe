"""How well a fitted number is known once correlated residuals and the shape of the likelihood are counted."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from supraspin.fit import FitResult
from supraspin.flags import Flag
from supraspin.formatting import uncertain

_LARGEST = 0.5  # relative error above which a number counts as not determined


@dataclass(frozen=True)
class Precision:
    """Standard error (None where the likelihood has no parabola to speak of), 68 % interval, and whether there is a number."""

    stderr: float | None
    interval_68: tuple[float, float] | None
    determined: bool


def growth(result: FitResult) -> float:
    """Factor on standard errors for residuals that are not independent of one another."""
    return math.sqrt(result.n / result.structure.n_effective) if result.structure.structured else 1.0


def quoted(result: FitResult, name: str, grown: float | None = None) -> str:
    """A parameter of a fit in print, with the error that `precision` gives it."""
    p = result.params[name]
    if not p.vary or p.limit or not p.identified:
        return str(p)
    return uncertain(p.value, precision(result, name, grown).stderr, p.unit)


def counted(flags: Iterable[Flag]) -> list[Flag]:
    """The flags of a fit as they hold where its errors come from `precision`, which counts correlated residuals."""
    out = []
    for flag in flags:
        if flag.code == "residuals_structured":
            lag, left = flag.numbers["lag1"], flag.numbers["n_effective"]
            text = (f"the residuals are not random (lag-1 autocorrelation {lag:.2f}, worth {left:.0f} independent points); the "
                    "statistical errors given here allow for it")  # fmt: skip
            flag = replace(flag, message=text)
        out.append(flag)
    return out


def precision(result: FitResult, name: str, grown: float | None = None) -> Precision:
    """Precision of a free parameter of a fit, in SI; `grown` is the factor on its error, where it is not that of all."""
    p, grown = result.params[name], growth(result) if grown is None else grown
    error = p.stderr * grown if p.stderr is not None and math.isfinite(p.stderr) else None
    edges = p.interval_68 if p.interval_68 is not None and all(map(math.isfinite, p.interval_68)) else None
    if edges is not None:
        low, high = (p.value + grown * (edge - p.value) for edge in edges)
        edges = max(low, p.bounds[0]), min(high, p.bounds[1])
    half = 0.5 * (edges[1] - edges[0]) if edges is not None else math.inf
    if p.profiled and error is not None and edges is not None and not half / 2 < error < 2 * half:
        error = None  # at a bound, or along a bent valley, the curvature at the optimum tells nothing about the width
    known = half if p.profiled else error
    return Precision(error, edges, p.identified and (known is None or p.value == 0 or known < _LARGEST * abs(p.value)))
