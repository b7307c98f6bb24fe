r"""Lattice harmonics: periodic functions of k with the symmetry of s, p, d and f waves.

With d the nearest neighbours, z their number and theta their angle,

    p_x + i p_y = (2/z) sum_d exp(i theta) sin(k.d),      extended s = (1/z) sum_d cos(k.d),
    d_x2-y2 + i d_xy = (2/z) sum_d exp(2 i theta) cos(k.d)  (d_xy of the square lattice: from the second neighbours),
    f_x(x2-3y2) = (1/z) sum_d cos(3 theta) sin(k.d)  on the triangular lattice,  Re (p_x + i p_y)^3 elsewhere.

On the square lattice p_x = sin k_x, d_x2-y2 = cos k_x - cos k_y and d_xy = sin k_x sin k_y (up to a factor).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from supraspin.lattice.host import Host
from supraspin.lattice.spin_orbit import neighbours


@dataclass(frozen=True, eq=False)
class Harmonics:
    """The harmonics of a host at wavevectors k of shape (..., 2), 1/m; each property has shape (...)."""

    host: Host
    k: np.ndarray

    def _sum(self, l: int, function, shell: int = 1) -> np.ndarray:
        """sum_d exp(i l theta) function(k.d) / z over a shell."""
        cells, angle = neighbours(self.host, shell)
        total = np.zeros(np.shape(self.k)[:-1], dtype=complex)
        for d, a in zip(cells @ self.host.vectors, angle, strict=True):
            total += np.exp(1j * l * a) * function(self.k @ d)
        return total / len(cells)

    @cached_property
    def _p(self) -> np.ndarray:
        return 2 * self._sum(1, np.sin)

    @cached_property
    def _d(self) -> np.ndarray:
        return 2 * self._sum(2, np.cos)

    @property
    def one(self) -> np.ndarray:
        return np.ones(np.shape(self.k)[:-1])

    @property
    def extended_s(self) -> np.ndarray:
        return self._sum(0, np.cos).real

    @property
    def p_x(self) -> np.ndarray:
        return self._p.real

    @property
    def p_y(self) -> np.ndarray:
        return self._p.imag

    @property
    def d_x2y2(self) -> np.ndarray:
        return self._d.real

    @property
    def d_xy(self) -> np.ndarray:
        first = len(neighbours(self.host)[0])
        return self._d.imag if first == 6 else self._sum(2, np.cos, shell=2).imag

    @property
    def f(self) -> np.ndarray:
        if len(neighbours(self.host)[0]) == 6:
            return self._sum(3, np.sin).real
        return (self._p**3).real
