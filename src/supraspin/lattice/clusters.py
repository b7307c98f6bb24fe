r"""Exact energy of N classical moments, to all orders and with all many-moment terms.

    F(n_1 ... n_N) = -(T/2) sum_n ln det(1 - V G(iw_n)) = -T sum_{n>=0} ln |det(1 - V G(iw_n))|,

G the 2mN x 2mN matrix of G(R_i - R_j). The Green functions are found once; each set of directions then costs one determinant a
frequency, and the gradient by the directions comes from JAX.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.errors import ModelError
from supraspin.lattice.all_orders import vertex
from supraspin.lattice.convergence import choose_mesh, mesh_for
from supraspin.lattice.exchange import CUTOFF
from supraspin.lattice.fermi import bandwidth, largest_speed
from supraspin.lattice.green import Propagator, full_nambu, transformed
from supraspin.lattice.host import Host
from supraspin.lattice.impurity import gather
from supraspin.lattice.matsubara import frequencies
from supraspin.lattice.pairing import Pairing
from supraspin.quantities import KB


@dataclass(frozen=True, eq=False)
class Cluster:
    """Moments at fixed sites: G between them, (frequencies, 2 m N, 2 m N), weights, (frequencies,), vertices, (3, 2 m, 2 m)."""

    cells: np.ndarray
    green: jnp.ndarray
    weight: jnp.ndarray
    vertices: jnp.ndarray
    temperature: float
    coupling: float

    def energies(self, directions) -> np.ndarray:
        """F, eV, for unit vectors of shape (..., N, 3): shape (...)."""
        directions = np.asarray(directions, dtype=float)
        if directions.shape[-2:] != (len(self.cells), 3):
            raise ModelError(f"directions of {len(self.cells)} moments have shape (..., {len(self.cells)}, 3)")
        flat = directions.reshape(-1, *directions.shape[-2:])
        values = jax.lax.map(lambda n: self._energy(n), jnp.asarray(flat))
        return np.asarray(values).reshape(directions.shape[:-2])

    def slope(self, directions) -> tuple[float, np.ndarray]:
        """F, eV, and dF/dn, (N, 3), of one set of directions (N, 3), the components taken as independent."""
        value, gradient = jax.value_and_grad(self._energy)(jnp.asarray(directions, dtype=float))
        return float(value), np.asarray(gradient)

    def _energy(self, directions):
        strength = jnp.asarray(self.coupling / 2)
        return -KB * self.temperature * _log_sum(directions, self.green, self.weight, self.vertices, strength)


@partial(jax.jit)
def _log_sum(directions, green, weight, vertices, strength):
    moments, side = directions.shape[0], vertices.shape[-1]
    v = -strength * jnp.einsum("na,aij->nij", directions, vertices)

    def at(total, frequency):
        g, w = frequency
        rows = jnp.einsum("nij,njk->nik", v, g.reshape(moments, side, -1)).reshape(moments * side, -1)
        return total + w * jnp.linalg.slogdet(jnp.eye(moments * side) - rows)[1], None

    return jax.lax.scan(at, 0.0, (green, weight))[0]


def cluster(
    host: Host, pairing: Pairing | None, temperature: float, cells, *, coupling: float, share: tuple[float, ...] | None = None,
    mesh: int | None = None, nodes: int = 5, cutoff: float = CUTOFF,
) -> Cluster:  # fmt: skip
    """The moments at `cells`, integers of shape (N, 2), with the names and units of `exchange`. Raises `ModelError`."""
    cells = np.atleast_2d(np.asarray(cells, dtype=int))
    share = (1.0,) * host.orbitals if share is None else tuple(float(x) for x in share)
    if len(share) != host.orbitals:
        raise ModelError(f"{host.name} has {host.orbitals} orbitals; {len(share)} shares of a moment do not fit")
    if len(np.unique(cells, axis=0)) < len(cells):
        raise ModelError("two moments stand on one site")
    reach = max(1, int(np.max(np.ptp(cells, axis=0))))
    mesh = mesh or choose_mesh(host, pairing, temperature, reach)
    propagator = Propagator(host, pairing, mesh, reach)
    rule = frequencies(float(temperature), cutoff * bandwidth(host), nodes)
    velocity = largest_speed(host) / host.spacing
    greens = []
    for w in rule.w:
        shape, tables = propagator.prepared(mesh_for(w, mesh, reach, propagator.farthest, velocity))
        a, b = transformed(jnp.asarray(1j * w), tables, shape)
        greens.append(gather(np.asarray(full_nambu(a, b)), cells, reach))
    vertices = np.stack([vertex(axis, share) for axis in np.eye(3)])
    weight = jnp.asarray(rule.weight)
    return Cluster(cells, jnp.asarray(np.array(greens)), weight, jnp.asarray(vertices), float(temperature), float(coupling))
