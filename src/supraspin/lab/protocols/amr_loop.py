"""Anisotropic magnetoresistance of a contact line: its resistance while the field along it goes there and back.

Along the easy axis the grains point with or against the current alike; only while they turn does part of them point across:
R = R_0 - dR (1 - m^2), m the magnetisation of the line.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.data import make
from supraspin.lab.protocol import Count, Place, Points, protocol
from supraspin.lab.protocols._sweeps import between, layer_of, magnetic_contact, there_and_back
from supraspin.lab.setup import Setup
from supraspin.model import PositiveCurrent, PositiveField, Temperature


@protocol("magnetoresistance")
def amr_loop(
    setup: Setup, rng: np.random.Generator, *, temperature: Temperature = 2.0, current: PositiveCurrent = 1e-5,
    last_current: PositiveCurrent = 1e-6, currents: Count = 1, reach: PositiveField = 0.04, points: Points = 201,
    repeats: Count = 1, contact: Place = 0,
) -> xr.Dataset:  # fmt: skip
    """Loops of a magnetic contact's own resistance at an alternating current (rms)."""
    device, cryostat, lockin = setup.device, setup.cryostat, setup.lockin
    where = magnetic_contact(device, contact)
    cryostat.check(temperature, reach)
    layer = layer_of(where, rng)
    interval = setup.interval
    fields, readings, flowing = [], [], []
    for flows in between(current, last_current, currents, geometric=True):
        for leg in [*there_and_back(reach, points)] * int(repeats):
            m = layer.sweep(cryostat.field(leg))
            exact = where.resistance - where.anisotropic_resistance * (1 - m**2)
            exact = exact * (1 + setup.contact_noise.series(rng, exact.size, interval, lockin.bandwidth))
            x, _, _ = lockin.in_range(flows * where.resistance).read(flows * exact, interval, rng)
            fields.append(leg)
            readings.append(x / flows)
            flowing.append(flows)
    told = {"temperature": temperature, "current": flowing, "field_angle": 0.0}
    return make("magnetoresistance", field=fields, resistance=readings, per_sweep=told)
