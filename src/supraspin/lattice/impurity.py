r"""States that classical moments bind in a superconductor (Yu, Shiba, Rusinov), and what a tip would see of them.

N moments of strength U = coupling/2 at cells R_i add V = -U n_i.Sigma on their sites. With G_ij = G(R_i - R_j, E),

    bound states:  det(1 - V G(E)) = 0,    |E| below the gap,
    local density of states:  rho(r, E) = -(1/pi) Im sum_{electrons} [G + G V (1 - G V)^-1 G](r, r, E + i Gamma).

Inside the gap G(E) is Hermitian and dG/dE = -sum |<..>|^2 (E - E_n)^-2 is negative, so the eigenvalues of V^-1 - G(E) rise with E
and each crosses zero once at most: none is missed and none is found twice. One moment in a singlet host with a band that is alike
above and below: E = Delta (1 - a^2)/(1 + a^2), a = pi N(E_F) U with N per spin.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from supraspin.backend import jnp
from supraspin.errors import ModelError
from supraspin.lattice.all_orders import vertex
from supraspin.lattice.convergence import choose_mesh
from supraspin.lattice.fermi import fermi_line
from supraspin.lattice.green import Propagator, transformed
from supraspin.lattice.host import Host
from supraspin.lattice.pairing import Pairing, singular_values


@dataclass(frozen=True, eq=False)
class Moments:
    """Classical moments: cells, integers, (N, 2); unit vectors, (N, 3); `coupling`, eV (U = coupling/2); shares of orbitals."""

    cells: np.ndarray
    directions: np.ndarray
    coupling: float
    share: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        cells = np.atleast_2d(np.asarray(self.cells, dtype=int))
        directions = np.atleast_2d(np.asarray(self.directions, dtype=float))
        if cells.shape[1:] != (2,) or directions.shape != (len(cells), 3):
            raise ModelError(f"{len(cells)} moments need cells of shape (N, 2) and directions (N, 3), not {directions.shape}")
        if len(np.unique(cells, axis=0)) < len(cells):
            raise ModelError("two moments stand on one site")
        if self.coupling == 0:
            raise ModelError("moments without coupling bind nothing; the coupling must differ from 0 eV")
        object.__setattr__(self, "cells", cells)
        object.__setattr__(self, "directions", directions / np.linalg.norm(directions, axis=1, keepdims=True))

    @property
    def potential(self) -> np.ndarray:
        """V of each moment, eV, shape (N, 2 m, 2 m)."""
        return np.stack([-0.5 * self.coupling * vertex(n, self.share) for n in self.directions])

    @property
    def reach(self) -> int:
        """Largest difference of two cells along a lattice vector."""
        return int(np.max(np.ptp(self.cells, axis=0)))


def gather(green: np.ndarray, cells: np.ndarray, reach: int) -> np.ndarray:
    """G(R_i - R_j) of N cells as one matrix (N n, N n), from G(r) of shape (n, n, 2 reach + 1, 2 reach + 1)."""
    apart = cells[:, None] - cells[None, :] + reach
    picked = green[:, :, apart[..., 0], apart[..., 1]]
    n = green.shape[0] * len(cells)
    return picked.transpose(2, 0, 3, 1).reshape(n, n)


def bound_states(host: Host, pairing: Pairing, moments: Moments, *, mesh: int | None = None, edge: float = 0.999) -> np.ndarray:
    """Energies within the gap, eV, rising, up to `edge` of the smallest gap on the Fermi line.

    Raises `ModelError` where the gap has nodes: there is no gap for a state to be bound in, only a resonance (`local_density`).
    """
    gap = _full_gap(host, pairing)
    propagator, mesh = _propagator(host, pairing, moments, mesh, moments.reach)
    inverse = _block_diagonal([np.linalg.pinv(v) for v in moments.potential])
    support = _support(moments)

    def levels(energy: float) -> np.ndarray:
        green = gather(np.asarray(propagator.nambu(complex(energy))), moments.cells, moments.reach)
        matrix = (inverse - green)[np.ix_(support, support)]
        return np.linalg.eigvalsh((matrix + matrix.conj().T) / 2)

    low, high = -edge * gap, edge * gap
    below, above = np.count_nonzero(levels(low) < 0), np.count_nonzero(levels(high) < 0)
    found = [
        optimize.brentq(lambda e, n=n: levels(e)[n], low, high, xtol=1e-9 * gap, rtol=1e-12) for n in range(above, below)
    ]  # the n-th eigenvalue rises through zero
    return np.sort(np.array(found))


def local_density(
    host: Host,
    pairing: Pairing | None,
    moments: Moments,
    energies,
    broadening: float,
    *,
    reach: int = 15,
    mesh: int | None = None,
) -> np.ndarray:
    """Local density of states, 1/eV and site, both spins: shape (energies, 2 reach + 1, 2 reach + 1).

    Cells count from the origin, along the two lattice vectors. `broadening` Gamma, eV, has to exceed the spacing of levels on the
    torus; it stands where a tip's resolution would. Raises `ModelError` where it is not above 0.
    """
    if not broadening > 0:
        raise ModelError("a density of states needs a broadening above 0 eV")
    span = reach + int(np.max(np.abs(moments.cells)))
    propagator, mesh = _propagator(host, pairing, moments, mesh, max(span, moments.reach))
    span = propagator.reach or 0
    v = _block_diagonal(list(moments.potential))
    n = 2 * host.states
    cells = np.arange(-reach, reach + 1)
    out = []
    for energy in np.atleast_1d(energies):
        green = np.asarray(propagator.nambu(complex(energy, broadening)))
        between = gather(green, moments.cells, span)
        scattering = np.linalg.solve(np.eye(len(v)) - v @ between, v)
        x = cells[:, None, None] - moments.cells[:, 0] + span, cells[None, :, None] - moments.cells[:, 1] + span
        leaving = green[:, :, x[0], x[1]].transpose(2, 3, 0, 4, 1).reshape(len(cells), len(cells), n, -1)
        back = green[:, :, 2 * span - x[0], 2 * span - x[1]].transpose(2, 3, 4, 0, 1).reshape(len(cells), len(cells), -1, n)
        electrons = slice(0, host.states)
        added = np.einsum("xyij,jk,xyki->xy", leaving[:, :, electrons], scattering, back[..., electrons], optimize=True)
        out.append(-(np.trace(green[electrons, electrons, span, span]) + added).imag / np.pi)
    return np.array(out)


def density_of_states(host: Host, pairing: Pairing | None, energies, broadening: float, *, mesh: int = 512) -> np.ndarray:
    """N(E), states/eV per cell, both spins, without moments: shape (energies,)."""
    if not broadening > 0:
        raise ModelError("a density of states needs a broadening above 0 eV")
    propagator = Propagator(host, pairing, mesh, 0)
    shape, tables = propagator.prepared()
    found = []
    for energy in np.atleast_1d(energies):
        a, _ = transformed(jnp.asarray(complex(energy, broadening)), tables, shape)
        found.append(-sum(a[i][i][0, 0].imag for i in range(host.states)) / np.pi)
    return np.array(found, dtype=float)


def _full_gap(host: Host, pairing: Pairing) -> float:
    values = singular_values(pairing.components(host, fermi_line(host).k))
    least = float(values.min()) * pairing.scale(host) if pairing.gap > 0 else 0.0
    if not least > 0.02 * pairing.gap or pairing.gap <= 0:
        raise ModelError(f"pairing {pairing.name} leaves {host.name} without a gap: no state is bound, see `local_density`")
    return least


def _propagator(host, pairing, moments: Moments, mesh: int | None, reach: int) -> tuple[Propagator, int]:
    if len(moments.share) != host.orbitals:
        raise ModelError(f"{host.name} has {host.orbitals} orbitals; {len(moments.share)} shares of a moment do not fit")
    # at energies in the gap the decay is that of a low temperature
    mesh = mesh or choose_mesh(host, pairing, 1.0, reach, largest=2048)
    return Propagator(host, pairing, mesh, reach), mesh


def _support(moments: Moments) -> np.ndarray:
    """Rows of the matrix on which V acts: orbitals with a share, for all spins, particles and holes, and moments."""
    local = np.tile(np.array(moments.share) != 0, 4)
    return np.flatnonzero(np.tile(local, len(moments.cells)))


def _block_diagonal(blocks: list[np.ndarray]) -> np.ndarray:
    from scipy.linalg import block_diag

    return block_diag(*blocks)
