"""A rival in a comparison: a model, or one with held parameters freed, written `hanle+saturation_field`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from supraspin.errors import FitError
from supraspin.model import Model, find_model

FREED = "+"


@dataclass(frozen=True)
class Rival:
    """A model under the name by which it takes part, with the held parameters that it frees."""

    name: str
    model: Model
    freed: tuple[str, ...] = ()

    @property
    def parameters(self) -> Mapping[str, Any]:
        return self.model.parameters

    def free(self, wanted: Any) -> list[str] | None:
        """The parameters to free: those `wanted` that the model has, and its own."""
        names = [wanted] if isinstance(wanted, str) else list(wanted or ())
        found = [name for name in dict.fromkeys([*names, *self.freed]) if name in self.parameters]
        return found if found or wanted is not None else None


def find_rival(given: str | Callable[..., Any] | Model) -> Rival:
    """The rival that a name, a model or its function stands for. Raises `ModelError` for a name that does not exist."""
    if not isinstance(given, str) or FREED not in given:
        entry = find_model(given)
        return Rival(entry.name, entry)
    name, *freed = (part.strip() for part in given.split(FREED))
    entry = find_model(name)
    for one in freed:
        entry.check_parameter(one)
        if not entry.parameters[one].held:
            raise FitError(f"{given!r}: {one!r} of {name} is free already; only a held parameter makes another rival")
    return Rival(FREED.join([name, *freed]), entry, tuple(freed))
