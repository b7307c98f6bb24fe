"""Tunnel spectra: which gap the data want, how warm the junction is, and one gap equation for a temperature series.

Every registered model of conductance against bias that suits the spectrum is fitted to the coldest one with the
electrons' temperature free (not below the bath) and ranked. The winner is then fitted to all temperatures at once, its
gaps tied to one critical temperature by the gap equation; each spectrum alone gives the points beside that curve.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from supraspin.analysis.chain import sources
from supraspin.analysis.gap_series import LOCAL, fit_series
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.analysis.spectra import Spectrum, prepare, to_dataset
from supraspin.analysis.spectra_figures import draw_coldest, draw_series
from supraspin.errors import FitError
from supraspin.fit import FitResult, fit
from supraspin.fit.compare import Comparison, rank
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain
from supraspin.model import MODELS
from supraspin.quantities import KB

if TYPE_CHECKING:
    import xarray as xr

KIND = "tunnel_spectrum"
SETTINGS = {
    "modulation": ("V", "peak amplitude of the lock-in modulation"),
    "temperature": ("K", "temperature of the bath, where the file does not say"),
    "window": ("V", "largest bias used in the fits"),
    "bias_offset": ("V", "true zero of the bias axis, in place of the centre of symmetry"),
}
_SPLIT = "exchange_field"  # a parameter that means something only in a field
_PAIR = "barrier_strength"  # a parameter of contacts without a barrier
_SLOW = 5.0  # seconds of one fit above which the profile likelihood is left out


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one data set of kind `tunnel_spectrum`."""
    ready = prepare(ds, settings.get("window"), settings.get("bias_offset"))
    coldest = ready.spectra[0]
    bath = settings.get("temperature", coldest.temperature)
    title = ", ".join(sources(ds)[:2]) + (f" and {len(sources(ds)) - 2} more" if len(sources(ds)) > 2 else "")
    result = Analysis(KIND, f"Tunnel spectra: {title}", sources(ds), "", flags=list(ready.flags))
    if bath is None:
        text = "the bath's temperature is not known: it is fitted, and heating cannot be told: --set temperature='1.5 K'"
        result.flags.append(Flag("temperature_unknown", text, "warning"))
    comparison = rank(_fit_rivals(coldest, ready.window, bath, settings, result))
    best = _with_profiles(comparison.best, to_dataset([coldest], ready.window, [bath]), bath, settings)
    result.fits.update({f"coldest: {name}": one for name, one in comparison.results.items()})
    result.flags += [f for f in best.flags if f.code in ("not_identified", "at_bound", "several_minima")] + list(comparison.flags)
    result.findings += _findings(best, comparison.ranks[0].model, bath, result)
    result.tables.append(_ranking(comparison))
    series = fit_series(ready, best, settings, result)
    result.summary = _summary(result, comparison, coldest)
    result.figures["coldest"] = draw_coldest(comparison, coldest)
    result.captions["coldest"] = (
        f"{coldest.label}, normal state divided out, symmetrised about {si(ready.offset, 'V')}; fits and residuals."
    )
    if series is not None:
        result.figures["series"] = draw_series(*series)
        result.captions["series"] = (
            "All spectra with one joint fit (shifted for clarity); the gap of each spectrum alone beside the gap equation."
        )
    return result


def rivals(spectrum: Spectrum) -> list[str]:
    """Names of the registered models that suit a spectrum: any dropped-in model of conductance against bias takes part."""
    names = [m.name for m in MODELS.values() if m.x.name == "bias" and "gap" in m.parameters]
    open_contact = spectrum.depth < 0.5  # a tunnel barrier leaves less than half of the conductance inside the gap when cold
    return [
        name
        for name in names
        if (_SPLIT not in MODELS[name].parameters or spectrum.field)
        and (_PAIR in MODELS[name].parameters) == (open_contact and spectrum.depth < 0)
    ] or names


def _options(name: str, bath: float | None, settings: Mapping[str, float]) -> dict[str, Any]:
    free = ["background_quadratic", "temperature"]
    options: dict[str, Any] = {"fix": {"bias_offset": 0.0}, "free": free, "profile": False}
    if bath is not None and bath > 0:
        options["bounds"] = {"temperature": (0.999 * bath, max(30.0, 3 * bath))}
        options["start"] = {"temperature": bath * 1.05}
    if "modulation" in settings:
        options["fix"]["modulation"] = settings["modulation"]
    return options


def _fit_rivals(
    spectrum: Spectrum, window: float, bath: float | None, settings: Mapping[str, float], result: Analysis
) -> dict[str, FitResult]:
    data = to_dataset([spectrum], window, [bath])
    fits = {}
    for name in rivals(spectrum):
        try:
            fits[name] = fit(name, data, **_options(name, bath, settings))
        except FitError as error:
            result.flags.append(Flag("could_not_fit", f"{name} could not be fitted: {error}", "note"))
    if not fits:
        raise FitError("no model could be fitted to the coldest spectrum")
    return fits


def _with_profiles(best: FitResult, data: xr.Dataset, bath: float | None, settings: Mapping[str, float]) -> FitResult:
    """The winner again with the profile likelihood of its doubtful parameters, unless that would take minutes."""
    if best.seconds > _SLOW:
        return best
    options = _options(best.model.name, bath, settings) | {"profile": "auto", "multistart": 1}
    start = {name: p.value for name, p in best.params.items() if p.vary and p.bounds[0] < p.value < p.bounds[1]}
    return fit(best.model, data, **(options | {"start": start}))


def _findings(best: FitResult, name: str, bath: float | None, result: Analysis) -> list[Finding]:
    found = []
    inflate = math.sqrt(best.n / best.structure.n_effective) if best.structure.structured else 1.0
    for key, p in best.params.items():
        if not p.vary or key in LOCAL:
            continue
        error = p.stderr * inflate if p.stderr is not None and math.isfinite(p.stderr) else None
        determined = p.identified and (error is None or p.value == 0 or error < abs(p.value))
        if key == "temperature":
            found.append(
                Finding(
                    "effective_temperature",
                    p.value,
                    "K",
                    error,
                    identified=determined,
                    text=f"smearing of the coldest spectrum as {name} sees it",
                )
            )
        elif p.at_bound and p.value == 0:
            upper = p.interval_95[1] if p.interval_95 and math.isfinite(p.interval_95[1]) else None
            if upper is not None and upper > 0:
                found.append(Finding(key, upper, p.unit, limit="upper", identified=False, text=name))
        elif p.limit and p.limit_value is not None:
            found.append(Finding(key, p.limit_value, p.unit, limit=p.limit, identified=False, text=name))
        else:
            found.append(Finding(key, p.value, p.unit, error, interval_68=p.interval_68, identified=determined, text=name))
    vague = [f.name for f in found if not f.identified and f.limit is None]
    if vague:
        names = ", ".join(key.replace("_", " ") for key in vague)
        text = f"not determined by the coldest spectrum: {names} (other values fit as well, with the rest adjusted)"
        result.flags.append(Flag("not_identified", text, "warning"))
    warm = best.params["temperature"]
    if bath is not None and warm.value > 1.2 * bath and warm.value > bath + 0.05:
        equal = 3.53 * KB * math.sqrt(max(warm.value**2 - bath**2, 0.0))
        text = (f"the coldest spectrum is as smeared as at {si(warm.value, 'K')}, the bath is at {si(bath, 'K')}: heating, "
                f"{si(equal, 'V')} of noise or modulation on the bias, or a gap distribution that the model lacks")  # fmt: skip
        result.flags.append(Flag("warmer_than_bath", text, "warning", {"effective": warm.value, "bath": bath}))
    return found


def _ranking(comparison: Comparison) -> Table:
    rows = []
    for r in comparison.ranks:
        p = comparison.results[r.model].params
        gaps = ", ".join(si(p[key].value, "eV") for key in p if key.startswith("gap"))
        rows.append(
            (r.model, r.parameters, f"{r.delta:.0f}", f"{r.rms:.3g}", gaps, si(p["temperature"].value, "K"), f"{r.lag1:.2f}")
        )
    columns = ("model", "parameters", "AICc - best", "rms of G/G_N", "gaps", "temperature", "lag-1")
    return Table("Gap models on the coldest spectrum", columns, tuple(rows), comparison.verdict)


def _summary(result: Analysis, comparison: Comparison, coldest: Spectrum) -> str:
    best = comparison.best
    gaps = [f for f in result.findings if f.name.startswith("gap") and f.unit == "eV" and not f.limit and f.identified]
    told = " and ".join(uncertain(f.value, f.stderr, "eV") for f in gaps)
    at = f" at {si(coldest.temperature, 'K')}" if coldest.temperature is not None else ""
    names = f"gap{'s' if len(gaps) > 1 else ''} {told}" if told else "no gap determined"
    tc = [f for f in result.findings if f.name == "critical_temperature"]
    more = f" T_c {uncertain(tc[0].value, tc[0].stderr, 'K')} from the gap equation." if tc else ""
    return f"{best.model.name}{at}: {names}.{more} {comparison.verdict}"
