"""Temperatures between and above those asked for, so that parallel tempering renews cold moments from where they are free."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from supraspin.moments.system import System
from supraspin.quantities import KB

RATIO = 1.3
"""Between neighbouring temperatures, at most."""


def rungs(temperatures) -> np.ndarray:
    """Rising temperatures, K, with further ones where neighbours are more than `RATIO` apart."""
    temperatures = np.asarray(temperatures, float)
    steps = np.ceil(np.log(temperatures[1:] / temperatures[:-1]) / np.log(RATIO) - 1e-9).astype(int)
    between = [
        low * (high / low) ** (np.arange(n) / n)
        for low, high, n in zip(temperatures[:-1], temperatures[1:], np.maximum(steps, 1), strict=True)
    ]
    return np.concatenate([*between, temperatures[-1:]])


def heated(system: System, temperatures) -> tuple[System, np.ndarray]:
    """The system and its temperatures, K, with further ones above, each `RATIO` times the one before.

    They end where k_B T reaches the root mean square of the field on a moment, (sum_j J_ij^2)^(1/2): there, in the mean-field
    spin glass of Sherrington and Kirkpatrick (PRL 35, 1792), moments thaw. The couplings above are those of the highest
    temperature that was asked for.
    """
    temperatures = np.asarray(temperatures, float)
    top = system.couplings[:, -1]
    squares = np.sum(top.astype(float) ** 2, axis=tuple(range(2, top.ndim)))
    scale = float(np.sqrt(squares.mean() / (3.0 if system.tensor else 1.0))) / KB
    steps = int(np.ceil(np.log(scale / temperatures[-1]) / np.log(RATIO))) if scale > temperatures[-1] else 0
    if steps == 0:
        return system, temperatures
    more = temperatures[-1] * (scale / temperatures[-1]) ** (np.arange(1, steps + 1) / steps)
    if system.couplings.shape[1] > 1:
        above = np.repeat(system.couplings[:, -1:], steps, axis=1)
        system = replace(system, couplings=np.concatenate([system.couplings, above], axis=1))
    return system, np.concatenate([temperatures, more])
