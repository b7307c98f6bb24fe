"""The ordering temperature from runs of several sizes: where U or xi/L of all sizes cross, with finite-size scaling.

    y(T, L) = f[(T/T_K - 1) L^(1/nu)],   f a cubic polynomial,   L = sqrt(N),

fitted to all sizes at once, within 20 % of T_K. Beside it stand the crossings of neighbouring sizes and the fit without the
smallest size; the largest distance from it is the systematic error. Statistical errors by the bootstrap over realisations (or
bins of the series). Below T_K the larger size has the larger y. Where the curves do not cross, or N <x^2> does not grow as it
must at the lowest temperature, T_K is a limit: below the lowest temperature, or above the highest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import xarray as xr
from scipy import optimize

from supraspin.errors import ModelError
from supraspin.flags import Flag
from supraspin.moments.averages import ORDERS, QUANTITIES, curve, frozen, imbalance
from supraspin.moments.binning import resample
from supraspin.moments.growth import THRESHOLD, growth, strength

_DRAWS = 200
_WINDOW, _FEWEST = 0.2, 6  # of T/T_K - 1 in the scaling fit, and the fewest temperatures in it
_SURE = 0.95
_SIGMAS = 2.33


@dataclass(frozen=True)
class Ordering:
    """T_K in K with statistical and systematic error; absent (None) with `below` or `above` as its limit, or with a flag only.

    `crossings`: (N, N', T, error, share of bootstrap draws with a crossing) of neighbouring sizes. `exponent`: 1/nu.
    """

    temperature: float | None
    error: float | None = None
    systematic: float | None = None
    below: float | None = None
    above: float | None = None
    exponent: float | None = None
    exponent_error: float | None = None
    crossings: tuple[tuple[int, int, float, float, float], ...] = ()
    flags: tuple[Flag, ...] = field(default=())


def ordering_temperature(
    runs: Sequence[xr.Dataset], *, order: str = "magnetisation", quantity: str = "binder", rng: np.random.Generator,
    draws: int = _DRAWS,
) -> Ordering:  # fmt: skip
    """T_K of the order in m ("magnetisation") or in q ("overlap") by crossings of U ("binder") or xi/L ("correlation").

    `runs` of `simulate` at two or more sizes and the same temperatures, in any order. Raises `ModelError`.
    """
    if order not in ORDERS or quantity not in QUANTITIES:
        raise ModelError(f"order is one of {', '.join(ORDERS)}, quantity one of {', '.join(QUANTITIES)}")
    runs = sorted(runs, key=lambda run: run.attrs["count"])
    sizes = [int(run.attrs["count"]) for run in runs]
    temperatures = runs[0]["temperature"].values
    if len(set(sizes)) < 2 or len(temperatures) < 2:
        raise ModelError("a crossing needs two sizes and two temperatures at least")
    if any(not np.array_equal(run["temperature"].values, temperatures) for run in runs):
        raise ModelError("the runs of all sizes must have the same temperatures")
    flags = imbalance(runs)
    whole, drawn = zip(*(_curves(run, order, quantity, rng, draws) for run in runs), strict=True)
    crossings = []
    for (n1, y1, d1), (n2, y2, d2) in pairwise(zip(sizes, whole, drawn, strict=True)):
        found = np.array([_crossing(temperatures, b - a) for a, b in zip(d1, d2, strict=True)])
        share = float(np.mean(np.isfinite(found)))
        here = _crossing(temperatures, y2 - y1)
        spread = float(np.nanstd(found)) if share > 0 else np.nan
        crossings.append((n1, n2, here, spread, share))
    last = crossings[-1]
    if not (np.isfinite(last[2]) and last[4] >= _SURE and _grows(runs, order, 0) > 0):
        return _limit(temperatures, runs, order, crossings, flags)
    start = last[2]
    near = np.argsort(np.abs(temperatures - start))
    near = np.sort(near[: max(_FEWEST, np.count_nonzero(np.abs(temperatures / start - 1) <= _WINDOW))])
    scale = np.array([np.maximum(np.std(d[:, near], axis=0), 1e-9) for d in drawn])
    lengths, close = np.sqrt(sizes), temperatures[near]
    fitted = _collapse(close, lengths, np.array(whole)[:, near], scale, start)
    several = [_collapse(close, lengths, np.array(y)[:, near], scale, start) for y in zip(*drawn, strict=True)]
    good = np.array([f for f in several if f is not None])
    if fitted is None or len(good) < 0.8 * draws:
        flags.append(Flag("no_scaling", "no finite-size scaling fits all sizes; T_K is the crossing of the largest two"))
        return Ordering(last[2], last[3], None, crossings=tuple(crossings), flags=tuple(flags))
    others = [c[2] for c in crossings[-2:] if np.isfinite(c[2])]
    if len(sizes) > 2:
        larger = _collapse(close, lengths[1:], np.array(whole)[1:, near], scale[1:], start)
        others += [] if larger is None else [larger[0]]
    away = max(abs(other - fitted[0]) for other in others)
    scatter = np.std(good, axis=0)
    return Ordering(
        float(fitted[0]), float(scatter[0]), float(away), exponent=float(fitted[1]), exponent_error=float(scatter[1]),
        crossings=tuple(crossings), flags=tuple(flags),
    )  # fmt: skip


def _curves(run, order: str, quantity: str, rng, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """y over temperature, (K,), and its bootstrap draws, (draws, K)."""
    means, function = curve(run, order, quantity)
    weights = resample(rng, len(means[0]), draws)
    return function(*(m.mean(axis=0) for m in means)), function(*(weights @ m for m in means))


def _crossing(temperatures: np.ndarray, difference: np.ndarray) -> float:
    """Where larger minus smaller falls through 0, K: of several places the one that parts the signs best; NaN where none is."""
    falls = np.nonzero((difference[:-1] > 0) & (difference[1:] <= 0))[0]
    if not falls.size:
        return np.nan
    total = np.cumsum(difference)
    i = int(falls[np.argmax(total[falls])])
    left, right = difference[i], difference[i + 1]
    return float(temperatures[i] + (temperatures[i + 1] - temperatures[i]) * left / (left - right))


def _collapse(temperatures, lengths, values, scale, start: float):
    """T_K and 1/nu of the fit, or None; values and scale (sizes, K)."""

    def residuals(p):
        x = (temperatures / p[0] - 1) * (lengths[:, None] / lengths.max()) ** p[1]
        f = p[2] + x * (p[3] + x * (p[4] + x * p[5]))
        return ((f - values) / scale).ravel()

    slope = np.polyfit(temperatures / start - 1, values[-1], 1)[0]
    middle = np.interp(start, temperatures, values[-1])
    lowest, highest = temperatures[0], temperatures[-1]
    try:
        fit = optimize.least_squares(
            residuals, [start, 1.0, middle, slope, 0, 0], x_scale=[0.1 * start, 0.3, 0.1, abs(slope) + 0.1, 1, 1],
            bounds=([lowest, 0.02, -np.inf, -np.inf, -np.inf, -np.inf], [highest, 5, np.inf, np.inf, np.inf, np.inf]),
        )  # fmt: skip
    except ValueError:
        return None
    inside = lowest < fit.x[0] < highest and 0.021 < fit.x[1] < 4.9
    return fit.x[:2] if fit.success and inside else None


def _grows(runs, order: str, k: int) -> int:
    """+1 where N <x^2> grows with the size as it does with order at temperature number `k`, -1 as without, 0 if unclear."""
    pairs = [strength(order, run, k) for run in runs]
    slope, error = growth([run.attrs["count"] for run in runs], [p[0] for p in pairs], [p[1] for p in pairs])
    return int(np.sign(slope - THRESHOLD)) if abs(slope - THRESHOLD) > _SIGMAS * error else 0


def _limit(temperatures, runs, order: str, crossings, flags) -> Ordering:
    """T_K as a limit: no order at the lowest temperature, or order at the highest."""
    flags, low, high = list(flags), float(temperatures[0]), float(temperatures[-1])
    if _grows(runs, order, 0) < 0 and not any(frozen(run)[0] for run in runs):
        flags.append(Flag("no_order", f"no order in the {order} down to {low:.3g} K", "note", {"below": low}))
        return Ordering(None, below=low, crossings=tuple(crossings), flags=tuple(flags))
    if _grows(runs, order, -1) > 0:
        flags.append(Flag("order_throughout", f"ordered up to {high:.3g} K, the highest temperature", "note", {"above": high}))
        return Ordering(None, above=high, crossings=tuple(crossings), flags=tuple(flags))
    flags.append(Flag("no_crossing", "the curves of the sizes do not cross, and their errors allow no limit"))
    return Ordering(None, crossings=tuple(crossings), flags=tuple(flags))
