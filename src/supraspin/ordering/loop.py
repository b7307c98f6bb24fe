"""A hysteresis loop from a host and a pairing: the exchange follows the gap as the field breaks pairs."""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.moments import Interpolated, field_sweep
from supraspin.ordering.chain import Chain


def loop(
    chain: Chain, grid: Interpolated, fields, temperature: float, *, size: int, realisations: int = 8, rng: np.random.Generator,
    direction=None, **settings,
) -> xr.Dataset:  # fmt: skip
    """Magnetisation over `fields`, T, in turn (`moments.loop_fields`), of `size` x `size` cells; settings of `field_sweep`.

    The couplings are those of the field where the film, by |B|, has another gap; the moments feel the field besides.
    """
    sample = chain.sample(size, realisations, rng)
    gaps = {abs(float(b)): float(chain.gap(temperature, abs(float(b)))) for b in np.atleast_1d(fields)}
    made: dict[float, np.ndarray] = {}

    def couplings_at(field: float) -> np.ndarray:
        gap = gaps[abs(field)]
        if gap not in made:
            made.clear()
            made[gap] = grid.matrices(sample, [(temperature, gap)])
        return made[gap]

    system = chain.system(sample, couplings_at(float(np.atleast_1d(fields)[0])))
    found = field_sweep(system, fields, temperature, direction=direction, rng=rng, couplings_at=couplings_at, **settings)
    return found.assign(gap=(("point",), np.array([gaps[abs(float(b))] for b in found["field"].values]), {"units": "eV"}))
