"""From parts to one posterior: the parameters of the whole, their priors, and the arrays of the compiled density."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import gammaln

from supraspin.errors import FitError
from supraspin.fit.bayes.begin import begin, sigma_in_use
from supraspin.fit.bayes.default_prior import default_prior
from supraspin.fit.bayes.density import Arrays, Bucket, Layout, PartLayout, Source
from supraspin.fit.bayes.numerics import coefficients
from supraspin.fit.bayes.part import Derived, Part, Prepared, prepare
from supraspin.fit.bayes.prior import Prior
from supraspin.fit.engine import split_constants
from supraspin.fit.marquardt import Frozen
from supraspin.fit.problem import Piece, Problem, Slot
from supraspin.quantities import QUANTITIES

STEP = 32
"""Pieces are padded to multiples of this, so that those of similar length run as one batch."""
RANGE = 100.0
"""Factor either way of the model-free noise within which a Student scale may lie."""


@dataclass(frozen=True)
class Quantity:
    """One parameter of the whole: name, unit, prior, bounds of the model, and whether it describes the noise."""

    name: str
    unit: str
    prior: Prior
    lower: float = -math.inf
    upper: float = math.inf
    noise: bool = False


@dataclass(frozen=True)
class Joint:
    """Parts as one likelihood. `starts` (s, k) are places in u to begin at, the most likely one first, `width` (k,) a first
    guess of the errors there; `users` names the parts in which each parameter occurs."""

    quantities: tuple[Quantity, ...]
    parts: tuple[Prepared, ...]
    layout: Layout
    arrays: Arrays
    starts: np.ndarray
    width: np.ndarray
    users: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(q.name for q in self.quantities)

    @property
    def n(self) -> int:
        return sum(part.problem.n for part in self.parts)

    def values(self, u: np.ndarray) -> np.ndarray:
        """SI values (..., k) at u (..., k)."""
        return np.stack([q.prior.value(u[..., i]) for i, q in enumerate(self.quantities)], axis=-1)

    def only(self, names: Collection[str]) -> Joint:
        """The same with the other parts left out. Parameters that they alone speak of keep to their priors."""
        parts = [
            {**own, "counts": own["counts"] * float(part.name in names)}
            for part, own in zip(self.parts, self.arrays["parts"], strict=True)
        ]
        return replace(self, arrays={**self.arrays, "parts": parts})

    def tempered(self) -> Joint:
        """The same with each part counted as the independent points that its correlated residuals are worth: its likelihood to
        the power 1/growth^2, which widens what it says by the growth."""
        parts = [
            {**own, "counts": own["counts"] / part.growth**2} for part, own in zip(self.parts, self.arrays["parts"], strict=True)
        ]
        return replace(self, arrays={**self.arrays, "parts": parts})

    def with_priors(self, priors: Mapping[str, Prior]) -> Joint:
        """The same with other priors. Starts move with them."""
        values = self.values(self.starts)
        quantities = tuple(replace(q, prior=priors.get(q.name, q.prior)) for q in self.quantities)
        starts = np.stack([q.prior.inverse(values[:, i]) for i, q in enumerate(quantities)], axis=-1)
        arrays = {**self.arrays, "priors": coefficients([q.prior for q in quantities])}
        return replace(self, quantities=quantities, arrays=arrays, starts=starts)


def join(parts: Sequence[Part], priors: Mapping[str, Prior] | None = None, *, key: int = 0, multistart: int = 8) -> Joint:
    """Prepare parts and tie their parameters together. Raises `FitError` for names that do not fit, and what `fit` raises."""
    if not parts:
        raise FitError("no part: give at least one")
    prepared = [prepare(part, key=key, multistart=multistart) for part in parts]
    names = [one.name for one in prepared]
    if len(set(names)) != len(names):
        raise FitError(f"parts need different names, not {', '.join(names)}; give name= to each")
    return assemble_joint(prepared, priors or {})


def assemble_joint(prepared: Sequence[Prepared], given: Mapping[str, Prior]) -> Joint:
    """The joint posterior of parts that are ready."""
    alone = len(prepared) == 1
    table = _Table(dict(given))
    layouts, own = [], []
    for part in prepared:
        prefix = "" if alone else f"{part.name}."
        sources = tuple(_source(table, part, slot, prefix) for slot in part.problem.slots)
        layouts.append(_layout(table, part, sources, prefix))
        own.append(_arrays(part, layouts[-1].buckets))
    quantities = table.finished()
    layout = Layout(len(quantities), tuple(layouts))
    arrays = {"priors": coefficients([q.prior for q in quantities]), "parts": own}
    starts, width = begin(quantities, prepared, layouts)
    users = {q.name: tuple(dict.fromkeys(table.users[q.name])) for q in quantities}
    return Joint(quantities, tuple(prepared), layout, arrays, starts, width, users)


class _Table:
    """The parameters of the whole while they are gathered."""

    def __init__(self, given: dict[str, Prior]) -> None:
        self.given = given
        self.entries: dict[str, dict[str, Any]] = {}
        self.users: dict[str, list[str]] = {}

    def index(self, name: str, user: str, **entry: Any) -> int:
        known = self.entries.setdefault(name, entry)
        if known["unit"] != entry["unit"]:
            raise FitError(f"{name!r} is in {known['unit']} and in {entry['unit']}, and so cannot be shared")
        known["lower"], known["upper"] = max(known["lower"], entry["lower"]), min(known["upper"], entry["upper"])
        self.users.setdefault(name, []).append(user)
        return list(self.entries).index(name)

    def finished(self) -> tuple[Quantity, ...]:
        for name in self.given:
            if name not in self.entries:
                raise FitError(f"a prior is given for {name!r}; the parameters are {', '.join(self.entries)}")
        return tuple(
            Quantity(name, e["unit"], self.given.get(name) or e["default"](), e["lower"], e["upper"], e.get("noise", False))
            for name, e in self.entries.items()
        )


def _source(table: _Table, part: Prepared, slot: Slot, prefix: str) -> Source:
    target = part.shared.get(slot.parameter, f"{prefix}{slot.name}")
    if isinstance(target, Derived):
        return Source(tuple(_quantity(table, name, part.name) for name in target.of), target.function)
    par = part.problem.model.parameters[slot.parameter]
    scale = _scale(part)
    known = target if target in QUANTITIES else slot.parameter
    entry = {
        "unit": slot.unit, "lower": slot.lower, "upper": slot.upper,
        "default": lambda: default_prior(known, slot.unit, slot.lower, slot.upper, par.default, **scale),
    }  # fmt: skip
    return Source((table.index(target, part.name, **entry),))


def _quantity(table: _Table, name: str, user: str) -> int:
    """A quantity that only derived parameters use: its unit is that of the vocabulary, its prior that of the table or given."""
    if name in table.entries:
        table.users[name].append(user)
        return list(table.entries).index(name)
    unit = QUANTITIES[name].unit if name in QUANTITIES else "1"

    def default() -> Prior:
        return default_prior(name, unit, -math.inf, math.inf, math.nan, x_unit="", x_span=0.0, y_unit="", y_size=0.0)

    return table.index(name, user, unit=unit, lower=-math.inf, upper=math.inf, default=default)


def _scale(part: Prepared) -> dict[str, Any]:
    model, pieces = part.problem.model, part.problem.pieces
    x = np.concatenate([p.coordinates[0] for p in pieces])
    y = np.concatenate([p.y for p in pieces])
    return {"x_unit": model.x.unit, "x_span": float(np.ptp(x)), "y_unit": model.y.unit, "y_size": float(np.max(np.abs(y)))}


def _layout(table: _Table, part: Prepared, sources: tuple[Source, ...], prefix: str) -> PartLayout:
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
        scales = tuple(_noise(table, part, g, groups, unit, prefix) for g in range(groups))
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


def _noise(table: _Table, part: Prepared, group: int, groups: int, unit: str, prefix: str) -> int:
    level = 1.0 if part.problem.sigma_known else sigma_in_use(part)[group]
    name = f"{prefix}noise" if groups == 1 else f"{prefix}noise[{group}]"
    return table.index(
        name, part.name, unit=unit, lower=0.0, upper=math.inf, noise=True,
        default=lambda: Prior("log_uniform", level / RANGE, level * RANGE, "two decades either way of the model-free noise"),
    )  # fmt: skip


def _columns(problem: Problem, group: int) -> tuple[int, ...]:
    return tuple(
        next(i for i, s in enumerate(problem.slots) if s.parameter == name and s.group in (None, group)) for name in problem.free
    )


def _arrays(part: Prepared, shapes: Sequence[Bucket]) -> dict[str, Any]:
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
