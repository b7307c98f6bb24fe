"""What must hold between numbers: a quantity, and the ways in which measurements give it.

A file in `relations/` holds one `Relation`, found by itself. Each of its ways takes the numbers there are and yields an
`Estimate` for every set of them that it can use.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from supraspin.audit.numbers import Number

Bound = Literal["lower", "upper"] | None


@dataclass(frozen=True)
class Estimate:
    """One way to a quantity: `function` of the values of `inputs`, vectorised over draws (n,). `bound`: only a limit of it.

    `constant` with its `error`, in place of inputs, is what theory says.
    """

    way: str
    inputs: tuple[Number, ...]
    function: Callable[..., np.ndarray] | None = None
    constant: float = 0.0
    error: float = 0.0
    bound: Bound = None


Way = Callable[[Sequence[Number]], Iterable[Estimate]]


@dataclass(frozen=True)
class Relation:
    """A quantity that all `ways` must agree on, why (`statement`), and the `source`.

    `scope`: "device" compares numbers of one device, "material" those of all devices of one material, "pair" every pair of
    numbers of one `finding` of a device, "each" looks at every number of one finding by itself. `positive` quantities are
    compared in their logarithm. `unless`: where a relation holds on a condition only, what would have to be the case for the
    numbers to break it by the ratio that they have.
    """

    name: str
    quantity: str
    unit: str
    statement: str
    source: str
    ways: tuple[Way, ...]
    scope: Literal["device", "material", "pair", "each"] = "device"
    finding: str = ""
    positive: bool = True
    unless: Callable[[float], str] | None = None

    def cases(self, numbers: Sequence[Number]) -> Iterator[tuple[str, list[Number]]]:
        """Sets of numbers to be judged by themselves, with a label."""
        if self.scope == "material":
            yield "", list(numbers)
            return
        for device in dict.fromkeys(one.device for one in numbers):
            mine = [one for one in numbers if one.device == device]
            if self.scope == "device":
                yield device, mine
            elif self.scope == "each":
                for one in mine:
                    if one.finding == self.finding:
                        yield device, [one]
            else:
                for pair in itertools.combinations([one for one in mine if one.finding == self.finding], 2):
                    yield device, list(pair)


def pick(numbers: Sequence[Number], *findings: str, match: Sequence[str] = ()) -> Iterator[tuple[Number, ...]]:
    """Every set of numbers, one a finding, that agree in the conditions `match` wherever both tell them."""
    pools = [[one for one in numbers if one.finding == finding] for finding in findings]
    for chosen in itertools.product(*pools):
        if all(len({one.at[name] for one in chosen if name in one.at}) <= 1 for name in match):
            yield chosen


def direct(finding: str, way: str) -> Way:
    """The way of a number that is the quantity itself."""

    def found(numbers: Sequence[Number]) -> Iterator[Estimate]:
        for one in numbers:
            if one.finding == finding:
                yield Estimate(way, (one,), lambda value: value, bound=one.bound)

    return found


@cache
def relations() -> tuple[Relation, ...]:
    """Those of the folder, by the names of their files."""
    folder = importlib.import_module("supraspin.audit.relations")
    names = sorted(found.name for found in pkgutil.iter_modules(folder.__path__) if not found.name.startswith("_"))
    return tuple(importlib.import_module(f"supraspin.audit.relations.{name}").RELATION for name in names)
