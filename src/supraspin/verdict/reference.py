"""The reference twin: the laboratory's devices A and B, drawn around their defaults, with all that marks are read from.

A rival's twin is made of the same devices, instruments and protocols with other physics in the sample.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from supraspin.devices import Device
from supraspin.lab import Setup, simulate
from supraspin.lab.sample import Sample

if TYPE_CHECKING:
    import xarray as xr

SPREAD = 0.04
"""Relative standard deviation of the material parameters that twins draw."""
_DRAWN = (
    "critical_temperature", "normal_resistance", "transition_width", "coherence_length", "thickness", "critical_current",
)  # fmt: skip
Change = Callable[[Device, np.random.Generator], Device]


@dataclass(frozen=True)
class Protocol:
    """A measurement of the reference twin: the device's name, the laboratory's protocol, its options, and voltage contacts."""

    device: str
    name: str
    options: dict[str, float]
    contacts: str = ""


KIT: dict[str, Protocol] = {
    "cooling": Protocol("A", "resistance_temperature", {"coldest": 1.5, "warmest": 10.0, "points": 240}, "2-3"),
    "map_across": Protocol(
        "A", "field_temperature_map",
        {"coldest": 1.5, "warmest": 10.5, "points": 140, "stop": 6.0, "fields": 33, "field_angle": math.pi / 2},
    ),
    "map_along": Protocol(
        "A", "field_temperature_map", {"coldest": 1.5, "warmest": 10.5, "points": 140, "stop": 10.0, "fields": 31}
    ),
    "currents": Protocol("A", "voltage_current", {"coldest": 1.5, "warmest": 7.0, "temperatures": 6}),
    "junction": Protocol("A", "tmr_loop", {"coldest": 1.5, "warmest": 3.0, "temperatures": 4, "current": 1e-7, "points": 161}),
    "contact": Protocol("A", "amr_loop", {"temperature": 2.0}),
    "spectra": Protocol("A", "tunnel_spectrum", {"coldest": 1.5, "warmest": 6.0, "temperatures": 4}),
    "valve": Protocol("B", "spin_valve_map", {"channel": 1, "fields": 21}),
    "valve_loop": Protocol("B", "spin_valve_loop", {"channel": 1}),
    "hanle": Protocol("B", "hanle", {"channel": 1, "temperature": 0.046}),
    "junction_warm": Protocol(
        "A", "tmr_loop",
        {"coldest": 5.5, "warmest": 8.5, "temperatures": 2, "current": 1e-7, "points": 161, "repeats": 4},
    ),
    "junction_minor": Protocol("A", "tmr_loop", {"coldest": 1.5, "current": 1e-7, "points": 81, "reach": 0.016}),
    "depth": Protocol("A", "depth_profile", {}),
    "cooling_elsewhere": Protocol("A", "resistance_temperature", {"coldest": 1.5, "warmest": 10.0, "points": 240}, "3-4"),
}  # fmt: skip
"""The measurements of a twin by name."""


def drawn(device: Device, rng: np.random.Generator) -> Device:
    """The device with its material parameters drawn around what they are; lengths of film and order by the same factor."""
    film = device.film
    by = dict(zip(_DRAWN, np.exp(SPREAD * rng.standard_normal(len(_DRAWN))), strict=True))
    changes: dict[str, Any] = {name: getattr(film, name) * float(by[name]) for name in _DRAWN}
    if film.bkt_temperature is not None:
        changes["bkt_temperature"] = film.bkt_temperature * float(by["critical_temperature"])
    parts: dict[str, Any] = {"film": film.model_copy(update=changes)}
    if device.ordering is not None:
        # T_K/T_c = 1 - (xi0/l_m)^2 is a small difference: the two lengths of one material go together.
        length = device.ordering.magnetic_length * float(by["coherence_length"]) * float(np.exp(0.006 * rng.standard_normal()))
        share = min(device.ordering.resistive_share * float(np.exp(SPREAD * rng.standard_normal())), 0.95)
        parts["ordering"] = device.ordering.model_copy(update={"magnetic_length": length, "resistive_share": share})
    return device.model_copy(update=parts)


def unmagnetic(device: Device, rng: np.random.Generator) -> Device:
    """The device without moments that a contact could see: neither polarised tunnelling nor spins in a channel."""
    parts: dict[str, Any] = {}
    if device.ordering is not None:
        parts["ordering"] = device.ordering.model_copy(update={"polarisation": 0.0, "peak_conductance": 0.0})
    if device.spin is not None:
        parts["spin"] = device.spin.model_copy(update={"amplitude": 0.0})
    return device.model_copy(update=parts)


def measure(
    key: int, *, a: Sample | None = None, b: Sample | None = None, elsewhere: Sample | None = None,
    change: Change | None = None, only: tuple[str, ...] = (),
) -> list[xr.Dataset]:  # fmt: skip
    """The measurements of the kit (or `only` some) of drawn devices whose samples have the physics `a` and `b`.

    `elsewhere` is what a second pair of voltage contacts sees of A, where that is another thing. `change(device, rng)` turns a
    drawn device into another. The same key gives the same devices, noise and data.
    """
    setups = {}
    for number, (name, sample) in enumerate((("A", a), ("B", b))):
        rng = np.random.default_rng([key, 0x7665, number])
        device = drawn(Device.load(name), rng)
        setup = Setup.of(change(device, rng) if change is not None else device)
        setups[name] = setup if sample is None else setup.but(sample=sample)
    found = []
    for number, (name, one) in enumerate(KIT.items()):
        if only and name not in only:
            continue
        setup = setups[one.device]
        if name == "cooling_elsewhere" and elsewhere is not None:
            setup = setup.but(sample=elsewhere)
        ds = simulate(setup, one.name, key=1000 * key + number, **one.options)
        if one.contacts:
            ds = ds.assign_attrs(metadata=json.dumps({"contacts": one.contacts}))
        found.append(ds)
    return found


def reference(key: int) -> list[xr.Dataset]:
    """Data of devices in which the paper's hypothesis is the truth."""
    return measure(key)
