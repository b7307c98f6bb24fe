"""Spectra with a peak at zero bias: which they are, and how they enter the joint posterior of a device.

What makes the peak (order, bound states) also changes the spectrum around it. So spectra that prove one are left out where others
show the gap without; else all are fitted with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.tunnelling.gapless import gapless_suffices
from supraspin.analysis.tunnelling.peaks import HEIGHTS, peak_names, with_peaks
from supraspin.data import good, sweeps
from supraspin.errors import FitError
from supraspin.fit import FitResult, fit
from supraspin.fit.bayes import Part
from supraspin.flags import Flag
from supraspin.formatting import si
from supraspin.model import find_model

if TYPE_CHECKING:
    import xarray as xr


def without_peaks(part: Part) -> Part:
    """A part of tunnel spectra as it enters: without those that prove a peak at zero bias, or with the peak free in all."""
    pieces = sweeps(part.data)
    proofs = {i: proof for i, piece in enumerate(pieces) if (proof := proved(part, piece)) is not None}
    if not proofs:
        return part
    clear = [i for i in range(len(pieces)) if i not in proofs]
    warm = ", ".join(_warmth(pieces[i]) for i in proofs)
    if any(shows_gap(pieces[i]) for i in clear):
        text = (f"{len(proofs)} of {len(pieces)} spectra of {part.name} ({warm}) have a peak at zero bias, of which "
                f"{find_model(part.model).name} knows nothing: the gap is that of the others")  # fmt: skip
        flag = Flag("zero_bias_peak", text, "warning", {"left_out": float(len(proofs))})
        return replace(part, data=part.data.isel(sweep=clear), flags=(*part.flags, flag))
    text = f"every spectrum of {part.name} that shows a gap has a peak at zero bias ({warm}): all are fitted with one"
    return _with_peak(part, next(iter(proofs.values())), Flag("zero_bias_peak", text, "note"))


def proved(part: Part, piece: xr.Dataset) -> FitResult | None:
    """The fit of one spectrum with the peak that it proves; None where it proves none, or cannot be fitted."""
    entry = find_model(part.model)
    free = ["background_quadratic"] if "background_quadratic" in entry.parameters else []
    given = {key: part.options[key] for key in ("x", "y", "window", "keep") if part.options.get(key) is not None}
    try:
        plain = fit(entry, piece, fix=dict(part.options.get("fix") or {}), free=free, multistart=1, profile=False, **given)
        found = with_peaks(entry.name, plain, piece, **given)
    except FitError:
        return None
    return min(found.values(), key=lambda one: one.chi_square) if len(found) > 1 else None


def shows_gap(piece: xr.Dataset) -> bool:
    """Whether a smooth curve without a gap leaves more of a spectrum than noise."""
    name = "conductance" if "conductance" in piece else "normalised_conductance"
    fine = good(piece).values.ravel()
    return gapless_suffices(piece["bias"].values.ravel()[fine], piece[name].values.ravel()[fine]) is None


def _with_peak(part: Part, proof: FitResult, flag: Flag) -> Part:
    """The part with the peak free: one width and energy for all spectra, a height for each."""
    entry, names = find_model(part.model), peak_names(proof)
    free = tuple(dict.fromkeys((*part.options.get("free", ()), *names)))
    known = {*part.data.variables, *(part.options.get("fix") or {})}
    height = next(name for name in names if name in HEIGHTS)
    common = [name for name in dict.fromkeys((*entry.free, *free)) if name != height and name not in known]
    top = float(np.max(np.abs(proof.y)))
    limits = {name: proof.params[name].bounds for name in names} | {height: (0.0, top)}
    starts = {name: float(np.clip(proof.params[name].value, low + 1e-3 * (high - low), high - 1e-3 * (high - low)))
              for name, (low, high) in limits.items()}  # fmt: skip
    options = {
        **part.options, "free": free, "common": common, "start": {**part.options.get("start", {}), **starts},
        "bounds": {**limits, **(part.options.get("bounds") or {})},
    }  # fmt: skip
    return replace(part, options=options, flags=(*part.flags, flag))


def _warmth(piece: xr.Dataset) -> str:
    return si(float(piece["temperature"].values.flat[0]), "K") if "temperature" in piece.variables else "temperature not told"
