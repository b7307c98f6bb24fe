"""From a user's wishes (fix, free, start, bounds, shared) and sweeps to a `Problem` and its first guess."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.datasets import Sweep
from supraspin.fit.noise import noise
from supraspin.fit.problem import Piece, Problem, Slot
from supraspin.flags import Flag
from supraspin.model import Model


@dataclass(frozen=True)
class Wishes:
    """What the user asked of the parameters. `shared` None means that all are."""

    fix: Mapping[str, float]
    free: tuple[str, ...]
    start: Mapping[str, float]
    bounds: Mapping[str, tuple[float, float]]
    shared: tuple[str, ...] | None


def check_wishes(model: Model, fix, free, start, bounds, shared) -> Wishes:
    """Validated wishes. Raises `ModelError` for a name the model lacks and `FitError` for a value that cannot be."""
    numbers: dict[str, dict[str, float]] = {"fix": {}, "start": {}}
    for what, given in (("fix", fix), ("start", start)):
        for name, value in (given or {}).items():
            par = model.check_parameter(name.split("[")[0] if what == "start" else name)
            if not isinstance(value, (int, float, np.number)) or not math.isfinite(value):
                raise FitError(f"{what} of {name!r} is {value!r}; it must be a finite number in {par.unit}")
            numbers[what][name] = float(value)
    names = (free,) if isinstance(free, str) else tuple(free or ())
    common = None if shared is None else (shared,) if isinstance(shared, str) else tuple(shared)
    for name in (*names, *(common or ())):
        model.check_parameter(name)
    for name in names:
        if name in numbers["fix"]:
            raise FitError(f"{name!r} is both in fix and in free; it can be in one only")
    limits = {}
    for name, pair in (bounds or {}).items():
        par = model.check_parameter(name)
        low, high = (float(-np.inf if b is None and i == 0 else np.inf if b is None else b) for i, b in enumerate(pair))
        if not low < high:
            raise FitError(f"bounds of {name!r} are {low:g}..{high:g}; the lower must be below the upper")
        if low < par.lower or high > par.upper:
            low, high = max(low, par.lower), min(high, par.upper)
            if not low < high:
                raise FitError(
                    f"bounds of {name!r} lie outside {par.lower:g}..{par.upper:g} {par.unit}, where {model.name} is defined"
                )
        limits[name] = (low, high)
    for name, value in numbers["fix"].items():
        par = model.parameters[name]
        if not par.lower <= value <= par.upper:
            raise FitError(f"fix of {name!r} is {value:g}, outside {par.lower:g}..{par.upper:g} {par.unit}")
    return Wishes(numbers["fix"], names, numbers["start"], limits, common)


def assemble(
    model: Model, groups: Sequence[Sequence[Sweep]], wishes: Wishes, *, alone: bool = True
) -> tuple[Problem, np.ndarray, list[Flag], list[float]]:
    """The problem, its first guess in SI, flags, and the model-free noise of each group. Raises `FitError`.

    Data that are not `alone` may have fewer points than parameters, which others determine.
    """
    if wishes.shared is not None and len(groups) == 1:
        groups = [[sweep] for sweep in groups[0]]
    from_data = {name for group in groups for sweep in group for name in sweep.constants}
    held_by_data = from_data - set(wishes.free) - set(wishes.fix)
    free = tuple(
        n
        for n, par in model.parameters.items()
        if n not in wishes.fix and n not in held_by_data and (not par.held or n in wishes.free)
    )
    _check_free(model, free, held_by_data, wishes)
    _check_constants(model, groups, held_by_data)
    local = [n for n in free if wishes.shared is not None and n not in wishes.shared]
    slots = []
    for name in free:
        par = model.parameters[name]
        low, high = wishes.bounds.get(name, (par.lower, par.upper))
        for g in range(len(groups)) if name in local else [None]:
            slots.append(Slot(name if g is None else f"{name}[{g}]", name, g, par.unit, low, high))
    levels = [noise([(s.coordinates[0], s.y) for s in group]) for group in groups]
    pooled = noise([(s.coordinates[0], s.y) for group in groups for s in group]) if wishes.shared is not None else math.nan
    levels = [level if math.isfinite(level) else pooled for level in levels]
    known = all(s.sigma is not None for group in groups for s in group)
    if not known and any(s.sigma is not None for group in groups for s in group):
        raise FitError("sigma is given for some of the data only; give it for all or for none")
    pieces = [p for g, group in enumerate(groups) for p in _pieces(g, group, wishes, held_by_data, _weight(group, levels[g]))]
    problem = Problem(model, free, tuple(slots), tuple(pieces), known)
    if alone and problem.n <= len(slots):
        raise FitError(f"{problem.n} usable points cannot determine the {len(slots)} free parameters {', '.join(problem.names)}")
    start, flags = _first_guess(model, groups, problem, wishes)
    return problem, start, flags, levels


def _check_free(model: Model, free: tuple[str, ...], held_by_data: Iterable[str], wishes: Wishes) -> None:
    if not free:
        raise FitError(f"no parameter of {model.name} is free; it has {', '.join(sorted(model.parameters))}")
    for what, names in (("start", wishes.start), ("bounds", wishes.bounds)):
        for full in names:
            name = full.split("[")[0]
            if name in held_by_data:
                raise FitError(f"{what} given for {name!r}, which is held at the data's own value; name it in free= to vary it")
            if name not in free:
                raise FitError(f"{what} given for {name!r}, which is held; name it in free= to vary it, or use fix=")


def _check_constants(model: Model, groups: Sequence[Sequence[Sweep]], held_by_data: Iterable[str]) -> None:
    for sweep in (sweep for group in groups for sweep in group):
        for name in held_by_data:
            par, value = model.parameters[name], sweep.constants.get(name)
            if value is not None and not par.lower <= value <= par.upper:
                raise FitError(
                    f"the data have {name} = {value:g} {par.unit} in {sweep.label or 'a sweep'}, outside "
                    f"{par.lower:g}..{par.upper:g}; give the right one with fix="
                )


def _weight(group: Sequence[Sweep], level: float) -> float:
    """Sigma that stands in for an unknown one: the model-free noise, or a small part of the spread where there is none."""
    y = np.concatenate([s.y for s in group])
    spread = float(np.std(y)) or float(np.max(np.abs(y))) or 1.0
    return max(level, 1e-9 * spread) if math.isfinite(level) else 1e-2 * spread


def _pieces(g: int, group: Sequence[Sweep], wishes: Wishes, held_by_data: Iterable[str], weight: float) -> list[Piece]:
    """Sweeps of a group joined wherever they share all constants."""
    joined: dict[tuple, list[Sweep]] = {}
    for sweep in group:
        own = tuple((name, value) for name, value in sorted(sweep.constants.items()) if name in held_by_data)
        joined.setdefault(own, []).append(sweep)
    pieces = []
    for own, sweeps in joined.items():
        coordinates = tuple(np.concatenate(parts) for parts in zip(*(s.coordinates for s in sweeps), strict=True))
        y = np.concatenate([s.y for s in sweeps])
        sigma = np.full(len(y), weight) if sweeps[0].sigma is None else np.concatenate([s.sigma for s in sweeps])
        breaks = tuple(int(b) for b in np.cumsum([0, *(len(s.y) for s in sweeps[:-1])]))
        pieces.append(Piece(g, coordinates, y, sigma, {**dict(own), **wishes.fix}, breaks, ", ".join(s.label for s in sweeps)))
    return pieces


def _first_guess(
    model: Model, groups: Sequence[Sequence[Sweep]], problem: Problem, wishes: Wishes
) -> tuple[np.ndarray, list[Flag]]:
    flags: list[Flag] = []
    constants = {p.group: p.constants for p in problem.pieces}
    held = [
        {n: constants[g].get(n, par.default) for n, par in model.parameters.items() if n not in problem.free}
        for g in range(len(groups))
    ]
    guesses = [_guess(model, group, known, flags) for group, known in zip(groups, held, strict=True)]
    data = [
        {n: float(np.mean([s.constants[n] for s in group if n in s.constants])) for s in group for n in s.constants}
        for group in groups
    ]
    start = []
    for slot in problem.slots:
        asked = wishes.start.get(slot.name, wishes.start.get(slot.parameter))
        if asked is not None:
            if not slot.lower <= asked <= slot.upper:
                raise FitError(
                    f"start {asked:g} of {slot.name!r} is outside its bounds {slot.lower:g}..{slot.upper:g} {slot.unit}"
                )
            start.append(asked)
            continue
        which = [slot.group] if slot.group is not None else range(len(groups))
        known = [source[g][slot.parameter] for source in (data, guesses) for g in which if slot.parameter in source[g]]
        value = float(np.median(known)) if known else model.parameters[slot.parameter].default
        start.append(float(np.clip(value, slot.lower, slot.upper)))
    for name in wishes.start:
        if name not in problem.names and not any(slot.parameter == name for slot in problem.slots):
            raise FitError(f"start given for {name!r}; the free parameters are {', '.join(problem.names)}")
    return np.array(start), flags


def _guess(model: Model, group: Sequence[Sweep], known: Mapping[str, float], flags: list[Flag]) -> dict[str, float]:
    coordinates = [np.concatenate(parts) for parts in zip(*(s.coordinates for s in group), strict=True)]
    try:
        return guess(model, coordinates, np.concatenate([s.y for s in group]), known)
    except GUESS_ERRORS as error:
        flags.append(
            Flag("no_guess", f"the first guess of {model.name} failed on these data ({error}); started from its defaults", "note")
        )
        return {}


GUESS_ERRORS = (ValueError, IndexError, ArithmeticError, np.linalg.LinAlgError)
"""What a first guess may stumble over on odd data; anything else is a fault of the model."""


def guess(model: Model, coordinates: Sequence[np.ndarray], y: np.ndarray, known: Mapping[str, float]) -> dict[str, float]:
    """The model's own first guess, finite numbers only; `known` are the values of the parameters that are held."""
    if model.guess is None:
        return {}
    arguments = inspect.signature(model.guess).parameters.values()
    accepts = any(a.kind is inspect.Parameter.VAR_KEYWORD for a in arguments)
    found = model.guess(*coordinates, y=y, **(known if accepts else {}))
    return {name: float(value) for name, value in found.items() if name in model.parameters and math.isfinite(value)}
