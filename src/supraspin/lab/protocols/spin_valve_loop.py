"""Non-local spin valve: the detector's resistance while the in-plane field goes there and back, at one current or several.

Injector and detector are the ordered film under either contact; each switches with its contact.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.data import make
from supraspin.lab.protocol import Count, Place, Points, protocol
from supraspin.lab.protocols._nonlocal import channel_of, differential
from supraspin.lab.protocols._sweeps import between, layer_of, there_and_back
from supraspin.lab.setup import Setup
from supraspin.model import Current, PositiveCurrent, PositiveField, Temperature


@protocol("spin_valve_loop")
def spin_valve_loop(
    setup: Setup, rng: np.random.Generator, *, channel: Place = 0, temperature: Temperature = 0.053, bias: Current = 0.0,
    last_bias: Current = 5e-6, biases: Count = 1, modulation: PositiveCurrent = 5e-8, reach: PositiveField = 0.04,
    points: Points = 161, repeats: Count = 1,
) -> xr.Dataset:  # fmt: skip
    """Non-local resistance against in-plane field, both ways, over a series of direct currents."""
    device, cryostat = setup.device, setup.cryostat
    cryostat.check(temperature, reach)
    where = channel_of(device, channel)
    layers = [layer_of(device.contact(number), rng) for number in (where.injector, where.detector)]
    fields, readings, flowing = [], [], []
    for flows in between(bias, last_bias, biases):
        for leg in [*there_and_back(reach, points)] * int(repeats):
            real = cryostat.field(leg)
            alignment = layers[0].sweep(real) * layers[1].sweep(real)

            def exact(current, alignment=alignment):
                return setup.sample.nonlocal_resistance(device, where, current, temperature, 0.0, alignment)

            fields.append(leg)
            readings.append(differential(setup, exact, flows, modulation, rng))
            flowing.append(flows)
    told = {"temperature": temperature, "current": flowing, "separation": where.separation, "field_angle": 0.0}
    return make("spin_valve_loop", field=fields, nonlocal_resistance=readings, per_sweep=told)
