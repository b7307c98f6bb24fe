"""Hosts from Wannier90 `_hr.dat` files.

    line 1  comment
    line 2  number of Wannier functions
    line 3  number of lattice points R
    then    degeneracies of the R, 15 a line
    then    R1 R2 R3  m n  Re H  Im H      (<m,0|H|n,R>, eV), divided by the degeneracy of R

Written by Wannier90 for each R all m, n with m fastest. The file holds no lattice vectors: they come from the caller.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from supraspin.errors import DataError
from supraspin.lattice.host import Host

ORDERS = ("spinless", "spin blocks", "spin alternating")


def read_wannier(path: str | Path, vectors, spin: str = "spinless", chemical_potential: float = 0.0) -> Host:
    """The host of an `_hr.dat` file.

    `vectors`: in-plane lattice vectors as rows, m. `spin`: "spinless" (each function twice, spin up and down), "spin blocks"
    (all up, then all down) or "spin alternating" (up, down, up, down). Raises `DataError`, also for hopping out of the plane.
    """
    path = Path(path)
    if spin not in ORDERS:
        raise DataError(f"spin order {spin!r} is not known; it is one of {', '.join(ORDERS)}")
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    size, count = (_integer(lines, n, path, what) for n, what in ((1, "number of Wannier functions"), (2, "number of points R")))
    if not (0 < size <= 1000 and 0 < count <= 100_000):
        raise DataError(f"{path.name}: {size} functions at {count} points R is no table that fits here")
    if spin != "spinless" and size % 2:
        raise DataError(f"{path.name}: {size} functions cannot be {spin}: the number is odd")
    degeneracy, line = _degeneracies(lines, count, path)
    rows = _rows(lines[line:], size * size * count, line, path)
    points = rows[:, :3].astype(int).reshape(count, size * size, 3)
    if np.any(points != points[:, :1]):
        raise DataError(f"{path.name}: the entries of one point R do not stand together")
    place = rows[:, 3:5].astype(int) - 1
    if place.min() < 0 or place.max() >= size:
        raise DataError(f"{path.name}: an orbital index is outside 1 to {size}")
    blocks = np.full((count, size, size), np.nan, dtype=complex)
    blocks[np.repeat(np.arange(count), size * size), place[:, 0], place[:, 1]] = rows[:, 5] + 1j * rows[:, 6]
    if np.isnan(blocks).any():
        raise DataError(f"{path.name}: an entry stands twice, and another is missing")
    blocks /= degeneracy[:, None, None]
    return _host(path, np.asarray(vectors, dtype=float), points[:, 0], blocks, spin, chemical_potential)


def _host(path: Path, vectors, points, blocks, spin: str, chemical_potential: float) -> Host:
    out = points[:, 2] != 0
    if out.any() and np.max(np.abs(blocks[out])) > 1e-6 * np.max(np.abs(blocks)):
        raise DataError(f"{path.name} has hopping out of the plane (R3 is not 0 throughout); a host here is a single layer")
    cells, blocks = points[~out, :2], blocks[~out]
    if spin == "spinless":
        blocks = np.kron(np.eye(2), blocks).reshape(len(blocks), 2 * blocks.shape[1], -1)
    elif spin == "spin alternating":
        order = np.r_[0 : blocks.shape[1] : 2, 1 : blocks.shape[1] : 2]
        blocks = blocks[:, order][:, :, order]
    return Host(path.stem.removesuffix("_hr"), vectors, cells, blocks, chemical_potential)


def _integer(lines: list[str], n: int, path: Path, what: str) -> int:
    try:
        return int(lines[n].split()[0])
    except (IndexError, ValueError) as error:
        raise DataError(f"{path.name}: line {n + 1} should hold the {what}") from error


def _degeneracies(lines: list[str], count: int, path: Path) -> tuple[np.ndarray, int]:
    values: list[int] = []
    line = 3
    while len(values) < count:
        try:
            values += [int(word) for word in lines[line].split()]
        except (IndexError, ValueError) as error:
            raise DataError(f"{path.name}: line {line + 1} should hold degeneracies ({len(values)} of {count} read)") from error
        line += 1
    if len(values) != count or min(values) < 1:
        raise DataError(f"{path.name}: {count} degeneracies of 1 or more are wanted, {len(values)} are there")
    return np.array(values, dtype=float), line


def _rows(lines: list[str], wanted: int, before: int, path: Path) -> np.ndarray:
    rows = []
    for n, text in enumerate(lines):
        words = text.split()
        if not words:
            continue
        try:
            row = [float(word) for word in words]
        except ValueError as error:
            raise DataError(f"{path.name}: line {before + n + 1} is not seven numbers: {text.strip()[:60]!r}") from error
        if len(row) != 7 or not np.all(np.isfinite(row)):
            raise DataError(f"{path.name}: line {before + n + 1} is not seven finite numbers: {text.strip()[:60]!r}")
        rows.append(row)
    if len(rows) != wanted:
        raise DataError(f"{path.name}: {wanted} matrix elements are announced, {len(rows)} are there")
    return np.array(rows)
