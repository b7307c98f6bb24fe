"""What the calibration of the twin found of the published numbers: `tensions.toml`, written by `supraspin.lab.calibration`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fitted(_Part):
    """What the calibrated twin says of a published number, its pull, and whether the number was kept in the fit."""

    number: str
    kept: bool
    twin: float
    pull: float


class Against(_Part):
    """A kept number that a left-out one could take the place of: what the twin would then say of it, and its pull."""

    number: str
    twin: float
    pull: float


class Tension(_Part):
    """A published number that no device with the others can have: what the twin says in its place, and whom it pulls against.

    No entry in `against`: two or more would have to go for it.
    """

    number: str
    twin: float
    pull: float
    against: tuple[Against, ...] = ()


class Relation(_Part):
    """Two values (SI) that physics wants equal, or the left one below the right, although a device file leaves both free."""

    name: str
    fault: int
    device: str
    unit: str
    left: float
    right: float
    text: str

    @property
    def ratio(self) -> float:
        return self.left / self.right


class Results(_Part):
    """All of it."""

    fitted: tuple[Fitted, ...] = ()
    tension: tuple[Tension, ...] = ()
    relation: tuple[Relation, ...] = ()


@cache
def results() -> Results:
    """What the committed calibration found."""
    text = (files("supraspin.devices.published") / "tensions.toml").read_text(encoding="utf-8")
    return Results.model_validate(tomllib.loads(text))
