"""Declarations: what of a measurement enters the joint posterior, and which quantities of the device it speaks of."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from supraspin.errors import DataError
from supraspin.fit.bayes import Derived
from supraspin.joint.relations import RELATIONS, SpinSignal

if TYPE_CHECKING:
    import xarray as xr

TOLERANCE = math.radians(2)
"""How far the field may be from the plane or its normal and still count as along it."""
STRICT = ConfigDict(frozen=True, extra="forbid")


class Declaration(BaseModel):
    """Readings that a model describes; see `declarations.toml`. Several quantities of one parameter are its factors."""

    model_config = STRICT

    kind: str
    model: str
    shared: dict[str, str | tuple[str, ...]]
    free: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    field_angle: float | None = None
    source: str

    def suits(self, ds: xr.Dataset) -> bool:
        """Whether it is about a data set of this kind and direction of the field."""
        if ds.attrs.get("kind") != self.kind:
            return False
        if self.field_angle is None:
            return True
        if "field_angle" not in ds.variables:
            return False
        return bool((abs(ds["field_angle"] - math.radians(self.field_angle)) <= TOLERANCE).all())

    def targets(self) -> dict[str, str | Derived]:
        """Parameter -> quantity, or the product of several."""
        return {name: one if isinstance(one, str) else Derived(RELATIONS["product"], one) for name, one in self.shared.items()}


class Told(BaseModel):
    """A finding of an analysis that enters as a number with its errors; see `declarations.toml`."""

    model_config = STRICT

    kind: str
    analysis: str
    finding: str
    of: tuple[str, ...]
    relation: str | None = None
    without_field: bool = False
    needs: str | None = None
    source: str

    def target(self, ds: xr.Dataset) -> str | Derived | None:
        """The quantity, or the function of quantities, that the finding is; None where the data set lacks what that needs."""
        if self.relation is None:
            return self.of[0]
        if self.relation != "spin_signal":
            return Derived(RELATIONS[self.relation], self.of)
        if "separation" not in ds.variables or not math.isfinite(float(ds["separation"].values.flat[0])):
            return None
        return Derived(SpinSignal(float(ds["separation"].values.flat[0])), self.of)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("supraspin.joint") / "declarations.toml").read_text(encoding="utf-8"))


@cache
def declarations() -> tuple[Declaration, ...]:
    """Those of the package."""
    return tuple(Declaration.model_validate(entry) for entry in _table()["declaration"])


@cache
def told() -> tuple[Told, ...]:
    """The findings that enter as numbers."""
    return tuple(Told.model_validate(entry) for entry in _table()["told"])


def declaration_of(ds: xr.Dataset) -> Declaration:
    """The first declaration that suits. Raises `DataError` with what is missing."""
    kind = ds.attrs.get("kind")
    of_kind = [one for one in declarations() if one.kind == kind]
    if not of_kind:
        known = ", ".join(dict.fromkeys([one.kind for one in declarations()] + [one.kind for one in told()]))
        raise DataError(f"a data set of kind {kind!r} has no place in a joint posterior; kinds that have: {known}")
    for one in of_kind:
        if one.suits(ds):
            return one
    raise DataError(
        f"{kind} wants the field in the plane of the film or along its normal; give field_angle (rad) to the data set"
    )
