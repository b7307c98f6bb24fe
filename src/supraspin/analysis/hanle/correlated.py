"""Errors of a fit where the noise of a sweep is not white: each parameter's own, from the spectrum of the residuals.

A parameter that goes with the breadth of a curve takes up slow noise, one that goes with a detail hardly any, so that no
one factor serves all. The residuals' periodogram is fitted by S(f) = w + c/f (Whittle's likelihood), and the noise with that
spectrum is carried through the least squares, H J' Omega J H with H = (J' J)^-1. White noise leaves nothing to correct.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.linalg import matmul_toeplitz

from supraspin.analysis.precision import growth
from supraspin.fit import FitResult

_GAIN = 3.0  # of the log-likelihood, from which a part that goes as 1/f is believed
_ABSORBED = 1  # slowest frequencies of a sweep, which the fit itself has flattened
_SHORTEST = 32


def slow_noise(result: FitResult) -> bool:
    """Whether the residuals of a fit have a part that grows towards slow times as 1/f."""
    return spectrum(_residuals(result)) is not None


def noise_covariance(result: FitResult) -> np.ndarray:
    """Covariance of the free parameters (in their order) with the correlation of the residuals counted.

    Where the residuals are as white noise leaves them, or too few to tell, it is the fit's own, with the growth of its error.
    """
    plain = result.covariance * growth(result) ** 2
    names = [name for name in result.free if _finite(result.params[name].stderr)]
    rest = _residuals(result)
    found = spectrum(rest) if names else None
    if found is None:
        return plain
    places = [result.free.index(name) for name in names]
    slopes = result.slopes[:, places]
    scale = np.linalg.norm(slopes, axis=0)
    if not np.all(scale > 0):
        return plain
    inverse = np.linalg.pinv(slopes / scale) / scale[:, None]
    parts = np.split(inverse, np.cumsum([one.size for one in rest])[:-1], axis=1)
    grown = sum(part @ matmul_toeplitz(autocovariance(*found, part.shape[1]), part.T) for part in parts)
    whole = result.covariance.copy()
    # Never below what white noise of the same size leaves: a spectrum that is fitted is no reason for smaller errors.
    factor = np.maximum(np.sqrt(np.diag(whole)[places] / np.diag(grown)), 1.0)
    whole[np.ix_(places, places)] = grown * np.outer(factor, factor)
    return whole


def _residuals(result: FitResult) -> list[np.ndarray]:
    """Weighted residuals of each sweep."""
    return [(block.residual / block.sigma)[piece] for block in result.blocks for piece in block.sweeps()]


def spectrum(rest: Sequence[np.ndarray]) -> tuple[float, float] | None:
    """(w, c) of S(f) = w + c/f that the residuals of sweeps, each (n,), have; f in cycles a reading. None where c adds nothing,
    or where a sweep is too short to tell."""
    power, slow = [], []
    if any(one.size < _SHORTEST for one in rest):
        return None
    for one in rest:
        k = np.arange(1 + _ABSORBED, (one.size - 1) // 2 + 1)
        power.append(np.abs(np.fft.rfft(one - one.mean())[k]) ** 2 / one.size)
        slow.append(one.size / k)
    p, inverse = np.concatenate(power), np.concatenate(slow)
    if not p.mean() > 0:
        return None
    # The share of 1/f alone is searched: the level that suits a shape best is a mean.
    shares = np.append(0.0, np.geomspace(1e-4, 10.0, 61))
    shapes = 1 + shares[:, None] * inverse
    levels = np.mean(p / shapes, axis=1)
    likelihood = -np.sum(np.log(levels[:, None] * shapes), axis=1) - p.size
    best = int(np.argmax(likelihood))
    if likelihood[best] - likelihood[0] < _GAIN:
        return None
    return float(levels[best]), float(levels[best] * shares[best])


def autocovariance(white: float, flicker: float, count: int) -> np.ndarray:
    """Autocovariance (count,) of readings with the spectrum `white` + `flicker`/f.

    Slower than half a cycle a sweep there is only the sweep's level. Its noise has no end towards slow times; as much is taken as
    the readings within the sweep have, since every sweep begins somewhere among them.
    """
    density = np.zeros(2 * count)
    density[1 : count + 1] = flicker * 2 * count / np.arange(1, count + 1)
    slow = np.fft.fft(density).real[:count] / count
    slow += slow[0]
    slow[0] += white
    return slow


def _finite(error: float | None) -> bool:
    return error is not None and math.isfinite(error) and error > 0
