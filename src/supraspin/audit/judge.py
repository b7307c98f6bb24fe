"""The audit itself: each estimate of a quantity against all others, with the errors that they have in common.

Errors go through each formula by draws: one set of draws of every number, so that estimates that rest on the same number
move together. Positive numbers are drawn in their logarithm, and positive quantities compared in it. The others are put together
by generalised least squares.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from supraspin.audit.numbers import POSITIVE, Number
from supraspin.audit.relation import Estimate, Relation, relations
from supraspin.audit.result import Audit, Comparison, Remedy, Side
from supraspin.errors import DataError

DRAWS = 1000
LEVEL = 0.01
REACH = 1e4
"""Factor either way within which a number is changed to reconcile two sides."""
MOST_REMEDIES, FARTHEST = 4, 50.0
"""At most so many remedies are told, the first and those of fewer errors than that."""
_SOLVED = 0.5
"""Share of the draws that must have a solution."""

Values = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class _Told:
    """An estimate with its central value and error in the scale of the comparison, and its draws there."""

    estimate: Estimate
    value: float
    error: float
    draws: np.ndarray


def audit(
    numbers: Sequence[Number], *, level: float = LEVEL, key: int = 0, only: Sequence[Relation] | None = None
) -> Audit:  # fmt: skip
    """Compare all that the numbers say of each quantity in `relations`. Raises `DataError` for names that stand twice."""
    names = [one.name for one in numbers]
    if len(set(names)) != len(names):
        raise DataError(f"number {next(n for n in names if names.count(n) > 1)!r} stands twice")
    draws = _draw(numbers, key)
    found: list[Comparison] = []
    unsolved: list[str] = []
    silent = []
    for relation in relations() if only is None else only:
        before = len(found)
        for device, case in relation.cases(numbers):
            told, failed = _tell(relation, case, draws, key)
            unsolved += [f"{relation.quantity.replace('_', ' ')} {text}" for text in failed]
            found += _compare(relation, device, told, {one.name: one for one in case})
        if len(found) == before:
            silent.append(relation)
    found.sort(key=lambda one: -abs(one.sigma))
    return Audit(tuple(found), level, tuple(dict.fromkeys(unsolved)), tuple(silent), len(numbers))


def _draw(numbers: Sequence[Number], key: int) -> dict[str, np.ndarray]:
    """Draws (n,) of each number by name; in the logarithm where it is positive by nature."""
    out = {}
    for i, one in enumerate(numbers):
        z = np.random.default_rng([key, 0x6175, i]).standard_normal(DRAWS)
        if one.value > 0 and (one.finding in POSITIVE or one.error < one.value / 3):
            out[one.name] = one.value * np.exp(one.error / one.value * z)
        else:
            out[one.name] = one.value + one.error * z
    return out


def _tell(relation: Relation, case: Sequence[Number], draws: Values, key: int) -> tuple[list[_Told], list[str]]:
    told: list[_Told] = []
    failed: list[str] = []
    for way in relation.ways:
        for estimate in way(case):
            center = _evaluate(relation, estimate, {one.name: np.array([one.value]) for one in estimate.inputs})
            if estimate.function is None:
                # Theory's own error is drawn apart from all numbers.
                z = np.random.default_rng([key, 0x7468, len(told)]).standard_normal(DRAWS)
                error = estimate.error / estimate.constant if relation.positive else estimate.error
                told.append(_Told(estimate, float(center[0]), error, center[0] + error * z))
                continue
            x = _evaluate(relation, estimate, draws)
            good = np.isfinite(x)
            if not np.isfinite(center[0]) or good.mean() < _SOLVED:
                names = ", ".join(f"{one.name}" for one in estimate.inputs)
                failed.append(f"by {estimate.way} ({names}): the relation has no solution for these numbers")
                continue
            low, high = np.quantile(x[good], (0.15865, 0.84135))
            told.append(_Told(estimate, float(center[0]), float(0.5 * (high - low)), np.where(good, x, np.median(x[good]))))
    return told, failed


def _evaluate(relation: Relation, estimate: Estimate, values: Values) -> np.ndarray:
    """The quantity (n,), in its logarithm where it is positive; NaN where there is none."""
    if estimate.function is None:
        x = np.array([estimate.constant])
    else:
        with np.errstate(all="ignore"):
            x = np.asarray(estimate.function(*(values[one.name] for one in estimate.inputs)), dtype=float)
    if not relation.positive:
        return x
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), np.nan)


def _compare(relation: Relation, device: str, told: Sequence[_Told], numbers: Mapping[str, Number]) -> list[Comparison]:
    equal = [one for one in told if one.estimate.bound is None]
    bounds = [one for one in told if one.estimate.bound is not None]
    out = []
    # Of two estimates each is "the others" of the other: one comparison says it all.
    for i, one in enumerate(equal if len(equal) > 2 else equal[:1]):
        others = [other for j, other in enumerate(equal) if j != i]
        if others:
            out.append(_judge(relation, device, [one], others, numbers))
    for bound in bounds:
        if equal:
            out.append(_judge(relation, device, [bound], equal, numbers))
    if not equal:
        lower = [one for one in bounds if one.estimate.bound == "lower"]
        upper = [one for one in bounds if one.estimate.bound == "upper"]
        out += [_judge(relation, device, [a], [b], numbers) for a in lower for b in upper]
    return [one for one in out if one is not None]


def _weights(group: Sequence[_Told]) -> np.ndarray:
    """Weights of generalised least squares of estimates with the covariance of their draws."""
    if len(group) == 1:
        return np.ones(1)
    covariance = np.atleast_2d(np.cov([one.draws for one in group]))
    scale = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(scale, scale) + 1e-3 * np.eye(len(group))
    weights = np.linalg.solve(correlation * np.outer(scale, scale), np.ones(len(group)))
    # Nearly identical estimates get weights of both signs, which fit noise of the draws.
    weights = np.maximum(weights, 0.0)
    return weights / weights.sum()


def _judge(
    relation: Relation, device: str, one: Sequence[_Told], others: Sequence[_Told], numbers: Mapping[str, Number]
) -> Comparison | None:  # fmt: skip
    inputs = {n.name for told in (*one, *others) for n in told.estimate.inputs}
    if not inputs or {n.name for n in one[0].estimate.inputs} == {n.name for told in others for n in told.estimate.inputs}:
        return None  # theory against itself, or a number against itself
    weights = _weights(others)
    value = float(weights @ [told.value for told in others])
    mixed = weights @ np.array([told.draws for told in others])
    low, high = np.quantile(one[0].draws - mixed, (0.15865, 0.84135))
    width = max(0.5 * float(high - low), 1e-12)
    distance = (one[0].value - value) / width
    bound = one[0].estimate.bound
    if bound is not None:
        distance = max(distance, 0.0) if bound == "lower" else min(distance, 0.0)
    p = float(norm.sf(abs(distance))) * (2 if bound is None else 1) if distance else 1.0
    sides = _side(relation, one, np.ones(1)), _side(relation, others, weights)
    remedies = _remedies(relation, one[0], others, weights, numbers) if abs(distance) > 2 else ()
    return Comparison(relation, device, *sides, float(distance), p, remedies)


def _side(relation: Relation, group: Sequence[_Told], weights: np.ndarray) -> Side:
    value = float(weights @ [told.value for told in group])
    spread = float(np.std(weights @ np.array([told.draws for told in group])))
    if relation.positive:
        value = math.exp(value)
        spread *= value
    counted = [told for told, weight in zip(group, weights, strict=True) if weight > 0.01]
    text = " and ".join(dict.fromkeys(told.estimate.way for told in counted))
    names = tuple(dict.fromkeys(n.name for told in counted for n in told.estimate.inputs))
    return Side(text, names, value, spread, group[0].estimate.bound if len(group) == 1 else None)


def _remedies(
    relation: Relation, one: _Told, others: Sequence[_Told], weights: np.ndarray, numbers: Mapping[str, Number]
) -> tuple[Remedy, ...]:
    """What each number by itself would have to be for the two sides to agree, the smallest change in errors first."""
    involved = dict.fromkeys(n.name for told in (one, *others) for n in told.estimate.inputs)
    found = []
    for name in involved:
        number = numbers[name]
        factors = np.exp(np.linspace(-1, 1, 801) * math.log(REACH))
        gap = _gap(relation, one, others, weights, name)(number.value * factors)
        crossings = np.flatnonzero(np.isfinite(gap[1:]) & np.isfinite(gap[:-1]) & (gap[1:] * gap[:-1] <= 0))
        if not crossings.size:
            continue
        k = int(crossings[np.argmin(np.abs(crossings - 400))])
        share = gap[k] / (gap[k] - gap[k + 1]) if gap[k] != gap[k + 1] else 0.0
        wanted = number.value * math.exp((1 - share) * math.log(factors[k]) + share * math.log(factors[k + 1]))
        found.append(Remedy(name, number.unit, number.value, wanted, (wanted - number.value) / number.error))
    found.sort(key=lambda remedy: abs(remedy.errors))
    return tuple(remedy for i, remedy in enumerate(found[:MOST_REMEDIES]) if i == 0 or abs(remedy.errors) < FARTHEST)


def _gap(
    relation: Relation, one: _Told, others: Sequence[_Told], weights: np.ndarray, name: str
) -> Callable[[np.ndarray], np.ndarray]:
    def gap(values: np.ndarray) -> np.ndarray:
        def at(told: _Told) -> np.ndarray:
            known = {
                n.name: values if n.name == name else np.full(values.shape, n.value) for n in told.estimate.inputs
            }  # fmt: skip
            return np.broadcast_to(_evaluate(relation, told.estimate, known), values.shape)

        return at(one) - weights @ np.array([at(told) for told in others])

    return gap
