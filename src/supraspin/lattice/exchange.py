"""Exchange between two moments in a superconductor at all distances at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from supraspin.checkpoint import Checkpoint
from supraspin.errors import ModelError
from supraspin.lattice import all_orders, second_order
from supraspin.lattice.convergence import Convergence, choose_mesh, mesh_for, needed_mesh, scales
from supraspin.lattice.course import Course, fingerprint
from supraspin.lattice.fermi import bandwidth, largest_speed
from supraspin.lattice.green import Propagator
from supraspin.lattice.host import Host
from supraspin.lattice.matsubara import Frequencies, frequencies
from supraspin.lattice.pairing import Pairing
from supraspin.lattice.table import ExchangeTable
from supraspin.quantities import KB

MODES = ("second_order", "all_orders")
CUTOFF = 100.0
"""Highest frequency in bandwidths."""


def exchange(
    host: Host, pairing: Pairing | None = None, temperature: float = 1.5, *, reach: int | None = 50, mesh: int | None = None,
    mode: str = "second_order", coupling: float = 1.0, share: tuple[float, ...] | None = None, axes: str = "xyz",
    nodes: int = 5, thinning: bool = True, progress: Callable[[int, int], None] | None = None,
    checkpoint: str | Path | None = None, interval: float = 60.0,
) -> ExchangeTable:  # fmt: skip
    """J_ab(r), eV, for every cell up to `reach` cells along each lattice vector (None: the whole torus of the mesh).

    The pair energy is E = -S_1.J(R_1 - R_2).S_2 with unit vectors S and H_int = -coupling S.s; J > 0 is ferromagnetic. With
    `coupling` 1 eV the numbers of `mode="second_order"` are chi in 1/eV. `mode="all_orders"` takes moments of strength
    U = coupling/2 as they are and keeps components along `axes`. `pairing.gap` is the gap at this temperature (`gap.gap_at`),
    `temperature` in K. `share`: the part of the moment that each orbital carries (default 1 each). `mesh`: points a side; the
    default is what convergence asks for, at most 4096. `thinning` lets high frequencies use every second, fourth ... point.
    `progress(done, all)` is called after each frequency. With a `checkpoint` file a run that was killed goes on where the file
    was last written (every `interval` seconds); the file goes when the run ends. Raises `ModelError`.
    """
    share = _check(host, temperature, reach, mode, coupling, share, axes)
    mesh = choose_mesh(host, pairing, temperature, reach or 0) if mesh is None else int(mesh)
    propagator = Propagator(host, pairing, mesh, reach)
    rule = frequencies(float(temperature), CUTOFF * bandwidth(host), nodes)
    velocity = largest_speed(host) / host.spacing
    meshes = [mesh_for(w, mesh, reach, propagator.farthest, velocity) if thinning and reach is not None else mesh for w in rule.w]
    asked = (fingerprint(host, pairing), temperature, reach, mode, coupling, share, sorted(axes), nodes, meshes)
    keeper = Checkpoint(checkpoint, hashlib.sha256(repr(asked).encode()).hexdigest()[:16], interval)
    run = _second_order if mode == "second_order" else _all_orders
    tensor = run(propagator, rule, meshes, coupling, share, axes, temperature, Course(keeper, len(meshes), progress))
    keeper.clear()
    least, speed, omega = scales(host, pairing, temperature)
    verdict = Convergence(
        mesh=mesh, ratio=mesh * host.spacing * 2 * omega / speed,
        needed_mesh=int(np.ceil(needed_mesh(host, pairing, temperature))), smallest_gap=least, largest_velocity=speed,
        frequency_error=rule.error(bandwidth(host)), frequency_nodes=len(rule.w), frequency_terms=rule.terms,
    )  # fmt: skip
    name, gap = ("none", 0.0) if pairing is None else (pairing.name, pairing.gap)
    return ExchangeTable.build(
        host, tensor, reach, verdict, temperature=temperature, pairing=name, gap=gap, mode=mode, coupling=coupling
    )


def _check(host: Host, temperature: float, reach, mode: str, coupling: float, share, axes: str) -> tuple[float, ...]:
    if mode not in MODES:
        raise ModelError(f"mode {mode!r} is not known; it is {' or '.join(MODES)}")
    if not (np.isfinite(temperature) and temperature > 0):
        raise ModelError(f"the temperature must be above 0 K, not {temperature}")
    if not (np.isfinite(coupling) and coupling != 0):
        raise ModelError(f"the coupling must be a finite energy other than 0 eV, not {coupling}")
    if reach is not None and reach < 1:
        raise ModelError(f"the reach is at least one cell, not {reach}")
    if mode == "all_orders" and reach is None:
        raise ModelError("all orders need a reach in cells")
    if not axes or set(axes) - set("xyz"):
        raise ModelError(f"axes are some of x, y, z, not {axes!r}")
    share = (1.0,) * host.orbitals if share is None else tuple(float(x) for x in share)
    if len(share) != host.orbitals or not any(share):
        raise ModelError(f"{host.name} has {host.orbitals} orbitals; {len(share)} shares of a moment do not fit")
    return share


def _second_order(propagator, rule: Frequencies, meshes, coupling, share, axes, temperature, course: Course) -> np.ndarray:
    reach = propagator.reach
    cells = propagator.mesh if reach is None else 2 * reach + 1
    first, total = course.start((3, 3, cells, cells))
    for n in range(first, len(meshes)):
        shape, tables = propagator.prepared(meshes[n])
        total = second_order.add_frequency(total, rule.w[n], rule.weight[n], tables, shape, share)
        course.tell(n + 1, total)
    chi = -0.5 * KB * temperature * np.array(total)
    here = 0 if reach is None else reach
    chi[[0, 1, 2], [0, 1, 2], here, here] += KB * temperature * rule.tail * float(np.sum(np.square(share)))
    return np.moveaxis(coupling**2 * chi, (0, 1), (-2, -1))


def _all_orders(propagator, rule: Frequencies, meshes, coupling, share, axes, temperature, course: Course) -> np.ndarray:
    reach = propagator.reach
    wanted = sorted("xyz".index(axis) for axis in set(axes))
    pairs = tuple((a, b) for a in wanted for b in wanted)
    first, total = course.start((len(pairs), reach + 1, 2 * reach + 1))
    for n in range(first, len(meshes)):
        shape, tables = propagator.prepared(meshes[n])
        total = all_orders.add_frequency(total, rule.w[n], rule.weight[n], coupling / 2, tables, shape, share, pairs)
        course.tell(n + 1, total)
    half = KB * temperature * np.array(total)  # J = -E, E = -T sum ln|det|
    tensor = np.full((2 * reach + 1, 2 * reach + 1, 3, 3), np.nan)
    for (a, b), values in zip(pairs, half, strict=True):
        tensor[reach:, :, a, b] = values
        tensor[: reach + 1, :, b, a] = values[::-1, ::-1]
    tensor[reach, reach] = np.nan  # one site holds one moment
    return tensor
