"""The (B, T) map: R(T) at many fields, from which the phase diagram is read."""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.data import make
from supraspin.lab.protocol import Count, Points, protocol
from supraspin.lab.setup import Setup
from supraspin.model import Angle, Field, PositiveCurrent, Temperature


@protocol("resistance_temperature")
def field_temperature_map(
    setup: Setup, rng: np.random.Generator, *, coldest: Temperature = 1.5, warmest: Temperature = 8.0, points: Points = 120,
    start: Field = 0.0, stop: Field = 9.0, fields: Count = 46, field_angle: Angle = 0.0, current: PositiveCurrent = 1e-6,
) -> xr.Dataset:  # fmt: skip
    """Four-probe resistance against temperature while it falls, at each of a series of fields."""
    cryostat, lockin = setup.cryostat, setup.lockin
    cryostat.check(coldest, start, field_angle)
    cryostat.check(warmest, stop, field_angle)
    way = np.linspace(warmest, coldest, int(points))
    interval = float(np.abs(np.diff(way)).mean()) / cryostat.temperature_rate
    temperatures, readings = [], []
    fields_there = np.linspace(start, stop, int(fields))
    for field in fields_there:
        sample, thermometer = cryostat.ramp(way, interval, rng)
        exact = setup.sample.film_resistance(setup.device, sample, field, field_angle) + setup.lead_resistance
        x, _, _ = lockin.read(current * exact, interval, rng)
        temperatures.append(thermometer)
        readings.append(x / current)
    told = {"field": fields_there, "field_angle": field_angle, "current": current}
    return make("resistance_temperature", temperature=temperatures, resistance=readings, per_sweep=told)
