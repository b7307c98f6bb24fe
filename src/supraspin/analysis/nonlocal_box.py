"""Two states in a map: in the order of time, each direction leaves the parallel state and comes back, at the same fields for all
currents. Whether the map holds that at all is told by the mirror test (`nonlocal_mirror`) on means over currents.

For a stretch from one field to another, R = quadratic background of the field - signal of this current within the stretch; the
stretch with the largest gain over all currents together, each weighted by its noise, holds the antiparallel state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supraspin.analysis.nonlocal_map import BiasMap
from supraspin.analysis.nonlocal_mirror import mirror_chance
from supraspin.analysis.nonlocal_states import Switch
from supraspin.analysis.nonlocal_terms import wander
from supraspin.fit.noise import noise_of_curves

_LONGEST = 0.7  # share of a run that the antiparallel state may take
_BLURRED = 1.0  # places on either side of an edge that are left out of the levels
_CLEAR = 5.0  # standard errors of the signal of a loop that is asked where it switches
_REACH = 6  # places on either side of the common edge where a single loop may switch
_MOST = 160  # places tried for either edge


@dataclass(frozen=True)
class Box:
    """One direction: antiparallel from the `first` field up to but without the `last`, in order of time.

    `signal` (i,) parallel minus antiparallel with `stderr` (i,), and `middle` (i,) between the two levels, ohm. `background`
    (3, i): coefficients of the parallel state, quadratic in the field over the largest one.
    """

    first: int
    last: int
    signal: np.ndarray
    stderr: np.ndarray
    middle: np.ndarray
    background: np.ndarray


def map_chance(chart: BiasMap, seed: int = 0) -> float | None:
    """Chance of such a map where nothing follows the field; None where only one direction was measured.

    Four loops are looked at together: the mean over all currents, and over each third of them by size.
    """
    runs = chart.runs
    if len(runs) < 2:
        return None
    size = np.argsort(np.abs(chart.current), kind="stable")
    groups = [size] if size.size < 6 else [size, *np.array_split(size, 3)]
    loops = {way: np.stack([values[:, g].mean(axis=1) for g in groups]) for way, values in runs.items()}
    return mirror_chance(loops[1], loops[-1], np.random.default_rng(seed))


def fit_box(field: np.ndarray, values: np.ndarray) -> Box:
    """The stretch of one direction from R_NL (f, i) over fields (f,) in the order of time."""
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
    gain = np.sum((summed[last] - summed[first]) ** 2, axis=1) / np.maximum(size, 0.3)
    best = int(np.argmax(gain))
    return measure_box(field, values, int(first[best]), int(last[best]))


def measure_box(field: np.ndarray, values: np.ndarray, first: int, last: int) -> Box:
    """Signal and middle of each current for a given stretch; errors from the residuals, grown where they wander."""
    x, place = field / np.abs(field).max(), np.arange(field.size)
    inside = ((place >= first) & (place < last)).astype(float)
    # Loops do not all switch at the same field: the readings next to an edge may be in either state.
    clear = (np.abs(place - first + 0.5) > _BLURRED) & (np.abs(place - last + 0.5) > _BLURRED)
    if (clear & (inside > 0)).sum() < 2 or (clear & (inside == 0)).sum() < 5:
        clear = np.ones(field.size, dtype=bool)
    matrix, values = np.stack([np.ones_like(x), x, x**2, inside], axis=1)[clear], values[clear]
    solution = np.linalg.lstsq(matrix, values, rcond=None)[0]
    left = values - matrix @ solution
    variance = (left**2).sum(axis=0) / max(len(left) - 4, 1) * np.array([wander(column) for column in left.T])
    error = np.sqrt(np.linalg.inv(matrix.T @ matrix)[3, 3] * variance)
    return Box(first, last, -solution[3], error, solution[0] + 0.5 * solution[3], solution[:3])


def box_switches(chart: BiasMap, boxes: dict[int, Box]) -> list[Switch]:
    """The switches of each direction: neighbouring fields common to all loops, and the mean over the loops."""
    found = []
    for way, box in boxes.items():
        order, values = chart.order(way), chart.runs[way]
        mean = mean_edge(order, values, box, box.first, -1)
        found.append(Switch(way, float(order[box.first - 1]), float(order[box.first]), -1, mean=mean))
        if box.last < order.size:
            mean = mean_edge(order, values, box, box.last, 1)
            found.append(Switch(way, float(order[box.last - 1]), float(order[box.last]), 1, mean=mean))
    return found


def mean_edge(field: np.ndarray, values: np.ndarray, box: Box, edge: int, to: int) -> tuple[float, float] | None:
    """Mean field at which the loops (f, i) switch near `edge`, T, and its error; None where no loop is clear enough.

    Each loop whose signal stands out is switched where that leaves the least squares, its levels held. The error holds the
    spread of the loops, and the step of the field as far as the spread does not average over it.
    """
    clear = np.abs(box.signal) > _CLEAR * box.stderr
    reach = min(_REACH, (box.last - box.first) // 2, edge - 1, field.size - edge - 1)
    if clear.sum() < 3 or reach < 1:
        return None
    part = slice(edge - reach, edge + reach)
    x = field[part] / np.abs(field).max()
    rest = values[part][:, clear] - np.stack([np.ones_like(x), x, x**2], axis=1) @ box.background[:, clear]
    # What a reading adds to the squares in the antiparallel state beyond what it adds in the parallel one.
    more = (rest + box.signal[clear]) ** 2 - rest**2
    before = -to * np.concatenate((np.zeros((1, more.shape[1])), np.cumsum(more, axis=0)))
    at = edge - reach + np.argmax(before, axis=0)
    places = 0.5 * (field[at - 1] + field[at])
    spacing = abs(float(field[1] - field[0]))
    grain = spacing / np.sqrt(12)
    own = np.sqrt(max(float(places.var(ddof=1)) - grain**2, 0.0))
    # Loops that spread over several fields average over the grid as a dithered converter does over its steps.
    shared = grain * np.exp(-2 * (np.pi * own / spacing) ** 2)
    return float(places.mean()), float(np.hypot(places.std(ddof=1) / np.sqrt(places.size), shared))
