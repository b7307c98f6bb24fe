"""A part of a joint likelihood: data of one kind, their model, and which of its parameters are shared quantities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.covariance import spread
from supraspin.fit.noise import structure
from supraspin.fit.points import read_points
from supraspin.fit.problem import Problem
from supraspin.fit.setup import assemble, check_wishes
from supraspin.fit.solve import scales
from supraspin.fit.starts import minima
from supraspin.flags import Flag
from supraspin.model import Model, find_model

Noise = Literal["normal", "student"]
NOISES = ("normal", "student")
OPTIONS = ("x", "y", "sigma", "fix", "free", "start", "bounds", "common", "window", "keep")
EXACT = 1e-12
"""Residuals below this part of the readings are no noise; data without noise have no posterior."""
ALIKE = 12.0
"""Rise of chi-square (scaled) up to which another minimum is worth a start of its own."""


@dataclass(frozen=True)
class Derived:
    """A parameter that is a function of quantities: `Derived(lambda a, b: a / b, ("a", "b"))`, written for JAX."""

    function: Callable[..., Any]
    of: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Data and their model in a joint likelihood.

    `shared`: parameter -> quantity of the device (its name, or `Derived`), or a list of parameters that keep their names. The
    other parameters belong to this part alone and are called `name.parameter`. `noise`: "normal", or "student" where single
    readings may stray. `options` are those of `fit` (`fix`, `free`, `start`, `bounds`, `window`, `keep`, `x`, `y`, `sigma`);
    `common` is its `shared`: the parameters with one value for all sweeps of the part. `flags`: what is to be said of the data.
    """

    model: str | Callable[..., Any] | Model
    data: Any
    name: str = ""
    shared: Mapping[str, str | Derived] | Sequence[str] = ()
    noise: Noise = "normal"
    options: Mapping[str, Any] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A part as a problem, with the minima of its own chi-square (SI values of the slots), best first, and errors (SI) there.

    `growth`: factor by which correlated residuals at the best minimum enlarge errors, 1 where they are random.
    """

    name: str
    problem: Problem
    shared: Mapping[str, str | Derived]
    noise: Noise
    minima: tuple[np.ndarray, ...]
    stderr: np.ndarray
    flags: tuple[Flag, ...]
    growth: float = 1.0


def prepare(part: Part, *, key: int = 0, multistart: int = 8) -> Prepared:
    """Read the data of a part and find the minima of its chi-square. Raises `FitError` and `ModelError`."""
    entry = find_model(part.model)
    if part.noise not in NOISES:
        raise FitError(f"noise cannot be {part.noise!r}; it can be {', '.join(NOISES)}")
    for name in part.options:
        if name not in OPTIONS:
            raise FitError(f"a part has no option {name!r}; it has {', '.join(OPTIONS)}")
    asked = dict(part.options)
    wishes = check_wishes(
        entry, asked.get("fix"), asked.get("free"), asked.get("start"), asked.get("bounds"), asked.get("common")
    )
    doubts = asked.get("keep") or ()
    groups, flags = read_points(
        entry, part.data, x=asked.get("x"), y=asked.get("y"), sigma=asked.get("sigma"), window=asked.get("window"),
        keep=(doubts,) if isinstance(doubts, str) else tuple(doubts),
    )  # fmt: skip
    problem, guess, more, _ = assemble(entry, groups, wishes, alone=False)
    shared = _shared(entry, part, problem)
    scale = scales(problem, guess)
    found = minima(problem, guess, scale, multistart=multistart, key=key)
    best = found[0]
    if not np.isfinite(best.chi_square):
        raise FitError(f"{best.message} at any start tried; give start= or bounds= where {entry.name} can be evaluated")
    if problem.n <= len(problem.slots) and not problem.sigma_known:
        raise FitError(
            f"{problem.n} points of {part.name or entry.name} cannot tell {len(problem.slots)} parameters and their noise"
        )
    variance = 1.0 if problem.sigma_known else best.chi_square / (problem.n - len(problem.slots))
    if not problem.sigma_known and best.chi_square <= EXACT**2 * problem.sum_of_squares:
        raise FitError(f"the data of {part.name or entry.name} have no noise; give sigma= for a posterior of exact numbers")
    residuals, jacobian = problem.residuals(best.values, scale)
    growth, structured = _growth(part.name or entry.name, problem, residuals)
    stderr = spread(jacobian, scale, variance).stderr
    good = [s.values for s in found if (s.chi_square - best.chi_square) / variance < ALIKE]
    return Prepared(part.name or entry.name, problem, shared, part.noise, _distinct(good, stderr), stderr,
                    (*part.flags, *flags, *more, *structured), growth)  # fmt: skip


def _growth(name: str, problem: Problem, residuals: np.ndarray) -> tuple[float, list[Flag]]:
    """What the correlation of the residuals does to the errors, by the rule of the least-squares fit."""
    sweeps, start = [], 0
    for piece in problem.pieces:
        ends = (*piece.breaks[1:], len(piece.y))
        sweeps += [(piece.coordinates[0][a:b], residuals[start + a : start + b]) for a, b in zip(piece.breaks, ends, strict=True)]
        start += len(piece.y)
    found = structure(sweeps)
    if not found.structured:
        return 1.0, []
    message = (
        f"the residuals of {name} are correlated (lag-1 autocorrelation {found.lag1:.2f}): it counts as {found.n_effective:.0f} "
        f"independent points instead of {found.n}, and what it says is {found.error_growth:.2g} times wider"
    )
    numbers = {"lag1": found.lag1, "n_effective": found.n_effective, "error_growth": found.error_growth}
    return found.error_growth, [Flag("residuals_structured", message, "warning", numbers)]


def _shared(entry: Model, part: Part, problem: Problem) -> dict[str, str | Derived]:
    given = part.shared
    shared: dict[str, str | Derived] = {}
    if isinstance(given, Mapping):
        shared.update(given)
    else:
        shared.update({name: name for name in ([given] if isinstance(given, str) else given)})
    for name, quantity in shared.items():
        entry.check_parameter(name)
        if name not in problem.free:
            raise FitError(f"{name!r} of {part.name or entry.name} is shared, but held; name it in free= of its options")
        if any(slot.parameter == name and slot.group is not None for slot in problem.slots):
            raise FitError(f"{name!r} of {part.name or entry.name} is shared, so it must be common to its sweeps")
        if not isinstance(quantity, str | Derived):
            raise FitError(f"shared {name!r} must be the name of a quantity or Derived, not {quantity!r}")
    return shared


def _distinct(found: Sequence[np.ndarray], stderr: np.ndarray) -> tuple[np.ndarray, ...]:
    """Minima that lie more than three errors apart in some parameter."""
    kept: list[np.ndarray] = []
    width = np.where(np.isfinite(stderr) & (stderr > 0), stderr, np.inf)
    for values in found:
        if all(np.max(np.abs(values - other) / width) > 3 for other in kept):
            kept.append(values)
    return tuple(kept)
