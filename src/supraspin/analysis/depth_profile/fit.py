"""Fits of a depth profile, and what is seen in it before one: whether it decays, and whether the interface is in the data.

Counts are fitted by maximum likelihood: weighted least squares whose variance is the model's own mean, repeated until the
two agree, has exactly the Poisson likelihood's gradient. Where the counts scatter by more than Poisson's law, the
errors grow by the root of that excess.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from supraspin.analysis.depth_profile.null import LEVEL, Score, nulls, significance
from supraspin.analysis.depth_profile.readings import Readings
from supraspin.fit import FitResult, fit
from supraspin.models.intercalation_profile import intercalation_profile

MODEL = "intercalation_profile"
_ROUNDS = 8
_AGREED = 1e-4
_LEAST = 0.1  # counts of variance that a point has at the least: an empty channel is no certainty
_SHORTEST = 0.01  # decay length that is looked for, over the finest scale of the data
_EDGE = 9.0  # gain of chi-square that shows an interface within the data
_BEFORE = 3  # points that must lie above an interface for it to be in the data


@dataclass(frozen=True)
class Seen:
    """The templates (k, n) of unit level with their decay lengths and interfaces (k,), and what they say against each null.

    `drift` is None where a constant suffices; `edge` says that the interface is within the data.
    """

    constant: Score
    drift: Score | None
    lengths: np.ndarray
    interfaces: np.ndarray
    unit: np.ndarray
    edge: bool

    @property
    def decays(self) -> bool:
        return self.constant.p < LEVEL and self.drift is not None and self.drift.p < LEVEL

    @property
    def falls(self) -> bool:
        return self.constant.p < LEVEL

    @property
    def best(self) -> int:
        return int(np.argmax(self.constant.scores))


def look(readings: Readings, probe_width: float, interface: float | None) -> Seen:
    """Hold the readings against templates of decay lengths and, where it is not known, of places of the interface."""
    z, span, step = readings.depth, readings.span, max(readings.step, 1e-3 * readings.span)
    lengths = np.geomspace(max(0.5 * step, 0.02 * span), 2.0 * span, 10)
    first = min(0.0, float(z[0])) if z[0] > -step else 0.0
    places = np.array([interface]) if interface is not None else np.unique(np.append(np.linspace(z[0], z[-1], 25)[1:-4], first))
    grid_l, grid_z = (g.ravel() for g in np.meshgrid(np.append(lengths, 1e3 * span), places, indexing="ij"))
    inside = (grid_l < 1e2 * span) | (grid_z > z[0])  # a step that is not in the data is a constant
    grid_l, grid_z = grid_l[inside], grid_z[inside]
    templates = np.asarray(intercalation_profile(
        z, surface_concentration=1.0, decay_length=grid_l[:, None], probe_width=max(probe_width, 1e-3 * step),
        depth_offset=grid_z[:, None],
    ))  # fmt: skip
    flat, sloped = nulls(z)
    constant = significance(readings, templates, flat)
    drift = significance(readings, templates, sloped) if constant.p < LEVEL else None
    before = np.sum(z[None, :] < grid_z[:, None], axis=1) >= _BEFORE
    squares = np.maximum(constant.scores, 0.0) ** 2
    edge = bool(interface is None and before.any() and squares[before].max() > squares[~before].max(initial=0.0) + _EDGE)
    return Seen(constant, drift, grid_l, grid_z, templates, edge)


def fit_profile(
    readings: Readings, *, fix: Mapping[str, float], free: Sequence[str], start: Mapping[str, float], full: bool = True,
    multistart: int = 4,
) -> tuple[FitResult, float]:  # fmt: skip
    """Fit the profile with the noise that the readings have, and the excess of that noise over Poisson's variance (1: none).

    Without `full` there are no likelihood profiles. Raises `FitError`.
    """
    last: str | bool = "auto" if full else False
    # Far below the probe's width and the spacing only the product of surface level and decay length is left.
    shortest = _SHORTEST * (min(readings.step, width) if (width := fix.get("probe_width", 0.0)) > 0 else readings.step)
    bounds: dict[str, tuple[float, float]] = {"decay_length": (shortest, math.inf)}

    def once(sigma: np.ndarray | None, profile: str | bool, starts: int) -> FitResult:
        return fit(
            MODEL, (readings.depth, readings.reading), sigma=sigma, fix=fix, free=free, start=start, bounds=bounds,
            profile=profile, multistart=starts,
        )  # fmt: skip

    e = readings.exposure
    if e is None:
        return once(None, last, multistart), 1.0
    if "background_concentration" in free:
        bounds["background_concentration"] = (0.0, math.inf)
    smooth = np.convolve(np.pad(readings.reading * e, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    mean = np.maximum(smooth, _LEAST)
    for turn in range(_ROUNDS):
        found = once(np.sqrt(mean) / e, False, multistart if turn == 0 else 1)
        before, mean = mean, np.maximum(found.best_fit * e, _LEAST)
        start = inside(found)
        if np.max(np.abs(mean / before - 1)) < _AGREED:
            break
    grown = found.reduced_chi_square if chdtrc(found.dof, found.chi_square) < LEVEL else 1.0
    if grown > 1 or full:
        found = once(np.sqrt(mean * grown) / e, last, 1)
    return found, grown


def inside(found: FitResult) -> dict[str, float]:
    """The free parameters of a fit that do not stand on a bound, to start another one from."""
    return {name: p.value for name, p in found.params.items() if p.vary and p.bounds[0] < p.value < p.bounds[1]}
