"""Depth profiles of an intercalated element, and the van der Waals gap that it opens.

Counts or a concentration against depth are fitted by an exponential that the probe broadens: decay length, concentration at the
interface and its mean over a window, background, and where the data show them the interface and the probe's width. First
comes whether anything decays at all, against a constant and a linear drift. The gap against depth gives its expansion
and how deep it reaches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from supraspin.analysis.chain import sources
from supraspin.analysis.depth_profile.figures import draw_profile
from supraspin.analysis.depth_profile.findings import fitted_mean, limit_findings, mean_finding, parameter_findings
from supraspin.analysis.depth_profile.fit import Seen, fit_profile, inside, look
from supraspin.analysis.depth_profile.flags import assumption_flags, choices_table, shape_flags, window_flags
from supraspin.analysis.depth_profile.gap import analyse_gap
from supraspin.analysis.depth_profile.null import LEVEL
from supraspin.analysis.depth_profile.readings import Readings, prepare
from supraspin.analysis.result import Analysis, Finding
from supraspin.errors import DataError, FitError
from supraspin.fit import FitResult
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

if TYPE_CHECKING:
    import xarray as xr

KIND = ("depth_profile", "interlayer_gap")
SETTINGS = {
    "probe_width": ("m", "standard deviation of the probe's profile in depth (fitted, where the data show it)"),
    "depth_offset": ("m", "true depth of the interface on the scale of the data"),
    "mean_window": (
        "m",
        "thickness, from the interface down, over which the mean concentration is taken (all that was measured)",
    ),
    "full_counts": ("1", "counts that a concentration of 1 would give, where the files hold counts alone"),
    "background_concentration": ("1", "reading without any of the element (fitted where not given)"),
    "pristine_gap": ("m", "van der Waals gap of the undoped crystal (fitted as the gap far below where not given)"),
}
_HELD = ("probe_width", "depth_offset", "background_concentration")
_PASSED_ON = ("poor_fit", "residuals_structured", "not_converged", "several_minima")


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one data set of kind `depth_profile` or `interlayer_gap`. Raises `DataError` for a setting that makes no sense."""
    for name, value in settings.items():
        if name in ("mean_window", "full_counts", "pristine_gap") and not value > 0:
            raise DataError(f"setting {name!r} must be above 0, not {value:g}")
        if name in ("probe_width", "background_concentration") and value < 0:
            raise DataError(f"setting {name!r} must not be below 0, not {value:g}")
    return analyse_gap(ds, settings) if ds.attrs["kind"] == "interlayer_gap" else _profile(ds, settings)


def _profile(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    readings = prepare(ds, settings)
    title = f"Depth profile: {', '.join(sources(ds)) or 'made'}"
    result = Analysis("depth_profile", title, sources(ds), "", flags=list(readings.flags))
    seen = look(readings, settings.get("probe_width", 0.0), settings.get("depth_offset"))
    if not seen.decays:
        return _nothing(result, readings, seen, settings)
    fix = {name: settings[name] for name in _HELD if name in settings}
    edge = ["depth_offset", "probe_width"] if seen.edge else []
    free = [name for name in ("background_concentration", *edge) if name not in fix]
    main, grown = fit_profile(readings, fix=fix, free=free, start=_start(readings, seen, fix, free))
    deepest = float(readings.depth[-1]) - main.params["depth_offset"].value
    window = settings.get("mean_window", deepest)
    others = _others(readings, main, fix, free)
    moved = {
        name: max(abs(one.params[name].value - main.params[name].value) for one in others.values())
        for name in main.free
        if others
    }
    mean_moved = max((abs(fitted_mean(one, window)[0] - fitted_mean(main, window)[0]) for one in others.values()), default=None)
    result.findings += parameter_findings(main, moved, readings.quantity)
    result.findings[1:1] = mean_finding(main, readings, window, mean_moved, f"over the {si(window, 'm')} below the interface")
    chance = seen.drift.p if seen.drift is not None else 1.0
    result.findings.append(Finding("false_alarm_probability", chance, "1", text="of such a decay in readings that only drift"))
    result.fits = {"profile": main, **others}
    # Along the valley of a decay that is not determined the minimum is flat, and where in it a fit stops says nothing.
    vague = bool(main.params["decay_length"].limit)
    result.flags += [f for f in main.flags if f.code in _PASSED_ON and not (vague and f.code == "not_converged")]
    result.flags += (
        assumption_flags(seen, settings, grown) + shape_flags(main, readings) + window_flags(window, deepest, settings)
    )
    result.tables.append(choices_table(main, others, window))
    result.summary = _summary(result, readings.quantity)
    result.figures["profile"] = draw_profile(readings, main, window)
    errors = "square root of the counts that the fit expects" if readings.counted else "scatter of the data"
    result.captions["profile"] = (
        f"Readings with their errors ({errors}), the fit, and the profile with the probe's width and the background taken off; "
        f"shaded: the {si(window, 'm')} of the mean. Below: residuals over their errors."
    )
    return result


def _start(readings: Readings, seen: Seen, fix: Mapping[str, float], free: list[str]) -> dict[str, float]:
    """First guesses from the best template, for what is free."""
    level, best = float(readings.reading.min()), seen.best
    start = {
        "surface_concentration": max(float(seen.constant.amplitude[best]), 1e-12),
        "decay_length": min(float(seen.lengths[best]), 2 * readings.span),
        "background_concentration": level if level > 0 else 1e-3 * float(readings.reading.max()),
        "depth_offset": float(seen.interfaces[best]),
        "probe_width": max(readings.step, 0.02 * readings.span),
    }
    return {name: start[name] for name in ("surface_concentration", "decay_length", *free) if name not in fix}


def _others(readings: Readings, main: FitResult, fix: Mapping[str, float], free: list[str]) -> dict[str, FitResult]:
    """The same fit without the deepest fifth, and with a probe a tenth wider than the one given."""
    offset = main.params["depth_offset"].value
    near = readings.depth <= offset + 0.8 * (float(readings.depth[-1]) - offset)
    wanted: dict[str, tuple[Readings, Mapping[str, float]]] = {"without the deepest fifth": (readings.part(near), fix)}
    if fix.get("probe_width", 0.0) > 0:
        wanted["probe a tenth wider"] = (readings, {**fix, "probe_width": 1.1 * fix["probe_width"]})
    found = {}
    for label, (some, held) in wanted.items():
        try:
            found[label], _ = fit_profile(some, fix=held, free=free, start=inside(main), full=False, multistart=1)
        except FitError:
            continue
    return found


def _nothing(result: Analysis, readings: Readings, seen: Seen, settings: Mapping[str, float]) -> Analysis:
    """No decay is claimed: the limit on one, and whether the readings are constant or drift."""
    window = settings.get("mean_window", readings.span)
    result.findings += limit_findings(readings, seen, window)
    p = seen.constant.p
    if seen.drift is not None:
        text = (f"the readings are not constant (p = {p:.2g}), but a straight line describes them as well as a decay "
                f"(p = {seen.drift.p:.2g}): a drift, or a decay longer than the {si(readings.span, 'm')} measured")  # fmt: skip
        result.flags.append(Flag("linear_drift", text, "warning", {"p": seen.drift.p}))
        result.summary = f"No decay is claimed: the readings change with depth like a straight line (p = {seen.drift.p:.2g})."
    else:
        text = f"nothing falls with depth: a constant describes the readings (p = {p:.2g}, claimed below {LEVEL:g})"
        result.flags.append(Flag("no_decay", text, "warning", {"p": p}))
        result.summary = f"No decay with depth is claimed (p = {p:.2g})."
    most = _amount(result.findings[0].value, readings.quantity)
    result.summary += f" A decaying part whose mean is above {most} over {si(window, 'm')} is excluded at 95 %."
    result.figures["profile"] = draw_profile(readings, None, window)
    result.captions["profile"] = "Readings with their errors, and their mean (line)."
    return result


def _amount(value: float, quantity: str, error: float | None = None) -> str:
    """A level of the readings as it is spoken of: a concentration in per cent, or counts."""
    scale, unit = (100.0, " %") if quantity == "concentration" else (1.0, " counts")
    return uncertain(scale * value, None if error is None else scale * error, "1") + unit


def _summary(result: Analysis, quantity: str) -> str:
    length, surface = result.finding("decay_length"), result.finding(f"surface_{quantity}")
    means = [found for found in result.findings if found.name == f"mean_{quantity}"]
    if length.limit:
        told = f"Decay length {'>' if length.limit == 'lower' else '<'} {si(length.value, 'm')} at 95 %"
    else:
        told = f"Decay length {uncertain(length.value, length.stderr, 'm', systematic=length.systematic)}"
        told += "" if length.identified else " (hardly determined)"
    where = "".join(f"; mean {_amount(one.value, quantity, one.stderr)} {one.text.split(';')[0]}" for one in means)
    known = surface.identified and not surface.limit
    at = f", {_amount(surface.value, quantity, surface.stderr)} at the interface" if known else ""
    return f"{told}{where}{at}."
