"""Hosts by name: square, triangular, and two of monolayer NbSe2.

`nbse2_three_band`: d_z2, d_xy, d_x2-y2 with hoppings to third neighbours in the form that the point group D3h leaves (Liu et
al., PRB 88, 085433, 2013), with the parameters of NbSe2 in public use; the matrices of the other neighbours follow by turning
the first by 120 degrees, so the bands have that symmetry to rounding. `nbse2_single_band`: five shells on the triangular lattice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from supraspin.errors import ModelError
from supraspin.lattice.host import Host, from_table

NBSE2_SPACING = 3.45e-10
NBSE2_SPIN_ORBIT = 0.0784
"""Atomic spin-orbit energy lambda of Nb, eV: H = (lambda/2) L_z sigma_z splits the bands at K by 2 lambda."""
NBSE2_THREE_BAND = {
    "eps1": 1.4466, "eps2": 1.8496, "t0": -0.2308, "t1": 0.3116, "t2": 0.3459, "t11": 0.2795, "t12": 0.2787, "t22": -0.0539,
    "r0": 0.0037, "r1": -0.0997, "r2": 0.0385, "r11": 0.0320, "r12": 0.0986,
    "u0": 0.0685, "u1": -0.0381, "u2": 0.0535, "u11": 0.0601, "u12": -0.0179, "u22": -0.0425,
}  # fmt: skip
NBSE2_SINGLE_BAND = (0.02127, 0.08463, 0.00505, -0.00906, -0.00573)


def square(hopping: float = 0.125, chemical_potential: float = 0.0, lattice_constant: float = 3.45e-10) -> Host:
    """-2 t (cos k_x + cos k_y), `hopping` t in eV (bandwidth 8 t), lattice constant in m."""
    table = {(0, 0): 0.0, (1, 0): -hopping, (0, 1): -hopping}
    return from_table("square", lattice_constant * np.eye(2), table, chemical_potential)


def triangular(hopping: float = 0.1, chemical_potential: float = 0.0, lattice_constant: float = 3.45e-10) -> Host:
    """Nearest neighbours on the triangular lattice, H = -t sum c+c, `hopping` t in eV (bandwidth 9 |t|)."""
    table = {(0, 0): 0.0, (1, 0): -hopping, (0, 1): -hopping, (-1, 1): -hopping}
    return from_table("triangular", _triangle(lattice_constant), table, chemical_potential)


def nbse2_single_band(filling: float = 1.0) -> Host:
    """One band of monolayer NbSe2 on the triangular lattice, hoppings of shells 1 to 5, half filled."""
    vectors = _triangle(NBSE2_SPACING)
    cells = np.array([(i, j) for i in range(-4, 5) for j in range(-4, 5)])
    distance = np.round(np.linalg.norm(cells @ vectors, axis=1) / NBSE2_SPACING, 6)
    shells = np.unique(distance)[1:6]
    table = {(0, 0): 0.0}
    for hopping, shell in zip(NBSE2_SINGLE_BAND, shells, strict=True):
        table |= {(int(i), int(j)): hopping for i, j in cells[distance == shell]}
    return from_table("nbse2_single_band", vectors, table).with_filling(filling)


def nbse2_three_band(spin_orbit: float = NBSE2_SPIN_ORBIT, filling: float | None = 1.0) -> Host:
    """Three bands of monolayer NbSe2; `spin_orbit` in eV (0: none); `filling` electrons a cell, None: mu = 0."""
    p = NBSE2_THREE_BAND
    third = 1 / np.sqrt(3)
    near = [[p["t0"], p["t1"], p["t2"]], [-p["t1"], p["t11"], p["t12"]], [p["t2"], -p["t12"], p["t22"]]]
    far = [[p["u0"], p["u1"], p["u2"]], [-p["u1"], p["u11"], p["u12"]], [p["u2"], -p["u12"], p["u22"]]]
    middle = [
        [p["r0"], p["r1"], -third * p["r1"]],
        [p["r2"], p["r11"], p["r12"]],
        [-third * p["r2"], p["r12"], p["r11"] + 2 * third * p["r12"]],
    ]
    table: dict[tuple[int, int], object] = {(0, 0): np.diag([p["eps1"], p["eps2"], p["eps2"]])}
    c, s = np.cos(4 * np.pi / 3), np.sin(4 * np.pi / 3)
    turn = np.array([[1, 0, 0], [0, c, s], [0, -s, c]])  # (z2, xy, x2-y2) under a rotation by 120 degrees
    for start, matrix in (((1, 0), near), ((2, -1), middle), ((2, 0), far)):
        cell, t = start, np.array(matrix)
        for _ in range(3):
            table[cell] = t
            cell, t = (-cell[0] - cell[1], cell[0]), turn @ t @ turn.T
    host = from_table("nbse2_three_band", _triangle(NBSE2_SPACING), table)
    if spin_orbit:
        orbit = np.array([[0, 0, 0], [0, 0, 2j], [0, -2j, 0]])
        host = host.with_terms({(0, 0): 0.5 * spin_orbit * np.kron(np.diag([1, -1]), orbit)})
    return host if filling is None else host.with_filling(filling)


HOSTS: Mapping[str, Callable[..., Host]] = {
    "square": square,
    "triangular": triangular,
    "nbse2_three_band": nbse2_three_band,
    "nbse2_single_band": nbse2_single_band,
}


def host_by_name(name: str, **options) -> Host:
    """The host that the command line calls by this name. Raises `ModelError`."""
    if name not in HOSTS:
        raise ModelError(f"there is no host {name!r}; there are {', '.join(HOSTS)}, and any _hr.dat file")
    return HOSTS[name](**options)


def _triangle(lattice_constant: float) -> np.ndarray:
    return lattice_constant * np.array([[1.0, 0.0], [0.5, np.sqrt(3) / 2]])
