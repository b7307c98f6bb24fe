"""The program of a part of a joint posterior, and its numbers: pieces of similar length, padded, under one compiled model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import gammaln

from supraspin.fit.bayes.begin import sigma_in_use
from supraspin.fit.bayes.density import Bucket, PartLayout, Source
from supraspin.fit.bayes.gathering import Table, noise_of
from supraspin.fit.bayes.part import Prepared
from supraspin.fit.bayes.prior import Prior
from supraspin.fit.engine import split_constants
from supraspin.fit.marquardt import Frozen
from supraspin.fit.problem import Piece, Problem

STEP = 32
"""Pieces are padded to multiples of this, so that those of similar length run as one batch."""


def layout_of(table: Table, part: Prepared, sources: tuple[Source, ...], prefix: str) -> PartLayout:
    """What shapes the program of a part whose slots take their values from `sources`. Student noise adds its own to the table."""
    problem = part.problem
    groups = max(piece.group for piece in problem.pieces) + 1
    buckets: dict[tuple, list[Piece]] = {}
    for piece in problem.pieces:
        buckets.setdefault(bucket_of(problem, piece), []).append(piece)
    shapes = tuple(
        Bucket(
            traced, static, tuple(p.group for p in pieces), tuple(_columns(problem, p.group) for p in pieces),
            _frozen(problem, pieces),
        )
        for (traced, static, _), pieces in buckets.items()
    )  # fmt: skip
    noise = "known" if problem.sigma_known else "integrated"
    scales: tuple[int, ...] = ()
    tail = -1
    if part.noise == "student":
        noise = "student"
        unit = "1" if problem.sigma_known else problem.model.y.unit
        scales = tuple(noise_of(table, part, g, groups, unit, prefix) for g in range(groups))
        tail = table.index(
            f"{prefix}degrees_of_freedom", part.name, unit="1", lower=0.0, upper=math.inf, noise=True,
            default=lambda: Prior("log_uniform", 1.0, 100.0, "from a Cauchy to a normal distribution"),
        )  # fmt: skip
    return PartLayout(problem.model.function, problem.free, sources, shapes, groups, noise, scales, tail)


def _frozen(problem: Problem, pieces: Sequence[Piece]) -> tuple[Frozen, ...]:
    """Coordinates and traced constants of pieces, for a model that is faster where it knows them."""
    if not getattr(problem.model.function, "known_points", False):
        return ()
    return tuple(Frozen((*p.coordinates, split_constants(problem.model, problem.free, p.constants)[1])) for p in pieces)


def bucket_of(problem: Problem, piece: Piece) -> tuple[tuple[str, ...], tuple[tuple[str, float], ...], int]:
    """What pieces of one bucket have in common: traced constants, static ones, and about the length."""
    traced, _, static = split_constants(problem.model, problem.free, piece.constants)
    return traced, static, -(-len(piece.y) // STEP)


def _columns(problem: Problem, group: int) -> tuple[int, ...]:
    """The slot of each free parameter in the pieces of a group."""
    return tuple(
        next(i for i, s in enumerate(problem.slots) if s.parameter == name and s.group in (None, group)) for name in problem.free
    )


def arrays_of(part: Prepared) -> dict[str, Any]:
    """The numbers of a part, as its program takes them: readings and weights by bucket, and what of ln L depends on neither."""
    problem = part.problem
    pieces: dict[tuple, list[Piece]] = {}
    fixed: dict[tuple, list[np.ndarray]] = {}
    for piece in problem.pieces:
        at = bucket_of(problem, piece)
        pieces.setdefault(at, []).append(piece)
        fixed.setdefault(at, []).append(split_constants(problem.model, problem.free, piece.constants)[1])
    buckets = []
    for at, own in pieces.items():
        length = max(len(p.y) for p in own)
        rows = range(len(problem.model.axes))
        buckets.append({
            "fixed": np.array(fixed[at]).reshape(len(own), len(at[0])),
            "coordinates": tuple(np.array([_padded(p.coordinates[a], length) for p in own]) for a in rows),
            "y": np.array([_padded(p.y, length) for p in own]),
            "weight": np.array([np.pad(1 / p.sigma, (0, length - len(p.sigma))) for p in own]),
        })  # fmt: skip
    groups = max(piece.group for piece in problem.pieces) + 1
    n = np.zeros(groups)
    log_weights = 0.0
    for piece in problem.pieces:
        n[piece.group] += len(piece.y)
        log_weights -= float(np.sum(np.log(piece.sigma)))
    constant = log_weights
    if part.noise == "normal":
        if problem.sigma_known:
            constant -= 0.5 * problem.n * math.log(2 * math.pi)
        else:
            constant += float(np.sum(gammaln(n / 2) - n / 2 * math.log(math.pi) - math.log(2)))
    return {"buckets": buckets, "n": n, "constant": np.asarray(constant), "unit": sigma_in_use(part), "counts": np.asarray(1.0)}


def _padded(values: np.ndarray, length: int) -> np.ndarray:
    return np.pad(values, (0, length - len(values)), mode="edge")
