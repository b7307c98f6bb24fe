"""Errors of correlated series by binning, and of functions of averages by the jackknife over independent units.

Bins of doubling length have a scatter that rises to its true value once they are longer than the memory of the series
(Flyvbjerg and Petersen, J. Chem. Phys. 91, 461).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

FEWEST_BINS = 16


def binned_error(series) -> tuple[np.ndarray, np.ndarray]:
    """Error of the mean along the first axis, and the autocorrelation time in samples; shapes (...,).

    Of the bin lengths b = 1, 2, 4 ... that leave `FEWEST_BINS` bins the first with b^3 > 2 n (error_b/error_1)^4 counts (Lee et
    al., PRE 83, 066706), or the longest. tau is (error_b/error_1)^2 / 2: a series of n samples counts for n/(2 tau).
    """
    x = np.asarray(series, float)
    n = len(x)
    if n < 2:
        return np.full(x.shape[1:], np.nan), np.full(x.shape[1:], np.nan)
    naive = np.var(x, axis=0, ddof=1) / n
    with np.errstate(invalid="ignore", divide="ignore"):
        chosen, settled, length = naive, np.zeros(naive.shape, bool), 2
        while n // length >= FEWEST_BINS:
            bins = x[: n // length * length].reshape(n // length, length, *x.shape[1:]).mean(axis=1)
            variance = np.var(bins, axis=0, ddof=1) / len(bins)
            chosen = np.where(settled, chosen, variance)
            settled = settled | (length**3 > 2 * n * (variance / naive) ** 2)
            length *= 2
        return np.sqrt(chosen), np.where(naive > 0, 0.5 * chosen / naive, 0.5)


def units(series, bins: int = FEWEST_BINS) -> np.ndarray:
    """Units for the jackknife out of a series (samples, realisations, ...): (units, ...).

    Realisations are the units where there are 8 or more of them; else each is cut into `bins` bins.
    """
    x = np.asarray(series, float)
    if x.shape[1] >= 8:
        return x.mean(axis=0)
    bins = min(bins, len(x))
    cut = x[: len(x) // bins * bins]
    cut = cut.reshape(bins, len(x) // bins, *x.shape[1:]).mean(axis=1)
    return cut.reshape(-1, *x.shape[2:])


def jackknife(function: Callable[..., np.ndarray], *averages: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A function of averages over units (first axis of each), corrected for its bias, and its error."""
    n = len(averages[0])
    whole = np.asarray(function(*(a.mean(axis=0) for a in averages)))
    if n < 2:
        return whole, np.full(whole.shape, np.nan)
    left = np.stack([function(*((a.sum(axis=0) - a[i]) / (n - 1) for a in averages)) for i in range(n)])
    centre = left.mean(axis=0)
    error = np.sqrt((n - 1) / n * np.sum((left - centre) ** 2, axis=0))
    return n * whole - (n - 1) * centre, error


def resample(rng: np.random.Generator, count: int, draws: int) -> np.ndarray:
    """Bootstrap: weights of `count` units, (draws, count), each row adding up to 1.

    Their scatter about 1/count is raised by sqrt(count/(count - 1)), so that the variance of a mean comes out without bias.
    """
    weights = rng.multinomial(count, np.full(count, 1 / count), size=draws) / count
    return 1 / count + (weights - 1 / count) * np.sqrt(count / max(count - 1, 1))
