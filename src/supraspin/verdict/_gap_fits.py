"""A tunnel spectrum with its fits: the coldest that shows a gap and no peak at zero bias, by a gap with nodes and by others.

A peak at zero bias is the order's, not the gap's; where all cold spectra have one, it is fitted along. The electrons are as warm
as the bath unless no kind of gap describes the spectrum then.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from supraspin.analysis.chain import name_of
from supraspin.data import good, make, sweeps
from supraspin.fit import FitResult, fit
from supraspin.fit.noise import noise
from supraspin.verdict._film import once

if TYPE_CHECKING:
    import xarray as xr

_MODELS = ("nodal", "dynes", "two_gap")
FITS = 0.01
"""Misfit of a spectrum, over its swing, up to which a gap describes it: thermometer, lag and drift leave that much."""
_POINTS = 400
"""Points from twice which on neighbours are averaged."""
_SHALLOW = 0.1
"""Depth of a gap, over the normal conductance, below which a spectrum shows none."""
_PEAK = 6.0
"""Errors by which the conductance at zero bias must stand above its surroundings to be a peak."""
_THERMOMETER = 0.01
"""By how much a thermometer may be off."""
_EXACT = 1e-6
"""Noise over swing that a spectrum has at the least."""
_WARM = 1.25
"""Temperature of the electrons over that of the bath up to which a fit may go."""


@dataclass(frozen=True)
class Fitted:
    """A spectrum with its fits by model: bias (n,), V; conductance (n,), S; the noise of a reading and its swing, S.

    `others` are the fits with the thermometer off either way, where nodes describe the spectrum at that of the bath.
    """

    name: str
    temperature: float
    bias: np.ndarray
    conductance: np.ndarray
    sigma: float
    swing: float
    fits: dict[str, FitResult]
    others: tuple[dict[str, FitResult], ...] = ()

    def misfit(self, model: str) -> float:
        """Root mean square of what the fit of a model leaves, over the swing."""
        return float(np.std(self.conductance - self.fits[model].best_fit)) / self.swing


def clearest(data: Sequence[xr.Dataset]) -> Fitted | str:
    """The spectrum with the smallest noise among data sets, or why there is none."""
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
    swing = float(np.ptp(conductance))
    sigma = max(float(noise([(bias, conductance)])), _EXACT * swing)
    fits = {model: _fit(model, piece, {"modulation": modulation}, not plain) for model in _MODELS}
    found = Fitted(name_of(ds), temperature, bias, conductance, sigma, swing, fits)
    if min(found.misfit(model) for model in _MODELS) > FITS:
        warm = (0.98 * temperature, _WARM * temperature)
        fits = {model: _fit(model, piece, {"modulation": modulation}, not plain, warm) for model in _MODELS}
        return replace(found, fits=fits)
    if found.misfit("nodal") > FITS:
        return found
    others = []
    for factor in (1 - _THERMOMETER, 1 + _THERMOMETER):
        off = piece.assign_coords(temperature=piece["temperature"] * factor)
        others.append({model: _fit(model, off, {"modulation": modulation}, not plain, near=fits[model]) for model in _MODELS})
    return replace(found, others=tuple(others))


def _fit(
    model: str, piece: xr.Dataset, fixed: dict, peak: bool, warm: tuple[float, float] | None = None,
    near: FitResult | None = None,
) -> FitResult:  # fmt: skip
    free = ["background_quadratic", "background_linear"]
    options: dict[str, Any] = {"multistart": 2 if model == "two_gap" and near is None else 1}
    if peak:
        fixed, free = fixed | {"ysr_energy": 0.0}, [*free, "ysr_conductance", "ysr_width"]
    if warm is not None:
        free = [*free, "temperature"]
        options |= {"start": {"temperature": 1.02 * warm[0] / 0.98}, "bounds": {"temperature": warm}}
    if near is not None:
        inside = {name: p.value for name, p in near.params.items() if p.vary and p.bounds[0] < p.value < p.bounds[1]}
        options["start"] = inside
    return fit(model, piece, fix=fixed, free=free, profile=False, **options)


def _read(piece: xr.Dataset) -> tuple[float, float, np.ndarray, np.ndarray] | None:
    """Temperature, modulation, bias and conductance of a sweep that shows a gap; None where it shows none."""
    name = "conductance" if "conductance" in piece else "normalised_conductance"
    fine = good(piece).values.ravel()
    bias, value = piece["bias"].values.ravel()[fine], piece[name].values.ravel()[fine]
    temperature, modulation = (_number(piece, key) for key in ("temperature", "modulation"))
    if bias.size < 32 or not bias.min() < 0 < bias.max() or not temperature > 0:
        return None
    order = np.argsort(bias, kind="stable")
    bias, value = _averaged(bias[order]), _averaged(value[order])
    far = np.abs(bias) > 0.8 * np.abs(bias).max()
    near = np.abs(bias) < 0.05 * np.abs(bias).max()
    normal = float(np.median(value[far]))
    if not normal > 0 or not near.any() or float(np.median(value[near])) > (1 - _SHALLOW) * normal:
        return None
    return temperature, modulation if modulation > 0 else 0.0, bias, value


def _averaged(values: np.ndarray) -> np.ndarray:
    each = max(values.size // _POINTS, 1)
    return values[: values.size // each * each].reshape(-1, each).mean(axis=1)


def _number(piece: xr.Dataset, name: str) -> float:
    return float(piece[name].values[0]) if name in piece.coords and piece[name].dims == ("sweep",) else math.nan


def _peaked(bias: np.ndarray, value: np.ndarray) -> bool:
    """Whether the conductance has a peak at zero bias: above its least value inside the gap by more than noise."""
    width = max(3, bias.size // 60)
    smooth = np.convolve(value, np.ones(width) / width, mode="same")
    inside = np.abs(bias) < 0.25 * np.abs(bias).max()
    centre = float(np.median(value[np.argsort(np.abs(bias))[: max(3, bias.size // 50)]]))
    sigma = float(noise([(bias, value)])) / math.sqrt(width)
    return centre - float(smooth[inside].min()) > max(_PEAK * sigma, 0.005 * float(np.ptp(value)))
