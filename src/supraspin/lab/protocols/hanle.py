"""Hanle curves: injector and detector set parallel or antiparallel in the plane, then a perpendicular field swept."""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.data import make
from supraspin.lab.protocol import Place, Points, Switch, protocol
from supraspin.lab.protocols._nonlocal import channel_of, differential
from supraspin.lab.setup import Setup
from supraspin.model import Field, PositiveCurrent, PositiveField, Resistance, Temperature


@protocol("hanle")
def hanle(
    setup: Setup, rng: np.random.Generator, *, channel: Place = 0, temperature: Temperature = 0.05, bias: PositiveCurrent = 1e-7,
    modulation: PositiveCurrent = 5e-8, reach: PositiveField = 0.6, points: Points = 241, antiparallel: Switch = 1,
    field_offset: Field = 1e-3, charge_resistance: Resistance = 0.0,
) -> xr.Dataset:  # fmt: skip
    """Non-local resistance against perpendicular field for parallel and, unless `antiparallel` is 0, antiparallel electrodes.

    `field_offset` is the remanent field that the sweep does not know of; `charge_resistance` (at 1 T) adds what is odd in the
    field, as a Hall voltage of spreading currents does.
    """
    setup.cryostat.check(temperature, reach, np.pi / 2)
    where = channel_of(setup.device, channel)
    field = np.linspace(-reach, reach, int(points))
    signs = (1.0, -1.0) if antiparallel else (1.0,)
    curves = []
    for sign in signs:

        def exact(current, sign=sign):
            return setup.sample.nonlocal_resistance(setup.device, where, current, temperature, field - field_offset, sign)

        curves.append(differential(setup, exact, bias, modulation, rng, extra=charge_resistance * field))
    told = {"alignment": signs, "separation": where.separation, "temperature": temperature, "current": bias}
    return make("hanle", field=[field] * len(signs), nonlocal_resistance=curves, per_sweep=told)
