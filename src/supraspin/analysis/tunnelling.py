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
from supraspin.analysis.gapless import gapless_margin, gapless_suffices
from supraspin.analysis.precision import precision
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
_SPLIT = "exchange_field"  # a parameter of spin-split bands: the field, or a magnet beside the superconductor, may split them
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
    inside = coldest.bias <= ready.window
    gapless = gapless_suffices(coldest.bias[inside], coldest.conductance[inside])
    if gapless is not None:
        raise FitError(f"no gap is seen: a smooth curve without one ({gapless}) leaves nothing but noise of the coldest spectrum")
    comparison = rank(_fit_rivals(coldest, ready.window, bath, settings, result))
    gapless, margin = gapless_margin(comparison.best)
    if margin < 2:
        raise FitError(
            f"no gap is seen: a smooth curve without one ({gapless}) describes the coldest spectrum as well as any gap"
        )
    winner = _simplest(comparison)
    best = _with_profiles(comparison.results[winner], to_dataset([coldest], ready.window, [bath]), bath, settings)
    result.fits.update({f"coldest: {name}": one for name, one in comparison.results.items()})
    result.flags += [
        f for f in best.flags if f.code in ("not_identified", "at_bound", "several_minima") and not _about_bath(f, bath)
    ]
    result.flags += comparison.flags
    result.findings += _findings(best, winner, bath, result)
    result.tables.append(_ranking(comparison))
    series = fit_series(ready, best, settings, result)
    result.summary = _summary(result, comparison, winner, coldest)
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


def _simplest(comparison: Comparison) -> str:
    """The model with the fewest parameters among those that the data cannot tell from the best."""
    close = [r for r in comparison.ranks if r.delta < 2]
    return min(close, key=lambda r: (r.parameters, r.delta)).model


def _about_bath(flag: Flag, bath: float | None) -> bool:
    """Whether a flag only says that the junction is no warmer than the bath."""
    return bath is not None and flag.message.startswith("temperature ")


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


def _options(name: str, bath: float | None, settings: Mapping[str, float]) -> dict[str, Any]:
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


def _fit_rivals(
    spectrum: Spectrum, window: float, bath: float | None, settings: Mapping[str, float], result: Analysis
) -> dict[str, FitResult]:
    data = to_dataset([spectrum], window, [bath])
    fits = {}
    for name in rivals(spectrum):
        options = _options(name, bath, settings)
        start = options.get("start", {})
        try:
            tried = [fit(name, data, **(options | {"start": start | more})) for more in _starts(name, spectrum, window, bath)]
            fits[name] = min(tried, key=lambda one: one.chi_square)
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
    for key, p in best.params.items():
        if not p.vary or key in LOCAL:
            continue
        known = precision(best, key)
        if key == "temperature":
            found.append(
                Finding(
                    "effective_temperature",
                    p.value,
                    "K",
                    known.stderr,
                    interval_68=known.interval_68,
                    identified=known.determined or (bath is not None and p.limit == "upper"),
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
            found.append(
                Finding(key, p.value, p.unit, known.stderr, interval_68=known.interval_68, identified=known.determined, text=name)
            )
    vague = [f.name for f in found if not f.identified and f.limit is None]
    if vague:
        names = ", ".join(key.replace("_", " ") for key in vague)
        text = f"not determined by the coldest spectrum: {names} (other values fit as well, with the rest adjusted)"
        result.flags.append(Flag("not_identified", text, "warning"))
    warm = best.params["temperature"]
    span = precision(best, "temperature").interval_68
    sure = span is not None and warm.value - 2 * (warm.value - span[0]) > bath if bath is not None else False
    if bath is not None and sure and warm.value > 1.2 * bath and warm.value > bath + 0.05:
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


def _summary(result: Analysis, comparison: Comparison, winner: str, coldest: Spectrum) -> str:
    gaps = [f for f in result.findings if f.name.startswith("gap") and f.unit == "eV" and not f.limit and f.identified]
    told = " and ".join(uncertain(f.value, f.stderr, "eV") for f in gaps)
    at = f" at {si(coldest.temperature, 'K')}" if coldest.temperature is not None else ""
    names = f"gap{'s' if len(gaps) > 1 else ''} {told}" if told else "no gap determined"
    tc = [f for f in result.findings if f.name == "critical_temperature"]
    more = f" T_c {uncertain(tc[0].value, tc[0].stderr, 'K')} from the gap equation." if tc else ""
    return f"{winner}{at}: {names}.{more} {comparison.verdict}"
