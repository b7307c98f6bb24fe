"""T_BKT from the resistance above it: the interpolation formula of Halperin and Nelson, and their exponential.

The formula from T_BKT to the normal state (`halperin_nelson_crossover`) gives the value. The exponential (`halperin_nelson`)
holds between T_BKT and T_c only, and what it says depends on the window: it is fitted in all of them (`bkt_tail`). A spread of
critical temperatures without any vortices (`transition`) is fitted to the same points, since it has such a tail too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.bkt_levels import normal_level, reach, residual_resistance
from supraspin.analysis.bkt_tail import Sweep, sweep_windows
from supraspin.errors import FitError
from supraspin.fit import FitResult, fit

TOP = 0.95
"""Part of the normal resistance up to which the interpolation formula is fitted; `TOPS` are other choices."""
TOPS = (0.5, 0.75)
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
    error = np.hypot(sigma, _LEAST * np.maximum(r, 0))
    main = _formula(temperature, r, error, normal, TOP, first, brief=not rivals)
    fits = {"halperin_nelson_crossover": main}
    variants = {}
    for top in TOPS:
        other = _attempt(_formula, temperature, r, error, normal, top, first, main.values)
        if other is not None and other.params["bkt_temperature"].identified:
            variants[f"formula up to {100 * top:.0f} % of R_N"] = other.params["bkt_temperature"].value
    if below > 0:
        for sign, name in ((-1, "less"), (1, "more")):
            moved = _attempt(_formula, temperature, r - sign * below, error, normal, TOP, first, main.values)
            if moved is not None:
                variants[f"lead resistance {name} by its error"] = moved.params["bkt_temperature"].value
    window = (float(temperature[first]), reach(temperature, r, UPPER * normal))
    plain = _attempt(_exponential, temperature, r, error, window) if rivals else None
    if plain is not None:
        fits["halperin_nelson"] = plain
    if rivals:
        rival = _attempt(_rival, temperature, r, error, normal, first)
        if rival is not None:
            fits["transition"] = rival
    p = main.params["bkt_temperature"]
    sweep = sweep_windows(temperature[first:], r[first:], error[first:], normal)
    grown = math.sqrt(max(main.reduced_chi_square, 1.0)) * main.inflation
    stderr = p.stderr * grown if p.stderr is not None and math.isfinite(p.stderr) else None
    determined = p.identified and stderr is not None and not p.at_bound and stderr < 0.05 * p.value
    moves = [abs(value - p.value) for value in variants.values()]
    return ResistanceFit(
        temperature, r, sigma, normal, lead, main, fits, p.value if determined else None, stderr, max(moves, default=0.0),
        variants, sweep, p.limit, p.limit_value,
    )  # fmt: skip


def _formula(t, r, error, normal, top, first, start=None, brief=False) -> FitResult:
    low = max(0, first - 4)
    high = int(np.searchsorted(t, reach(t, r, top * normal))) + (3 if top == TOP else 0)
    part = slice(low, max(high, first + 5))
    hold = {"normal_resistance": start["normal_resistance"]} if start is not None and top < TOP else None
    if start is None:
        return fit("halperin_nelson_crossover", x=t[part], y=r[part], sigma=error[part], fix=hold, multistart=1 if brief else 3,
                   profile=False if brief else "auto")  # fmt: skip
    begin = {name: start[name] for name in ("bkt_temperature", "critical_temperature", "bkt_constant")}
    return fit("halperin_nelson_crossover", x=t[part], y=r[part], sigma=error[part], fix=hold, start=begin, multistart=0,
               profile=False)  # fmt: skip


def _exponential(t, r, error, window) -> FitResult:
    inside = (t >= window[0]) & (t <= window[1])
    if np.count_nonzero(inside) < _FEWEST:
        raise FitError("too few points for the exponential")
    return fit("halperin_nelson", x=t[inside], y=r[inside], sigma=error[inside], multistart=2, profile=False)


def _rival(t, r, error, normal, first) -> FitResult:
    low, high = max(0, first - 4), int(np.searchsorted(t, reach(t, r, TOP * normal))) + 3
    return fit("transition", x=t[low:high], y=r[low:high], sigma=error[low:high], multistart=1, profile=False)


def _attempt(function, *arguments) -> FitResult | None:
    try:
        return function(*arguments)
    except FitError:
        return None
