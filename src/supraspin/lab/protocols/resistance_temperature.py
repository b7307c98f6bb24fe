"""R(T): the film's resistance at a small alternating current while the temperature goes down and comes up again."""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.data import make
from supraspin.lab.protocol import Points, protocol
from supraspin.lab.setup import Setup
from supraspin.model import Angle, Field, PositiveCurrent, Temperature


@protocol("resistance_temperature")
def resistance_temperature(
    setup: Setup, rng: np.random.Generator, *, coldest: Temperature = 1.5, warmest: Temperature = 10.0, points: Points = 400,
    current: PositiveCurrent = 1e-6, field: Field = 0.0, field_angle: Angle = 0.0,
) -> xr.Dataset:  # fmt: skip
    """Four-probe resistance against temperature, cooling and then warming."""
    cryostat = setup.cryostat
    cryostat.check(coldest, field, field_angle)
    cryostat.check(warmest)
    # even in T near the transition, denser below it: the rate of a real ramp falls with the temperature
    way = np.geomspace(warmest, coldest, int(points))
    interval = float(np.mean(np.abs(np.diff(way)))) / cryostat.temperature_rate
    temperatures, readings = [], []
    for leg in (way, way[::-1]):
        sample, thermometer = cryostat.ramp(leg, interval, rng)
        voltage = current * (setup.sample.film_resistance(setup.device, sample, field, field_angle) + setup.lead_resistance)
        x, _, _ = setup.lockin.read(voltage, interval, rng)
        temperatures.append(thermometer)
        readings.append(x / current)
    known = {"field": field, "field_angle": field_angle, "current": current}
    return make("resistance_temperature", temperature=temperatures, resistance=readings, per_sweep=known)
