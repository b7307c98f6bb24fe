"""dI/dV against bias: a direct bias with an alternating one on top, the current read by the lock-in amplifier."""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.data import make
from supraspin.lab.noise import Noise
from supraspin.lab.protocol import Count, Place, Points, protocol
from supraspin.lab.protocols._sweeps import between, magnetic_contact
from supraspin.lab.setup import Setup
from supraspin.model import Angle, Field, PositiveVoltage, Temperature, Voltage


@protocol("tunnel_spectrum")
def tunnel_spectrum(
    setup: Setup, rng: np.random.Generator, *, coldest: Temperature = 1.5, warmest: Temperature = 8.0, temperatures: Count = 9,
    field: Field = 0.0, last_field: Field = 0.0, fields: Count = 1, field_angle: Angle = 0.0, reach: PositiveVoltage = 5e-3,
    points: Points = 301, modulation: PositiveVoltage = 1e-4, bias_offset: Voltage = 3e-5, contact: Place = 0,
) -> xr.Dataset:  # fmt: skip
    """Tunnel spectra over a series of temperatures and fields; `modulation` is the peak amplitude of the alternating bias."""
    device, cryostat = setup.device, setup.cryostat
    where = magnetic_contact(device, contact)
    series = [(t, b) for b in between(field, last_field, fields) for t in between(coldest, warmest, temperatures)]
    for t, b in series:
        cryostat.check(t, b, field_angle)
    bias = np.linspace(-reach, reach, int(points))
    warm, field_there = (np.array(values) for values in zip(*series, strict=True))
    clean = setup.sample.junction_conductance(device, where, bias - bias_offset, warm, field_there, field_angle, 1.0, modulation)
    # A current amplifier stands before the lock-in; its noise is that of the reading.
    lockin = setup.lockin
    amplifier = Noise(density=4e-13, flicker=2e-13)
    interval = setup.interval
    curves, readings = [], []
    for one, t in zip(clean, warm, strict=True):
        wander = setup.junction_noise.series(rng, one.size, interval, lockin.bandwidth)
        current = lockin.follow(one * (1 + wander) * modulation / np.sqrt(2), interval) * lockin.gain
        current = current + amplifier.series(rng, current.size, interval, lockin.bandwidth)
        curves.append(current / (modulation / np.sqrt(2)))
        readings.append(float(cryostat.hold(t, 1, rng)[1][0]))
    known = {"temperature": readings, "field": field_there, "field_angle": field_angle, "modulation": modulation}
    return make("tunnel_spectrum", bias=[bias] * len(curves), conductance=curves, per_sweep=known)
