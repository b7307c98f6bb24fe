"""What is read off the walkers.

    m = (1/N) sum_i S_i,   Q_ab = (1/N) sum_i S_i^a S'_i^b between two replicas,   both also at the shortest wave vectors k.

A reading holds m^2, |m|, m along the axis, the energy, q^2 = sum_ab Q_ab^2, and |m_k|^2 and |Q_k|^2 averaged over the two
directions of k; q_own^2 is that of a walker with what stood at its temperature when the readings began. The structure factor
S(k) = |sum_i S_i exp(i k.r_i)|^2 / N is summed apart.
"""

from __future__ import annotations

import numpy as np

from supraspin.moments.sample import Sample
from supraspin.moments.system import System
from supraspin.moments.walkers import Walkers

SERIES = ("energy", "magnetisation", "size", "m2", "mk2", "q2", "qk2", "q2_own")
_WAVES = 6  # of a box of continuum positions, along each direction


class Observer:
    """Readings of one system; the phases exp(i k.r) are computed once."""

    def __init__(self, system: System):
        self.system = system
        sample = system.sample
        self.waves = None if sample is None or not sample.periodic else shortest_waves(sample)
        self.phases = None if sample is None or self.waves is None else _phases(sample, self.waves)
        self.grid = None if sample is None else wave_grid(sample)
        on_lattice = sample is not None and sample.cells is not None
        self.grid_phases = None if sample is None or on_lattice or self.grid is None else _phases(sample, self.grid)

    def read(self, walkers: Walkers) -> dict[str, np.ndarray]:
        """One reading: name -> (D, K, R); of pairs of replicas (D, K, R // 2)."""
        s = walkers.spins
        n = s.shape[-1]
        m = s.mean(axis=-1, dtype=float)
        axis = np.asarray(self.system.axis) if s.shape[3] == 3 else np.ones(1)
        m2 = np.sum(m**2, axis=-1)
        found = {"energy": walkers.energy() / n, "magnetisation": m @ axis, "size": np.sqrt(m2), "m2": m2}
        if self.phases is not None:
            found["mk2"] = np.mean(_power(s, self.phases), axis=-1) / n**2
        pairs = s.shape[2] // 2
        if pairs:
            one, other = s[:, :, 0 : 2 * pairs : 2], s[:, :, 1 : 2 * pairs : 2]
            found["q2"] = overlap(one, other)
            if self.phases is not None:
                both = [np.matmul(one * p, np.swapaxes(other, -1, -2)) for p in self._each_phase()]
                found["qk2"] = np.mean([np.sum(np.abs(qk) ** 2, axis=(-1, -2)) for qk in both], axis=0) / n**2
        return found

    def _each_phase(self) -> list[np.ndarray]:
        """exp(i k.r) of each k, shaped to multiply spins."""
        assert self.phases is not None
        return [self.phases[:, None, None, None, w] for w in range(self.phases.shape[1])]

    def structure(self, walkers: Walkers) -> np.ndarray:
        """S(k) averaged over replicas, (D, K, waves)."""
        s = walkers.spins
        if self.grid_phases is not None:
            return np.mean(_power(s, self.grid_phases), axis=2) / s.shape[-1]
        sample = self.system.sample
        assert sample is not None
        assert sample.cells is not None
        assert sample.shape is not None
        total = np.zeros((s.shape[0], s.shape[1], sample.shape[0] * sample.shape[1]))
        for d, cells in enumerate(sample.cells):
            full = np.zeros((*s.shape[1:4], *sample.shape))
            full[..., cells[:, 0], cells[:, 1]] = s[d]
            wave = np.fft.fft2(full).reshape(*s.shape[1:4], -1)
            total[d] = np.mean(np.sum(np.abs(wave) ** 2, axis=2), axis=1) / s.shape[-1]
        return total


def overlap(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """q^2 of moments (..., C, N) with others: (...)."""
    q = np.matmul(one, np.swapaxes(other, -1, -2)) / one.shape[-1]
    return np.sum(q**2, axis=(-1, -2), dtype=float)


def shortest_waves(sample: Sample) -> np.ndarray:
    """The two shortest wave vectors of the box, 1/m, (2, 2)."""
    return 2 * np.pi * np.linalg.inv(sample.box).T


def wave_grid(sample: Sample) -> np.ndarray:
    """Wave vectors of the structure factor, 1/m, (waves, 2); the first is 0. On a lattice they fill one Brillouin zone."""
    both = shortest_waves(sample)
    if sample.cells is not None and sample.shape is not None:
        n = [np.fft.fftfreq(size, 1 / size) for size in sample.shape]
        return np.stack(np.meshgrid(*n, indexing="ij"), axis=-1).reshape(-1, 2) @ both
    n1, n2 = np.meshgrid(np.arange(_WAVES + 1), np.arange(-_WAVES, _WAVES + 1), indexing="ij")
    half = np.stack([n1.ravel(), n2.ravel()], axis=-1)
    half = half[(half[:, 0] > 0) | (half[:, 1] >= 0)]
    return half[np.argsort(np.sum(half**2, axis=1), kind="stable")] @ both


def _power(spins: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """sum over components of |sum_i S_i exp(i k.r_i)|^2, (D, K, R, waves)."""
    d, k, r, c, n = spins.shape
    wave = np.matmul(spins.reshape(d, k * r * c, n), np.swapaxes(phases, -1, -2))
    return np.sum(np.abs(wave.reshape(d, k, r, c, -1)) ** 2, axis=3)


def _phases(sample: Sample, waves: np.ndarray) -> np.ndarray:
    """exp(i k.r), (D, waves, N)."""
    return np.exp(1j * np.einsum("wc,dnc->dwn", waves, sample.positions[..., :2]))
