"""Tunnelling magnetoresistance: two-probe resistance of the junction while the in-plane field goes there and back."""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.data import make
from supraspin.lab.protocol import Count, Place, Points, protocol
from supraspin.lab.protocols._sweeps import between, film_layer, layer_of, magnetic_contact, there_and_back
from supraspin.lab.setup import Setup
from supraspin.model import PositiveCurrent, PositiveField, Temperature

_ALIGNMENTS = np.linspace(-1, 1, 9)


@protocol("magnetoresistance")
def tmr_loop(
    setup: Setup, rng: np.random.Generator, *, coldest: Temperature = 1.5, warmest: Temperature = 5.0, temperatures: Count = 1,
    current: PositiveCurrent = 2e-8, last_current: PositiveCurrent = 2e-6, currents: Count = 1, reach: PositiveField = 0.04,
    points: Points = 201, repeats: Count = 1, contact: Place = 0,
) -> xr.Dataset:  # fmt: skip
    """Loops of the junction's resistance at a small alternating current (rms), over a series of temperatures and currents."""
    device, cryostat, lockin = setup.device, setup.cryostat, setup.lockin
    where = magnetic_contact(device, contact)
    top, film = layer_of(where, rng), film_layer(device, rng)
    interval = setup.interval
    fields, readings, known = [], [], []
    for warm in between(coldest, warmest, temperatures):
        cryostat.check(warm, reach)
        film = film if film is None else film.at(warm)
        ordered = film.ordered if film is not None else None
        for flows in between(current, last_current, currents, geometric=True):
            levels = setup.sample.junction_resistance(
                device, where, flows, warm, 0.0, 0.0, _ALIGNMENTS, series=2 * where.resistance, ordered=ordered
            )
            for leg in [*there_and_back(reach, points)] * int(repeats):
                real = cryostat.field(leg)
                above, below = top.sweep(real), film.sweep(real) if film is not None else np.zeros_like(real)
                exact = np.interp(above * below, _ALIGNMENTS, levels)
                if setup.sample.path_resistance is not None:
                    exact = exact + setup.sample.path_resistance(device, where, warm, real, above, below)
                exact = exact * (1 + setup.junction_noise.series(rng, exact.size, interval, lockin.bandwidth))
                x, _, _ = lockin.in_range(flows * levels.max()).read(flows * exact, interval, rng)
                fields.append(leg)
                readings.append(x / flows)
                known.append((float(cryostat.hold(warm, 1, rng)[1][0]), flows))
    told = {"temperature": [t for t, _ in known], "current": [i for _, i in known], "field_angle": 0.0}
    return make("magnetoresistance", field=fields, resistance=readings, per_sweep=told)
