"""Data: instrument files to sweep data sets that every part of the package can rely on. See `schema` for what one is."""

from __future__ import annotations

from supraspin.data.build import make
from supraspin.data.describe import describe, describe_text
from supraspin.data.loading import load, load_all
from supraspin.data.schema import BITS, DISQUALIFYING, KINDS, doubts, good, sweeps, validate
from supraspin.data.storage import load_netcdf, save

__all__ = [
    "BITS", "DISQUALIFYING", "KINDS", "describe", "describe_text", "doubts", "good", "load", "load_all", "load_netcdf", "make",
    "save",
    "sweeps", "validate",
]  # fmt: skip
