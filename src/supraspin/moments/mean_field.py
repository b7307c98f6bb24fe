"""Mean field beside the Monte Carlo.

    m_i = g(b |H_i|) H_i/|H_i|,   H_i = sum_j J_ij m_j + mu B,   g = tanh (Ising) or coth x - 1/x (vectors),   b = 1/k_B T,

solved for each realisation site by site. Its ordering temperature is the largest eigenvalue of J over n k_B (n components): it
has no thermal fluctuations and, in a dilute sample, orders first where moments happen to stand close. `uniform_temperature` has
the same moment everywhere: sum_j J_ij/(n k_B). The sign of sqrt(c) Q > 1, Q = sum J/sqrt(sum J^2) over the sites of the lattice,
asks whether the mean of the coupling beats its scatter. None of these is the ordering temperature: the Monte Carlo decides.
"""

from __future__ import annotations

import numpy as np

from supraspin.errors import ModelError
from supraspin.moments.system import System
from supraspin.quantities import KB


def langevin(x) -> np.ndarray:
    """coth x - 1/x for x >= 0; elementwise."""
    x = np.asarray(x, float)
    small = np.minimum(x, 0.03)
    large = np.clip(x, 0.03, 300.0)
    series = small / 3 * (1 - small**2 / 15 * (1 - 2 * small**2 / 21))
    return np.where(x < 0.03, series, 1 / np.tanh(large) - 1 / np.maximum(x, 0.03))


def ordering_temperatures(system: System, index: int = 0) -> np.ndarray:
    """Mean-field ordering temperature of each realisation, K, (D,), without anisotropy; `index`: which set of couplings."""
    from scipy.linalg import eigh

    found = []
    for j in system.couplings[:, index]:
        n = len(j)
        matrix = np.moveaxis(j, 1, 2).reshape(3 * n, 3 * n) if j.ndim == 4 else j
        last = len(matrix) - 1
        found.append(eigh(matrix.astype(float), eigvals_only=True, subset_by_index=[last, last])[0])
    return np.array(found) / (system.components * KB)


def uniform_temperature(system: System, index: int = 0) -> float:
    """sum_j J_ij/(n k_B), K, averaged over moments and realisations; below 0 where antiferromagnetic couplings prevail."""
    j = system.couplings[:, index].astype(float)
    j = np.trace(j, axis1=-2, axis2=-1) / 3 if j.ndim == 5 else j
    return float(j.sum(axis=-1).mean() / (system.components * KB))


def magnetisation(
    system: System, temperature: float, field=0.0, *, index: int = 0, start=None, tolerance: float = 1e-10, most: int = 20000
) -> np.ndarray:
    """m_i, (D, C, N), from the start (default: all aligned along the axis), without anisotropy. Raises `ModelError`.

    The largest change in a step ends the iteration, mixed by one half so that antiferromagnets settle.
    """
    if temperature <= 0:
        raise ModelError("mean field needs a temperature above 0 K")
    shape = (system.realisations, 1, system.components, system.count)
    axis = np.ones(1) if system.kind == "ising" else np.asarray(system.axis)
    m = np.broadcast_to(axis[:, None] if start is None else np.asarray(start), shape).astype(float)
    pull, beta = system.pull(field)[:, None], 1 / (KB * temperature)
    for _ in range(most):
        h = system.fields(m, index) + pull
        size = np.linalg.norm(h, axis=-2, keepdims=True)
        length = np.tanh(beta * size) if system.kind == "ising" else langevin(beta * size)
        new = 0.5 * m + 0.5 * length * h / np.maximum(size, 1e-300)
        change = np.max(np.abs(new - m))
        m = new
        if change < tolerance:
            return m[:, 0]
    raise ModelError(f"the mean field has not settled after {most} steps: last change {change:.1e}")


def dilute_criterion(exchange_values, concentration: float) -> float:
    """sqrt(c) sum J/sqrt(sum J^2) over all sites but the moment's own: above 1 a ferromagnet is plausible, below it a glass."""
    j = np.asarray(exchange_values, float)
    return float(np.sqrt(concentration) * j.sum() / np.sqrt(np.sum(j**2)))
