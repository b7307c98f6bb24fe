"""Tunnel spectra: which gap the data want, how warm the junction is, and one gap equation for a temperature series.

Every registered model of conductance against bias that suits the spectrum is fitted to the coldest one with the
electrons' temperature free (not below the bath), also with a peak at zero bias where the residuals ask for one, and ranked.
The winner is then fitted to all temperatures at once, its gaps tied to one critical temperature by the gap equation; each
spectrum alone gives the points beside that curve.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from supraspin.analysis.chain import sources
from supraspin.analysis.precision import Precision, precision
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.analysis.telling import would_tell
from supraspin.analysis.tunnelling.choices import choices_table, formal_flag, normal_state_flag, systematic, variants
from supraspin.analysis.tunnelling.figures import draw_coldest, draw_series, undrawn
from supraspin.analysis.tunnelling.gapless import gapless_margin, gapless_suffices
from supraspin.analysis.tunnelling.peaks import HEIGHTS, peak_flag
from supraspin.analysis.tunnelling.rivals import fit_rivals, options_of, simplest, with_profiles
from supraspin.analysis.tunnelling.series import LOCAL, fit_series
from supraspin.analysis.tunnelling.spectra import Spectrum, prepare, to_dataset, told
from supraspin.analysis.tunnelling.splitting import spin_splitting
from supraspin.errors import DataError, FitError
from supraspin.fit import FitResult
from supraspin.fit.compare import Comparison, rank
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain
from supraspin.quantities import KB

if TYPE_CHECKING:
    import xarray as xr

KIND = "tunnel_spectrum"
SETTINGS = {
    "modulation": ("V", "peak amplitude of the lock-in modulation, in place of what the file says"),
    "temperature": ("K", "temperature of the bath, where the file does not say"),
    "window": ("V", "largest bias used in the fits"),
    "bias_offset": ("V", "true zero of the bias axis, in place of the centre of symmetry"),
}


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one data set of kind `tunnel_spectrum`. Raises `DataError` for a setting that makes no sense."""
    for name in ("temperature", "window"):
        if name in settings and not settings[name] > 0:
            raise DataError(f"setting {name!r} must be above 0, not {settings[name]:g}")
    ready = prepare(ds, settings.get("window"), settings.get("bias_offset"))
    coldest = ready.spectra[0]
    bath = settings.get("temperature", coldest.temperature)
    title = ", ".join(sources(ds)[:2]) + (f" and {len(sources(ds)) - 2} more" if len(sources(ds)) > 2 else "")
    result = Analysis(KIND, f"Tunnel spectra: {title}", sources(ds), "", flags=list(ready.flags))
    settings = told(ready.spectra, settings, result.flags)
    if bath is None:
        text = "the bath's temperature is not known: it is fitted, and heating cannot be told: --set temperature='1.5 K'"
        result.flags.append(Flag("temperature_unknown", text, "warning"))
    inside = coldest.bias <= ready.window
    gapless = gapless_suffices(coldest.bias[inside], coldest.conductance[inside])
    if gapless is not None:
        raise FitError(f"no gap is seen: a smooth curve without one ({gapless}) leaves nothing but noise of the coldest spectrum")
    comparison = rank(fit_rivals(coldest, ready.window, bath, settings, result))
    gapless, margin = gapless_margin(comparison.best)
    if margin < 2:
        raise FitError(
            f"no gap is seen: a smooth curve without one ({gapless}) describes the coldest spectrum as well as any gap"
        )
    winner = simplest(comparison)
    best, left_open = with_profiles(comparison.results[winner], to_dataset([coldest], ready.window, [bath]))
    choices = variants(best, coldest, ready.window, bath, options_of(best))
    result.fits.update({f"coldest: {name}": one for name, one in {**comparison.results, winner: best}.items()})
    result.flags += [
        f for f in best.flags if f.code in ("not_identified", "at_bound", "several_minima") and not _about_bath(f, bath)
    ]
    result.flags += [*comparison.flags, *would_tell(comparison)]
    result.findings += _findings(best, winner, bath, left_open, choices)
    result.flags += heating_flag(best, bath) + open_flag(result.findings) + normal_state_flag(best, choices, ready)
    result.flags += peak_flag(best, comparison.results) + formal_flag(best)
    result.tables += [_ranking(comparison), choices_table(best, choices)]
    series = fit_series(ready, best, settings, result)
    split, remark = spin_splitting(comparison, best, coldest)
    result.flags += remark
    result.summary = _summary(result, comparison, winner, coldest) + split
    result.figures["coldest"] = draw_coldest(comparison, coldest)
    result.captions["coldest"] = (
        f"{coldest.label}, normal state divided out, symmetrised about {si(ready.offset, 'V')}; fits and residuals."
    )
    if series is not None:
        result.figures["series"] = draw_series(*series)
        result.captions["series"] = (
            "All spectra with one joint fit (shifted for clarity); the gap of each spectrum alone, its error with the "
            f"correlation of its residuals, beside the gap equation.{undrawn(series[1])}"
        )
    return result


def _about_bath(flag: Flag, bath: float | None) -> bool:
    """Whether a flag only says that the junction is no warmer than the bath."""
    return bath is not None and flag.message.startswith("temperature ")


def _findings(
    best: FitResult, name: str, bath: float | None, left_open: set[str], choices: Mapping[str, FitResult]
) -> list[Finding]:  # fmt: skip
    found = []
    for key, p in best.params.items():
        if not p.vary or key in LOCAL:
            continue
        known = precision(best, key) if key not in left_open else Precision(None, None, False)
        moved = systematic(best, choices, key)
        unit, text = ("1", f"{name}; of the normal conductance") if key in HEIGHTS else (p.unit, name)
        if key == "temperature":
            determined = known.determined or (bath is not None and p.limit == "upper")
            text = f"smearing of the coldest spectrum as {name} sees it"
            found.append(
                Finding("effective_temperature", p.value, "K", known.stderr, moved, known.interval_68, None, determined, text)
            )
        elif p.limit and p.limit_value is not None:
            found.append(Finding(key, p.limit_value, unit, limit=p.limit, identified=False, text=text))
        else:
            determined = known.determined and not p.at_bound
            moved = moved if determined else None  # a number that is not determined has no error of either kind
            found.append(Finding(key, p.value, unit, known.stderr, moved, known.interval_68, None, determined, text))
    return found


def open_flag(findings: list[Finding]) -> list[Flag]:
    """A warning that names what the coldest spectrum leaves open."""
    vague = [f.name for f in findings if not f.identified and f.limit is None]
    if not vague:
        return []
    names = ", ".join(key.replace("_", " ") for key in vague)
    text = f"not determined by the coldest spectrum: {names} (other values fit as well, with the rest adjusted)"
    return [Flag("not_identified", text, "warning")]


def heating_flag(best: FitResult, bath: float | None) -> list[Flag]:
    """A warning where the spectrum is more smeared than the bath can make it."""
    warm, span = best.params["temperature"], precision(best, "temperature").interval_68
    if bath is None or span is None or warm.value - 2 * (warm.value - span[0]) <= bath:
        return []
    if warm.value <= max(1.2 * bath, bath + 0.05):
        return []
    rms = math.pi / math.sqrt(3) * KB * math.sqrt(warm.value**2 - bath**2)  # of -f': pi/sqrt(3) k_B T
    text = (f"the coldest spectrum is as smeared as at {si(warm.value, 'K')}, the bath is at {si(bath, 'K')}: heating, "
            f"{si(rms, 'V')} rms of noise or modulation on the bias, or a spread of gaps that the model lacks")  # fmt: skip
    return [Flag("warmer_than_bath", text, "warning", {"effective": warm.value, "bath": bath})]


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
    told = " and ".join(uncertain(f.value, f.stderr, "eV", systematic=f.systematic) for f in gaps)
    at = f" at {si(coldest.temperature, 'K')}" if coldest.temperature is not None else ""
    names = f"gap{'s' if len(gaps) > 1 else ''} {told}" if told else "no gap determined"
    tc = [f for f in result.findings if f.name == "critical_temperature" and f.identified and not f.limit]
    more = f" T_c {uncertain(tc[0].value, tc[0].stderr, 'K')} from the gap equation." if tc else ""
    return f"{winner}{at}: {names}.{more} {comparison.verdict}"
