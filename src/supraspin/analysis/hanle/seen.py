"""Is there a Hanle signal at all? Its shapes against surrogates of the same noise.

What a sweep leaves of a parabola is held against Hanle curves of many widths, lengths and centres; the statistic is the largest
share of the sweeps' variance that one of them explains, the sweeps of antiparallel electrodes turned over. Under the null each
sweep is noise whose Fourier components have a spectrum (white, 1/f, filtered, whatever it is) and random phases. So surrogates
with the same amplitudes and phases drawn anew, each sweep for itself, have the same statistic; their share with as large a one
is the probability of a false alarm, the search over shapes included. Theiler et al., Physica D 58, 77 (1992). A signal must
besides stand at zero field rather than anywhere else, and be turned over in every antiparallel sweep. What all alignments
share, and a drift up to the parabola, prove nothing; a curve that hardly bends proves nothing either.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.hanle.curves import usable
from supraspin.analysis.hanle.shapes import OFF, bank_of, without

if TYPE_CHECKING:
    import xarray as xr

LEVEL = 0.01
"""Chance of a false alarm that is claimed at most (`benchmarks/false_alarms_hanle.py`)."""
WEAK = 0.05
"""Chance up to which the numbers of a lone symmetrised curve are given, with a warning: folding threw half of it away."""
_SURROGATES = 399
_FEWEST = 24
_MOST = 256
_LIMIT = 1.645  # of a Gaussian, one-sided 95 %
_PLATEAUS = 10.0  # means of the alignments apart, over the scatter within a sweep, that are no drift
_SPIKE = 6.0


@dataclass(frozen=True)
class Seen:
    """Probability of a false alarm, the height at zero field of the shape that fits best, and the 95 % limit for shapes that two
    steps of the field resolve and that are narrower than the sweep, ohm.

    Heights are parallel minus antiparallel, twice what a single curve has. `plateaus`: the two differ in their level far more
    than within a sweep.
    """

    p: float
    height: float
    limit: float
    plateaus: bool
    folded: bool = False

    @property
    def claimed(self) -> bool:
        return self.p < LEVEL

    @property
    def worth_fitting(self) -> bool:
        return self.claimed or self.plateaus or (self.folded and self.p < WEAK)


def look(pieces: list[xr.Dataset], symmetrised: bool = False) -> Seen | None:
    """Hold the sweeps against surrogates, symmetrised ones where they were too; None where they have too few common points."""
    found = _common(pieces)
    if found is None:
        return None
    u, curves, signs = found
    own = np.linalg.qr(np.stack([np.ones_like(u), u, u**2], axis=1))[0]
    bank, sizes, centres, sharp = bank_of(u, own)
    rest = without(curves, own)
    heights = _heights(rest, signs, bank)
    central = np.abs(centres - np.clip(0.0, u[0], u[-1])) <= OFF + 1e-9
    elsewhere = np.max(heights[~central] ** 2, initial=0.0)
    bank, sizes, sharp, heights = bank[central], sizes[central], sharp[central], heights[central]
    at = int(np.argmax(heights**2))
    # The seed is fixed: the same data give the same answer.
    surrogates = _surrogates(curves, np.random.default_rng(20), _SURROGATES)
    if symmetrised:  # Noise folded about zero field looks twice as much like a curve that is even.
        surrogates = (surrogates + surrogates[..., ::-1]) / math.sqrt(2.0)
    noise = without(surrogates, own)
    drawn = _heights(noise, signs, bank)
    p = (1 + int(np.sum(_share(drawn, noise) >= _share(heights, rest)))) / (1 + _SURROGATES)
    # A signal stands at zero field and is turned over with the alignment; noise may stand anywhere, and need not turn.
    turned = np.all(signs * (rest @ bank[at]) * heights[at] > 0)
    p = p if turned and elsewhere <= heights[at] ** 2 else 1.0
    both = bool(np.any(signs > 0) and np.any(signs < 0))
    limits = np.where(sharp, np.abs(heights) + _LIMIT * np.std(drawn, axis=0), 0.0) / sizes
    return Seen(p, float(2 * heights[at] / sizes[at]), float(2 * limits.max()), both and _apart(curves, signs),
                symmetrised and not both)  # fmt: skip


def _common(pieces: list[xr.Dataset]) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Field from -1 to 1 (n,), the sweeps on it (m, n) without lone spikes, and their alignments (m,)."""
    sweeps, signs = [], []
    for piece in pieces:
        x, y = usable(piece)
        if x.size < _FEWEST:
            continue
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
        first = np.flatnonzero(np.append(True, np.diff(x) > 0))
        sweeps.append((x[first], np.add.reduceat(y, first) / np.diff(np.append(first, x.size))))
        signs.append(-1.0 if "alignment" in piece and float(piece["alignment"].values.ravel()[0]) < 0 else 1.0)
    if not sweeps:
        return None
    low, high = max(x[0] for x, _ in sweeps), min(x[-1] for x, _ in sweeps)
    count = min(int(np.median([x.size for x, _ in sweeps])), _MOST)
    if not high > low or count < _FEWEST:
        return None
    grid = np.linspace(low, high, count)
    curves = np.stack([np.interp(grid, x, _calm(y)) for x, y in sweeps])
    # Fields are counted from zero field, which stands where it stands in the window.
    return grid / (0.5 * (high - low)), curves, np.array(signs)


def _calm(y: np.ndarray) -> np.ndarray:
    """Readings with lone spikes set to the median of their neighbours."""
    around = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(y, 2, mode="reflect"), 5), axis=1)
    apart = np.abs(y - around)
    return np.where(apart > _SPIKE * 1.4826 * max(float(np.median(apart)), 1e-300), around, y)


def _heights(rest: np.ndarray, signs: np.ndarray, bank: np.ndarray) -> np.ndarray:
    """What sweeps (..., m, n) have of each shape (..., t), those of antiparallel electrodes turned over."""
    return (np.einsum("...mn,m->...n", rest, signs) / signs.size) @ bank.T


def _share(heights: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Largest part (...,) of the mean square of sweeps (..., m, n) that one shape explains, from the heights (..., t)."""
    total = np.sum(rest**2, axis=(-2, -1)) / rest.shape[-2]
    return np.max(heights**2, axis=-1) / np.maximum(total, 1e-300)


def _surrogates(curves: np.ndarray, rng: np.random.Generator, count: int) -> np.ndarray:
    """Sweeps (count, m, n) with the Fourier amplitudes of the given ones (m, n) and random phases.

    The line through the ends is taken off first: a step from the last point to the first would count as noise.
    """
    n = curves.shape[-1]
    few = max(n // 40, 1)
    first, last = curves[:, :few].mean(axis=1, keepdims=True), curves[:, -few:].mean(axis=1, keepdims=True)
    closed = curves - first - (last - first) * np.linspace(0, 1, n)
    spectrum = np.abs(np.fft.rfft(closed, axis=-1))
    spectrum[:, 0] = 0.0
    phases = np.exp(2j * math.pi * rng.random((count, *spectrum.shape)))
    return np.fft.irfft(spectrum * phases, n, axis=-1)


def _apart(curves: np.ndarray, signs: np.ndarray) -> bool:
    """Whether the levels of the two alignments differ by far more than the sweeps vary."""
    within = math.sqrt(float(np.mean(np.var(curves, axis=1))))
    levels = [float(curves[signs == sign].mean()) for sign in (1.0, -1.0)]
    return abs(levels[0] - levels[1]) > _PLATEAUS * within
