"""The readings of a depth profile as a fit can take them: a concentration, or whole counts with their exposure.

Counts know their own noise: N is Poisson with the mean e n(z), e being the counts that a concentration of 1 would give (the
exposure). It follows from a concentration beside the counts, from the counts of all elements together, or from a setting;
without any, the profile stays in counts (e = 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.depth_profile.exposure import element_first, exposure_of
from supraspin.data import good
from supraspin.errors import FitError
from supraspin.flags import Flag

if TYPE_CHECKING:
    import xarray as xr

FEWEST = 6
"""Points below which nothing is fitted."""
_ALIKE = 1e-6  # how near to whole numbers counts must be


@dataclass(frozen=True)
class Readings:
    """Depth (n,), m, in ascending order, and readings (n,); `exposure` (n,) is there where they are whole counts over it."""

    depth: np.ndarray
    reading: np.ndarray
    exposure: np.ndarray | None
    quantity: str
    flags: tuple[Flag, ...] = ()

    @property
    def counted(self) -> bool:
        return self.exposure is not None

    @property
    def span(self) -> float:
        return float(np.ptp(self.depth))

    @property
    def step(self) -> float:
        """Typical distance of neighbouring depths, m."""
        apart = np.diff(np.unique(self.depth))
        return float(np.median(apart)) if apart.size else 0.0

    def part(self, chosen: np.ndarray) -> Readings:
        exposure = None if self.exposure is None else self.exposure[chosen]
        return Readings(self.depth[chosen], self.reading[chosen], exposure, self.quantity, self.flags)


def prepare(ds: xr.Dataset, settings: Mapping[str, float]) -> Readings:
    """The usable points of all sweeps together. Raises `FitError` where there are too few."""
    fine = good(ds).values
    depth = ds["depth"].values[fine]
    order = np.argsort(depth, kind="stable")
    depth = depth[order]
    if depth.size < FEWEST or np.unique(depth).size < FEWEST:
        raise FitError(f"{depth.size} usable points make no depth profile; at least {FEWEST} depths are needed")
    ds, swapped = element_first(ds)
    counts = ds["counts"].values[fine][order] if "counts" in ds.variables else None
    concentration = ds["concentration"].values[fine][order] if "concentration" in ds.variables else None
    if counts is not None and not _whole(counts):
        text = "the counts are not whole numbers, so that their noise is not known beforehand: it is taken from the data"
        flags = (Flag("counts_not_whole", text, "warning"),)
        if concentration is not None:
            return Readings(depth, concentration, None, "concentration", flags)
        return Readings(depth, counts, None, "counts", flags)
    if counts is None:
        assert concentration is not None  # one of the two makes the kind
        text = "there are no counts beside the concentration: its noise is taken from the scatter of the data"
        return Readings(depth, concentration, None, "concentration", (Flag("noise_from_data", text, "note"),))
    exposure, quantity, said = exposure_of(ds, fine, order, counts, concentration, settings)
    said = (*swapped, *said)
    seen = exposure > 0
    if seen.sum() < FEWEST:
        raise FitError(f"only {int(seen.sum())} points have any counts to refer to; at least {FEWEST} are needed")
    return Readings(depth[seen], counts[seen] / exposure[seen], exposure[seen], quantity, said)


def _whole(counts: np.ndarray) -> bool:
    return bool(np.all(counts >= 0) and np.all(np.abs(counts - np.round(counts)) <= _ALIKE * np.maximum(counts, 1.0)))
