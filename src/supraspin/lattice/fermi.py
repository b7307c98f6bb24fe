"""Bands of the normal state: filling and chemical potential, the Fermi line, its velocities and its density of states."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import fft, optimize, special

from supraspin.errors import ModelError
from supraspin.lattice.host import Host
from supraspin.quantities import KB


@dataclass(frozen=True, eq=False)
class FermiLine:
    """Points on the Fermi line: k, 1/m, (n, 2); velocity dE/dk, eV m, (n, 2); weight, states/eV per cell, (n,)."""

    k: np.ndarray
    velocity: np.ndarray
    weight: np.ndarray

    @property
    def density(self) -> float:
        """N(E_F), states/eV per cell, both spins."""
        return float(self.weight.sum())

    @property
    def speed(self) -> np.ndarray:
        return np.linalg.norm(self.velocity, axis=1)

    def mean(self, values) -> float:
        """Average over the Fermi line with the density of states as weight."""
        return float(np.sum(self.weight * values) / self.weight.sum())


def mesh_points(host: Host, mesh: int, step: int = 1) -> np.ndarray:
    """Wavevectors of a mesh x mesh grid (every `step`-th), 1/m, shape (n, n, 2), first index along the first vector."""
    u = np.arange(0, mesh, step) / mesh
    return u[:, None, None] * host.reciprocal[0] + u[None, :, None] * host.reciprocal[1]


def bands(host: Host, k: np.ndarray) -> np.ndarray:
    """Energies E(k) - mu, eV, rising, shape (..., m)."""
    return _energies(host, host.bloch(k))


@lru_cache(maxsize=4)
def mesh_bands(host: Host, mesh: int) -> np.ndarray:
    """Energies on the mesh, as `bands` at `mesh_points`, by one Fourier transform: shape (mesh, mesh, m)."""
    m = host.states
    table = np.zeros((m, m, mesh, mesh), dtype=complex)
    for (i, j), t in zip(host.cells, host.hoppings, strict=True):
        table[:, :, i % mesh, j % mesh] += t
    used = np.argwhere(np.any(table, axis=(2, 3)))
    for i, j in used:
        table[i, j] = fft.ifft2(table[i, j], norm="forward")
    return _energies(host, np.moveaxis(table, (0, 1), (-2, -1)) - host.chemical_potential * np.eye(m))


def _energies(host: Host, h: np.ndarray) -> np.ndarray:
    if host.states == 2:
        mean = (h[..., 0, 0].real + h[..., 1, 1].real) / 2
        half = np.sqrt(((h[..., 0, 0].real - h[..., 1, 1].real) / 2) ** 2 + np.abs(h[..., 0, 1]) ** 2)
        return np.stack([mean - half, mean + half], axis=-1)
    n, t = host.orbitals, host.hoppings
    if np.any(t[:, :n, n:]):
        return np.linalg.eigvalsh(h)
    up = np.linalg.eigvalsh(h[..., :n, :n])
    down = up if np.array_equal(t[:, :n, :n], t[:, n:, n:]) else np.linalg.eigvalsh(h[..., n:, n:])
    return np.sort(np.concatenate([up, down], axis=-1), axis=-1)


def chemical_potential(host: Host, filling: float, temperature: float = 0.0, mesh: int = 360) -> float:
    """mu, eV, at which the bands hold `filling` electrons a cell; at T = 0 energies are smeared by half their spacing."""
    if not 0 < filling < host.states:
        raise ModelError(f"{host.name} holds between 0 and {host.states} electrons a cell, not {filling}")
    energies = mesh_bands(host.with_chemical_potential(0.0), mesh)
    width = max(KB * temperature, np.ptp(energies) / mesh / 4)

    def excess(mu: float) -> float:
        return float(np.sum(special.expit((mu - energies) / width)) / mesh**2 - filling)

    low, high = energies.min() - 60 * width, energies.max() + 60 * width
    return float(optimize.brentq(excess, low, high, xtol=1e-13))


def filling(host: Host, temperature: float = 0.0, mesh: int = 360) -> float:
    """Electrons a cell at the host's chemical potential (the inverse of `chemical_potential`)."""
    energies = mesh_bands(host, mesh)
    width = max(KB * temperature, np.ptp(energies) / mesh / 4)
    return float(np.sum(special.expit(-energies / width)) / mesh**2)


@lru_cache(maxsize=16)
def fermi_line(host: Host, mesh: int = 360) -> FermiLine:
    """Where the bands cross the chemical potential, from sign changes along both directions of the mesh.

    A crossing along direction i stands for a piece of line of weight |v_i|/|v|^2, so that the sum over both directions is the
    density of states without a singularity where the line runs along the mesh. Raises `ModelError` where nothing crosses.
    """
    k = mesh_points(host, mesh)
    energies = mesh_bands(host, mesh)
    slope = [np.roll(energies, -1, axis=axis) - energies for axis in (0, 1)]  # per step of the mesh
    points, velocity, weight = [], [], []
    for axis in (0, 1):
        following = np.roll(energies, -1, axis=axis)
        i, j, n = np.nonzero((energies < 0) != (following < 0))
        here, there = energies[i, j, n], following[i, j, n]
        part = here / (here - there)
        points.append(k[i, j] + (part / mesh)[:, None] * host.reciprocal[axis])
        other = slope[1 - axis]
        before = np.roll(other, 1, axis=1 - axis)
        centred = (other + before) / 2
        ahead = np.roll(centred, -1, axis=axis)
        across = (1 - part) * centred[i, j, n] + part * ahead[i, j, n]
        along = there - here
        gradient = np.stack([along, across] if axis == 0 else [across, along], axis=-1) * mesh / (2 * np.pi)
        velocity.append(gradient @ host.vectors)  # dE/dk = sum_i dE/d(k.a_i) a_i
        weight.append(np.abs(along) / (along**2 + across**2) / mesh)
    if not len(points[0]) + len(points[1]):
        raise ModelError(f"{host.name} has no Fermi line at mu = {host.chemical_potential:.4g} eV: no band crosses it")
    total = np.concatenate(weight) / mesh
    return FermiLine(np.concatenate(points), np.concatenate(velocity), total)


def bandwidth(host: Host, mesh: int = 120) -> float:
    """From the lowest to the highest energy of all bands, eV."""
    return float(np.ptp(mesh_bands(host, mesh)))


def largest_speed(host: Host, mesh: int = 120) -> float:
    """Largest |dE/dk| of any band, eV m."""
    energies = mesh_bands(host, mesh)
    gradient = [(np.roll(energies, -1, axis=a) - np.roll(energies, 1, axis=a)) * mesh / (4 * np.pi) for a in (0, 1)]
    return float(np.max(np.linalg.norm(np.stack(gradient, axis=-1) @ host.vectors, axis=-1)))
