"""Marks of non-local signals: the contrast between alignments against the direct current, and in a perpendicular field."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import sources
from supraspin.data import good
from supraspin.verdict._film import best
from supraspin.verdict.outcome import Reading

if TYPE_CHECKING:
    import xarray as xr

_CLEAR = 1.5
"""The largest singular value over that of noise alone from which there is a contrast."""


def odd_share(data: Sequence[xr.Dataset]) -> Reading | str:
    """Share of the contrast between alignments (squared) that is odd in the direct current."""
    return best([_odd_share(ds) for ds in data], "no contrast between alignments against a direct current of both signs")


def _odd_share(ds: xr.Dataset) -> Reading | None:
    fine = good(ds).values
    rows = fine.all(axis=1)
    if np.count_nonzero(rows) < 4:
        return None
    current, r = ds["current"].values[rows], ds["nonlocal_resistance"].values[rows]
    if np.ptp(current, axis=0).max() > 1e-3 * np.ptp(current):
        return None
    i = current[0]
    contrast = r - r.mean(axis=0)
    noise = 1.4826 * float(np.median(np.abs(np.diff(r, 2, axis=1)))) / math.sqrt(6)
    _, s, v = np.linalg.svd(contrast, full_matrices=False)
    if noise <= 0 or s[0] < _CLEAR * noise * (math.sqrt(r.shape[0]) + math.sqrt(r.shape[1])):
        return None
    order = np.argsort(i)
    i, c = i[order], s[0] * v[0][order]
    mirrored = np.interp(-i, i, c, left=math.nan, right=math.nan)
    both = (i > 0) & np.isfinite(mirrored)
    if np.count_nonzero(both) < 8:
        return None
    even, odd = 0.5 * (c[both] + mirrored[both]), 0.5 * (c[both] - mirrored[both])
    variance, n = 0.5 * noise**2, even.size
    e, o = float(even @ even) - n * variance, float(odd @ odd) - n * variance
    error_e, error_o = (math.sqrt(4 * max(one, 0.0) * variance + 2 * n * variance**2) for one in (e, o))
    total = e + o
    if not total > 0:
        return None
    text = f"{100 * o / total:.1f} % of the contrast between alignments are odd in the current"
    return Reading(o / total, math.hypot(e * error_o, o * error_e) / total**2, 0.01, sources(ds), text)


def precession(data: Sequence[xr.Dataset]) -> Reading | str:
    """The contrast between parallel and antiparallel electrodes in the outer perpendicular field over that in zero field."""
    return best([_precession(ds) for ds in data], "no clear contrast between parallel and antiparallel Hanle curves")


def _precession(ds: xr.Dataset) -> Reading | None:
    if "alignment" not in ds.coords:
        return None
    sides = []
    for sign in (1, -1):
        rows = np.flatnonzero(ds["alignment"].values == sign)
        if not rows.size:
            return None
        fine = good(ds).values[rows[0]]
        sides.append((ds["field"].values[rows[0]][fine], ds["nonlocal_resistance"].values[rows[0]][fine]))
    (b, p), (b2, a) = sides
    if b.size < 30 or b2.size < 30:
        return None
    order, order2 = np.argsort(b), np.argsort(b2)
    b, c = b[order], p[order] - np.interp(b[order], b2[order2], a[order2])
    noise = 1.4826 * float(np.median(np.abs(np.diff(c, 2)))) / math.sqrt(6)
    reach = float(np.abs(b).max())
    # A quarter of the curve at the outer ends, and as little as noise allows about zero field.
    outer, inner = np.abs(b) > 0.75 * reach, np.abs(b) < 0.03 * reach
    if np.count_nonzero(inner) < 2 or np.count_nonzero(outer) < 4:
        return None
    centre, end = float(c[inner].mean()), float(c[outer].mean())
    s_centre, s_end = noise / math.sqrt(np.count_nonzero(inner)), noise / math.sqrt(np.count_nonzero(outer))
    if not abs(centre) > 6 * s_centre:
        return None
    x = end / centre
    text = f"at {reach:.2g} T across, {x:.2f} of the contrast in zero field are left"
    return Reading(x, math.hypot(s_end, x * s_centre) / abs(centre), 0.02, sources(ds), text)
