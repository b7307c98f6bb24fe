"""T_BKT from the resistance above it: the interpolation formula of Halperin and Nelson, and their exponential.

The formula from T_BKT to the normal state (`halperin_nelson_crossover`) gives the value. The exponential (`halperin_nelson`)
holds between T_BKT and T_c only, and what it says depends on the window: it is fitted in all of them (`tail`). A spread of
critical temperatures without any vortices (`transition`) is fitted to the same points, since it has such a tail too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from supraspin.analysis.bkt.levels import normal_level, reach, residual_resistance
from supraspin.analysis.bkt.tail import Sweep, sweep_windows
from supraspin.errors import FitError
from supraspin.fit import FitResult, fit

TOP = 0.95
"""Part of the normal resistance up to which the interpolation formula is fitted; `TOPS`, and lower ends, are other choices."""
TOPS = (0.5, 0.75)
BOTTOMS = (0.01, 0.03)
UPPER = 0.3
"""Part of the normal resistance up to which the exponential is fitted."""
_FEWEST = 6
_LEAST = 0.01  # relative error of R given to the fits: no film follows a formula better


@dataclass(frozen=True)
class ResistanceFit:
    """R(T) points (n,) with errors, less the lead; normal resistance; the fits by model name; T_BKT, K, with its errors.

    `bkt_temperature` is None where no fit determines it, `limit` then says on which side of `limit_value` it lies, if any.
    """

    temperature: np.ndarray
    resistance: np.ndarray
    sigma: np.ndarray
    normal: float
    lead: float
    main: FitResult
    fits: dict[str, FitResult]
    bkt_temperature: float | None
    stderr: float | None
    systematic: float
    variants: dict[str, float]
    sweep: Sweep | None
    limit: str | None = None
    limit_value: float | None = None


@dataclass(frozen=True)
class _Points:
    """R (n,) less the lead with errors, ohm, at rising temperatures, K; normal resistance; first point out of the noise."""

    t: np.ndarray
    r: np.ndarray
    error: np.ndarray
    normal: float
    first: int


def fit_resistance(temperature: np.ndarray, resistance: np.ndarray, sigma: np.ndarray, rivals: bool = True) -> ResistanceFit:
    """Fit R (n,) in ohm with errors (n,) at rising temperatures (n,), K; without `rivals` by the formula alone.

    Raises `FitError` where there is no tail to fit.
    """
    normal = normal_level(temperature, resistance)
    lead, below = residual_resistance(temperature, resistance, sigma, normal)
    r = resistance - lead
    seen = r > 5 * sigma
    first = int(np.argmax(seen & (np.cumsum(~seen[::-1])[::-1] <= 1)))
    if np.count_nonzero(seen[first:] & (r[first:] < TOP * normal)) < _FEWEST:
        raise FitError(f"fewer than {_FEWEST} temperatures have a resistance between the noise and the normal state")
    points = _Points(temperature, r, np.hypot(sigma, _LEAST * np.maximum(r, 0)), normal, first)
    main = _formula(points, brief=not rivals)
    variants = _variants(points, main, below)
    others = {"halperin_nelson": _attempt(_exponential, points), "transition": _attempt(_rival, points)} if rivals else {}
    fits = {"halperin_nelson_crossover": main, **{name: one for name, one in others.items() if one is not None}}
    p = main.params["bkt_temperature"]
    sweep = sweep_windows(temperature[first:], r[first:], points.error[first:], normal)
    grown = math.sqrt(max(main.reduced_chi_square, 1.0)) * main.inflation
    stderr = p.stderr * grown if p.stderr is not None and math.isfinite(p.stderr) else None
    determined = p.identified and stderr is not None and not p.at_bound and stderr < 0.05 * p.value
    moves = [abs(value - p.value) for value in variants.values()]
    return ResistanceFit(
        temperature, r, sigma, normal, lead, main, fits, p.value if determined else None, stderr, max(moves, default=0.0),
        variants, sweep, p.limit, p.limit_value,
    )  # fmt: skip


def _variants(points: _Points, main: FitResult, lead_error: float) -> dict[str, float]:
    """T_BKT, K, by other ends of the range of R and by another lead resistance."""
    choices: dict[str, tuple[_Points, float, float]] = {}
    for top in TOPS:
        choices[f"formula up to {100 * top:.0f} % of R_N"] = points, 0.0, top
    for bottom in BOTTOMS:
        if np.count_nonzero(points.r > bottom * points.normal) < np.count_nonzero(points.r > points.r[points.first]):
            choices[f"formula above {100 * bottom:.0f} % of R_N"] = points, bottom, TOP
    for sign, name in ((1, "less"), (-1, "more")) if lead_error > 0 else ():
        choices[f"lead resistance {name} by its error"] = replace(points, r=points.r + sign * lead_error), 0.0, TOP
    found = {}
    for name, (moved, bottom, top) in choices.items():
        other = _attempt(_formula, moved, bottom, top, main.values)
        if other is not None and other.params["bkt_temperature"].identified:
            found[name] = other.params["bkt_temperature"].value
    return found


def _formula(
    points: _Points, bottom: float = 0.0, top: float = TOP, start: dict[str, float] | None = None, brief: bool = False
) -> FitResult:  # fmt: skip
    """The interpolation formula between two parts of R_N; from `start` alone where there is one."""
    t, r = points.t, points.r
    low = int(np.searchsorted(t, reach(t, r, bottom * points.normal))) if bottom else max(0, points.first - 4)
    high = int(np.searchsorted(t, reach(t, r, top * points.normal))) + (3 if top == TOP else 0)
    part = slice(low, max(high, low + 9))
    hold = {"normal_resistance": start["normal_resistance"]} if start is not None and top < TOP else None
    data, error = (t[part], r[part]), points.error[part]
    name = "halperin_nelson_crossover"
    if start is None:
        return fit(name, data, sigma=error, multistart=1 if brief else 3, profile=False if brief else "auto")
    begin = {key: start[key] for key in ("bkt_temperature", "critical_temperature", "bkt_constant")}
    return fit(name, data, sigma=error, fix=hold, start=begin, multistart=0, profile=False)


def _exponential(points: _Points) -> FitResult:
    part = slice(points.first, int(np.searchsorted(points.t, reach(points.t, points.r, UPPER * points.normal))) + 1)
    if points.t[part].size < _FEWEST:
        raise FitError("too few points for the exponential")
    return fit("halperin_nelson", x=points.t[part], y=points.r[part], sigma=points.error[part], multistart=2, profile=False)


def _rival(points: _Points) -> FitResult:
    part = slice(max(0, points.first - 4), int(np.searchsorted(points.t, reach(points.t, points.r, TOP * points.normal))) + 3)
    return fit("transition", x=points.t[part], y=points.r[part], sigma=points.error[part], multistart=1, profile=False)


def _attempt(function: Callable[..., FitResult], *arguments: Any) -> FitResult | None:
    try:
        return function(*arguments)
    except FitError:
        return None
