"""Starts for many curves from a few first guesses.

A model's own guess looks at one curve and may take milliseconds. Here it looks at a few representative curves only. Each
guess is tried on all curves at once, with the linear parameters of the model solved for each of them, and a curve keeps the
start that describes it best. The next representative is the curve that all starts so far describe worst, so that the guesses
go where the curves differ. No clock is read: the same data give the same starts on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from supraspin.fit.problem import Piece, Problem, Slot
from supraspin.fit.solve import scales
from supraspin.fit.starts import linear_slots
from supraspin.model import Model

REPRESENTATIVES = 16
"""Most curves that are looked at one by one."""
DESCRIBED = 1.5
"""Mean square of the residuals over that of the noise below which a curve needs no better start."""
NEAR = 0.005
"""Mean square of the residuals over the variance of the curve below which it needs none either: the fit will find its way."""


def matched_starts(
    entry: Model, names: tuple[str, ...], coordinates: Sequence[np.ndarray], ys: np.ndarray, usable: np.ndarray,
    levels: np.ndarray, constants: Callable[[int], Mapping[str, float]], start_of: Callable[[int], np.ndarray],
    limits: Sequence[tuple[float, float]],
) -> np.ndarray:  # fmt: skip
    """Starts (c, k) in SI for curves `ys` (c, n) with noise `levels` (c,).

    `start_of(i)` guesses the parameters `names` of curve i, `constants(i)` are the values of those that are not free.
    """
    filled = np.where(usable, ys, np.nan)
    there = usable.any(axis=1)
    center = np.zeros(len(ys))
    center[there] = np.nanmean(filled[there], axis=1)
    filled = np.where(usable, ys, center[:, None])
    spread = np.sqrt(np.mean((filled - center[:, None]) ** 2, axis=1))
    noise = np.where(np.isfinite(levels) & (levels > 1e-6 * spread), levels, np.where(spread > 0, 1e-2 * spread, 1.0))
    waiting = usable.sum(axis=1) > len(names)
    count = np.maximum(usable.sum(axis=1), 1)
    starts = np.full((len(ys), len(names)), np.nan)
    misfit = np.where(waiting, np.inf, 0.0)
    wanted = np.maximum(DESCRIBED, NEAR * (spread / noise) ** 2)
    slots = tuple(Slot(p, p, None, entry.parameters[p].unit, *pair) for p, pair in zip(names, limits, strict=True))
    low, high = np.array(limits).T
    squares = np.sum(filled**2, axis=1)
    linear: list[int] | None = None
    chosen = int(np.argmin(np.where(waiting, np.sum((filled - filled[waiting].mean(axis=0)) ** 2, axis=1), np.inf)))
    for _ in range(REPRESENTATIVES):
        waiting[chosen] = False
        start = np.clip(start_of(chosen), low, high)
        piece = Piece(0, tuple(coordinates), filled[chosen], np.ones(len(filled[chosen])), constants(chosen))
        problem = Problem(entry, names, slots, (piece,), True)
        scale = scales(problem, start)
        if linear is None:
            linear = linear_slots(problem, start, scale)
        residual, jacobian = problem.residuals(start, np.ones(len(start)))
        if np.all(np.isfinite(residual)):
            columns = jacobian[:, linear]
            rest = filled[chosen] + residual - columns @ start[linear]
            best, found = _linear(columns, rest, filled, usable, squares, low[linear], high[linear])
            found /= count * noise**2
            better = found < misfit
            starts[better] = start
            starts[np.ix_(np.nonzero(better)[0], np.asarray(linear, dtype=int))] = best[better]
            misfit[better] = found[better]
        if not np.any(waiting & (misfit > wanted)):
            break
        chosen = int(np.argmax(np.where(waiting, misfit / wanted, -1.0)))
    return starts


def _linear(
    columns: np.ndarray, rest: np.ndarray, ys: np.ndarray, usable: np.ndarray, squares: np.ndarray,
    low: np.ndarray, high: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Best b (c, m) in ys = rest + columns b within the bounds, and the sum of squares (c,) that it leaves."""
    size = np.maximum(np.linalg.norm(columns, axis=0), 1e-300)
    along = (ys @ columns - rest @ columns) / size
    gram = (columns / size).T @ (columns / size)
    best = np.clip(along @ np.linalg.pinv(gram, rcond=1e-10, hermitian=True) / size, low, high)
    if not usable.all():
        return best, np.sum(np.where(usable, ys - rest - best @ columns.T, 0.0) ** 2, axis=1)
    scaled = best * size
    left = squares - 2 * ys @ rest + rest @ rest - 2 * np.sum(scaled * along, axis=1) + np.sum((scaled @ gram) * scaled, axis=1)
    return best, np.maximum(left, 0.0)
