"""The switching fields of one sweep: where the reading steps, how far, and how well both are known.

Change points are the best segmentation into constant pieces, by the dynamic programming of `ruptures`; then steps and a smooth
background (a parabola in the field) are fitted together, and steps that stand out too little are taken out again. What counts as
little knows of slow noise: errors grow by the correlation of the residual. A place is known to the distance of the two readings
that the step lies between, and to the noise: its error is that of the likelihood over the neighbouring places.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import ruptures

from supraspin.fit.noise import structure

_MOST = 6
"""Steps looked for in one sweep."""
_STANDS_OUT = 4.5
"""Standard errors by which a step must differ from none."""
_FINEST = 0.02
"""Share of the sweep's swing below which its shape is not followed: magnets switch over some width and in many small steps."""


@dataclass(frozen=True)
class Step:
    """A step: the field in the middle of its interval, its standard error, and its size with error; `between` are its ends."""

    field: float
    field_error: float
    size: float
    size_error: float
    between: tuple[float, float]


def find_steps(field: np.ndarray, reading: np.ndarray, sigma: float | None = None, most: int = _MOST) -> list[Step]:
    """Steps of readings (n,) at fields (n,) in the order of time; `sigma`, the noise of a reading, is estimated if not given.

    A reading that changes over several points is one step where they lie close together and go one way.
    """
    noise = noise_of(reading) if sigma is None else sigma
    if reading.size < 12:
        return []
    smooth = background(field, reading)
    noise = max(noise, _FINEST * float(np.ptp(reading - smooth)))
    if noise == 0:
        return []
    segments = ruptures.KernelCPD(kernel="linear", min_size=2).fit((reading - smooth)[:, None] / noise)
    best: tuple[float, list[int]] = (math.inf, [])
    for count in range(min(most, reading.size // 8) + 1):
        places = [int(one) for one in segments.predict(n_bkps=count)[:-1]] if count else []
        residual = _joint(field, reading, places)[1]
        # A step costs its place and its size; 3 log n is the modified criterion of Zhang and Siegmund.
        cost = float(residual @ residual) / noise**2 + 3 * len(places) * math.log(reading.size)
        if cost < best[0]:
            best = (cost, places)
    places = best[1]
    while places:
        sizes, residual, errors = _joint(field, reading, places)
        weakest = int(np.argmin(np.abs(sizes) / errors))
        if abs(sizes[weakest]) >= _STANDS_OUT * errors[weakest] * _scatter(field, residual, len(places), noise):
            break
        places = [place for i, place in enumerate(places) if i != weakest]
    return _described(field, reading, _merged(field, reading, places), noise)


def _scatter(field: np.ndarray, residual: np.ndarray, steps: int, noise: float) -> float:
    """Noise that the errors of sizes are reckoned with: that of the residual, grown by its correlation."""
    spread = math.sqrt(float(residual @ residual) / max(residual.size - 3 - 2 * steps, 1))
    judged = structure([(field, residual)])
    return max(noise, spread) * (judged.error_growth if judged.structured else 1.0)


def noise_of(reading: np.ndarray) -> float:
    """Standard deviation of a reading, from second differences, which steps enter only at their places."""
    bends = np.diff(reading, 2)
    return float(np.median(np.abs(bends))) / (0.6745 * math.sqrt(6)) if bends.size else 0.0


def _scaled(field: np.ndarray) -> np.ndarray:
    middle, half = 0.5 * (field.max() + field.min()), 0.5 * np.ptp(field) or 1.0
    return (field - middle) / half


def background(field: np.ndarray, reading: np.ndarray) -> np.ndarray:
    """A parabola through the readings that steps do not pull: least absolute deviations, by reweighting."""
    powers = np.vander(_scaled(field), 3)
    weights = np.ones(reading.size)
    fit = reading
    for _ in range(25):
        root = np.sqrt(weights)
        fit = powers @ np.linalg.lstsq(powers * root[:, None], reading * root, rcond=None)[0]
        size = np.abs(reading - fit)
        weights = 1 / np.maximum(size, 0.1 * np.median(size) + 1e-300)
    return fit


def _joint(field: np.ndarray, reading: np.ndarray, places: list[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sizes of steps at `places` beside a parabola, the residual, and the sizes' errors for unit noise."""
    columns = [np.vander(_scaled(field), 3)]
    columns += [(np.arange(reading.size) >= place).astype(float)[:, None] for place in places]
    matrix = np.hstack(columns)
    solution, _, _, _ = np.linalg.lstsq(matrix, reading, rcond=None)
    covariance = np.linalg.pinv(matrix.T @ matrix)
    return solution[3:], reading - matrix @ solution, np.sqrt(np.maximum(np.diag(covariance)[3:], 1e-30))


def _merged(field: np.ndarray, reading: np.ndarray, places: list[int]) -> list[tuple[int, int]]:
    """First and last place of each step: steps of one sign within a few points of each other are one that takes its time."""
    if not places:
        return []
    sizes = _joint(field, reading, places)[0]
    reach = max(3, reading.size // 30)
    groups: list[list[int]] = [[0]]
    for i in range(1, len(places)):
        together = places[i] - places[i - 1] <= reach and np.sign(sizes[i]) == np.sign(sizes[i - 1])
        if together:
            groups[-1].append(i)
        else:
            groups.append([i])
    return [(places[group[0]], places[group[-1]]) for group in groups]


def _described(field: np.ndarray, reading: np.ndarray, groups: list[tuple[int, int]], noise: float) -> list[Step]:
    found: list[Step] = []
    places = sorted({place for group in groups for place in group})
    if not places:
        return found
    sizes, residual, errors = _joint(field, reading, places)
    scatter = _scatter(field, residual, len(places), noise)
    for first, last in groups:
        members = [i for i, place in enumerate(places) if first <= place <= last]
        size, error = float(sizes[members].sum()), scatter * math.sqrt(float((errors[members] ** 2).sum()))
        if len(members) == 1:
            where, spread = _place(field, reading, places, first, scatter)
        else:
            where, spread = _middle(field, np.array([places[i] for i in members]), sizes[members])
        ends = (float(field[first - 1]), float(field[last]))
        found.append(Step(where, spread, size, error, (min(ends), max(ends))))
    return found


def _middle(field: np.ndarray, places: np.ndarray, sizes: np.ndarray) -> tuple[float, float]:
    """Field of a step that takes its time, the mean over its parts, and its standard error."""
    middle, width = 0.5 * (field[places - 1] + field[places]), np.abs(field[places] - field[places - 1])
    weight = sizes / sizes.sum()
    mean = float(weight @ middle)
    return mean, math.sqrt(float(weight @ ((middle - mean) ** 2 / 4 + width**2 / 12)))


def _place(field: np.ndarray, reading: np.ndarray, places: list[int], first: int, noise: float) -> tuple[float, float]:
    """Field of a sharp step and its standard error."""
    others = [place for place in places if place != first]
    trial = np.arange(max(1, first - 6), min(reading.size, first + 7))
    trial = trial[~np.isin(trial, others)]
    cost = np.array([float(np.sum(_joint(field, reading, sorted([*others, int(one)]))[1] ** 2)) for one in trial]) / noise**2
    weight = np.exp(-0.5 * (cost - cost.min()))
    weight /= weight.sum()
    middle = 0.5 * (field[trial - 1] + field[trial])
    width = np.abs(field[trial] - field[trial - 1])
    mean = float(weight @ middle)
    return mean, math.sqrt(float(weight @ ((middle - mean) ** 2 + width**2 / 12)))
