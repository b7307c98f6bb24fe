"""Hanle curves of many widths, lengths and centres, to be held against sweeps: Re[exp(-l (s - 1))/s], s = sqrt(1 + i b)."""

from __future__ import annotations

import numpy as np

OFF = 0.15
"""How far from zero field a signal may stand, in parts of half of the window."""
_LENGTHS = (0.5, 2.0, 5.0)  # separation over spin diffusion length
_PLACES = 40
_LEFT = 0.1  # part of a shape that the parabola must leave for it to count


def bank_of(u: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Hanle shapes (t, n) of length 1 without what the parabola takes up, the length (t,) of one of height 1, and their
    centres (t,): zero field and, as magnets remain magnetised and sensors have offsets, near it; and everywhere else. The last
    says of which (t,) the parabola leaves more than half."""
    step, zero = float(u[1] - u[0]), float(np.clip(0.0, u[0], u[-1]))
    shapes, centres = [], []
    for width in np.geomspace(2 * step, 1.0, 8):
        near = zero + np.unique(np.clip(np.array([-1.0, -0.5, 0.0, 0.5, 1.0]) * width, -OFF, OFF))
        far = np.linspace(u[0], u[-1], min(int(2 * (u[-1] - u[0]) / width) + 2, _PLACES))
        for centre in (*near, *far[np.abs(far - zero) > OFF + width]):
            s = np.sqrt(1 + 1j * (u - centre) / width)
            shapes += [np.real(np.exp(-length * (s - 1)) / s) for length in _LENGTHS]
            centres += [centre] * len(_LENGTHS)
    raw = np.stack(shapes)
    rest = without(raw, own)
    sizes = np.linalg.norm(rest, axis=1)
    left = sizes / np.linalg.norm(raw - raw.mean(axis=1, keepdims=True), axis=1)
    kept = left > _LEFT
    return rest[kept] / sizes[kept, None], sizes[kept], np.array(centres)[kept], left[kept] > 0.5


def without(rows: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Rows (..., n) less their part along the columns of `own` (n, k)."""
    return rows - (rows @ own) @ own.T
