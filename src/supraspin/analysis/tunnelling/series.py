"""A temperature series of spectra: one fit to all of them with the gap tied to T_c by the gap equation."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from supraspin.analysis.precision import growth, precision, quoted
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.analysis.tunnelling.peaks import HEIGHTS, peak_height, peak_names
from supraspin.analysis.tunnelling.spectra import Prepared, Spectrum, to_dataset
from supraspin.data import sweeps
from supraspin.errors import FitError
from supraspin.fit import FitResult, fit
from supraspin.flags import Flag
from supraspin.formatting import si
from supraspin.model import MODELS
from supraspin.quantities import KB

LOCAL = ("normal_conductance", "background_quadratic")
"""Parameters that belong to one spectrum, not to the junction."""
_MOST_SWEEPS = 12
_PASSED_ON = ("poor_fit", "residuals_structured", "not_identified", "at_bound", "not_converged", "several_minima")


def fit_series(ready: Prepared, best: FitResult, settings: Mapping[str, float], result: Analysis):
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
    harmonic = int(getattr(best.model.function, "symmetry", "s-wave") == "nodal")
    shared = [
        *(k for k, p in best.params.items() if p.vary and k not in (*LOCAL, *HEIGHTS, "temperature")),
        "critical_temperature",
    ]
    leading = max(best.params[g].value for g in gaps)
    first = max(1.15 * float(warmth.max()), leading / (1.9 * KB))
    fixed: dict[str, float] = {"bias_offset": 0.0} | ({"modulation": settings["modulation"]} if "modulation" in settings else {})
    values = {k: best.params[k] for k in shared if k in best.params}
    start = {k: max(p.value, 1e-6) if p.unit == "eV" else p.value for k, p in values.items()} | {"critical_temperature": first}
    pieces, peak = sweeps(to_dataset(chosen, ready.window)), peak_names(best)
    limits = {"critical_temperature": (1.001 * float(warmth.max()), 10 * first)} | {k: best.params[k].bounds for k in peak}
    try:
        joint = fit(
            best.model, pieces, fix=fixed, free=["critical_temperature", "background_quadratic", *peak], shared=shared,
            start=start | {k: best.params[k].value for k in peak}, bounds=limits, multistart=1, profile=False,
        )  # fmt: skip
    except FitError as error:
        result.flags.append(Flag("could_not_fit", f"the series could not be fitted together: {error}", "note"))
        return None
    result.fits[f"series: {best.model.name}"] = joint
    tc = joint.params["critical_temperature"]
    known = precision(joint, "critical_temperature")
    above = ready.normal_temperature is not None and tc.value > ready.normal_temperature
    said = "gap equation, all temperatures together"
    if tc.at_bound:
        result.findings.append(Finding("critical_temperature", tc.value, "K", limit="lower", identified=False, text=said))
    else:
        result.findings.append(
            Finding("critical_temperature", tc.value, "K", known.stderr, None, known.interval_68, None,
                    known.determined and not above, said)
        )  # fmt: skip
    result.findings.append(_ratio(joint, gaps, harmonic, known.determined and not above))
    if above and ready.normal_temperature is not None:
        normal = si(ready.normal_temperature, "K")
        text = (f"the gap equation wants T_c = {si(tc.value, 'K')}, yet the sweep at {normal} shows no gap: "
                "the spectra between are missing, or the gap falls faster than weak coupling has it")  # fmt: skip
        result.flags.append(
            Flag("critical_temperature_too_high", text, "warning", {"fit": tc.value, "normal": ready.normal_temperature})
        )
    alone = _each_alone(chosen, ready.window, joint, harmonic)
    rows = tuple(
        (s.label, si(s.temperature or 0.0, "K"), quoted(one, "gap"), *([f"{peak_height(one):.3g}"] if peak else []),
         f"{one.rms:.3g}")
        for s, one in alone
    )  # fmt: skip
    title = f"{best.model.name} on each spectrum alone, all but the gap as in the joint fit"
    height = ["peak, of G_N"] if peak else []
    result.tables.append(Table(title, ("file", "temperature", "gap", *height, "rms of G/G_N"), rows))
    # A peak whose height comes to rest at 0 in a warmer spectrum is simply not there.
    kept = [f for f in joint.flags if f.code in _PASSED_ON and not f.message.startswith(HEIGHTS)]
    result.flags += [Flag(f.code, f"series: {f.message}", f.level, f.numbers) for f in kept]
    return chosen, joint, alone, harmonic


def _ratio(joint: FitResult, gaps: list[str], harmonic: int, determined: bool) -> Finding:
    """The largest gap over k_B T_c, with the error that both and their correlation leave."""
    leading = max(gaps, key=lambda g: joint.params[g].value)
    gap, tc = joint.params[leading].value, joint.params["critical_temperature"].value
    ratio, error = gap / (KB * tc), None
    if leading in joint.free and "critical_temperature" in joint.free and gap > 0:
        i, j = joint.free.index(leading), joint.free.index("critical_temperature")
        c = joint.covariance
        relative = c[i, i] / gap**2 + c[j, j] / tc**2 - 2 * c[i, j] / (gap * tc)
        error = ratio * math.sqrt(relative) * growth(joint) if math.isfinite(relative) and relative > 0 else None
    weak = "1.764" if harmonic == 0 else "2.140 (nodal)"
    text = f"largest Delta(0)/(k_B T_c); weak coupling {weak}"
    return Finding("gap_over_critical_temperature", ratio, "1", error, identified=determined, text=text)


def _each_alone(chosen: list[Spectrum], window: float, joint: FitResult, harmonic: int) -> list[tuple[Spectrum, FitResult]]:
    """The leading gap, and a peak's height, of each spectrum by itself; further gaps follow the gap equation."""
    gap_temperature = MODELS["gap_temperature"].function

    rest = {
        k: p.value
        for k, p in joint.params.items()
        if "[" not in k and k not in ("gap", "critical_temperature", "temperature", *LOCAL, *HEIGHTS)
    }
    tc, found = joint.params["critical_temperature"].value, []
    heights = [name for name in HEIGHTS if f"{name}[0]" in joint.params]
    for s in chosen:
        other = {
            k: float(gap_temperature(s.temperature, gap=v, critical_temperature=tc, harmonic=harmonic))
            for k, v in rest.items()
            if k.startswith("gap_")
        }
        held = rest | other
        try:
            one = fit(
                joint.model,
                to_dataset([s], window),
                fix=held,
                free=["background_quadratic", *heights],
                multistart=1,
                profile=False,
            )
        except FitError:
            continue
        found.append((s, one))
    return found
