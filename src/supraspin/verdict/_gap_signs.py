"""What a tunnel spectrum says of its gap: misfit of each kind of gap, and the share of another one in place of nodes.

A gap with nodes, f_0, and a rival one, f_1, are both fitted to one spectrum G. In

    G = (1 - a) f_0 + a f_1

a is 0 if the nodes are the truth and 1 if the rival is (Davidson and MacKinnon, Econometrica 49, 781): two models of which
neither contains the other are held against each other on one scale. The error of a grows by the correlation of the residual,
and its move with a thermometer that is off by 1 % either way is the systematic. Where the two fits are alike within the noise,
it is large, and nothing is told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.fit import FitResult
from supraspin.fit.noise import structure
from supraspin.verdict._gap_fits import clearest
from supraspin.verdict.outcome import Reading

if TYPE_CHECKING:
    import xarray as xr

    Look = Callable[[Sequence[xr.Dataset]], Reading | str]

_SLOW = 3.0
"""What slow noise of a junction leaves of a fit beside the noise of a reading."""
_BLUR, _WEIGHT_ERROR = 5.0, 0.01
"""Error of a band's weight over that of a reading, and what imperfections may do to a weight."""
_SHARE_ERROR = 0.05
"""What imperfections that no model has (drift, lag, offsets) may do to a share."""


def misfit(model: str) -> Look:
    """How far a kind of gap is from a spectrum: rms of what its fit leaves, over the swing of the spectrum."""

    def look(data: Sequence[xr.Dataset]) -> Reading | str:
        seen = clearest(data)
        if isinstance(seen, str):
            return seen
        rest = seen.misfit(model)
        error = _SLOW * seen.sigma / seen.swing
        text = f"{100 * rest:.2g} % of the swing at {seen.temperature:.3g} K"
        return Reading(rest, error, 0.0, (seen.name,), text)

    return look


def share(model: str) -> Look:
    """Share of a rival kind of gap in a spectrum, in place of one with nodes."""

    def look(data: Sequence[xr.Dataset]) -> Reading | str:
        seen = clearest(data)
        if isinstance(seen, str):
            return seen
        apart = seen.fits[model].best_fit - seen.fits["nodal"].best_fit
        norm = float(apart @ apart)
        if not norm > 0:
            return "both kinds of gap give the same spectrum"
        value = _share(seen.conductance, seen.fits, model)
        moved = max((abs(_share(seen.conductance, fits, model) - value) for fits in seen.others), default=0.0)
        left = seen.conductance - seen.fits["nodal"].best_fit - value * apart
        judged = structure([(seen.bias, left)])
        grown = judged.error_growth if judged.structured else 1.0
        error = grown * max(float(np.std(left)), seen.sigma) / math.sqrt(norm)
        text = (
            f"at {seen.temperature:.3g} K, where the two differ by {100 * float(np.std(apart)) / seen.swing:.2g} % of the swing"
        )
        return Reading(value, error, math.hypot(_SHARE_ERROR, moved), (seen.name,), text)

    return look


def _share(conductance: np.ndarray, fits: Mapping[str, FitResult], model: str) -> float:
    nodes = fits["nodal"].best_fit
    apart = fits[model].best_fit - nodes
    return float(apart @ (conductance - nodes)) / max(float(apart @ apart), 1e-300)


def lesser_band(data: Sequence[xr.Dataset]) -> Reading | str:
    """Weight of the lesser of two bands times how far its gap is from the other's, over the larger."""
    seen = clearest(data)
    if isinstance(seen, str):
        return seen
    values = {name: p.value for name, p in seen.fits["two_gap"].params.items()}
    gaps = values["gap"], values["gap_2"]
    value = min(values["weight"], 1 - values["weight"]) * (1 - min(gaps) / max(gaps))
    text = f"weights {values['weight']:.2g} and {1 - values['weight']:.2g}, gaps {1e3 * gaps[0]:.3g} and {1e3 * gaps[1]:.3g} meV"
    return Reading(value, _BLUR * _SLOW * seen.sigma / seen.swing, _WEIGHT_ERROR, (seen.name,), text)
