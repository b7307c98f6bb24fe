"""V(I): a direct current through the film, both ways, the voltage read by a nanovoltmeter, at a series of temperatures."""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.data import make
from supraspin.lab.noise import Noise
from supraspin.lab.protocol import Count, Points, protocol
from supraspin.lab.protocols._sweeps import between
from supraspin.lab.setup import Setup
from supraspin.lab.source_meter import SourceMeter
from supraspin.model import Angle, Field, PositiveCurrent, Temperature

NANOVOLTMETER = SourceMeter(
    meter_ranges=(0.01, 0.1, 1.0, 10.0), meter_step=1e-7, meter_offset=3e-8, noise=Noise(density=3e-9, flicker=2e-9),
    integration_time=0.1,
)  # fmt: skip


@protocol("iv_curve")
def voltage_current(
    setup: Setup, rng: np.random.Generator, *, coldest: Temperature = 5.6, warmest: Temperature = 7.0, temperatures: Count = 15,
    reach: PositiveCurrent = 1e-4, smallest: PositiveCurrent = 1e-7, points: Points = 121, field: Field = 0.0,
    field_angle: Angle = 0.0,
) -> xr.Dataset:  # fmt: skip
    """Voltage against current from -reach through 0 to +reach, evenly spaced in the logarithm beyond `smallest`."""
    cryostat = setup.cryostat
    cryostat.check(coldest, field, field_angle)
    cryostat.check(warmest)
    half = np.geomspace(smallest, reach, max(int(points) // 2, 2))
    wanted = np.concatenate((-half[::-1], [0.0], half))
    currents, voltages, readings = [], [], []
    for warm in between(coldest, warmest, temperatures):
        sample, thermometer = cryostat.hold(warm, wanted.size, rng)
        # The current is sourced decade by decade, each in its own range.
        real = np.array([setup.source_meter.source(np.array([one]))[0] for one in wanted])
        exact = setup.sample.film_voltage(
            setup.device, real, sample, field, field_angle, thermal_resistance=setup.thermal_resistance
        )
        reading, _ = NANOVOLTMETER.measure(exact + setup.lead_resistance * real, 0.2, rng)
        currents.append(wanted)
        voltages.append(reading)
        readings.append(float(np.median(thermometer)))
    told = {"temperature": readings, "field": field}
    return make("iv_curve", current=currents, voltage=voltages, per_sweep=told)
