"""First guesses for the critical fields and temperatures of films, from the data.

T_c0 and the field at which superconductivity ends at T = 0 are looked for on a grid; the scale that enters linearly is
found by least squares. `known` holds what the fit holds, as in `_hanle_start`.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import chebyshev

from supraspin.models._pair_breaking import parallel_field_scale, perpendicular_field_scale, series

_HELD_THICKNESS = 10e-9


def field_start(temperature, y, parallel: bool, known) -> dict[str, float]:
    """Start values of T_c0 and xi0 for critical fields `y` (T) at `temperature` (K). Empty where y is no use."""
    temperature, y = _good(temperature, y)
    if not y.size or y.max() <= 0:
        return {}
    power = 2 if parallel else 1
    warmest = temperature[y > 0.02 * y.max()].max()
    tried = np.atleast_1d(known.get("critical_temperature", warmest * np.concatenate([np.linspace(0.9, 1.5, 61), [2.0, 3.0]])))
    tried = np.maximum(tried, 1e-6)[:, None]
    shape = reduced_pair_breaking_of(temperature / tried) ** (1 / power)
    scale, best = _best(shape, y)
    return _found(known, tried[best, 0], abs(scale), parallel)


def temperature_start(field, y, parallel: bool, known) -> dict[str, float]:
    """Start values of T_c0 and xi0 for critical temperatures `y` (K) at `field` (T). Empty where y is no use."""
    field, y = _good(field, y)
    if not y.size or y.max() <= 0 or not field.any():
        return {}
    tried = np.geomspace(0.2, 50, 121)[:, None] * np.abs(field).max()
    shape = reduced_temperature_of(np.abs(field / tried) ** (2 if parallel else 1))
    if "critical_temperature" in known:
        scale, best = known["critical_temperature"], int(np.argmin(((shape * known["critical_temperature"] - y) ** 2).sum(1)))
    else:
        scale, best = _best(shape, y)
    return _found(known, scale, tried[best, 0], parallel)


def reduced_pair_breaking_of(t: np.ndarray) -> np.ndarray:
    """`reduced_pair_breaking` without JAX, for arrays of any size."""
    inside = np.clip(t, 0, 1)
    return np.maximum((1 - inside) * chebyshev.chebval(2 * inside - 1, series()[0]), 0.0)


def reduced_temperature_of(alpha_ratio: np.ndarray) -> np.ndarray:
    """`reduced_temperature` without JAX, for arrays of any size."""
    s = np.sqrt(np.clip(1 - alpha_ratio, 0, 1))
    return s * chebyshev.chebval(2 * s - 1, series()[1])


def _good(x, y) -> tuple[np.ndarray, np.ndarray]:
    x, y = (a.ravel() for a in np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float)))
    good = np.isfinite(x) & np.isfinite(y)
    return x[good], y[good]


def _best(shape: np.ndarray, y: np.ndarray) -> tuple[float, int]:
    """Factor and row of the shape that, times the factor, comes closest to y."""
    size, overlap = (shape**2).sum(1), shape @ y
    factor = overlap / np.maximum(size, 1e-300)
    best = int(np.argmax(factor * overlap))
    return float(factor[best]), best


def _found(known, critical_temperature: float, field: float, parallel: bool) -> dict[str, float]:
    thickness = known.get("thickness", _HELD_THICKNESS)
    if parallel:
        length = parallel_field_scale(1.0, max(thickness, 1e-12)) / field
    else:
        length = np.sqrt(perpendicular_field_scale(1.0) / field)
    found = {"critical_temperature": float(critical_temperature), "coherence_length": float(length)}
    return {name: value for name, value in found.items() if np.isfinite(value) and value > 0 and name not in known}
