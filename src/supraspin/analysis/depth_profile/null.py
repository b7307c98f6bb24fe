"""Does anything fall with depth? Templates of a decaying profile against a constant and against a linear drift.

Each template (a decay length, a place of the interface) is held against what the null leaves of the readings, in units of
its own error; the largest of these scores is compared with those of data sets made under the null: Poisson counts about the
fitted null, or white noise of any size. The search over templates is thereby in the significance.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from supraspin.analysis.depth_profile.readings import Readings

LEVEL = 0.01
"""Chance of a false alarm that an analysis claims at most."""
_DRAWS = (199, 1800)
_PLAIN = 12  # null data sets among the first ones with a higher score, from which on more of them are not needed
_LEAST = 1e-3  # expected counts below which none are reckoned with
_FLAT = 1e-3  # part of a template that the null must leave for it to count


@dataclass(frozen=True)
class Score:
    """Significance against one null, the scores (k,) of all templates, and their amplitudes (k,) with errors (k,)."""

    p: float
    scores: np.ndarray
    amplitude: np.ndarray
    error: np.ndarray


@dataclass(frozen=True)
class _Null:
    """What a null says of the readings: errors (n,), the directions (n, m) that it explains, and counts where there are any."""

    deviation: np.ndarray
    basis: np.ndarray
    mean: np.ndarray | None

    def rest(self, values: np.ndarray) -> np.ndarray:
        """Rows (..., n) of readings over their errors, less what the null explains; white noise comes out of size 1."""
        scaled = values / self.deviation
        left = scaled - (scaled @ self.basis) @ self.basis.T
        if self.mean is None:
            # The noise is not known: what counts is a score over the scatter that the null leaves, whatever its size.
            room = max(left.shape[-1] - self.basis.shape[1], 1)
            size = np.linalg.norm(left, axis=-1, keepdims=True) / np.sqrt(room)
            left = left / np.where(size > 0, size, 1.0)
        return left


def significance(readings: Readings, templates: np.ndarray, regressors: np.ndarray, *, two_sided: bool = False) -> Score:
    """Score templates (k, n) beside the regressors (m, n) of the null; with m = 0 the null is a reading of zero.

    The null's data sets are drawn with a seed from the readings themselves: the same data give the same answer.
    """
    null = _null(readings, regressors)
    scaled = templates / null.deviation
    shapes = scaled - (scaled @ null.basis) @ null.basis.T
    norm = np.linalg.norm(shapes, axis=1)
    usable = norm > _FLAT * np.linalg.norm(scaled, axis=1)
    shapes = np.where(usable[:, None], shapes / np.where(norm > 0, norm, 1.0)[:, None], 0.0)

    def tops(rows: np.ndarray) -> np.ndarray:
        scores = rows @ shapes.T
        return np.max(np.abs(scores) if two_sided else scores, axis=-1)

    ours = null.rest(readings.reading[None])
    score, top = (ours @ shapes.T)[0], tops(ours)[0]
    generator = np.random.default_rng(crc32(readings.reading.tobytes()))
    higher = made = 0
    for count in _DRAWS:
        higher += int(np.sum(tops(null.rest(_draw(generator, null, readings, count))) >= top))
        made += count
        if higher >= _PLAIN:
            break
    noise = 1.0
    if null.mean is None:
        plain = readings.reading / null.deviation
        room = max(plain.size - null.basis.shape[1], 1)
        noise = float(np.linalg.norm(plain - null.basis @ (plain @ null.basis))) / np.sqrt(room) or 1.0
    error = np.where(usable, noise / np.where(usable, norm, 1.0), np.inf)
    amplitude = np.where(usable, score * np.where(usable, error, 0.0), 0.0)
    return Score((1 + higher) / (made + 1), np.where(usable, score, -np.inf), amplitude, error)


def _null(readings: Readings, regressors: np.ndarray) -> _Null:
    mean = None if readings.exposure is None else _expected(readings, readings.exposure, regressors)
    deviation = np.ones(readings.reading.size) if mean is None else np.sqrt(mean) / readings.exposure
    basis = np.linalg.qr((regressors / deviation).T)[0] if len(regressors) else np.empty((deviation.size, 0))
    return _Null(deviation, basis, mean)


def _draw(generator: np.random.Generator, null: _Null, readings: Readings, count: int) -> np.ndarray:
    if null.mean is None or readings.exposure is None:
        return generator.normal(size=(count, readings.reading.size))
    return generator.poisson(null.mean, (count, readings.reading.size)) / readings.exposure


def _expected(readings: Readings, exposure: np.ndarray, regressors: np.ndarray) -> np.ndarray:
    """Counts (n,) that the null expects, at the maximum of its likelihood: least squares weighted by its own mean, repeated."""
    counts = readings.reading * exposure
    columns = (regressors * exposure).T
    mean = np.full(counts.shape, max(float(counts.mean()), _LEAST))
    for _ in range(6 if columns.size else 0):
        weight = 1 / np.sqrt(mean)
        fitted = np.linalg.lstsq(columns * weight[:, None], counts * weight, rcond=None)[0]
        mean = np.maximum(columns @ fitted, _LEAST)
    return mean


def nulls(depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Regressors (m, n) of a constant, and of a constant with a linear drift."""
    centred = (depth - depth.mean()) / (np.ptp(depth) or 1.0)
    return np.ones((1, depth.size)), np.stack([np.ones(depth.size), centred])
