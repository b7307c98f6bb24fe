"""How many of a magnet's grains have turned at a field, and how far a valve of two magnets stands antiparallel by it.

With u = d B, d the direction of the sweep, a magnet has turned by the share F[(u - h)/w], and the valve stands antiparallel by

    p(u) = F_1 + F_2 - 2 F_1 F_2.

How the fields of the grains are spread about h is not known: as a normal or a logistic distribution, or with a longer tail on
either side (Gumbel).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

GRAINS = 0.07
"""Scatter of the turned share F over sqrt(F (1 - F)): that of some 200 grains."""


def _normal(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy.special import ndtr

    return ndtr(t), np.exp(-0.5 * t**2) / math.sqrt(2 * math.pi)


def _logistic(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    turned = 0.5 * (1 + np.tanh(0.85 * t))
    return turned, 1.7 * turned * (1 - turned)


def _late(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rest = np.exp(-np.clip(t, -30, 300))
    return np.exp(-rest), rest * np.exp(-rest)


def _early(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    turned, slope = _late(-t)
    return 1 - turned, slope


DISTRIBUTIONS: dict[str, Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]] = {
    "normal": _normal, "logistic": _logistic, "late": _late, "early": _early,
}  # fmt: skip
"""Share of the grains that have turned and its slope, at t = (u - h)/w."""


def antiparallel(distribution: str, at: np.ndarray, sweep: int, field: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """p (n,), the sum of F (1 - F) of both magnets (n,), and the derivatives (n, 6) of p, at fields (n,), T.

    `at` (6,) holds h of both magnets in the rising sweep (`sweep` 0), in the falling one (1), and the widths of both, T.
    """
    u = field if sweep == 0 else -field
    t = (u[:, None] - at[2 * sweep : 2 * sweep + 2]) / at[4:]
    turned, slope = DISTRIBUTIONS[distribution](t)
    by_field = -(1 - 2 * turned[:, ::-1]) * slope / at[4:]
    derivative = np.zeros((field.size, 6))
    derivative[:, 2 * sweep : 2 * sweep + 2] = by_field
    derivative[:, 4:] = by_field * t
    return turned.sum(axis=1) - 2 * turned.prod(axis=1), np.sum(turned * (1 - turned), axis=1), derivative
