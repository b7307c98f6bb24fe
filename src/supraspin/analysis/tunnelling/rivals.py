"""The rivals for a tunnel spectrum: which models suit it, their fits, and what the best one leaves open."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from supraspin.analysis.precision import growth
from supraspin.analysis.result import Analysis
from supraspin.analysis.tunnelling.choices import larger_gap_first
from supraspin.analysis.tunnelling.peaks import with_peaks
from supraspin.analysis.tunnelling.spectra import Spectrum, to_dataset
from supraspin.errors import FitError
from supraspin.fit import Comparison, FitResult, fit
from supraspin.flags import Flag
from supraspin.model import MODELS
from supraspin.quantities import KB

if TYPE_CHECKING:
    import xarray as xr

_SPLIT = "exchange_field"  # a parameter of spin-split bands: the field, or a magnet beside the superconductor, may split them
_PAIR = "barrier_strength"  # a parameter of contacts without a barrier
_MOST_PROFILED = 8  # free parameters up to which the profile likelihood is affordable, where the model is a fast one


def rivals(spectrum: Spectrum) -> list[str]:
    """Names of the registered models that suit a spectrum: any dropped-in model of conductance against bias takes part."""
    names = [m.name for m in MODELS.values() if m.x.name == "bias" and "gap" in m.parameters]
    open_contact = spectrum.depth < 0.5  # a tunnel barrier leaves less than half of the conductance inside the gap when cold
    return [
        name
        for name in names
        if (_SPLIT not in MODELS[name].parameters or spectrum.field is not None)
        and (_PAIR in MODELS[name].parameters) == (open_contact and spectrum.depth < 0)
    ] or names


def options_for(name: str, bath: float | None, settings: Mapping[str, float]) -> dict[str, Any]:
    free = ["background_quadratic", "temperature"]
    options: dict[str, Any] = {"fix": {"bias_offset": 0.0}, "free": free, "profile": False}
    if bath is not None and bath > 0:
        options["bounds"] = {"temperature": (0.999 * bath, max(30.0, 3 * bath))}
        options["start"] = {"temperature": bath * 1.05}
    if "modulation" in settings:
        options["fix"]["modulation"] = settings["modulation"]
    if _SPLIT in MODELS[name].parameters and "polarisation" in MODELS[name].parameters:
        options["fix"]["polarisation"] = 0.0  # it makes the two sides differ, which symmetrising has averaged out
        options["bounds"] = options.get("bounds", {}) | {_SPLIT: (0.0, math.inf)}
    return options


def _starts(name: str, spectrum: Spectrum, window: float, bath: float | None) -> list[dict[str, float]]:
    """Starts beside the model's own guess: where a spectrum has two peaks, two gaps or the split halves of one stand there."""
    from scipy.signal import find_peaks

    inside = spectrum.bias <= window
    peaks = spectrum.bias[inside][find_peaks(spectrum.conductance[inside], prominence=0.05)[0]]
    if len(peaks) < 2:
        return [{}]
    low, high = float(peaks[0]), float(peaks[-1])
    gaps = (
        {"gap": 0.5 * (low + high), _SPLIT: 0.5 * (high - low)}
        if _SPLIT in MODELS[name].parameters
        else {"gap": high, "gap_2": low}
    )
    warm = {"temperature": max(1.05 * (bath or 0.0), 0.1 * low / KB)}  # a start too cold is all edges
    return [{}, warm | {key: value for key, value in gaps.items() if key in MODELS[name].parameters}]


def fit_gap(name: str, spectrum: Spectrum, window: float, bath: float | None, settings: Mapping[str, float]) -> FitResult:
    """The best fit of one model to a spectrum, from all of its starts."""
    options, data = options_for(name, bath, settings), to_dataset([spectrum], window, [bath])
    start = options.get("start", {})
    tried = [fit(name, data, **(options | {"start": start | more})) for more in _starts(name, spectrum, window, bath)]
    return min(tried, key=lambda one: one.chi_square)


def fit_rivals(
    spectrum: Spectrum, window: float, bath: float | None, settings: Mapping[str, float], result: Analysis
) -> dict[str, FitResult]:
    data = to_dataset([spectrum], window, [bath])
    fits: dict[str, FitResult] = {}
    for name in rivals(spectrum):
        try:
            fits[name] = fit_gap(name, spectrum, window, bath, settings)
            if _PAIR not in MODELS[name].parameters:  # a contact without a barrier has a peak of its own
                fits |= with_peaks(name, fits[name], data)
        except FitError as error:
            result.flags.append(Flag("could_not_fit", f"{name} could not be fitted: {error}", "note"))
    if not fits:
        raise FitError("no model could be fitted to the coldest spectrum")
    return fits


def simplest(comparison: Comparison) -> str:
    """The model with the fewest parameters among those that the data cannot tell from the best, by independent points."""
    least = min(comparison.aicc_effective.values())
    close = [r for r in comparison.ranks if r.delta < 2 or comparison.aicc_effective[r.model] - least < 2]
    return min(close, key=lambda r: (r.parameters, r.delta)).model


def options_of(result: FitResult) -> dict[str, Any]:
    """What a fit held, freed and bounded, to do it again."""
    return {"fix": result.request["fix"], "free": result.request["free"], "bounds": result.request["bounds"], "profile": False}


def with_profiles(best: FitResult, data: xr.Dataset) -> tuple[FitResult, set[str]]:
    """The winner with the profile likelihood of its doubtful parameters, and the names of those that it leaves open.

    Of two bands the one with the larger gap gets the first names. Where profiles would take minutes, a parameter is open if
    the spectrum can be fitted as well with half of its value.
    """
    options = options_of(best) | {"multistart": 1}
    ordered = larger_gap_first(best)
    start = {name: p.value for name, p in ordered.items() if p.bounds[0] < p.value < p.bounds[1]}
    if len(best.free) <= _MOST_PROFILED and _PAIR not in best.params:
        return fit(best.model, data, **(options | {"start": start, "profile": "auto"})), set()
    left = set()
    if any(ordered[name].value != best.params[name].value for name in ordered):
        best = fit(best.model, data, **(options | {"start": start}))
    for name in best.free:
        if best.params[name].unit not in ("eV", "1") or best.params[name].value <= 0:
            continue
        fixed = options["fix"] | {name: 0.5 * best.params[name].value}
        near = {key: value for key, value in start.items() if key != name}
        half = fit(best.model, data, **(options | {"start": near, "fix": fixed}))
        if (half.chi_square / best.chi_square - 1) * best.n / growth(best) ** 2 < 4:
            left.add(name)
    return best, left
