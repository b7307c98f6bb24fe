"""The paper's own data: its devices, fitted to the numbers that it prints, measured as its figures were, and nothing beyond.

What the paper does not show (V(I) deep below T_c, a second pair of voltage contacts, ...) is not measured here either, so that
the verdict is on its argument and not on what the laboratory could do.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from supraspin.devices import Device
from supraspin.lab import Setup, simulate
from supraspin.verdict.reference import Protocol

if TYPE_CHECKING:
    import xarray as xr

SHOWN: dict[str, Protocol] = {
    "Fig. 1b": Protocol("A", "depth_profile", {}),
    "Fig. 1c": Protocol("A", "voltage_current", {"coldest": 5.6, "warmest": 7.0, "temperatures": 15}),
    "Fig. 2a, in the plane": Protocol(
        "A", "field_temperature_map", {"coldest": 1.5, "warmest": 8.0, "points": 140, "stop": 10.0, "fields": 31}
    ),
    "Fig. 2a, across": Protocol(
        "A", "field_temperature_map",
        {"coldest": 1.5, "warmest": 8.0, "points": 140, "stop": 6.0, "fields": 33, "field_angle": math.pi / 2},
    ),
    "Fig. 2b": Protocol("A", "resistance_temperature", {"coldest": 1.5, "warmest": 10.0, "points": 300}),
    "Fig. 2c": Protocol("A", "tunnel_spectrum", {"coldest": 1.5, "warmest": 7.5, "temperatures": 5}),
    "Fig. 3b": Protocol("A", "tmr_loop", {"coldest": 2.0, "current": 1e-7, "points": 201}),
    "Fig. 3b, contact": Protocol("A", "amr_loop", {"temperature": 2.0, "current": 1e-5, "points": 201}),
    "Fig. 3d": Protocol(
        "A", "tmr_loop", {"coldest": 1.5, "warmest": 3.5, "temperatures": 5, "current": 1e-7, "points": 201}
    ),
    "Fig. 4b": Protocol("B", "spin_valve_map", {"channel": 1}),
    "Fig. 4c": Protocol("B", "spin_valve_loop", {"channel": 1}),
    "Fig. 4d": Protocol("B", "hanle", {"channel": 1, "temperature": 0.046, "bias": 0.0, "modulation": 2**0.5 * 1e-7}),
    "ED 7": Protocol(
        "A", "tmr_loop", {"coldest": 1.5, "warmest": 7.5, "temperatures": 7, "current": 2e-8, "points": 161}
    ),
}  # fmt: skip
"""The figures of arXiv:2306.06659 and the conditions of their captions."""


def paper_data(key: int = 0) -> list[xr.Dataset]:
    """What the figures show, each named by its figure."""
    setups = {name: Setup.of(Device.load(name)) for name in ("A", "B")}
    found = []
    for number, (figure, one) in enumerate(SHOWN.items()):
        ds = simulate(setups[one.device], one.name, key=1000 * key + number, **one.options)
        found.append(ds.assign_attrs(source=figure))
    return found
