"""Van der Waals gap against depth, read off the cross-section layer by layer."""

from __future__ import annotations

import numpy as np
import xarray as xr

from supraspin.data import make
from supraspin.lab.protocol import protocol
from supraspin.lab.setup import Setup
from supraspin.materials import material
from supraspin.model import Length
from supraspin.models.vdw_gap_expansion import vdw_gap_expansion


@protocol("interlayer_gap")
def interlayer_gap(
    setup: Setup, rng: np.random.Generator, *, pristine_gap: Length = 0.29e-9, resolution: Length = 3e-12
) -> xr.Dataset:  # fmt: skip
    """Gaps between the layers of the film, each read with a standard error of `resolution`."""
    film, part = setup.device.film, setup.device.intercalation
    layer = material(film.material)["layer_thickness"].value
    depth = layer * np.arange(1, int(film.thickness / layer))
    gap = vdw_gap_expansion(
        depth, pristine_gap=pristine_gap, expansion=part.expansion if part else 0.0,
        decay_length=part.decay_length if part else 1e-9,
    )  # fmt: skip
    return make("interlayer_gap", depth=depth, interlayer_gap=np.asarray(gap) + resolution * rng.standard_normal(depth.size))
