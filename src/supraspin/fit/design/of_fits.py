"""Hints from two least-squares fits to the same points: what is known of their parameters is the covariance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from supraspin.fit.design.expected import Predict, Side, factor_of
from supraspin.fit.design.hint import Hint, choose
from supraspin.fit.design.settings import Setting, candidates
from supraspin.fit.engine import compiled, pad, split_constants
from supraspin.fit.problem import Piece
from supraspin.fit.result import Block, FitResult
from supraspin.model import Model

DRAWS = 4
WIDEST = math.log(10)
"""Largest error of ln of a positive parameter, and of another in units of its size: beyond, the covariance says nothing."""


def hints_of_fits(
    one: FitResult, other: FitResult, names: tuple[str, str] = ("", ""), *, belief: float = 0.5,
    at: Mapping[str, Sequence[float]] | None = None,
) -> tuple[Hint, ...]:  # fmt: skip
    """Measurements that would tell two fits to the same points apart, under these names, the best first; see `weigh` for `at`."""
    block = one.blocks[0]
    structured = one.structure.structured
    growth = max(one.structure.error_growth, 1.0) if structured else 1.0
    noise = block.sigma * math.sqrt(max(one.reduced_chi_square, 1e-12)) * growth if one.sigma_source != "given" else block.sigma
    values = {name: p.value for name, p in one.params.items() if p.vary or name in block.constants}
    settings = candidates(one.model, _piece(block), values, noise, at, not structured)
    return choose(side_of_fit(one, names[0]), side_of_fit(other, names[1]), settings, belief, every=bool(at))


def _piece(block: Block) -> Piece:
    return Piece(block.group, block.coordinates, block.y, block.sigma, block.constants, block.breaks, block.label)


def evaluate(model: Model, free: Sequence[str], constants: Mapping[str, float], values_at) -> Predict:
    """`Predict` of a model from `values_at(z)`: its free parameters (k,), SI, and their slopes by z, (k, m) or (k,) if each has
    its own."""
    names = tuple(free)

    def predict(z: np.ndarray, setting: Setting) -> tuple[np.ndarray, np.ndarray]:
        values, slope = values_at(z)
        own = {name: constants[name] * setting.changed.get(name, 1.0) for name in constants}
        traced, fixed, static = split_constants(model, names, own)
        factor = np.array([setting.changed.get(name, 1.0) for name in names])
        n = len(setting.sigma)
        program = compiled(model.function, names, traced, static)
        places = tuple(pad(c) for c in setting.coordinates)
        curve, slopes = program(values * factor, fixed, places, pad(np.zeros(n)), pad(np.ones(n), "constant"))
        by_value = np.asarray(slopes)[:n] * factor
        return np.asarray(curve)[:n], by_value * slope if slope.ndim == 1 else by_value @ slope

    return predict


def side_of_fit(result: FitResult, name: str = "") -> Side:
    """A least-squares fit as a prediction. Its z are ln of parameters that are positive, the others over their size."""
    block = result.blocks[0]
    columns = [i for i, full in enumerate(result.free) if full.partition("[")[2] in ("", f"{block.group}]")]
    names = [result.free[i].partition("[")[0] for i in columns]
    params = [result.params[result.free[i]] for i in columns]
    value = np.array([p.value for p in params])
    lower, upper = (np.array([p.bounds[end] for p in params]) for end in (0, 1))
    covariance = result.covariance[np.ix_(columns, columns)]
    errors = np.sqrt(np.maximum(np.nan_to_num(np.diag(covariance), nan=math.inf, posinf=math.inf), 0.0))
    known = np.isfinite(errors) & (errors > 0)
    logarithmic = (lower >= 0) & (value > 0)
    size = np.where(value != 0, np.abs(value), np.where(known, errors, 1.0))
    safe = np.where(known, errors, 1.0)
    correlation = np.where(known[:, None] & known, np.nan_to_num(covariance / safe[:, None] / safe, posinf=0.0, neginf=0.0), 0.0)
    np.fill_diagonal(correlation, 1.0)
    width = np.minimum(np.where(known, errors / size, WIDEST), WIDEST)
    mean = np.where(logarithmic, np.log(size), value / size)
    factor = factor_of(correlation * width[:, None] * width)

    def values_at(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        raw = np.where(logarithmic, np.exp(np.where(logarithmic, np.clip(z, -700, 700), 0.0)), z * size)
        inside = (raw >= lower) & (raw <= upper)
        values = np.clip(raw, lower, upper)
        return values, np.where(inside, np.where(logarithmic, values, size), 0.0)

    draws = mean + np.random.default_rng(0).standard_normal((DRAWS, len(mean))) @ factor.T
    return Side(name or result.model.name, mean, factor, draws, evaluate(result.model, names, block.constants, values_at))
