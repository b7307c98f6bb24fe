r"""Sums over Matsubara frequencies w_n = (2n + 1) pi k_B T with few terms.

The first terms are taken as they are. Above them the indices fall into octaves [N, 2N), and each is summed by the Gauss rule
of its own discrete measure: m nodes (not integers) that sum every polynomial of degree 2m - 1 in n exactly. A summand that is
analytic for Re w > 0, as every Green function's is, lies in a Bernstein ellipse of parameter 3 + sqrt(8) about each octave, so
the error falls as 34^-m: five nodes leave 2e-8. Beyond the cut-off only an on-site term ~ 1/w^2 is left, which `tail` sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special

from supraspin.quantities import KB


@dataclass(frozen=True, eq=False)
class Frequencies:
    """Frequencies w, eV, and weights, both (n,): sum_n>=0 f(w_n) = sum_j weight_j f(w_j) + `tail` * lim w^2 f(w)."""

    w: np.ndarray
    weight: np.ndarray
    tail: float
    terms: int

    def error(self, scale: float) -> float:
        """Largest relative error of the rule for 1/(w^2 + E^2), E from 0 to `scale`, eV, whose sum is known."""
        first = self.w[0]
        worst = 0.0
        for energy in np.geomspace(1e-2 * first, max(scale, first), 12):
            exact = np.pi / (4 * first * energy) * np.tanh(np.pi * energy / (2 * first))
            # beyond the cut-off 1/(w^2 + E^2) = 1/w^2 - E^2/w^4
            found = np.sum(self.weight / (self.w**2 + energy**2)) + self.tail
            end = 2 * first * self.terms
            found -= energy**2 / (6 * first * end**3)
            worst = max(worst, abs(found / exact - 1))
        return worst


@lru_cache(maxsize=64)
def frequencies(temperature: float, cutoff: float, nodes: int = 5, exact: int = 8) -> Frequencies:
    """The rule at a temperature, K, up to at least `cutoff`, eV; `nodes` an octave above the first `exact` terms."""
    first = np.pi * KB * temperature
    index, weight = [np.arange(exact, dtype=float)], [np.ones(exact)]
    start = exact
    while 2 * first * start < cutoff:
        points, weights = gauss_sum(start, nodes)
        index.append(points)
        weight.append(weights)
        start *= 2
    w = (2 * np.concatenate(index) + 1) * first
    tail = float(special.polygamma(1, start + 0.5)) / (2 * first) ** 2
    return Frequencies(w, np.concatenate(weight), tail, start)


@lru_cache(maxsize=256)
def gauss_sum(count: int, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights with sum_{n=count}^{2 count - 1} f(n) = sum_j weight_j f(node_j) for polynomials of degree 2 nodes - 1.

    The recurrence of the discrete Chebyshev polynomials on 0..N-1: a = (N - 1)/2, b_k = k^2 (N^2 - k^2)/(4 (4 k^2 - 1)).
    """
    if nodes >= count:
        return count + np.arange(count, dtype=float), np.ones(count)
    k = np.arange(1, nodes, dtype=float)
    off = np.sqrt(k**2 * (float(count) ** 2 - k**2) / (4 * (4 * k**2 - 1)))
    matrix = np.diag(np.full(nodes, (count - 1) / 2)) + np.diag(off, 1) + np.diag(off, -1)
    points, vectors = np.linalg.eigh(matrix)
    return count + points, count * vectors[0] ** 2
