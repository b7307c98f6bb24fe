"""Tunnel spectra: which gap the data want, how warm the junction is, and one gap equation for a temperature series.

Every registered model of conductance against bias that suits the spectrum is fitted to the coldest one with the
electrons' temperature free (not below the bath) and ranked. The winner is then fitted to all temperatures at once, its
gaps tied to one critical temperature by the gap equation; each spectrum alone gives the points beside that curve.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from supraspin.analysis.chain import sources
from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.analysis.spectra import Prepared, Spectrum, prepare, to_dataset
from supraspin.data import sweeps
from supraspin.errors import FitError
from supraspin.fit import FitResult, fit
from supraspin.fit.compare import Comparison, rank
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain
from supraspin.model import MODELS
from supraspin.quantities import KB, QUANTITIES

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
_LOCAL = ("normal_conductance", "background_quadratic")
_MOST_SWEEPS = 12
_SLOW = 5.0  # seconds of one fit above which the profile likelihood is left out


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one data set of kind `tunnel_spectrum`."""
    ready = prepare(ds, settings.get("window"), settings.get("bias_offset"))
    coldest = ready.spectra[0]
    bath = settings.get("temperature", coldest.temperature)
    title = ", ".join(sources(ds)[:2]) + (f" and {len(sources(ds)) - 2} more" if len(sources(ds)) > 2 else "")
    result = Analysis(KIND, f"Tunnel spectra: {title}", sources(ds), "", flags=list(ready.flags))
    if bath is None:
        text = "the temperature of the bath is not known; it is fitted, and then nothing can be said about heating: --set temperature='1.5 K'"
        result.flags.append(Flag("temperature_unknown", text, "warning"))
    comparison = rank(_fit_rivals(coldest, ready.window, bath, settings, result))
    best = _with_profiles(comparison.best, to_dataset([coldest], ready.window, [bath]), bath, settings)
    result.fits.update({f"coldest: {name}": one for name, one in comparison.results.items()})
    result.flags += [f for f in best.flags if f.code in ("not_identified", "at_bound", "several_minima")] + list(comparison.flags)
    result.findings += _findings(best, comparison.ranks[0].model, bath, result)
    result.tables.append(_ranking(comparison))
    series = _series(ready, best, settings, result)
    result.summary = _summary(result, comparison, coldest)
    result.figures["coldest"] = _figure_coldest(comparison, coldest)
    result.captions["coldest"] = (
        f"{coldest.label}, normal state divided out, symmetrised about {si(ready.offset, 'V')}; fits and residuals."
    )
    if series is not None:
        result.figures["series"] = _figure_series(*series)
        result.captions["series"] = (
            "All spectra with one joint fit (shifted for clarity), and the gap of each spectrum alone on the gap equation's curve."
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
        if not p.vary or key in _LOCAL:
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
        text = f"not determined by the coldest spectrum: {', '.join(name.replace('_', ' ') for name in vague)} (other values fit as well, with the rest adjusted)"
        result.flags.append(Flag("not_identified", text, "warning"))
    warm = best.params["temperature"]
    if bath is not None and warm.value > 1.2 * bath and warm.value > bath + 0.05:
        equal = 3.53 * KB * math.sqrt(max(warm.value**2 - bath**2, 0.0))
        text = (f"the coldest spectrum is as smeared as at {si(warm.value, 'K')}, the bath is at {si(bath, 'K')}: heating, {si(equal, 'V')} of noise "
                "or modulation on the bias, or a gap distribution that the model lacks")  # fmt: skip
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
    return Table("Gap models on the coldest spectrum", ("model", "parameters", "AICc - best", "rms of G/G_N", "gaps", "temperature", "lag-1"),
                 tuple(rows), comparison.verdict)  # fmt: skip


def _series(ready: Prepared, best: FitResult, settings: Mapping[str, float], result: Analysis):
    """Joint fit of the steady spectra by the winner with the gap equation. None where there is no series."""
    chosen = [s for s in ready.spectra if s.temperature is not None and s.steady]
    left_out = [s.label for s in ready.spectra if not s.steady]
    if left_out:
        text = f"left out of the series because the temperature ran away during the sweep: {', '.join(left_out)}"
        result.flags.append(Flag("left_out_of_series", text, "warning"))
    warmth = np.array([s.temperature for s in chosen], dtype=float)
    if len(chosen) < 3 or warmth.max() < 1.3 * max(warmth.min(), 0.1):
        return None
    if len(chosen) > _MOST_SWEEPS:
        chosen = [chosen[i] for i in np.unique(np.linspace(0, len(chosen) - 1, _MOST_SWEEPS).astype(int))]
    gaps = [key for key in best.params if key.startswith("gap")]
    shared = [*(k for k, p in best.params.items() if p.vary and k not in (*_LOCAL, "temperature")), "critical_temperature"]
    leading = max(best.params[g].value for g in gaps)
    first = max(1.15 * float(warmth.max()), leading / (1.9 * KB))
    fixed: dict[str, float] = {"bias_offset": 0.0} | ({"modulation": settings["modulation"]} if "modulation" in settings else {})
    start = {k: best.params[k].value for k in shared if k in best.params} | {"critical_temperature": first}
    start = {k: max(v, 1e-6) if best.params[k].unit == "eV" else v for k, v in start.items() if k in best.params} | {
        "critical_temperature": first
    }
    pieces = sweeps(to_dataset(chosen, ready.window))
    try:
        joint = fit(best.model, pieces, fix=fixed, free=["critical_temperature", "background_quadratic"], shared=shared, start=start,
                    bounds={"critical_temperature": (1.001 * float(warmth.max()), 10 * first)}, multistart=1, profile=False)  # fmt: skip
    except FitError as error:
        result.flags.append(Flag("could_not_fit", f"the series could not be fitted together: {error}", "note"))
        return None
    result.fits[f"series: {best.model.name}"] = joint
    tc = joint.params["critical_temperature"]
    inflate = math.sqrt(joint.n / joint.structure.n_effective) if joint.structure.structured else 1.0
    error = tc.stderr * inflate if tc.stderr is not None and math.isfinite(tc.stderr) else None
    result.findings.append(
        Finding(
            "critical_temperature", tc.value, "K", error, identified=tc.identified, text="gap equation, all temperatures together"
        )
    )
    largest = max(joint.params[g].value for g in gaps)
    ratio = largest / (KB * tc.value)
    result.findings.append(
        Finding(
            "gap_over_critical_temperature",
            ratio,
            "1",
            ratio * error / tc.value if error else None,
            text="largest Delta(0)/(k_B T_c); weak coupling 1.764",
        )
    )
    if ready.normal_temperature is not None and tc.value > ready.normal_temperature:
        text = (f"the gap equation wants T_c = {si(tc.value, 'K')}, yet the sweep at {si(ready.normal_temperature, 'K')} shows no gap: "
                "the spectra between are missing, or the gap falls faster than weak coupling has it")  # fmt: skip
        result.flags.append(
            Flag("critical_temperature_too_high", text, "warning", {"fit": tc.value, "normal": ready.normal_temperature})
        )
    alone = _each_alone(chosen, ready.window, joint)
    rows = tuple((s.label, si(s.temperature or 0.0, "K"), str(one.params["gap"]), f"{one.rms:.3g}") for s, one in alone)
    title = f"{best.model.name} on each spectrum alone, all but the gap as in the joint fit"
    result.tables.append(Table(title, ("file", "temperature", "gap", "rms of G/G_N"), rows))
    result.flags += [
        Flag(f.code, f"series: {f.message}", f.level, f.numbers) for f in joint.flags if f.code in ("poor_fit", "not_identified")
    ]
    return chosen, joint, alone


def _each_alone(chosen: list[Spectrum], window: float, joint: FitResult) -> list[tuple[Spectrum, FitResult]]:
    """The leading gap of each spectrum by itself; further gaps follow the gap equation and the rest the joint fit."""
    from supraspin.models import gap_temperature

    rest = {
        k: p.value
        for k, p in joint.params.items()
        if "[" not in k and k not in ("gap", "critical_temperature", "temperature", *_LOCAL)
    }
    tc, found = joint.params["critical_temperature"].value, []
    for s in chosen:
        other = {
            k: float(gap_temperature(s.temperature, gap=v, critical_temperature=tc))
            for k, v in rest.items()
            if k.startswith("gap_")
        }
        held = rest | other
        try:
            one = fit(joint.model, to_dataset([s], window), fix=held, free=["background_quadratic"], multistart=1, profile=False)
        except FitError:
            continue
        found.append((s, one))
    return found


def _summary(result: Analysis, comparison: Comparison, coldest: Spectrum) -> str:
    best = comparison.best
    gaps = [f for f in result.findings if f.name.startswith("gap") and f.unit == "eV" and not f.limit and f.identified]
    told = " and ".join(uncertain(f.value, f.stderr, "eV") for f in gaps)
    at = f" at {si(coldest.temperature, 'K')}" if coldest.temperature is not None else ""
    names = f"gap{'s' if len(gaps) > 1 else ''} {told}" if told else "no gap determined"
    tc = [f for f in result.findings if f.name == "critical_temperature"]
    more = f" T_c {uncertain(tc[0].value, tc[0].stderr, 'K')} from the gap equation." if tc else ""
    return f"{best.model.name}{at}: {names}.{more} {comparison.verdict}"


def _figure_coldest(comparison: Comparison, coldest: Spectrum):
    figure = new_figure(6.2, 5.0)
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    bv, label = units("bias", comparison.best.x)
    top.plot(comparison.best.x / bv, comparison.best.y, ".", ms=3, color="0.6", label="data")
    for r, colour in reversed(list(zip(comparison.ranks, COLOURS, strict=False))):
        one = comparison.results[r.model]
        order = np.argsort(one.x)
        top.plot(one.x[order] / bv, one.best_fit[order], lw=1.3, color=colour, label=r.model)
        below.plot(one.x[order] / bv, one.residual[order], lw=1.0, color=colour)
    below.axhline(0, lw=0.8, color="black")
    below.set_xlabel(label)
    below.set_ylabel("residual")
    top.set_ylabel(f"${QUANTITIES['normalised_conductance'].symbol}$")
    top.legend(fontsize=8)
    style(top, below)
    return figure


def _figure_series(chosen: list[Spectrum], joint: FitResult, alone: list[tuple[Spectrum, FitResult]]):
    figure = new_figure(7.0, 4.2)
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    bv, label = units("bias", joint.x)
    for i, block in enumerate(joint.blocks):
        shift = 0.5 * i
        order = np.argsort(block.x)
        left.plot(block.x / bv, block.y + shift, ".", ms=2, color="0.6")
        left.plot(block.x[order] / bv, block.fit[order] + shift, lw=1.2, color=COLOURS[0])
        left.annotate(
            si(chosen[i].temperature, "K"),
            (block.x.max() / bv, block.fit[order][-1] + shift),
            fontsize=7,
            xytext=(3, -2),
            textcoords="offset points",
        )
    left.set_xlabel(label)
    left.set_ylabel(f"${QUANTITIES['normalised_conductance'].symbol}$, shifted by 0.5 each")
    tc = joint.params["critical_temperature"].value
    t = np.linspace(0.0, tc, 200)
    from supraspin.models import gap_temperature

    for key, colour in zip([k for k in joint.params if k.startswith("gap")], COLOURS, strict=False):
        curve = np.asarray(gap_temperature(t, gap=joint.params[key].value, critical_temperature=tc))
        right.plot(t, curve / 1e-3, color=colour, lw=1.3, label=f"{key.replace('_', ' ')}, joint fit")
    points = [(s.temperature, one.params["gap"]) for s, one in alone]
    right.errorbar([t for t, _ in points], [p.value / 1e-3 for _, p in points], yerr=[(p.stderr or 0.0) / 1e-3 for _, p in points],
                   fmt="o", ms=4, color="black", label="gap, each alone")  # fmt: skip
    right.set_xlabel(units("temperature", t)[1])
    right.set_ylabel(r"$\Delta$ (meV)")
    right.set_ylim(bottom=0)
    right.legend(fontsize=7)
    style(left, right)
    return figure
