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

RECENT = 8


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
    """Weighted residuals (model - data) / sigma of all pieces as a function of the slots' SI values.

    `n` points with `sum_of_squares` of y / sigma, `names`, `lower` and `upper` of the slots; `nfev` evaluations so far.
    """

    model: Model
    free: tuple[str, ...]
    slots: tuple[Slot, ...]
    pieces: tuple[Piece, ...]
    sigma_known: bool
    nfev: int = 0
    _programs: list = field(default_factory=list, repr=False)
    _recent: dict[bytes, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.n = sum(len(piece.y) for piece in self.pieces)
        self.names = tuple(slot.name for slot in self.slots)
        self.lower, self.upper = (np.array([getattr(slot, side) for slot in self.slots]) for side in ("lower", "upper"))
        self.sum_of_squares = float(sum(np.sum((piece.y / piece.sigma) ** 2) for piece in self.pieces))
        start = 0
        for piece in self.pieces:
            traced, values, static = split_constants(self.model, self.free, piece.constants)
            columns = [self._column(name, piece.group) for name in self.free]
            rows = slice(start, start + len(piece.y))
            program = compiled(self.model.function, self.free, traced, static)
            own = (values, tuple(pad(c) for c in piece.coordinates), pad(piece.y), pad(1 / piece.sigma, "constant"))
            self._programs.append((program, own, np.array(columns), rows))
            start = rows.stop

    def _column(self, parameter: str, group: int) -> int:
        return next(i for i, s in enumerate(self.slots) if s.parameter == parameter and s.group in (None, group))

    def curves(self, values: np.ndarray) -> list[np.ndarray]:
        """Model values (n,) of each piece at the slots' SI values, unweighted."""
        residual, _ = self._evaluate(values)
        return [residual[rows] * p.sigma + p.y for p, (*_, rows) in zip(self.pieces, self._programs, strict=True)]

    def residuals(self, values: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Residuals (n,) and their Jacobian (n, slots) by values / scale. A derivative that is not finite counts as zero."""
        residual, slopes = self._evaluate(values)
        return residual, slopes * scale

    def _evaluate(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Residuals and their SI Jacobian; the last few places are remembered, because the steps of a fit meet at them."""
        key = values.tobytes()
        if key in self._recent:
            return self._recent[key]
        self.nfev += 1
        parts = [program(values[columns], *own) for program, own, columns, _ in self._programs]
        if len(parts) == 1 and len(self.free) == len(self.slots):
            residual, jacobian = (np.asarray(part)[: self.n] for part in parts[0])
        else:
            residual, jacobian = np.empty(self.n), np.zeros((self.n, len(self.slots)))
            for (_, _, columns, rows), (part, slopes) in zip(self._programs, parts, strict=True):
                residual[rows] = np.asarray(part)[: rows.stop - rows.start]
                jacobian[rows, columns] = np.asarray(slopes)[: rows.stop - rows.start]
        if len(self._recent) >= RECENT:
            del self._recent[next(iter(self._recent))]
        self._recent[key] = residual, jacobian
        return residual, jacobian

    def chi_square(self, values: np.ndarray) -> float:
        residual, _ = self.residuals(values, np.ones(len(values)))
        return float(residual @ residual)
