"""First guesses and scales for a batch of curves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.least_squares import fit
from supraspin.fit.representatives import REPRESENTATIVES, matched_starts
from supraspin.fit.setup import GUESS_ERRORS, Wishes, guess
from supraspin.model import Model


def batch_start(
    entry: Model, names: tuple[str, ...], coordinates: tuple[np.ndarray, ...], ys: np.ndarray, usable: np.ndarray,
    given: Mapping[str, np.ndarray], static: Mapping[str, float], per_curve: Mapping[str, np.ndarray], wishes: Wishes,
    limits: Sequence[tuple[float, float]], levels: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Starts (c, k) in SI: what was given, else from the model's own guesses, else from a fit of the mean curve.

    `levels` (c,) is the noise of each curve. A model's guess is called for each curve while they are few, and for
    representative ones where they are many.
    """
    first = np.broadcast_to([entry.parameters[p].default for p in names], (len(ys), len(names))).astype(float)
    open_names = [p for p in names if p not in given]
    if open_names and entry.guess is not None:
        first = _guessed(entry, names, coordinates, ys, usable, levels, given, static, per_curve, limits, first)
    elif open_names:
        constants = {**static, **{p: float(np.median(values)) for p, values in per_curve.items()}}
        mean = _mean_fit(entry, names, coordinates, ys, usable, constants, wishes)
        for j, p in enumerate(names):
            first[:, j] = mean.get(p, first[0, j])
    for p, values in given.items():
        first[:, names.index(p)] = values
    lower, upper = np.array(limits).T
    if any(np.any((v < limits[names.index(p)][0]) | (v > limits[names.index(p)][1])) for p, v in given.items()):
        raise FitError("start lies outside the bounds given")
    return np.clip(first, lower, upper)


def curve_scales(
    entry: Model, names: tuple[str, ...], first: np.ndarray, coordinates: tuple[np.ndarray, ...], ys: np.ndarray
) -> np.ndarray:
    """The size of each parameter of each curve: its start, or for a start of zero the typical one of its unit."""
    size_of = [np.abs(column[column != 0]) for column in first.T]
    typical = [float(np.median(sizes)) if len(sizes) else math.nan for sizes in size_of]
    fallback = np.empty(len(names))
    for j, p in enumerate(names):
        par = entry.parameters[p]
        by_unit = {entry.x.unit: 0.1 * float(np.ptp(coordinates[0])), entry.y.unit: float(np.std(ys[np.isfinite(ys)]))}
        size = by_unit.get(par.unit) or (par.upper - par.lower) / 10
        fallback[j] = (
            typical[j] if math.isfinite(typical[j]) else size if math.isfinite(size) and size > 0 else abs(par.default) or 1.0
        )
    return np.where(first != 0, np.maximum(np.abs(first), 1e-6 * fallback), fallback)


def _guessed(
    entry, names, coordinates, ys, usable, levels, given, static, per_curve, limits, first: np.ndarray
) -> np.ndarray:  # fmt: skip
    enough = np.flatnonzero(usable.sum(axis=1) > len(names))

    def constants(i: int) -> dict[str, float]:
        return {**static, **{p: float(values[i]) for p, values in per_curve.items()}}

    def start_of(i: int) -> np.ndarray:
        guessed = _guess(entry, [c[usable[i]] for c in coordinates], ys[i][usable[i]], constants(i))
        guessed.update({p: values[i] for p, values in given.items()})
        return np.array([guessed.get(p, first[i, j]) for j, p in enumerate(names)])

    starts = first.copy()
    if len(enough) <= REPRESENTATIVES:
        for i in enough:
            starts[i] = start_of(int(i))
        return starts
    matched = matched_starts(entry, names, coordinates, ys, usable, levels, constants, start_of, limits)
    return np.where(np.isfinite(matched), matched, starts)


def _guess(entry: Model, coordinates: Sequence[np.ndarray], y: np.ndarray, known: Mapping[str, float]) -> dict[str, float]:
    try:
        return guess(entry, coordinates, y, known)
    except GUESS_ERRORS:
        # One curve without a guess starts from the defaults; the batch goes on.
        return {}


def _mean_fit(entry, names, coordinates, ys, usable, static, wishes: Wishes) -> dict[str, float]:
    """Parameters of the mean curve, or nothing where it cannot be fitted."""
    counts = usable.sum(axis=0)
    mean = np.where(counts > 0, np.where(usable, ys, 0.0).sum(axis=0) / np.maximum(counts, 1), np.nan)
    constants = {p: v for p, v in static.items() if v != entry.parameters[p].default or p in wishes.fix}
    released = tuple(p for p in names if entry.parameters[p].held)
    try:
        found = fit(entry, None, x=coordinates, y=mean, fix=constants, free=released, bounds=wishes.bounds, profile=False)
    except FitError:
        return {}
    return {p: found.params[p].value for p in names if p in found.params}
