"""Moments and their energy,

    E = -(1/2) sum_ij S_i.J_ij.S_j - mu B.sum_i S_i - K sum_i (S_i.n)^2,

S_i = +-n (Ising) or unit vectors with an easy axis n (K > 0) or an easy plane across it (K < 0); mu in Bohr magnetons.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from scipy import constants

from supraspin.errors import ModelError
from supraspin.moments.sample import Sample

MU_B = constants.value("Bohr magneton in eV/T")
"""Bohr magneton, eV/T."""


@dataclass(frozen=True, eq=False)
class System:
    """`couplings`, eV: (D, 1 or K, N, N) or (D, 1 or K, N, N, 3, 3) for D realisations, one for all temperatures or each its own.

    `kind`: "ising" or "vector". `moment` in Bohr magnetons, `anisotropy` K in eV, `axis` n. `sample` serves what needs places:
    correlation lengths and structure factors. `precision`: "double" or "single", of J and the fields (twice as fast).
    """

    couplings: np.ndarray
    kind: str = "ising"
    moment: float = 1.0
    anisotropy: float = 0.0
    axis: tuple[float, float, float] = (0.0, 0.0, 1.0)
    sample: Sample | None = None
    precision: str = "double"

    def __post_init__(self):
        n = np.asarray(self.axis, float)
        if self.kind not in ("ising", "vector"):
            raise ModelError(f"moments are of kind ising or vector, not {self.kind!r}")
        if self.precision not in ("double", "single"):
            raise ModelError(f"the precision is double or single, not {self.precision!r}")
        if n.shape != (3,) or not np.linalg.norm(n) > 0:
            raise ModelError(f"the axis is a vector of three components, not {self.axis!r}")
        n = n / np.linalg.norm(n)
        j = np.asarray(self.couplings, np.float64 if self.precision == "double" else np.float32)
        if j.ndim not in (4, 6) or j.shape[2] != j.shape[3] or (j.ndim == 6 and j.shape[4:] != (3, 3)):
            raise ModelError(f"couplings have the shape (D, K, N, N) or (D, K, N, N, 3, 3), not {j.shape}")
        if j.ndim == 6 and self.kind == "ising":
            j = np.tensordot(np.tensordot(j, n, 1), n, 1)
        if not np.all(np.isfinite(j)):
            raise ModelError("couplings must be finite")
        other = np.moveaxis(j, 2, 3) if j.ndim == 4 else np.swapaxes(np.moveaxis(j, 2, 3), -1, -2)
        if not np.allclose(j, other, rtol=1e-5, atol=1e-6 * np.abs(j).max()):
            raise ModelError("J_ij must be the transpose of J_ji")
        if np.any(j[:, :, np.arange(j.shape[2]), np.arange(j.shape[2])] != 0):
            raise ModelError("a moment has no coupling to itself: the diagonal of J must be 0")
        object.__setattr__(self, "couplings", j)
        object.__setattr__(self, "axis", tuple(float(x) for x in n))

    @property
    def realisations(self) -> int:
        return self.couplings.shape[0]

    @property
    def count(self) -> int:
        """N, moments in each realisation."""
        return self.couplings.shape[2]

    @property
    def components(self) -> int:
        return 1 if self.kind == "ising" else 3

    @property
    def tensor(self) -> bool:
        return self.couplings.ndim == 6

    @property
    def rows(self) -> np.ndarray:
        """J as the sweeps read it: (D, K, N, N), or (D, K, 9 N, N) with row 9 i + 3 b + a = J_ij^ba over j."""
        if not self.tensor:
            return np.ascontiguousarray(self.couplings)
        d, k, n = self.couplings.shape[:3]
        return np.ascontiguousarray(np.moveaxis(self.couplings, 3, 5)).reshape(d, k, 9 * n, n)

    def pull(self, field) -> np.ndarray:
        """mu B, eV, (components,); `field` in T, a vector, or a number along the axis n."""
        b = np.asarray(field, float)
        b = b * np.asarray(self.axis) if b.ndim == 0 else b
        return self.moment * MU_B * (np.array([b @ np.asarray(self.axis)]) if self.kind == "ising" else b)

    def fields(self, spins: np.ndarray, first: int | None = None) -> np.ndarray:
        """h_i = sum_j J_ij S_j, eV, for spins (D, K, ..., C, N). `first`: all K under the couplings of that temperature."""
        j = self.couplings if first is None or self.couplings.shape[1] == 1 else self.couplings[:, first : first + 1]
        if self.tensor:
            n = self.count
            j = np.moveaxis(j, 4, 3).reshape(*j.shape[:2], 3 * n, 3 * n)  # (i a), (j b); J_ij^ab = J_ji^ba
            vector = np.moveaxis(spins, -1, -2).reshape(*spins.shape[:2], -1, 3 * n)
        else:
            vector = spins.reshape(*spins.shape[:2], -1, spins.shape[-1])
        if j.shape[1] == 1:  # one product for all temperatures
            h = np.matmul(vector.reshape(len(vector), -1, vector.shape[-1]), j[:, 0])
        else:
            h = np.matmul(vector, j)
        if self.tensor:
            return np.ascontiguousarray(np.moveaxis(h.reshape(*spins.shape[:-2], self.count, 3), -1, -2))
        return h.reshape(spins.shape)

    def energy(self, spins: np.ndarray, fields: np.ndarray, pull: np.ndarray) -> np.ndarray:
        """E, eV, over the axes before the last two."""
        total = -0.5 * np.einsum("...cn,...cn->...", spins, fields, dtype=float)
        total -= np.einsum("...cn,c->...", spins, pull, dtype=float)
        if self.kind == "vector" and self.anisotropy:
            total -= self.anisotropy * np.sum(np.einsum("...cn,c->...n", spins, np.asarray(self.axis)) ** 2, axis=-1)
        return total

    def fingerprint(self) -> str:
        """Of everything that the energy depends on."""
        text = repr((self.kind, self.moment, self.anisotropy, self.axis, self.couplings.shape))
        return hashlib.sha256(text.encode() + np.ascontiguousarray(self.couplings).tobytes()).hexdigest()[:16]


def system(sample: Sample, exchange, *, cutoff: float | None = None, **settings) -> System:
    """The moments of a sample under J(r), a function as in `couplings`; `settings` are those of `System`."""
    from supraspin.moments.couplings import coupling_matrix

    return System(coupling_matrix(sample, exchange, cutoff=cutoff)[:, None], sample=sample, **settings)
