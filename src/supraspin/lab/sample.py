"""The physics of the sample behind the contacts: functions of the device that protocols ask, any of which can be replaced.

Replaced, the same instruments measure a device in which something else is true (`supraspin.verdict`).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

Physics = Callable[..., Any]


@dataclass(frozen=True)
class Own:
    """The laboratory's own function of that name, loaded when it is first called: it may bring JAX along."""

    module: str
    name: str

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return getattr(importlib.import_module(f"supraspin.lab.{self.module}"), self.name)(*arguments, **options)


_FILM_RESISTANCE, _FILM_VOLTAGE = Own("film", "resistance"), Own("film", "voltage")
_JUNCTION_RESISTANCE, _JUNCTION_CONDUCTANCE = Own("junction", "resistance"), Own("junction", "conductance")
_NONLOCAL_RESISTANCE = Own("channel", "nonlocal_resistance")


@dataclass(frozen=True)
class Sample:
    """`film_resistance` and `film_voltage` as in `lab.film`, `junction_resistance` and `junction_conductance` as in
    `lab.junction`, `nonlocal_resistance` as in `lab.channel`.

    `path_resistance(device, contact, temperature, field, top, film)` adds ohm to the two-probe path of a junction while its
    layers turn: fields (n,), T, and magnetisations (n,) of contact and film; None: nothing.
    """

    film_resistance: Physics = _FILM_RESISTANCE
    film_voltage: Physics = _FILM_VOLTAGE
    junction_resistance: Physics = _JUNCTION_RESISTANCE
    junction_conductance: Physics = _JUNCTION_CONDUCTANCE
    nonlocal_resistance: Physics = _NONLOCAL_RESISTANCE
    path_resistance: Physics | None = None

    def but(self, **changes: Physics) -> Sample:
        """The same sample with other physics in places."""
        return replace(self, **changes)
