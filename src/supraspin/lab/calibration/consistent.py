"""The largest set of published numbers that one device can have, and the device that has them.

Where numbers contradict each other, the mean of them suits none, so that least squares alone would make a device that the paper
does not show. Numbers are left out instead, as few as will do, so that no pull of those kept exceeds `LIMIT`. Where several
choices do, the one stands from which the numbers left out lie nearest, in relative errors.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.devices import Device
from supraspin.devices.published import PublishedNumber, numbers
from supraspin.lab.calibration.solve import Solution, changed, entry, said, solve

LIMIT = 2.0
_KEPT = 0.01
"""Pull within which a limit is kept."""
_NOTHING = 1e-6
"""Change of a prediction, in errors, below which a parameter has no say in it."""


@dataclass(frozen=True)
class Calibration:
    """A device fitted to its published numbers.

    `kept` says which of them were fitted, `solution` holds what the device says of all, and `conflicts` are the smallest sets of
    numbers that no device can have together.
    """

    device: Device
    numbers: tuple[PublishedNumber, ...]
    kept: tuple[bool, ...]
    conflicts: tuple[tuple[PublishedNumber, ...], ...]
    solution: Solution

    @property
    def left_out(self) -> tuple[PublishedNumber, ...]:
        return tuple(number for number, keep in zip(self.numbers, self.kept, strict=True) if not keep)


def free_parameters(device: Device, found: Sequence[PublishedNumber]) -> tuple[str, ...]:
    """The entries that the numbers constrain.

    One that is 0 switches its term off and stays so; one of which only limits speak stays where it is, if it keeps them.
    """
    pulls = said(device, found)[1]
    speak: dict[str, bool] = {}
    for one, pull in zip(found, pulls, strict=True):
        for name in one.constrains:
            speak[name] = speak.get(name, False) or one.bound is None or not abs(pull) < _KEPT
    return tuple(name for name, free in speak.items() if free and entry(device, name) != 0)


def calibrate(device: Device, found: Sequence[PublishedNumber] | None = None) -> Calibration:
    """Fit a device to its published numbers, or to those given."""
    chosen = tuple(one for one in (numbers(device=device.name) if found is None else found) if one.twin)
    names = free_parameters(device, chosen)
    keep = np.ones(len(chosen), bool)
    conflicts: list[tuple[PublishedNumber, ...]] = []
    best = device
    for rows, columns in blocks(device, chosen, names):
        part = [chosen[i] for i in rows]
        kept = _largest(best, part, [names[j] for j in columns])
        keep[rows] = kept.keep
        best = kept.solution.device
        conflicts += [tuple(part[i] for i in sorted(one)) for one in kept.conflicts]
    values, pulls = said(best, chosen)
    if not names:
        return Calibration(best, chosen, (True,) * len(chosen), (), Solution({}, {}, best, values, pulls))
    solution = solve(best, [one for one, k in zip(chosen, keep, strict=True) if k], names)
    fitted = Solution(solution.parameters, solution.errors, best, values, pulls)
    return Calibration(best, chosen, tuple(map(bool, keep)), tuple(conflicts), fitted)


def blocks(device: Device, found: Sequence[PublishedNumber], names: Sequence[str]) -> list[tuple[list[int], list[int]]]:
    """Numbers and parameters (by place) that have to do with each other, block by block."""
    here, _ = said(device, found)
    scale = np.array([one.error for one in found])
    touched = []
    for name in names:
        there, _ = said(_nudged(device, name), found)
        touched.append(set(np.flatnonzero(~(np.abs(there - here) <= _NOTHING * scale)).tolist()))
    groups: list[tuple[set[int], set[int]]] = []
    for j, numbers_of in enumerate(touched):
        mine = (set(numbers_of), {j})
        for other in [g for g in groups if g[0] & mine[0]]:
            groups.remove(other)
            mine = (mine[0] | other[0], mine[1] | other[1])
        groups.append(mine)
    return [(sorted(rows), sorted(columns)) for rows, columns in groups if rows]


def _nudged(device: Device, name: str) -> Device:
    """The device with an entry changed by a hundredth: upwards, or downwards from the top of its range."""
    value = entry(device, name)
    try:
        return changed(device, {name: 1.01 * value})
    except ValueError:
        return changed(device, {name: 0.99 * value})


@dataclass(frozen=True)
class _Kept:
    """Which numbers of a block are kept, the solution for them, and the conflicts that the others lie in."""

    keep: np.ndarray
    solution: Solution
    conflicts: tuple[frozenset[int], ...]


def _largest(device: Device, found: Sequence[PublishedNumber], names: Sequence[str]) -> _Kept:
    """The largest set of a block's numbers that hold together.

    Every set that does not contains a smallest conflict, a few numbers of which any one must go. Only choices that take one from
    each conflict seen so far need be tried.
    """
    starts = (device, solve(device, found, names).device)
    conflicts: list[frozenset[int]] = []
    while True:
        good = []
        for out in hitting(conflicts):
            keep = [i for i in range(len(found)) if i not in out]
            solution = agreeing(starts, [found[i] for i in keep], names)
            if solution is None:
                conflicts.append(_conflict(starts, found, keep, names))
                break
            good.append((distance(solution.device, [found[i] for i in out]), keep, solution))
        else:
            _, keep, solution = min(good, key=lambda one: one[0])
            return _Kept(np.isin(np.arange(len(found)), keep), solution, tuple(conflicts))


def hitting(sets: Sequence[frozenset[int]]) -> list[tuple[int, ...]]:
    """The smallest choices that have a member of each set."""
    members = sorted(frozenset().union(*sets))
    for count in range(len(members) + 1):
        some = [out for out in itertools.combinations(members, count) if all(one & set(out) for one in sets)]
        if some:
            return some
    raise ValueError("an empty set has no member to choose")


def _conflict(
    starts: Sequence[Device], found: Sequence[PublishedNumber], among: Sequence[int], names: Sequence[str]
) -> frozenset[int]:  # fmt: skip
    """A smallest set within numbers that do not hold together: without any one of its members the rest of it does."""
    core = list(among)
    for one in among:
        rest = [i for i in core if i != one]
        if rest and agreeing(starts, [found[i] for i in rest], names) is None:
            core = rest
    return frozenset(core)


def agreeing(starts: Sequence[Device], found: Sequence[PublishedNumber], names: Sequence[str]) -> Solution | None:
    """A solution with no pull beyond `LIMIT`, from one of several starts: what a junction shows has more than one valley.

    Where the solution breaks a limit that held so far, the parameter that only limits speak of is freed as well.
    """
    for start in starts:
        solution = solve(start, found, names)
        more = [one for one in free_parameters(solution.device, found) if one not in names]
        if more and np.abs(solution.pulls).max() > LIMIT:
            solution = solve(solution.device, found, [*names, *more])
        if np.abs(solution.pulls).max(initial=0.0) <= LIMIT:
            return solution
    return None


def distance(device: Device, found: Sequence[PublishedNumber]) -> float:
    """How far a device is from numbers in relative errors, a factor up counted like a factor down; the root of the squares."""
    values, pulls = said(device, found)
    total = 0.0
    for one, value, pull in zip(found, values, pulls, strict=True):
        if pull == 0:
            continue
        far = math.log(value / one.value) * one.value / one.error if value > 0 else 1e3
        total += far**2
    return math.sqrt(total)
