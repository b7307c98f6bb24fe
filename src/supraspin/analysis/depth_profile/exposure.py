"""What counts refer to: the counts that a concentration of 1 would give, from what stands beside them in the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from supraspin.flags import Flag

if TYPE_CHECKING:
    import xarray as xr

_STEADY = 0.2  # spread of counts over concentration below which one exposure serves all points
_WHOLE = {"total", "totals", "sum", "all"}


def element_first(ds: xr.Dataset) -> tuple[xr.Dataset, tuple[Flag, ...]]:
    """The data with an element's own counts as `counts`, where the column read so is that of all elements together."""
    if "counts" not in ds.variables or not _is_total(ds, "counts"):
        return ds, ()
    own = [str(n) for n in ds.data_vars if n != "counts" and ds[n].attrs.get("quantity") == "counts"]
    if not own:
        return ds, ()
    text = (f"the column {_written(ds, 'counts')!r} is that of all elements together: the profile is that of "
            f"{_written(ds, own[0])!r}")  # fmt: skip
    return ds.rename({"counts": "total_counts", own[0]: "counts"}), (Flag("total_is_no_element", text, "note"),)


def exposure_of(
    ds: xr.Dataset, fine: np.ndarray, order: np.ndarray, counts: np.ndarray, concentration: np.ndarray | None,
    settings: Mapping[str, float],
) -> tuple[np.ndarray, str, tuple[Flag, ...]]:  # fmt: skip
    """Counts that a concentration of 1 would give at each point, what the profile then is of, and where it was taken from."""
    if "full_counts" in settings:
        return np.full(counts.shape, settings["full_counts"]), "concentration", ()
    if concentration is not None and np.any(known := (counts > 0) & (concentration > 0)):
        ratio = np.where(known, counts / np.where(known, concentration, 1.0), np.nan)
        typical = float(np.nanmedian(ratio))
        if np.nanstd(ratio) < _STEADY * typical:
            return np.full(counts.shape, typical), "concentration", ()
        at = np.arange(counts.size)
        return np.interp(at, at[known], ratio[known]), "concentration", ()
    others = [
        name for name in ds.data_vars
        if name != "counts" and ds[name].attrs.get("quantity") == "counts" and ds[name].dims == ds["counts"].dims
    ]  # fmt: skip
    said: tuple[Flag, ...] = ()
    whole = [name for name in others if _is_total(ds, str(name))]
    if whole:
        total = np.nan_to_num(ds[whole[0]].values[fine][order])
        if np.all(total >= counts):
            text = (f"the concentration is the share of the column {_written(ds, str(whole[0]))!r}, as if each element were seen "
                    "equally well: --set full_counts=N gives the counts of a concentration of 1 instead")  # fmt: skip
            return total, "concentration", (Flag("share_of_counts", text, "warning"),)
        text = (
            f"the column {_written(ds, str(whole[0]))!r} has fewer counts than the element alone at some depths: it is not used"
        )
        said = (Flag("total_too_small", text, "warning"),)
        others = [name for name in others if name not in whole]
    if others:
        total = counts + np.sum([np.nan_to_num(ds[name].values[fine][order]) for name in others], axis=0)
        text = (f"the concentration is the share of the counts of all {len(others) + 1} elements, as if each were seen equally "
                "well: --set full_counts=N gives the counts of a concentration of 1 instead")  # fmt: skip
        return total, "concentration", (*said, Flag("share_of_counts", text, "warning"))
    text = "counts alone tell no concentration: --set full_counts=N gives the counts that a concentration of 1 would make"
    return np.ones(counts.shape), "counts", (*said, Flag("concentration_unknown", text, "warning"))


def _written(ds: xr.Dataset, name: str) -> str:
    """The header of a column as it stood in the file."""
    return str(ds[name].attrs.get("original_name", name))


def _is_total(ds: xr.Dataset, name: str) -> bool:
    """Whether a column counts all elements together, by its name: "total counts", "sum", "counts (all)"."""
    return bool(set(re.split(r"[^a-z]+", f"{name} {_written(ds, name)}".lower())) & _WHOLE)
