"""R(B): the film's resistance against field at a series of temperatures."""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.data import make
from supraspin.lab.protocol import Count, Points, protocol
from supraspin.lab.protocols._sweeps import between
from supraspin.lab.setup import Setup
from supraspin.model import Angle, Field, PositiveCurrent, Temperature


@protocol("magnetoresistance")
def resistance_field(
    setup: Setup, rng: np.random.Generator, *, coldest: Temperature = 1.5, warmest: Temperature = 6.5, temperatures: Count = 1,
    start: Field = 0.0, stop: Field = 7.0, points: Points = 281, field_angle: Angle = np.pi / 2, current: PositiveCurrent = 1e-6,
) -> xr.Dataset:  # fmt: skip
    """Four-probe resistance against field, swept once at each temperature."""
    cryostat, lockin = setup.cryostat, setup.lockin
    cryostat.check(coldest, start, field_angle)
    cryostat.check(warmest, stop, field_angle)
    field = np.linspace(start, stop, int(points))
    interval = max(float(np.abs(np.diff(field)).mean()) / cryostat.field_rate, lockin.time_constant)
    curves, readings = [], []
    for warm in between(coldest, warmest, temperatures):
        sample, thermometer = cryostat.hold(warm, field.size, rng)
        exact = setup.sample.film_resistance(setup.device, sample, cryostat.field(field), field_angle) + setup.lead_resistance
        x, _, _ = lockin.read(current * exact, interval, rng)
        curves.append(x / current)
        readings.append(float(np.median(thermometer)))
    told = {"temperature": readings, "field_angle": field_angle, "current": current}
    return make("magnetoresistance", field=[field] * len(curves), resistance=curves, per_sweep=told)
