"""Which of several columns of one quantity is the main one."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

_STUCK = 0.1
"""Share of the rows in one unbroken run of one value beyond which a sensor that otherwise moves counts as pegged."""


def longest_run(values: np.ndarray) -> tuple[int, int]:
    """Start and length of the longest run of one and the same value."""
    if values.size == 0:
        return 0, 0
    edges = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1], [True])))
    lengths = np.diff(edges)
    at = int(lengths.argmax())
    return int(edges[at]), int(lengths[at])


def stuck_share(values: np.ndarray) -> float:
    """Share of the rows that the longest run of one value takes."""
    return longest_run(values)[1] / max(1, values.size)


def main(name: str, columns: Mapping[str, np.ndarray], *, swept: bool) -> str:
    """Header of the column to use: the first that varies; of swept thermometers the one that moves furthest and is not pegged."""
    keys = list(columns)
    if len(keys) == 1:
        return keys[0]
    varying = [key for key in keys if np.ptp(columns[key][np.isfinite(columns[key])]) > 0] or keys
    dopant = [key for key in varying if re.search(r"(?<![A-Za-z])Co(?![A-Za-z])", key)]
    if name in ("counts", "concentration") and dopant:
        return dopant[0]
    if name == "temperature":
        return _thermometer({key: columns[key] for key in varying}, swept)
    if swept:
        reach = {key: float(np.ptp(columns[key][np.isfinite(columns[key])])) for key in varying}
        return next(key for key in varying if reach[key] >= 0.9 * max(reach.values()))
    return varying[0]


def _thermometer(columns: Mapping[str, np.ndarray], swept: bool) -> str:
    sample = [key for key in columns if re.search(r"sample|device|chip", key, re.IGNORECASE)]
    if sample:
        return sample[0]
    # A thermometer off its range reports a value far from the others: pegged high while they go down, or stuck.
    free = {key: values for key, values in columns.items() if stuck_share(values) < _STUCK} or dict(columns)
    if not swept:
        return next(iter(free))
    reach = {}
    for key, values in free.items():
        low, high = np.nanpercentile(values, [0.5, 99.5])
        reach[key] = float(np.log(high / low)) if low > 0 else 0.0
    return next(key for key in free if reach[key] >= 0.9 * max(reach.values()))
