"""Two states in a map: in the order of time, each direction leaves the parallel state and comes back, at the same fields for all
currents. Whether the map holds that at all is told by the mirror test (`mirror`) on means over currents.

For a stretch from one field to another, R = quadratic background of the field - signal of this current within the stretch; the
stretch with the largest gain over all currents together, each weighted by its noise, holds the antiparallel state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from supraspin.analysis.spin_valve.map import BiasMap
from supraspin.analysis.spin_valve.mirror import mirror_chance
from supraspin.analysis.spin_valve.terms import wander
from supraspin.fit.noise import noise_of_curves

_LONGEST = 0.7  # share of a run that the antiparallel state may take
_BLURRED = (1, 3, 8)  # places left out of the levels on either side of an edge: least, most, and this part of the stretch
_ALIKE = 0.5  # share that the stretches of one direction and of both must have in common
_MOST = 160  # places tried for either edge


@dataclass(frozen=True)
class Box:
    """One direction: antiparallel from the `first` field up to but without the `last`, in order of time.

    `signal` (i,) parallel minus antiparallel with `stderr` (i,), and `middle` (i,) between the two levels, ohm. `background`
    (3, i): coefficients of the parallel state, quadratic in the field over the largest one. `spread`:
    by how many fields either edge may be off.
    """

    first: int
    last: int
    signal: np.ndarray
    stderr: np.ndarray
    middle: np.ndarray
    background: np.ndarray
    spread: tuple[float, float] = (0.0, 0.0)


def map_chance(chart: BiasMap, seed: int = 0) -> float | None:
    """Chance of such a map where nothing follows the field; None where only one direction was measured.

    Four loops are looked at together: the mean over all currents, and over each third of them by size.
    """
    if len(chart.runs) < 2:
        return None
    loops = _looks(chart)
    return mirror_chance(loops[1], loops[-1], np.random.default_rng(seed))


def _looks(chart: BiasMap) -> dict[int, np.ndarray]:
    """The loops (k, f) of each direction, in the order of time, that the mirror test looks at."""
    size = np.argsort(np.abs(chart.current), kind="stable")
    groups = [size] if size.size < 6 else [size, *np.array_split(size, 3)]
    return {way: np.stack([values[:, g].mean(axis=1) for g in groups]) for way, values in chart.runs.items()}


def fit_boxes(chart: BiasMap) -> dict[int, Box]:
    """The stretch of each direction.

    The directions need not be exact mirror images, so each has its own; but where that has little in common with the one that
    fits both directions at once in the loop that shows it best, noise has decided, and the common one is taken.
    """
    boxes = {way: fit_box(chart.order(way), values) for way, values in chart.runs.items()}
    if len(boxes) < 2 and not chart.one_sided:
        return boxes
    common = np.mean(list(_looks(chart).values()), axis=0)
    first, last, spread = _stretch(chart.order(next(iter(boxes))), common.T, best=True)
    for way, box in boxes.items():
        shared = min(box.last, last) - max(box.first, first)
        if shared < _ALIKE * (max(box.last, last) - min(box.first, first)):
            box = measure_box(chart.order(way), chart.runs[way], first, last)
        boxes[way] = replace(box, spread=spread)
    return boxes


def fit_box(field: np.ndarray, values: np.ndarray) -> Box:
    """The stretch of one direction from R_NL (f, i) over fields (f,) in the order of time."""
    first, last, _ = _stretch(field, values)
    return measure_box(field, values, first, last)


def _stretch(field: np.ndarray, values: np.ndarray, best: bool = False) -> tuple[int, int, tuple[float, float]]:
    """First place and the one after the last of the stretch with the largest gain, of all loops (f, i) or of the `best` one.

    Beside them by how many places either may be off.
    """
    n = field.size
    x = field / np.abs(field).max()
    base, _ = np.linalg.qr(np.stack([np.ones(n), x, x**2], axis=1))
    noise = noise_of_curves(x, values.T)
    noise = np.where((noise > 0) & np.isfinite(noise), noise, np.median(noise[noise > 0]) if np.any(noise > 0) else 1.0)
    rest = (values - base @ (base.T @ values)) / noise
    # Sums over a stretch are differences of running sums, so that all stretches cost little more than one.
    places = np.unique(np.linspace(1, n - 1, min(n - 1, _MOST)).astype(int))
    first, last = (a.ravel() for a in np.meshgrid(places, np.append(places, n), indexing="ij"))
    fine = (last > first) & (last - first <= _LONGEST * n)
    first, last = first[fine], last[fine]
    summed = np.concatenate((np.zeros((1, rest.shape[1])), np.cumsum(rest, axis=0)))
    inner = np.concatenate((np.zeros((1, base.shape[1])), np.cumsum(base, axis=0)))
    size = (last - first) - np.sum((inner[last] - inner[first]) ** 2, axis=1)
    gain = (summed[last] - summed[first]) ** 2 / np.maximum(size, 0.3)[:, None]
    at = int(np.argmax(gain.max(axis=1) if best else gain.sum(axis=1)))
    # How far other stretches are nearly as good: the spread of both edges by their likelihood.
    likely = gain.max(axis=1) if best else gain.sum(axis=1)
    weight = np.exp(0.5 * (likely - likely[at]))
    weight /= weight.sum()
    spreads = (float(np.sqrt(weight @ (edge - weight @ edge) ** 2)) for edge in (first, last))
    return int(first[at]), int(last[at]), (next(spreads), next(spreads))


def measure_box(field: np.ndarray, values: np.ndarray, first: int, last: int) -> Box:
    """Signal and middle of each current for a given stretch; errors from the residuals, grown where they wander."""
    x, place = field / np.abs(field).max(), np.arange(field.size)
    inside = ((place >= first) & (place < last)).astype(float)
    # Loops do not all switch at the same field: the readings next to an edge may be in either state.
    clear = clear_of(place, first, last)
    if (clear & (inside > 0)).sum() < 2 or (clear & (inside == 0)).sum() < 5:
        clear = np.ones(field.size, dtype=bool)
    matrix, values = np.stack([np.ones_like(x), x, x**2, inside], axis=1)[clear], values[clear]
    solution = np.linalg.lstsq(matrix, values, rcond=None)[0]
    left = values - matrix @ solution
    variance = (left**2).sum(axis=0) / max(len(left) - 4, 1) * np.array([wander(column) for column in left.T])
    error = np.sqrt(np.linalg.inv(matrix.T @ matrix)[3, 3] * variance)
    return Box(first, last, -solution[3], error, solution[0] + 0.5 * solution[3], solution[:3])


def clear_of(place: np.ndarray, first: int, last: int) -> np.ndarray:
    """Which places (n,) are away from both edges of a stretch, where not all loops need have switched."""
    least, most, part = _BLURRED
    away = min(max((last - first) // part, least), most)
    return (np.abs(place - first + 0.5) > away) & (np.abs(place - last + 0.5) > away)
