"""Synthetic depth profiles and layer gaps whose truth is known."""

from __future__ import annotations

import numpy as np

from supraspin.data import make
from supraspin.models import intercalation_profile, vdw_gap_expansion

NM = 1e-9
WINDOW = 11 * NM
SHAPE = {"surface_concentration": 0.12, "decay_length": 2.5 * NM, "probe_width": 0.6 * NM, "background_concentration": 0.004}
TRUTH = {"probe_width": 0.6 * NM, "clean": lambda z: np.asarray(intercalation_profile(z, **SHAPE))}


def depths() -> np.ndarray:
    return np.arange(-4, 12, 0.25) * NM


def profile(seed, *, full=4000.0, z=None, **changes):
    """Whole counts, `full` of them at a concentration of 1, of a profile broadened by the probe."""
    z = depths() if z is None else z
    mean = full * np.asarray(intercalation_profile(z, **(SHAPE | changes)))
    counts = np.random.default_rng([seed, 17]).poisson(mean).astype(float)
    return make("depth_profile", depth=z, counts=counts, source="p.csv")


def film_mean(window, *, surface=0.12, length=2.5 * NM) -> float:
    return surface * length * -np.expm1(-window / length) / window


def layers(seed, *, count=16, noise=2e-12, **changes):
    """Gaps of layers 0.63 nm apart with white noise."""
    z = np.arange(count) * 0.63 * NM
    truth = {"pristine_gap": 0.29 * NM, "expansion": 0.08, "decay_length": 2.5 * NM} | changes
    gap = np.asarray(vdw_gap_expansion(z, **truth)) + np.random.default_rng([seed, 23]).normal(0, noise, count)
    return make("interlayer_gap", depth=z, interlayer_gap=gap, source="g.csv")
