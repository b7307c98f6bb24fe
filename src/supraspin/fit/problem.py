"""A fit as numbers: pieces of data, one slot a free parameter of the result, and weighted residuals with their Jacobian.

A *piece* is an array of points under one set of constants. Pieces belong to a *group* (a data set, or a sweep); a
shared parameter has one slot, a local one a slot a group. Solvers see nothing but this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from supraspin.fit.engine import compiled, pad, split_constants
from supraspin.model import Model


@dataclass(frozen=True)
class Piece:
    """Points under one set of constants. `breaks` are the indices at which a new sweep begins; arrays are (n,), SI."""

    group: int
    coordinates: tuple[np.ndarray, ...]
    y: np.ndarray
    sigma: np.ndarray
    constants: Mapping[str, float]
    breaks: tuple[int, ...] = (0,)
    label: str = ""


@dataclass(frozen=True)
class Slot:
    """One free number of the fit: its name in the result, the model's parameter, and the group (None where shared)."""

    name: str
    parameter: str
    group: int | None
    unit: str
    lower: float
    upper: float


@dataclass
class Problem:
    """Weighted residuals (model - data) / sigma of all pieces as a function of the slots' SI values."""

    model: Model
    free: tuple[str, ...]
    slots: tuple[Slot, ...]
    pieces: tuple[Piece, ...]
    sigma_known: bool
    nfev: int = 0
    _programs: list = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        start = 0
        for piece in self.pieces:
            traced, values, static = split_constants(self.model, self.free, piece.constants)
            columns = [self._column(name, piece.group) for name in self.free]
            rows = slice(start, start + len(piece.y))
            program = compiled(self.model.function, self.free, traced, static)
            self._programs.append((program, values, np.array(columns), rows, tuple(pad(c) for c in piece.coordinates)))
            start = rows.stop

    def _column(self, parameter: str, group: int) -> int:
        return next(i for i, s in enumerate(self.slots) if s.parameter == parameter and s.group in (None, group))

    @property
    def n(self) -> int:
        return sum(len(piece.y) for piece in self.pieces)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(slot.name for slot in self.slots)

    @property
    def lower(self) -> np.ndarray:
        return np.array([slot.lower for slot in self.slots])

    @property
    def upper(self) -> np.ndarray:
        return np.array([slot.upper for slot in self.slots])

    def curves(self, values: np.ndarray, scale: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Model values (n,) and Jacobian (n, k) by values / scale of each piece, unweighted."""
        self.nfev += 1
        out = []
        for piece, (program, fixed, columns, _, coordinates) in zip(self.pieces, self._programs, strict=True):
            curve, jacobian = program(values[columns] / scale[columns], scale[columns], fixed, coordinates)
            out.append((np.asarray(curve)[: len(piece.y)], np.asarray(jacobian)[: len(piece.y)]))
        return out

    def residuals(self, values: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Residuals (n,) and their Jacobian (n, slots) by values / scale. A derivative that is not finite counts as zero."""
        residual, jacobian = np.empty(self.n), np.zeros((self.n, len(self.slots)))
        for piece, (_, _, columns, rows, _), (curve, slope) in zip(
            self.pieces, self._programs, self.curves(values, scale), strict=True
        ):
            residual[rows] = (curve - piece.y) / piece.sigma
            jacobian[rows, columns] = np.where(np.isfinite(slope), slope, 0.0) / piece.sigma[:, None]
        return residual, jacobian

    def chi_square(self, values: np.ndarray) -> float:
        residual, _ = self.residuals(values, np.ones(len(values)))
        return float(residual @ residual)
