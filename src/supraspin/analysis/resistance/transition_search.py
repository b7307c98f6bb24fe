"""Whether an R(T) curve holds a step at all: steps against smooth curves with as many parameters.

The readings are averaged in bins of ln T (the middle half of each, so that spikes don't count). Up to three steps
1/(1 + exp(-(ln T - v_0)/w)) on a straight line R = a + b T are held against the best polynomial in ln T and T with as many
parameters, 2 + 3 a step. The statistic is the ratio of the sums of squares,

    Lambda = SS(smooth) / SS(steps),

which does not depend on the size of the noise. `CRITICAL` together with the conditions of `transition_shape` lets less than one
null curve in a hundred through, a random walk included, the most step-like of the usual noises
(`benchmarks/false_alarms_resistance.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CRITICAL = 2.5
LEVEL = 0.01
"""False alarms claimed for the verdicts on a curve, of which the search gets a part."""
_BINS = 72
_SHORTEST = 12
_ZOOM = 2.5
"""Each window of the search ends at a temperature this many times lower than that before."""
_MOST = 3
_SHARE = 0.3


@dataclass(frozen=True)
class Step:
    """A step: its height in ohm (above 0 where R falls on cooling), centre in ln K, and width w in e-folds of T."""

    height: float
    centre: float
    width: float


@dataclass(frozen=True)
class Search:
    """The best description of a curve by steps, with the statistic Lambda; `steps` is empty where there are too few bins."""

    statistic: float
    steps: tuple[Step, ...]

    def falls(self) -> list[Step]:
        """The steps down on cooling that are not small beside the largest step, the hottest first."""
        large = _SHARE * max((abs(step.height) for step in self.steps), default=0.0)
        return sorted((s for s in self.steps if s.height >= large > 0), key=lambda s: -s.centre)


@dataclass(frozen=True)
class Bins:
    """Averages over bins of ln T, in rising T: ln of the mean T, mean resistance, its error, mean row, number of readings."""

    log_temperature: np.ndarray
    resistance: np.ndarray
    error: np.ndarray
    row: np.ndarray
    count: np.ndarray


def binned(temperature: np.ndarray, resistance: np.ndarray, row: np.ndarray | None = None, count: int = _BINS) -> Bins:
    """Bins of equal width in ln T; empty ones are left out, and the resistance is the mean of the middle half of a bin."""
    v = np.log(temperature)
    row = np.arange(v.size, dtype=float) if row is None else row
    low, wide = float(v.min()), float(np.ptp(v))
    place = np.minimum((count * (v - low) / wide).astype(int), count - 1) if wide > 0 else np.zeros(v.size, int)
    order = np.lexsort((resistance, place))
    place = place[order]
    _, first, number = np.unique(place, return_index=True, return_counts=True)
    rank = np.arange(v.size) - np.repeat(first, number)
    size = np.repeat(number, number)
    # Of 1 to 3 readings all are kept: there is no middle half.
    kept = (rank >= size // 4) & (rank < size - size // 4)
    r = resistance[order]
    held = np.add.reduceat(kept.astype(float), first)
    mean = np.add.reduceat(np.where(kept, r, 0.0), first) / held
    spread = np.add.reduceat((r - np.repeat(mean, number)) ** 2 * (kept | (size < 8)), first) / np.maximum(held - 1, 1)
    # The middle half of a Gaussian has 0.1427 of its variance and its mean 1.2 times the variance of the whole mean.
    error = np.sqrt(np.where(number < 8, spread, spread / 0.1427 * 1.2) / number)
    average = np.add.reduceat(v[order], first) / number
    return Bins(average, mean, error, np.add.reduceat(row[order], first) / number, number)


def search(temperature: np.ndarray, resistance: np.ndarray) -> list[Search]:
    """The steps found in windows from the lowest temperature up to a ladder of highest ones, the most significant first."""
    found = []
    top, low = float(temperature.max()), float(temperature.min())
    while True:
        inside = temperature <= top
        found.append(_window(temperature[inside], resistance[inside]))
        top /= _ZOOM
        if top < 1.5 * low or np.count_nonzero(temperature <= top) < 2 * _SHORTEST:
            return sorted(found, key=lambda one: -one.statistic)


def _window(temperature: np.ndarray, resistance: np.ndarray) -> Search:
    bins = binned(temperature, resistance, count=min(_BINS, max(_SHORTEST, temperature.size // 4)))
    v, y = bins.log_temperature, bins.resistance
    if v.size < _SHORTEST or np.ptp(y) == 0:
        return Search(0.0, ())
    x = np.exp(v - v[-1])
    line = np.stack([np.ones_like(x), x], axis=1)
    centres, widths, shapes = _shapes(v)
    smooth = _smooth(v, x, y)
    picked: list[int] = []
    best = Search(0.0, ())
    rounding = 1e-20 * float(y @ y)
    for number in range(1, _MOST + 1):
        if v.size < 2 + 3 * number + 3:
            break
        picked.append(_next(line, shapes, picked, y))
        # A step taken first may have stood for two: each is chosen anew beside the others.
        picked = _anew(line, shapes, picked, y) if number > 1 else picked
        columns = np.column_stack([line, shapes[picked].T])
        heights = np.linalg.lstsq(columns, y, rcond=None)[0]
        rest = y - columns @ heights
        ratio = (smooth[number - 1] + rounding) / (float(rest @ rest) + rounding)
        # As many steps as beat a smooth curve are kept: the second step of a transition may be the smaller gain.
        if ratio > min(best.statistic, CRITICAL):
            steps = tuple(Step(float(h), float(centres[i]), float(widths[i])) for h, i in zip(heights[2:], picked, strict=True))
            best = Search(max(ratio, best.statistic), steps)
    return best


def _next(line: np.ndarray, shapes: np.ndarray, picked: list[int], y: np.ndarray) -> int:
    """The shape (row of `shapes`) that takes most from what the line and the shapes picked already leave of y."""
    base = np.linalg.qr(np.column_stack([line, shapes[picked].T]))[0]
    rest = y - base @ (base.T @ y)
    squares = np.einsum("ij,ij->i", shapes, shapes)
    within = shapes @ base
    left = squares - np.einsum("ij,ij->i", within, within)
    return int(np.where(left > 1e-9 * squares, (shapes @ rest) ** 2 / np.maximum(left, 1e-300), 0.0).argmax())


def _anew(line: np.ndarray, shapes: np.ndarray, picked: list[int], y: np.ndarray) -> list[int]:
    """The shapes picked, each in its turn replaced by the best beside the others."""
    chosen = list(picked)
    for k in range(len(chosen)):
        chosen[k] = _next(line, shapes, chosen[:k] + chosen[k + 1 :], y)
    return chosen


def _shapes(v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres, widths and values (shape, bin) of the steps that are tried."""
    edges = 0.5 * (v[1:] + v[:-1])[1:-1]
    spacing, wide = float(np.median(np.diff(v))), float(np.ptp(v))
    scales = np.geomspace(0.2 * spacing, min(0.15 * wide, 0.6), 7)
    centres, widths = (grid.ravel() for grid in np.meshgrid(edges, scales))
    return centres, widths, 0.5 * (1 + np.tanh((v - centres[:, None]) / (2 * widths[:, None])))


def _smooth(v: np.ndarray, x: np.ndarray, y: np.ndarray) -> list[float]:
    """Sums of squares left by the smooth curves with the parameters of 1, 2, ... steps: powers of ln T and T in turn."""
    u = 2 * (v - v[0]) / (v[-1] - v[0]) - 1
    z = 2 * (x - x[0]) / (x[-1] - x[0]) - 1
    powers = [np.ones_like(u), z, u, z**2, u**2, u**3, z**3, u**4, z**4, u**5, z**5]
    rests = []
    for number in range(1, _MOST + 1):
        columns = np.stack(powers[: 2 + 3 * number], axis=1)
        rest = y - columns @ np.linalg.lstsq(columns, y, rcond=1e-10)[0]
        rests.append(float(rest @ rest))
    return rests
