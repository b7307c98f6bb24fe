"""The parameters of a joint posterior while they are gathered from its parts: who shares what, bounds, and default priors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.bayes.begin import sigma_in_use
from supraspin.fit.bayes.default_prior import default_prior
from supraspin.fit.bayes.density import Source
from supraspin.fit.bayes.part import Derived, Prepared
from supraspin.fit.bayes.prior import Prior
from supraspin.fit.problem import Slot
from supraspin.quantities import QUANTITIES

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


class Table:
    """The parameters of the whole while they are gathered."""

    def __init__(self, given: dict[str, Prior]) -> None:
        self.given = given
        self.entries: dict[str, dict[str, Any]] = {}
        self.users: dict[str, list[str]] = {}

    def index(self, name: str, user: str, **entry: Any) -> int:
        """The place of a parameter that `user` has, entered at its first mention; bounds are those that all users allow."""
        known = self.entries.setdefault(name, entry)
        if known["unit"] != entry["unit"]:
            raise FitError(f"{name!r} is in {known['unit']} and in {entry['unit']}, and so cannot be shared")
        known["lower"], known["upper"] = max(known["lower"], entry["lower"]), min(known["upper"], entry["upper"])
        self.users.setdefault(name, []).append(user)
        return list(self.entries).index(name)

    def finished(self) -> tuple[Quantity, ...]:
        """All parameters with their priors. Raises `FitError` for a prior of a parameter that is not there."""
        for name in self.given:
            if name not in self.entries:
                raise FitError(f"a prior is given for {name!r}; the parameters are {', '.join(self.entries)}")
        return tuple(
            Quantity(name, e["unit"], self.given.get(name) or e["default"](), e["lower"], e["upper"], e.get("noise", False))
            for name, e in self.entries.items()
        )


def source_of(table: Table, part: Prepared, slot: Slot, prefix: str) -> Source:
    """Where a slot of a part finds its value: at a quantity that it shares, or at a parameter of its own under `prefix`."""
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


def _quantity(table: Table, name: str, user: str) -> int:
    """A quantity that only derived parameters use: its unit is that of the vocabulary, its prior that of the table or given."""
    if name in table.entries:
        table.users[name].append(user)
        return list(table.entries).index(name)
    unit = QUANTITIES[name].unit if name in QUANTITIES else "1"

    def default() -> Prior:
        return default_prior(name, unit, -math.inf, math.inf, math.nan, x_unit="", x_span=0.0, y_unit="", y_size=0.0)

    return table.index(name, user, unit=unit, lower=-math.inf, upper=math.inf, default=default)


def _scale(part: Prepared) -> dict[str, Any]:
    """The size of a part's readings, from which priors are made that no table has."""
    model, pieces = part.problem.model, part.problem.pieces
    x = np.concatenate([p.coordinates[0] for p in pieces])
    y = np.concatenate([p.y for p in pieces])
    return {"x_unit": model.x.unit, "x_span": float(np.ptp(x)), "y_unit": model.y.unit, "y_size": float(np.max(np.abs(y)))}


def noise_of(table: Table, part: Prepared, group: int, groups: int, unit: str, prefix: str) -> int:
    """The place of the scale of a group's Student noise."""
    level = 1.0 if part.problem.sigma_known else sigma_in_use(part)[group]
    name = f"{prefix}noise" if groups == 1 else f"{prefix}noise[{group}]"
    return table.index(
        name, part.name, unit=unit, lower=0.0, upper=math.inf, noise=True,
        default=lambda: Prior("log_uniform", level / RANGE, level * RANGE, "two decades either way of the model-free noise"),
    )  # fmt: skip
