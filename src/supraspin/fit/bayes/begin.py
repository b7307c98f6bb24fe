"""Where the search for the maximum of a joint posterior begins: at the minima of its parts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import least_squares

from supraspin.fit.bayes.density import PartLayout, Source
from supraspin.fit.bayes.part import Prepared

if TYPE_CHECKING:
    from supraspin.fit.bayes.gathering import Quantity

EXACT = 1e-3
"""Part of a derived parameter to which the search for its quantities hits it, where its own error is smaller."""
UNKNOWN = 0.3
"""A guess of the error in u where no part has one."""


def sigma_in_use(part: Prepared) -> np.ndarray:
    """Sigma in use of each group where it is a stand-in, SI; 1 where sigma is given."""
    groups = max(piece.group for piece in part.problem.pieces) + 1
    out = np.ones(groups)
    if not part.problem.sigma_known:
        for piece in part.problem.pieces:
            out[piece.group] = piece.sigma[0]
    return out


def begin(
    quantities: Sequence[Quantity], prepared: Sequence[Prepared], layouts: Sequence[PartLayout]
) -> tuple[np.ndarray, np.ndarray]:
    """Starts (s, k) in u: each part's best minimum, shared parameters weighed by its errors; then other minima of single parts.

    And a first guess (k,) of the errors.
    """
    k = len(quantities)
    weight, mean = np.zeros(k), np.zeros(k)
    for part, layout in zip(prepared, layouts, strict=True):
        for j, source in enumerate(layout.sources):
            if source.function is None:
                i = source.index[0]
                u = float(quantities[i].prior.inverse(part.minima[0][j]))
                slope = float(quantities[i].prior.slope(u))
                width = part.stderr[j] / slope if slope > 0 and math.isfinite(part.stderr[j]) else 1.0
                information = 1 / max(width, 1e-9) ** 2
                mean[i] += information * u
                weight[i] += information
    start = np.where(weight > 0, mean / np.where(weight > 0, weight, 1), 0.0)
    noise = {i for layout in layouts for i in (*layout.scales, layout.tail)}
    start = _derived(quantities, prepared, layouts, start, [i for i in range(k) if weight[i] == 0 and i not in noise])
    for part, layout in zip(prepared, layouts, strict=True):
        if layout.noise == "student":
            rms = math.sqrt(part.problem.chi_square(part.minima[0]) / part.problem.n)
            for g, i in enumerate(layout.scales):
                start[i] = quantities[i].prior.inverse(0.8 * rms * sigma_in_use(part)[g])
    starts = [start]
    for part, layout in zip(prepared, layouts, strict=True):
        for values in part.minima[1:4]:
            other = start.copy()
            for j, source in enumerate(layout.sources):
                if source.function is None:
                    other[source.index[0]] = quantities[source.index[0]].prior.inverse(values[j])
            starts.append(other)
    return np.array(starts), np.where(weight > 0, 1 / np.sqrt(np.where(weight > 0, weight, 1)), UNKNOWN)


def _derived(
    quantities: Sequence[Quantity], prepared: Sequence[Prepared], layouts: Sequence[PartLayout], start: np.ndarray,
    unknown: Sequence[int],
) -> np.ndarray:  # fmt: skip
    """The start, with quantities of which only functions are told where those come out, as near to their priors as may be."""
    told: list[tuple[Source, float, float]] = []
    for part, layout in zip(prepared, layouts, strict=True):
        for j, source in enumerate(layout.sources):
            if source.function is not None and set(source.index) & set(unknown):
                value = float(part.minima[0][j])
                error = part.stderr[j] if math.isfinite(part.stderr[j]) else abs(value)
                told.append((source, value, max(float(error), EXACT * abs(value), 1e-300)))
    if not told:
        return start

    def misfit(u: np.ndarray) -> np.ndarray:
        place = start.copy()
        place[list(unknown)] = u
        values = [float(q.prior.value(place[i])) for i, q in enumerate(quantities)]
        off = [(float(s.function(*(values[i] for i in s.index))) - v) / e for s, v, e in told if s.function is not None]
        return np.array([*off, *u])

    found = least_squares(misfit, start[list(unknown)], max_nfev=200)
    out = start.copy()
    out[list(unknown)] = np.clip(found.x, -5, 5)
    return out
