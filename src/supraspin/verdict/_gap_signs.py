"""What a tunnel spectrum says of its gap: misfit of each kind of gap, and the share of another one in place of nodes.

A gap with nodes, f_0, and a rival one, f_1, are both fitted to one spectrum G. In

    G = (1 - a) f_0 + a f_1

a is 0 if the nodes are the truth and 1 if the rival is (Davidson and MacKinnon, Econometrica 49, 781): two models of which
neither contains the other are held against each other on one scale. The error of a grows by the correlation of the residual.
Where the two fits are alike within the noise, it is large, and nothing is told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import name_of
from supraspin.data import good, make, sweeps
from supraspin.fit import FitResult, fit
from supraspin.fit.noise import noise, structure
from supraspin.verdict._film import once
from supraspin.verdict.outcome import Reading

if TYPE_CHECKING:
    import xarray as xr

    Look = Callable[[Sequence[xr.Dataset]], Reading | str]

_MODELS = ("nodal", "dynes", "two_gap")
_SHALLOW = 0.1
"""Depth of a gap, over the normal conductance, below which a spectrum shows none."""
_PEAK = 6.0
"""Errors by which the conductance at zero bias must stand above its surroundings to be a peak."""
_WARM = 1.25
"""Temperature of the electrons over that of the bath up to which a fit may go."""
_SLOW = 3.0
"""What slow noise of a junction leaves of a fit beside the noise of a reading."""
_SHARE_ERROR = 0.05
"""What imperfections that no model has (drift, lag, offsets) may do to a share."""


@dataclass(frozen=True)
class Fitted:
    """A spectrum with its fits by model: bias (n,), V; conductance (n,), S; the noise of a reading and its swing, S."""

    name: str
    temperature: float
    bias: np.ndarray
    conductance: np.ndarray
    sigma: float
    swing: float
    fits: dict[str, FitResult]


def misfit(model: str) -> Look:
    """How far a kind of gap is from a spectrum: rms of what its fit leaves, over the swing of the spectrum."""

    def look(data: Sequence[xr.Dataset]) -> Reading | str:
        seen = _clearest(data)
        if isinstance(seen, str):
            return seen
        rest = float(np.std(seen.conductance - seen.fits[model].best_fit)) / seen.swing
        error = _SLOW * seen.sigma / seen.swing
        text = f"{100 * rest:.2g} % of the swing at {seen.temperature:.3g} K"
        return Reading(rest, error, 0.0, (seen.name,), text)

    return look


def share(model: str) -> Look:
    """Share of a rival kind of gap in a spectrum, in place of one with nodes."""

    def look(data: Sequence[xr.Dataset]) -> Reading | str:
        seen = _clearest(data)
        if isinstance(seen, str):
            return seen
        apart = seen.fits[model].best_fit - seen.fits["nodal"].best_fit
        norm = float(apart @ apart)
        if not norm > 0:
            return "both kinds of gap give the same spectrum"
        rest = seen.conductance - seen.fits["nodal"].best_fit
        value = float(apart @ rest) / norm
        left = rest - value * apart
        judged = structure([(seen.bias, left)])
        grown = judged.error_growth if judged.structured else 1.0
        error = grown * max(float(np.std(left)), seen.sigma) / math.sqrt(norm)
        text = (
            f"at {seen.temperature:.3g} K, where the two differ by {100 * float(np.std(apart)) / seen.swing:.2g} % of the swing"
        )
        return Reading(value, error, _SHARE_ERROR, (seen.name,), text)

    return look


def lesser_band(data: Sequence[xr.Dataset]) -> Reading | str:
    """Weight of the lesser of two bands times how far its gap is from the other's, over the larger."""
    seen = _clearest(data)
    if isinstance(seen, str):
        return seen
    values = {name: p.value for name, p in seen.fits["two_gap"].params.items()}
    gaps = values["gap"], values["gap_2"]
    value = min(values["weight"], 1 - values["weight"]) * (1 - min(gaps) / max(gaps))
    text = f"weights {values['weight']:.2g} and {1 - values['weight']:.2g}, gaps {1e3 * gaps[0]:.3g} and {1e3 * gaps[1]:.3g} meV"
    return Reading(value, 0.01, 0.0, (seen.name,), text)


def _clearest(data: Sequence[xr.Dataset]) -> Fitted | str:
    found = [one for ds in data if (one := _fitted(ds)) is not None]
    return max(found, key=lambda one: one.swing / one.sigma) if found else "no spectrum shows a gap on both sides of zero bias"


@once
def _fitted(ds: xr.Dataset) -> Fitted | None:
    """The coldest spectrum with a gap and without a peak at zero bias, else the coldest with a gap; None where none has."""
    known = [one for piece in sweeps(ds) if (one := _read(piece)) is not None]
    known.sort(key=lambda one: one[0])
    plain = [one for one in known if not _peaked(one[2], one[3])]
    if not known:
        return None
    temperature, modulation, bias, conductance = (plain or known)[0]
    piece = make("tunnel_spectrum", bias=bias, conductance=conductance, per_sweep={"temperature": temperature})
    sigma = float(noise([(bias, conductance)]))
    fits = {model: _fit(model, piece, temperature, modulation, not plain) for model in _MODELS}
    return Fitted(name_of(ds), temperature, bias, conductance, sigma, float(np.ptp(conductance)), fits)


def _fit(model: str, piece: xr.Dataset, temperature: float, modulation: float, peak: bool) -> FitResult:
    free = ["temperature", "background_quadratic", "background_linear"]
    fixed = {"modulation": modulation, **({"ysr_energy": 0.0} if peak else {})}
    return fit(
        model, piece, fix=fixed, free=[*free, *(("ysr_conductance", "ysr_width") if peak else ())],
        start={"temperature": 1.005 * temperature}, bounds={"temperature": (0.98 * temperature, _WARM * temperature)},
        profile=False, multistart=2 if model == "two_gap" else 1,
    )  # fmt: skip


def _read(piece: xr.Dataset) -> tuple[float, float, np.ndarray, np.ndarray] | None:
    """Temperature, modulation, bias and conductance of a sweep that shows a gap; None where it shows none."""
    name = "conductance" if "conductance" in piece else "normalised_conductance"
    fine = good(piece).values.ravel()
    bias, value = piece["bias"].values.ravel()[fine], piece[name].values.ravel()[fine]
    temperature, modulation = (_number(piece, key) for key in ("temperature", "modulation"))
    if bias.size < 32 or not bias.min() < 0 < bias.max() or not temperature > 0:
        return None
    order = np.argsort(bias, kind="stable")
    bias, value = bias[order], value[order]
    far = np.abs(bias) > 0.8 * np.abs(bias).max()
    near = np.abs(bias) < 0.05 * np.abs(bias).max()
    normal = float(np.median(value[far]))
    if not near.any() or float(np.median(value[near])) > (1 - _SHALLOW) * normal:
        return None
    return temperature, modulation if modulation > 0 else 0.0, bias, value


def _number(piece: xr.Dataset, name: str) -> float:
    return float(piece[name].values[0]) if name in piece.coords and piece[name].dims == ("sweep",) else math.nan


def _peaked(bias: np.ndarray, value: np.ndarray) -> bool:
    """Whether the conductance has a peak at zero bias: above its least value inside the gap by more than noise."""
    width = max(3, bias.size // 60)
    smooth = np.convolve(value, np.ones(width) / width, mode="same")
    inside = np.abs(bias) < 0.25 * np.abs(bias).max()
    centre = float(np.median(value[np.abs(bias) < 0.02 * np.abs(bias).max()]))
    sigma = float(noise([(bias, value)])) / math.sqrt(width)
    return centre - float(smooth[inside].min()) > max(_PEAK * sigma, 0.005 * float(np.ptp(value)))
