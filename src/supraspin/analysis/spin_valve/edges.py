"""The fields at which a map switches: between neighbouring fields for all loops, and their mean over single loops."""

from __future__ import annotations

import numpy as np

from supraspin.analysis.spin_valve.box import Box
from supraspin.analysis.spin_valve.map import BiasMap
from supraspin.analysis.spin_valve.switches import Switch
from supraspin.fit.noise import noise_of_curves

_CLEAR = 5.0  # standard errors of the signal of a loop that is asked where it switches
_REACH = 6  # places on either side of the common edge where a single loop may switch


def box_switches(chart: BiasMap, boxes: dict[int, Box]) -> list[Switch]:
    """The switches of each direction: neighbouring fields common to all loops, and the mean over the loops."""
    found = []
    for way, box in boxes.items():
        order, values = chart.order(way), chart.runs[way]
        mean = mean_edge(order, values, box, box.first, -1, box.spread[0])
        found.append(Switch(way, float(order[box.first - 1]), float(order[box.first]), -1, mean=mean))
        if box.last < order.size:
            mean = mean_edge(order, values, box, box.last, 1, box.spread[1])
            found.append(Switch(way, float(order[box.last - 1]), float(order[box.last]), 1, mean=mean))
    return found


def mean_edge(
    field: np.ndarray, values: np.ndarray, box: Box, edge: int, to: int, spread: float = 0.0
) -> tuple[float, float] | None:
    """Mean field at which the loops (f, i) switch near `edge`, T, and its error; None without room for one.

    Each loop whose signal stands out is switched where that leaves the least squares, its levels held; where hardly any stands
    out, all are taken to switch at one field. `spread`: fields by which the whole stretch may be off. The error holds the
    spread of the loops, and the step of the field as far as the spread does not average over it.
    """
    reach = min(_REACH, (box.last - box.first) // 2, edge - 1, field.size - edge - 1)
    clear = np.abs(box.signal) > _CLEAR * box.stderr
    if reach < 1:
        return None
    part = slice(edge - reach, edge + reach)
    x = field[part] / np.abs(field).max()
    rest = values[part] - np.stack([np.ones_like(x), x, x**2], axis=1) @ box.background
    # What a reading adds to the squares in the antiparallel state beyond what it adds in the parallel one.
    more = (rest + box.signal) ** 2 - rest**2
    before = -to * np.concatenate((np.zeros((1, more.shape[1])), np.cumsum(more, axis=0)))
    places = np.arange(edge - reach, edge + reach + 1)
    middles = 0.5 * (field[places - 1] + field[places])
    spacing = abs(float(field[1] - field[0]))
    grain, least = spacing / np.sqrt(12), spread * spacing
    if clear.sum() < 3:
        variance = noise_of_curves(field, values.T) ** 2
        used = np.isfinite(variance) & (variance > 0)
        mean, error = _likely(middles, (before[:, used] / (2 * variance[used])).sum(axis=1), grain)
        return mean, max(error, least)
    each = middles[np.argmax(before[:, clear], axis=0)]
    own = np.sqrt(max(float(each.var(ddof=1)) - grain**2, 0.0))
    # Loops that spread over several fields average over the grid as a dithered converter does over its steps.
    shared = grain * np.exp(-2 * (np.pi * own / spacing) ** 2)
    return float(each.mean()), max(float(np.hypot(each.std(ddof=1) / np.sqrt(each.size), shared)), least)


def _likely(places: np.ndarray, log_likelihood: np.ndarray, grain: float) -> tuple[float, float]:
    """Mean and standard deviation of a place (n,) by its likelihood in all loops together; the levels count as known."""
    weight = np.exp(log_likelihood - log_likelihood.max())
    weight /= weight.sum()
    mean = float(weight @ places)
    return mean, float(np.hypot(np.sqrt(weight @ (places - mean) ** 2), grain))
