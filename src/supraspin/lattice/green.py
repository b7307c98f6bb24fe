r"""Green functions G(z) = (z - H)^-1 of the superconductor, in k and in r, at one complex frequency.

With h the normal Hamiltonian at k, h~ = h(-k)^*, and Delta the gap matrix, G = [[A, B], [C, D]]:

    A = [z - h - Delta (z + h~)^-1 Delta^+]^-1,   B = A Delta (z + h~)^-1,   C = (z + h~)^-1 Delta^+ A,
    D = (z + h~)^-1 + C Delta (z + h~)^-1,        G(r) = (1/N) sum_k exp(i k.r) G(k) = <r|G|0>.

On the imaginary axis particle and hole are one: D(r) = -A(r)^*, C(r) = -B(r)^*, so A and B are all there is to compute. Only
elements that differ from zero are transformed (two a frequency for equal spins, eight for one orbital at worst). H is made in
rows of the mesh, of which a few at a time are inverted, transformed along the second direction, cut to the cells wanted, and
summed along the first, so memory grows with the mesh's side and not with its area (`Pairing` apart). Where H has inversion, half
the rows suffice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.errors import ModelError
from supraspin.lattice import algebra
from supraspin.lattice.fermi import mesh_points
from supraspin.lattice.host import Host
from supraspin.lattice.pairing import Pairing, spin_matrix

_BLOCK = 1 << 17  # points of the mesh handled at once: 2 MB an element, which stays in the cache
_ZERO = 1e-12


class Shape(NamedTuple):
    """What does not change from frequency to frequency, and shapes the compiled program."""

    mesh: int
    size: int  # side of A
    normal: tuple[tuple[int, int], ...]  # elements of h that are not zero
    pair: tuple[tuple[int, int], ...]  # elements of Delta that are not zero
    parity: int  # of Delta under k -> -k where H has inversion, else 0
    mirror: int  # Delta_dn,up = mirror * Delta_up,dn where both spins are alike, else 0
    reach: int  # cells -reach..reach; -1: the whole torus


class Tables(NamedTuple):
    rows: jnp.ndarray  # (blocks, rows a block)
    weight: jnp.ndarray
    first: jnp.ndarray  # exp(i k_1 R_1), (mesh, R_1)
    normal: jnp.ndarray  # sum_R2 t exp(i k_2 R_2), (elements, R_1, mesh)
    reverse: jnp.ndarray  # the same of h~
    pair: tuple[jnp.ndarray, ...]  # elements of Delta, (mesh, mesh)
    back: jnp.ndarray  # exp(i k_1 r_1)/N, (mesh, cells)


@dataclass(frozen=True, eq=False)
class Propagator:
    """G of a host with a pairing (None: normal) on meshes of `mesh`/2^j points a side, in cells up to `reach` (None: all)."""

    host: Host
    pairing: Pairing | None
    mesh: int
    reach: int | None

    def __post_init__(self) -> None:
        if self.mesh < 2 or (self.reach is not None and 2 * self.reach + 1 > self.mesh):
            raise ModelError(f"a mesh of {self.mesh} points a side holds cells up to {(self.mesh - 1) // 2}, not {self.reach}")

    @property
    def farthest(self) -> float:
        """Distance of the farthest cell wanted, in units of the spacing."""
        reach = self.mesh // 2 if self.reach is None else self.reach
        corners = np.array([[1, 1], [1, -1]]) @ self.host.vectors
        return reach * float(np.max(np.linalg.norm(corners, axis=1))) / self.host.spacing

    def prepared(self, mesh: int | None = None) -> tuple[Shape, Tables]:
        return _prepare(self, mesh or self.mesh)

    def blocks(self, z: complex, mesh: int | None = None) -> tuple[algebra.Matrix, algebra.Matrix]:
        """A(r) and B(r) at z: rows of arrays over the cells, or None where zero."""
        shape, tables = self.prepared(mesh)
        return transformed(jnp.asarray(z, complex), tables, shape)

    def nambu(self, z: complex, mesh: int | None = None) -> jnp.ndarray:
        """The whole G(r) at any z off the spectrum, shape (2 m, 2 m, cells, cells)."""
        shape, tables = self.prepared(mesh)
        a, b = transformed(jnp.asarray(z, complex), tables, shape)
        d, c = transformed(-jnp.conj(jnp.asarray(z, complex)), tables, shape)
        parts = [dense(part, a[0][0]) for part in (a, b, c, d)]
        top = jnp.concatenate(parts[:2], axis=1)
        return jnp.concatenate([top, -jnp.conj(jnp.concatenate(parts[2:], axis=1))], axis=0)


def dense(matrix: algebra.Matrix, like: jnp.ndarray) -> jnp.ndarray:
    """One array (m, m, ...) with its zeros, each element of the shape of `like`."""
    return jnp.stack([jnp.stack([jnp.zeros_like(like) if x is None else x for x in row]) for row in matrix])


def full_nambu(a: algebra.Matrix, b: algebra.Matrix) -> jnp.ndarray:
    """The whole G(r) on the imaginary axis from A and B, shape (2 m, 2 m, cells, cells)."""
    upper, across = dense(a, a[0][0]), dense(b, a[0][0])
    top, bottom = jnp.concatenate([upper, across], axis=1), jnp.concatenate([-across.conj(), -upper.conj()], axis=1)
    return jnp.concatenate([top, bottom], axis=0)


def opposite(x: jnp.ndarray, reach: int) -> jnp.ndarray:
    """The array at -r: cells reversed along the last two axes."""
    turned = x[..., ::-1, ::-1]
    return jnp.roll(turned, (1, 1), (-2, -1)) if reach < 0 else turned


def green_k(z, normal: algebra.Matrix, reverse: algebra.Matrix, pair: algebra.Matrix):
    """A and B at k from elements of h, h~ and Delta."""
    plus = [[algebra.add(z, x) if i == j else x for j, x in enumerate(row)] for i, row in enumerate(reverse)]
    less = [
        [algebra.subtract(z, x) if i == j else algebra.negative(x) for j, x in enumerate(row)] for i, row in enumerate(normal)
    ]
    if not any(x is not None for row in pair for x in row):
        return algebra.inverse(less), pair
    forward = algebra.product(pair, algebra.inverse(plus))
    a = algebra.inverse(algebra.subtract_matrices(less, algebra.product(forward, algebra.adjoint(pair))))
    return a, algebra.product(a, forward)


@partial(jax.jit, static_argnames="shape")
def transformed(z, tables: Tables, shape: Shape) -> tuple[algebra.Matrix, algebra.Matrix]:
    """A(r), B(r) in cells up to the reach."""
    everywhere = shape.reach < 0
    columns = jnp.arange(shape.mesh) if everywhere else jnp.arange(-shape.reach, shape.reach + 1) % shape.mesh

    def step(total, block):
        rows, weight = block
        first = tables.first[rows]
        normal, reverse = (_fill(shape.normal, shape.size, first, t) for t in (tables.normal, tables.reverse))
        pair = _empty(shape.size)
        for (i, j), values in zip(shape.pair, tables.pair, strict=True):
            pair[i][j] = values[rows]
        parts = green_k(z, normal, reverse, pair)
        cut = jax.tree.map(lambda x: jnp.fft.ifft(x * weight[:, None], axis=-1)[:, columns], parts)
        if everywhere:
            return total, cut
        back = tables.back[rows]
        return jax.tree.map(lambda t, x: t + back.T @ x, total, cut), None

    if everywhere:
        _, pieces = jax.lax.scan(step, 0.0, (tables.rows, tables.weight))
        a, b = jax.tree.map(lambda x: jnp.fft.ifft(_unfold(x, shape.mesh), axis=0), pieces)
    else:
        start = jax.eval_shape(lambda: step_shape(shape, tables, z))
        zero = jax.tree.map(lambda s: jnp.zeros(s.shape, s.dtype), start)
        (a, b), _ = jax.lax.scan(step, zero, (tables.rows, tables.weight))
    if shape.parity:
        a = jax.tree.map(lambda x: (x + opposite(x, shape.reach)) / 2, a)
        b = jax.tree.map(lambda x: (x + shape.parity * opposite(x, shape.reach)) / 2, b)
    return _both_spins(a, b, shape)


def step_shape(shape: Shape, tables: Tables, z):
    """Arrays of the shape that the sums have, in the places where A and B are not zero."""
    cell = jnp.zeros((2 * shape.reach + 1, 2 * shape.reach + 1), complex)
    normal, pair = _empty(shape.size), _empty(shape.size)
    for i, j in shape.normal:
        normal[i][j] = cell
    for i, j in shape.pair:
        pair[i][j] = cell
    return green_k(z, normal, normal, pair)


def _unfold(x: jnp.ndarray, mesh: int) -> jnp.ndarray:
    x = x.reshape(-1, x.shape[-1])
    return jnp.concatenate([x[:mesh], jnp.zeros((max(0, mesh - x.shape[0]), x.shape[1]), x.dtype)])


def _empty(size: int) -> algebra.Matrix:
    return [[None] * size for _ in range(size)]


def _fill(places, size: int, first: jnp.ndarray, table: jnp.ndarray) -> algebra.Matrix:
    matrix = _empty(size)
    for (i, j), t in zip(places, table, strict=True):
        values = first @ t
        matrix[i][j] = values.real if i == j else values  # h is Hermitian
    return matrix


def _both_spins(a: algebra.Matrix, b: algebra.Matrix, shape: Shape) -> tuple[algebra.Matrix, algebra.Matrix]:
    if not shape.mirror:
        return a, b
    n = shape.size
    empty = _empty(n)
    other = [[None if x is None else shape.mirror * x for x in row] for row in b]
    wide = [p + q for p, q in zip(a, empty, strict=True)] + [p + q for p, q in zip(empty, a, strict=True)]
    across = [p + q for p, q in zip(empty, b, strict=True)] + [p + q for p, q in zip(other, empty, strict=True)]
    return wide, across


@lru_cache(maxsize=8)
def _prepare(propagator: Propagator, mesh: int) -> tuple[Shape, Tables]:
    host = propagator.host
    if propagator.mesh % mesh:
        raise ModelError(f"a mesh of {mesh} points is no part of one of {propagator.mesh}")
    hoppings = host.hoppings.copy()
    hoppings[np.all(host.cells == 0, axis=1)] -= host.chemical_potential * np.eye(host.states)
    spins = _pair_elements(propagator, mesh)
    reach = -1 if propagator.reach is None else propagator.reach
    m, n = host.states, host.orbitals
    up, down = hoppings[:, :n, :n], hoppings[:, n:, n:]
    mirror = 0
    if not np.any(hoppings[:, :n, n:]) and np.allclose(up, down, rtol=0, atol=_ZERO) and set(spins) <= {(0, 1), (1, 0)}:
        if not spins:
            mirror = 1
        elif set(spins) == {(0, 1), (1, 0)}:
            size = np.max(np.abs(spins[0, 1]))
            mirror = next((s for s in (1, -1) if np.max(np.abs(spins[1, 0] - s * spins[0, 1])) <= 1e-13 * size), 0)
    parity = _parity(host, hoppings, spins)
    if mirror:
        hoppings, m, spins = up, n, {(0, 0): spins[0, 1]} if spins else {}
    places = tuple((int(i), int(j)) for i, j in np.argwhere(np.max(np.abs(hoppings), axis=0) > 0))
    places += tuple((i, i) for i in range(m) if (i, i) not in places)
    orbitals = range(m if mirror else n)
    step = n if not mirror else m
    pair = tuple((s * step + i, t * step + i) for s, t in spins for i in orbitals)
    values = [spins[s, t] for s, t in spins for _ in orbitals]
    shape = Shape(mesh, m, places, pair, parity, mirror, reach)
    half = mesh // 2 + 1 if parity else mesh
    rows = max(1, min(half, _BLOCK // mesh))
    padded = -(-half // rows) * rows
    index = np.minimum(np.arange(padded), mesh - 1)
    weight = np.where(np.arange(padded) < half, 1.0, 0.0)
    if parity:
        weight *= np.where((index == 0) | (2 * index == mesh), 1.0, 2.0)
    if reach < 0 and parity:
        weight = weight[:padded]
    phase = 2j * np.pi / mesh
    first_cells, place = np.unique(host.cells[:, 0], return_inverse=True)
    second = np.exp(phase * np.outer(host.cells[:, 1], np.arange(mesh)))
    table = np.zeros((2, len(places), len(first_cells), mesh), dtype=complex)
    for e, (i, j) in enumerate(places):
        np.add.at(table[0, e], place, hoppings[:, i, j, None] * second)
        np.add.at(table[1, e], place, hoppings[:, i, j, None].conj() * second)
    cells = np.arange(1) if reach < 0 else np.arange(-reach, reach + 1)
    tables = Tables(
        jnp.asarray(index.reshape(-1, rows)),
        jnp.asarray(weight.reshape(-1, rows)),
        jnp.asarray(np.exp(phase * np.outer(np.arange(mesh), first_cells))),
        jnp.asarray(table[0]),
        jnp.asarray(table[1]),
        tuple(jnp.asarray(v) for v in values),
        jnp.asarray(np.exp(phase * np.outer(np.arange(mesh), cells)) / mesh),
    )
    return shape, tables


def _pair_elements(propagator: Propagator, mesh: int) -> dict[tuple[int, int], np.ndarray]:
    """Elements of Delta in spin space on the mesh, eV, those that are not zero throughout; real where they are."""
    pairing, host = propagator.pairing, propagator.host
    if pairing is None or pairing.gap == 0:
        return {}
    k, scale = mesh_points(host, mesh), pairing.scale(host)
    parts = []
    for rows in np.array_split(k, max(1, mesh // 64)):
        parts.append(scale * spin_matrix(pairing.components(host, rows)))
    largest = max(float(np.max(np.abs(part))) for part in parts)
    found: dict[tuple[int, int], np.ndarray] = {}
    for s in (0, 1):
        for t in (0, 1):
            if all(np.max(np.abs(part[..., s, t])) <= _ZERO * largest for part in parts):
                continue
            plain = all(np.max(np.abs(part[..., s, t].imag)) <= _ZERO * largest for part in parts)
            found[s, t] = np.concatenate([part[..., s, t].real if plain else part[..., s, t] for part in parts])
    return found


def _parity(host: Host, hoppings: np.ndarray, spins) -> int:
    """+1 or -1, the parity of Delta, where h(-k) = h(k); else 0."""
    table = {tuple(c): t for c, t in zip(host.cells.tolist(), hoppings, strict=True)}
    if any(np.max(np.abs(t - table[-i, -j])) > _ZERO for (i, j), t in table.items()):
        return 0
    if not spins:
        return 1
    for sign in (1, -1):
        turned = [np.roll(x[::-1, ::-1], (1, 1), (0, 1)) for x in spins.values()]
        if all(np.max(np.abs(y - sign * x)) <= 1e-11 * np.max(np.abs(x)) for x, y in zip(spins.values(), turned, strict=True)):
            return sign
    return 0
