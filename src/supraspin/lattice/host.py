r"""A host: a two-dimensional crystal as a table of hoppings.

    H(k) = sum_R exp(i k.R) t(R),    t(R) = <0|H|R>,    t(-R) = t(R)^dagger,

with rows and columns of t ordered spin first: orbitals of spin up, then the same orbitals of spin down. Energies in eV.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy import constants

from supraspin.errors import ModelError

PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], dtype=complex)
"""Pauli matrices sigma_x, sigma_y, sigma_z, shape (3, 2, 2)."""
_MU_B = constants.value("Bohr magneton in eV/T")


@dataclass(frozen=True, eq=False)
class Host:
    """Lattice vectors as rows, m, shape (2, 2); cells R, integers, shape (n, 2); t(R), eV, shape (n, m, m), m = 2 orbitals."""

    name: str
    vectors: np.ndarray
    cells: np.ndarray
    hoppings: np.ndarray
    chemical_potential: float = 0.0

    def __post_init__(self) -> None:
        for field, kind in (("vectors", float), ("cells", int), ("hoppings", complex)):
            object.__setattr__(self, field, np.array(getattr(self, field), dtype=kind))
        _check(self)

    @property
    def states(self) -> int:
        """Number of states of a cell, both spins: the side m of H(k)."""
        return self.hoppings.shape[1]

    @property
    def orbitals(self) -> int:
        return self.states // 2

    @property
    def spacing(self) -> float:
        """Length of the shortest lattice vector, m."""
        n = np.array([(i, j) for i in range(-3, 4) for j in range(-3, 4) if (i, j) != (0, 0)])
        return float(np.min(np.linalg.norm(n @ self.vectors, axis=1)))

    @property
    def reciprocal(self) -> np.ndarray:
        """Reciprocal lattice vectors as rows, 1/m."""
        return 2 * np.pi * np.linalg.inv(self.vectors).T

    def bloch(self, k: np.ndarray) -> np.ndarray:
        """H(k) - mu for wavevectors k of shape (..., 2), 1/m: shape (..., m, m), eV."""
        phase = np.exp(1j * np.asarray(k) @ self.vectors.T @ self.cells.T)
        return np.tensordot(phase, self.hoppings, axes=1) - self.chemical_potential * np.eye(self.states)

    def with_chemical_potential(self, value: float) -> Host:
        return replace(self, chemical_potential=float(value))

    def with_filling(self, filling: float, temperature: float = 0.0, mesh: int = 360) -> Host:
        """The host with `filling` electrons a cell (0 to 2 orbitals), see `fermi.chemical_potential`."""
        from supraspin.lattice.fermi import chemical_potential

        return self.with_chemical_potential(chemical_potential(self, filling, temperature, mesh))

    def with_terms(self, terms: Mapping[tuple[int, int], np.ndarray], name: str = "") -> Host:
        """The host with further matrices t(R), eV, added; a term and its partner at -R both have to be given."""
        table = {tuple(map(int, cell)): t.copy() for cell, t in zip(self.cells, self.hoppings, strict=True)}
        for cell, matrix in terms.items():
            table[cell] = table.get(cell, np.zeros_like(self.hoppings[0])) + matrix
        return replace(self, name=name or self.name, cells=np.array(list(table)), hoppings=np.array(list(table.values())))

    def with_field(self, field, g_factor: float = 2.0) -> Host:
        """The host in a magnetic field (B_x, B_y, B_z), T, that acts on the spins alone: H + g mu_B B.sigma/2."""
        energy = 0.5 * g_factor * _MU_B * np.asarray(field, dtype=float)
        return self.with_exchange_field(energy)

    def with_exchange_field(self, exchange_field) -> Host:
        """The host with h.sigma added, `exchange_field` h = (h_x, h_y, h_z), eV."""
        h = np.asarray(exchange_field, dtype=float)
        if h.shape != (3,):
            raise ModelError(f"a field has the three components x, y, z; {exchange_field!r} has not")
        return self.with_terms({(0, 0): np.kron(np.tensordot(h, PAULI, axes=1), np.eye(self.orbitals))})


def from_table(name: str, vectors, table: Mapping[tuple[int, int], object], chemical_potential: float = 0.0) -> Host:
    """A host from `{(n1, n2): t}`: a number or an orbitals x orbitals matrix, the same for both spins, eV.

    What is missing at -R is filled in as the Hermitian conjugate. Raises `ModelError` where the two disagree.
    """
    full: dict[tuple[int, int], np.ndarray] = {}
    for cell, value in table.items():
        matrix = np.atleast_2d(np.array(value, dtype=complex))
        full[(int(cell[0]), int(cell[1]))] = np.kron(np.eye(2), matrix)
    for cell, matrix in list(full.items()):
        full.setdefault((-cell[0], -cell[1]), matrix.conj().T)
    sizes = {matrix.shape for matrix in full.values()}
    if len(sizes) != 1:
        raise ModelError(f"{name}: hoppings have different sizes: {sorted(sizes)}")
    return Host(name, vectors, np.array(list(full)), np.array(list(full.values())), chemical_potential)


def _check(host: Host) -> None:
    name, cells, hoppings = host.name, host.cells, host.hoppings
    if host.vectors.shape != (2, 2) or not abs(np.linalg.det(host.vectors)) > 0:
        raise ModelError(f"{name}: lattice vectors are two independent rows in the plane, shape (2, 2)")
    if hoppings.ndim != 3 or hoppings.shape[1] != hoppings.shape[2] or hoppings.shape[1] % 2 or hoppings.shape[1] == 0:
        raise ModelError(f"{name}: hoppings have shape (cells, m, m) with m = 2 orbitals, not {hoppings.shape}")
    if cells.shape != (len(hoppings), 2):
        raise ModelError(f"{name}: {len(hoppings)} hoppings need cells of shape ({len(hoppings)}, 2), not {cells.shape}")
    if not np.all(np.isfinite(hoppings)) or not np.isfinite(host.chemical_potential):
        raise ModelError(f"{name}: a hopping or the chemical potential is not a finite number")
    table = {tuple(cell): t for cell, t in zip(cells.tolist(), hoppings, strict=True)}
    if len(table) != len(cells):
        raise ModelError(f"{name}: a cell stands twice in the table")
    scale = np.max(np.abs(hoppings))
    for (i, j), t in table.items():
        partner = table.get((-i, -j))
        gap = np.max(np.abs(t)) if partner is None else np.max(np.abs(t - partner.conj().T))
        if gap > 1e-6 * scale + 1e-12:
            raise ModelError(f"{name}: t({i},{j}) is not the Hermitian conjugate of t({-i},{-j}); they differ by {gap:.2g} eV")
