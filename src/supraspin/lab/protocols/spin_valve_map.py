"""Non-local resistance over bias current and in-plane field: saturated one way, the field stepped up, a bias sweep at each."""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.data import make
from supraspin.lab.protocol import Count, Place, protocol
from supraspin.lab.protocols._nonlocal import channel_of
from supraspin.lab.protocols._sweeps import layer_of
from supraspin.lab.setup import Setup
from supraspin.model import PositiveCurrent, PositiveField, Temperature
from supraspin.numerics import chebyshev_nodes


@protocol("nonlocal_bias")
def spin_valve_map(
    setup: Setup, rng: np.random.Generator, *, channel: Place = 0, temperature: Temperature = 0.053,
    largest: PositiveCurrent = 5e-6, step: PositiveCurrent = 5e-8, modulation: PositiveCurrent = 5e-8,
    reach: PositiveField = 0.04, fields: Count = 41,
) -> xr.Dataset:  # fmt: skip
    """Map of non-local resistance: set at -reach, then swept from 0 to +reach, with a sweep of the direct current at each."""
    device, cryostat, lockin = setup.device, setup.cryostat, setup.lockin
    cryostat.check(temperature, reach)
    where = channel_of(device, channel)
    layers = [layer_of(device.contact(number), rng) for number in (where.injector, where.detector)]
    way = np.concatenate(([-reach], np.linspace(0.0, reach, int(fields))))
    alignment = np.prod([layer.sweep(cryostat.field(way)) for layer in layers], axis=0)[1:]
    count = round(largest / step)
    bias = step * np.arange(-count, count + 1)
    nodes, weights = chebyshev_nodes(9)
    currents = bias[:, None] + modulation * nodes
    sides = [setup.sample.nonlocal_resistance(device, where, currents, temperature, 0.0, p) @ weights for p in (1.0, -1.0)]
    rms = modulation / np.sqrt(2)
    lockin = lockin.in_range(rms * float(np.abs(sides).max()))
    readings = []
    for p in alignment:
        exact = 0.5 * (1 + p) * sides[0] + 0.5 * (1 - p) * sides[1]
        x, _, _ = lockin.read(rms * exact, setup.interval, rng)
        readings.append(x / rms)
    told = {"field": way[1:], "temperature": temperature, "separation": where.separation, "field_angle": 0.0,
            "outer_direction": np.ones(len(alignment))}  # fmt: skip
    return make("nonlocal_bias", current=[bias] * len(readings), nonlocal_resistance=readings, per_sweep=told)
