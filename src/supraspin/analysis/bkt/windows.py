"""The exponent a = d ln V/d ln I of one curve in every window of current at once.

Between some 30 edges spaced over the usable points, every pair is a window. Straight lines and parabolas of ln V against ln I
come from running sums of the weighted moments, so all windows of a curve cost one pass. A window counts as a power law where
the exponent is shown to be constant: over the window its change, plus two standard errors of it, stays below 30 % of a.
Among those the window is taken in which the exponent is best known, half its change over the window counted as an error, and what
change the noise leaves open over a factor sqrt 2 in current.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supraspin.analysis.bkt.curves import Curve

SPAN = float(np.log(2.0))
"""Least width of a window in ln I."""
FEWEST = 6
ABOVE = 5.0
"""Voltages below this many standard errors are left out: their logarithm is biased."""
CONSTANT = 0.3
"""Largest change of the exponent over a window, relative to it, of a power law."""
_EDGES = 30
_REACH = 0.35  # ln sqrt 2


@dataclass(frozen=True)
class Moments:
    """Usable points of a curve, from its point `first` on: ln I (m,), ln V (m,), running sums of weighted moments (m + 1, 9)."""

    log_current: np.ndarray
    log_voltage: np.ndarray
    sums: np.ndarray
    first: int


@dataclass(frozen=True)
class Slopes:
    """Fits in windows (k,): from point `low` to before `high` of the usable ones; exponent, curvature d a/d ln I, and errors."""

    low: np.ndarray
    high: np.ndarray
    span: np.ndarray
    exponent: np.ndarray
    stderr: np.ndarray
    curvature: np.ndarray
    curvature_error: np.ndarray

    @property
    def change(self) -> np.ndarray:
        """Change of the exponent over the window, relative to it, plus two standard errors."""
        size = np.maximum(np.abs(self.exponent), 0.5)
        return (np.abs(self.curvature) + 2 * self.curvature_error) * self.span / size

    @property
    def cost(self) -> np.ndarray:
        return np.sqrt(self.stderr**2 + (0.5 * self.curvature * self.span) ** 2 + (_REACH * self.curvature_error) ** 2)


def usable(curve: Curve, lead: float = 0.0) -> slice:
    """The points above the noise and below jumps. Of what a `lead` (ohm) leaves, it must not make more than half."""
    v = curve.voltage - lead * curve.current
    sigma = np.hypot(curve.sigma, curve.offset_error)
    width = min(5, v.size)
    smooth = np.convolve(np.pad(v, width // 2, mode="edge"), np.ones(width) / width, "valid")[: v.size]
    fine = (np.minimum(smooth, 2 * v) > ABOVE * sigma) & (v > sigma) & (v > lead * curve.current)
    bad = np.flatnonzero(~fine[: curve.end])
    return slice(int(bad[-1]) + 1 if bad.size else 0, curve.end)


def moments(curve: Curve, lead: float = 0.0) -> Moments | None:
    """The running sums of a curve less a lead resistance, ohm; None where fewer than `FEWEST` points are usable."""
    part = usable(curve, lead)
    if part.stop - part.start < FEWEST:
        return None
    i, v = curve.current[part], curve.voltage[part] - lead * curve.current[part]
    x, y = np.log(i), np.log(v)
    # Weights from smoothed voltages: a point must not weigh more because the noise lifted it.
    level = np.exp(np.convolve(np.pad(y, 2, mode="edge"), np.ones(5) / 5, "valid"))
    w = 1 / (np.hypot(curve.floor, curve.relative * curve.voltage[part]) / level) ** 2
    u, t = x - x.mean(), y - y.mean()
    terms = np.stack([w, w * u, w * u**2, w * u**3, w * u**4, w * t, w * t * u, w * t * u**2, w * t**2], axis=1)
    return Moments(x, y, np.vstack([np.zeros(9), np.cumsum(terms, axis=0)]), part.start)


def slopes(m: Moments, low: np.ndarray, high: np.ndarray) -> Slopes:
    """Straight lines and parabolas in the windows [low, high) of the usable points, (k,) each, at least 4 points wide."""
    s = m.sums[high] - m.sums[low]
    total = s[:, 0]
    m1, m2, m3, m4, y1, yx, yxx, yy = (s[:, k] / total for k in range(1, 9))
    c2 = m2 - m1**2
    c3 = m3 - 3 * m1 * m2 + 2 * m1**3
    c4 = m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4
    with_x = yx - m1 * y1
    exponent = with_x / c2
    bend = np.maximum(c4 - c2**2 - c3**2 / c2, 1e-12 * c2**2)
    with_bend = yxx - 2 * m1 * yx + m1**2 * y1 - c2 * y1 - c3 / c2 * with_x
    quadratic = with_bend / bend
    rest = np.maximum(yy - y1**2 - exponent * with_x - quadratic * with_bend, 0.0) * total
    count = high - low
    grown = np.sqrt(np.maximum(rest / np.maximum(count - 3, 1), 1.0))
    x = m.log_current
    return Slopes(
        low, high, x[high - 1] - x[low], exponent, grown / np.sqrt(total * c2), 2 * quadratic, 2 * grown / np.sqrt(total * bend)
    )  # fmt: skip


def every_window(m: Moments) -> Slopes | None:
    """All windows between the edges that are wide enough; None where there is none."""
    x = m.log_current
    edges = np.unique(np.searchsorted(x, np.linspace(x[0], x[-1], _EDGES) * (1 - 1e-12 * np.sign(x[0]))).clip(0, x.size - 1))
    low, high = (grid.ravel() for grid in np.meshgrid(edges, edges + 1, indexing="ij"))
    wide = (high - low >= FEWEST) & (x[high - 1] - x[np.minimum(low, x.size - 1)] >= SPAN * (1 - 1e-9))
    return slopes(m, low[wide], high[wide]) if wide.any() else None


def local_slopes(m: Moments, points: int = 7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Current (k,) in A, slope of `points` neighbours there and its error."""
    count = m.log_current.size - points + 1
    if count < 1:
        return np.empty(0), np.empty(0), np.empty(0)
    low = np.arange(count)
    found = slopes(m, low, low + points)
    middle = 0.5 * (m.log_current[low] + m.log_current[low + points - 1])
    return np.exp(middle), found.exponent, found.stderr
