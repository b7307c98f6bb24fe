"""Hints from two models that have been weighed: what is known of their parameters is the posterior, in u."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.fit.compare import Comparison
from supraspin.fit.design.expected import Side, factor_of
from supraspin.fit.design.hint import Hint, choose
from supraspin.fit.design.of_fits import evaluate
from supraspin.fit.design.settings import candidates
from supraspin.fit.problem import Piece, Problem

if TYPE_CHECKING:
    from supraspin.fit.bayes.weight import Weight

DRAWS = 8


def hints_of_weights(
    one: Weight, other: Weight, fits: Comparison, share: float, at: Mapping[str, Sequence[float]] | None = None
) -> tuple[Hint, ...]:
    """Measurements that would tell two models apart, the best first; see `weigh` for `at`."""
    problem = one.whole.parts[0].problem
    piece = _coldest(problem)
    noise = piece.sigma
    if not problem.sigma_known:
        noise = noise * math.sqrt(fits.results[one.model].reduced_chi_square)
    centre = one.whole.values(_moments(one)[0])
    found = dict(zip(one.whole.names, centre, strict=True))
    values = dict(piece.constants) | {
        slot.parameter: float(found[slot.name]) for slot in problem.slots if slot.group in (None, piece.group)
    }  # fmt: skip
    settings = candidates(problem.model, piece, values, noise / math.sqrt(share), at, share == 1)
    belief = 1 / (1 + math.exp(-min(one.counted - other.counted, 700.0)))
    return choose(side_of_weight(one, piece), side_of_weight(other, piece), settings, belief, every=bool(at))


def _coldest(problem: Problem) -> Piece:
    """The piece beside which a further one is imagined: the coldest, or the first."""
    return min(problem.pieces, key=lambda piece: piece.constants.get("temperature", math.inf))


def _moments(weight: Weight) -> tuple[np.ndarray, np.ndarray]:
    """Mean (k,) and covariance (k, k) of u."""
    shares = np.exp(weight.drawn.log_weights)
    shares /= shares.sum()
    mean = shares @ weight.drawn.u
    away = weight.drawn.u - mean
    return mean, (away * shares[:, None]).T @ away


def side_of_weight(weight: Weight, piece: Piece) -> Side:
    """A weighed model as a prediction beside a piece of its data."""
    problem = weight.whole.parts[0].problem
    own = next(p for p in problem.pieces if p.group == piece.group and p.label == piece.label)
    mean, covariance = _moments(weight)
    columns = [
        next(i for i, slot in enumerate(problem.slots) if slot.parameter == name and slot.group in (None, piece.group))
        for name in problem.free
    ]
    chosen = [weight.whole.quantities[weight.whole.names.index(problem.slots[i].name)] for i in columns]
    index = [weight.whole.names.index(q.name) for q in chosen]

    def values_at(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values = np.array([float(q.prior.value(u[i])) for i, q in zip(index, chosen, strict=True)])
        slopes = np.zeros((len(index), len(u)))
        for row, (i, q) in enumerate(zip(index, chosen, strict=True)):
            slopes[row, i] = float(q.prior.slope(u[i]))
        return values, slopes

    draws = weight.drawn.resampled(DRAWS, np.random.default_rng(0))
    return Side(weight.model, mean, factor_of(covariance), draws, evaluate(problem.model, problem.free, own.constants, values_at))
