"""Concentration against depth by energy loss or X-rays: counts of cobalt and of the host's elements, through a broad probe."""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.data import make
from supraspin.lab.protocol import Points, protocol
from supraspin.lab.setup import Setup
from supraspin.model import Fraction, Length, Positive
from supraspin.models.intercalation_profile import intercalation_profile


@protocol("depth_profile")
def depth_profile(
    setup: Setup, rng: np.random.Generator, *, before: Length = 3e-9, points: Points = 60, counts: Positive = 3000,
    probe_width: Length = 0.5e-9, background: Fraction = 0.002, misfit: Length = 0.2e-9,
) -> xr.Dataset:  # fmt: skip
    """Counts of cobalt with depth from `before` the interface to the film's far side; `counts` is the mean total of a point.

    `misfit` is how far the interface lies from where the microscopist put zero; `background` is what is counted as cobalt
    without any.
    """
    device = setup.device
    depth = np.linspace(-before, device.film.thickness, int(points))
    part = device.intercalation
    concentration = np.full(depth.size, background)
    if part is not None:
        concentration = concentration + np.asarray(
            intercalation_profile(
                depth, surface_concentration=part.surface_concentration, decay_length=part.decay_length, probe_width=probe_width,
                depth_offset=misfit,
            )
        )  # fmt: skip
    total = rng.poisson(counts, depth.size)
    cobalt = rng.binomial(total, np.clip(concentration, 0, 1))
    attributes = {"host_counts": {"quantity": "counts", "original_name": "host counts", "units": "1"}}
    return make("depth_profile", {"depth": depth, "counts": cobalt, "host_counts": total - cobalt}, attributes=attributes)
