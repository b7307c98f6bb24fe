"""What a spectrum looks like without a gap: smooth backgrounds and zero-bias features that a gap has to beat.

polynomial  c0 + c1 |V| + c2 V^2 + c4 V^4          barrier shape, V-shaped inelastic background
resonance   c0 + c2 V^2 + A / (1 + (V/w)^2)         Kondo peak or Fano dip
logarithm   c0 + c2 V^2 + A ln(V^2 + w^2)           zero-bias anomaly of disorder in two dimensions
root        c0 + c2 V^2 + A (V^2 + w^2)^(1/4)       the same in three dimensions
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from supraspin.analysis.precision import growth
from supraspin.fit import FitResult
from supraspin.fit.least_squares import criterion
from supraspin.fit.noise import noise

_SHAPES: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "resonance": lambda u, w: 1 / (1 + (u / w) ** 2),
    "logarithm": lambda u, w: np.log(u**2 + w**2),
    "root": lambda u, w: (u**2 + w**2) ** 0.25,
}
_PARAMETERS = 4


def best_gapless(bias: np.ndarray, conductance: np.ndarray) -> tuple[str, float]:
    """Name and sum of squared residuals of the best gapless curve through a spectrum (n,); its even part is all that counts."""
    u = np.abs(bias) / np.abs(bias).max()
    found = {"polynomial": _squares(np.stack([np.ones_like(u), u, u**2, u**4], axis=1), conductance)}
    for name, shape in _SHAPES.items():
        columns = [np.stack([np.ones_like(u), u**2, shape(u, w)], axis=1) for w in np.geomspace(0.01, 1.0, 80)]
        found[name] = min(_squares(matrix, conductance) for matrix in columns)
    best = min(found, key=lambda name: found[name])
    return best, found[best]


def gapless_suffices(bias: np.ndarray, conductance: np.ndarray) -> str | None:
    """The gapless curve that leaves nothing but noise of a spectrum (n,), None where none does."""
    name, squares = best_gapless(bias, conductance)
    level = noise([(bias, conductance)])
    rms = math.sqrt(squares / max(len(bias) - _PARAMETERS, 1))
    return name if level > 0 and rms < (1 + 2.5 / math.sqrt(len(bias))) * level else None


def _squares(matrix: np.ndarray, y: np.ndarray) -> float:
    solution = np.linalg.lstsq(matrix, y, rcond=None)[0]
    return float(np.sum((y - matrix @ solution) ** 2))


def gapless_margin(best: FitResult) -> tuple[str, float]:
    """The best gapless curve on the points of a fit, and how far its AICc is above that of the fit (negative: it wins).

    Counted with the independent points of the fit's residuals, so that a misfit of both does not decide.
    """
    name, squares = best_gapless(best.x, best.y)
    n = best.n / growth(best) ** 2

    def aicc(total: float, count: int) -> float:
        likelihood = -0.5 * n * math.log(max(total, 1e-300) / best.n)
        corrected = criterion(likelihood, count, n)
        return corrected if math.isfinite(corrected) else 2 * count - 2 * likelihood

    return name, aicc(squares, _PARAMETERS + 1) - aicc(float(np.sum(best.residual**2)), len(best.free) + 1)
