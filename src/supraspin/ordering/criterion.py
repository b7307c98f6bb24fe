"""Does the coherence-length criterion describe T_K(B)? It says that T_K(B)/T_c(B) = 1 - (xi0/l_m)^2 is the same at all fields.

The share is the weighted mean over fields where T_K is known, chi-square tells whether one share fits all, and limits are held
against it. With the share comes l_m, the length over which the superconductor couples moments (DESIGN 4.4; arXiv:2306.06659).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.stats import chi2

from supraspin.flags import Flag

_WEAK = 0.1


@dataclass(frozen=True)
class Criterion:
    """T_K/T_c with its error, l_m in m with its error (absent for a share outside 0 to 1), chi-square, and its chance p."""

    share: float | None
    share_error: float | None
    magnetic_length: float | None
    magnetic_length_error: float | None
    chi_square: float | None
    freedom: int
    p: float | None
    flags: tuple[Flag, ...] = ()


def criterion(found: xr.Dataset) -> Criterion:
    """The criterion against a `boundary`. Errors: statistical and systematic added in quadrature."""
    tc = found["critical_temperature"].values
    known = np.isfinite(found["ordering_temperature"].values) & (tc > 0)
    flags = []
    free = np.isfinite(found["ordering_temperature"].values) & (tc <= 0)
    if free.any():
        lowest = float(found["field"].values[free].min())
        text = f"moments order at {lowest:.3g} T although the film is normal there: the superconductor is not what couples them"
        flags.append(Flag("order_in_normal_state", text, "warning", {"field": lowest}))
    if not known.any():
        flags.append(Flag("no_ordering_temperature", "T_K is not known at any field where the film superconducts", "note"))
        return Criterion(None, None, None, None, None, 0, None, tuple(flags))
    systematic = np.nan_to_num(found["ordering_temperature_systematic"].values)
    error = np.hypot(np.nan_to_num(found["ordering_temperature_error"].values), systematic)
    ratio, sigma = found["ordering_temperature"].values[known] / tc[known], np.maximum(error[known] / tc[known], 1e-9)
    share = float(np.sum(ratio / sigma**2) / np.sum(1 / sigma**2))
    share_error = float(1 / np.sqrt(np.sum(1 / sigma**2)))
    freedom = int(known.sum()) - 1
    square = float(np.sum(((ratio - share) / sigma) ** 2)) if freedom else None
    p = float(chi2.sf(square, freedom)) if square is not None else None
    if p is not None and p < 0.01:
        low, high = float(ratio.min()), float(ratio.max())
        text = f"T_K/T_c runs from {low:.2f} to {high:.2f}: one coherence-length criterion does not fit all fields (p = {p:.1e})"
        flags.append(Flag("criterion_fails", text, "warning", {"lowest": low, "highest": high, "p": p}))
    if p is not None and p >= 0.01 and np.median(sigma) > _WEAK:
        text = f"T_K/T_c is known to {np.median(sigma):.2f} a field only: that the criterion is not refuted says little"
        flags.append(Flag("criterion_weakly_tested", text, "note", {"error": float(np.median(sigma))}))
    if np.any(found["below"].values < (share - 3 * share_error) * tc):
        flags.append(Flag("criterion_fails_at_limits", "at some field nothing orders where the criterion has order"))
    length = length_error = None
    if 0 <= share < 1:
        xi = float(found.attrs["coherence_length"])
        length = float(xi / np.sqrt(1 - share))
        length_error = float(0.5 * length / (1 - share) * share_error)
    else:
        flags.append(
            Flag("order_above_transition", f"T_K/T_c = {share:.2f}: no magnetic length has that", "note", {"share": share})
        )
    return Criterion(share, share_error, length, length_error, square, freedom, p, tuple(flags))
