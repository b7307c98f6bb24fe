"""A declaration: the model of a kind of measurement, and which of its parameters are quantities of the device."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from supraspin.errors import DataError

if TYPE_CHECKING:
    import xarray as xr

TOLERANCE = math.radians(2)
"""How far the field may be from the plane or its normal and still count as along it."""


class Declaration(BaseModel):
    """See `declarations.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    model: str
    shared: dict[str, str]
    free: tuple[str, ...] = ()
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


@cache
def declarations() -> tuple[Declaration, ...]:
    """Those of the package."""
    text = (files("supraspin.joint") / "declarations.toml").read_text(encoding="utf-8")
    return tuple(Declaration.model_validate(entry) for entry in tomllib.loads(text)["declaration"])


def declaration_of(ds: xr.Dataset) -> Declaration:
    """The first declaration that suits. Raises `DataError` with what is missing."""
    kind = ds.attrs.get("kind")
    of_kind = [one for one in declarations() if one.kind == kind]
    if not of_kind:
        known = ", ".join(dict.fromkeys(one.kind for one in declarations()))
        raise DataError(f"a data set of kind {kind!r} has no place in a joint posterior; kinds that have: {known}")
    for one in of_kind:
        if one.suits(ds):
            return one
    raise DataError(
        f"{kind} wants the field in the plane of the film or along its normal; give field_angle (rad) to the data set"
    )
