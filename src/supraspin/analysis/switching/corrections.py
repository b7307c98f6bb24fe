"""p values of many loops looked at: Holm's correction against any false alarm, Benjamini and Hochberg's share of false ones."""

from __future__ import annotations

import numpy as np


def holm(p: np.ndarray) -> np.ndarray:
    """Corrected p values (n,): below a level a, the chance of one false alarm among all n is below a, however they depend."""
    order = np.argsort(p)
    steps = p[order] * np.arange(p.size, 0, -1)
    return _back(np.minimum(np.maximum.accumulate(steps), 1.0), order)


def false_discovery(p: np.ndarray) -> np.ndarray:
    """For each of p values (n,) the share of false alarms expected among all that are as small; for independent loops."""
    order = np.argsort(p)
    steps = p[order] * p.size / np.arange(1, p.size + 1)
    return _back(np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0), order)


def _back(values: np.ndarray, order: np.ndarray) -> np.ndarray:
    result = np.empty_like(values)
    result[order] = values
    return result
