"""The van der Waals gap against depth: how far intercalation opens it, and how deep that reaches."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import sources
from supraspin.analysis.depth_profile.figures import draw_gap
from supraspin.analysis.depth_profile.null import LEVEL, Score, nulls, significance
from supraspin.analysis.depth_profile.readings import Readings
from supraspin.analysis.precision import growth, precision
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.data import good
from supraspin.errors import FitError
from supraspin.fit import FitResult, fit
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

if TYPE_CHECKING:
    import xarray as xr

FEWEST = 4
_FEW = 6  # layers below which the shape of the decay is a guess
_LIMIT = 1.645


def analyse_gap(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one data set of kind `interlayer_gap`. Raises `FitError` for too few layers."""
    fine = good(ds).values
    depth, gap = ds["depth"].values[fine], ds["interlayer_gap"].values[fine]
    if gap.size and not gap.min() > 0:
        raise FitError(f"a gap of {si(float(gap.min()), 'm')} is none: all must be above zero")
    order = np.argsort(depth, kind="stable")
    readings = Readings(depth[order], gap[order], None, "interlayer_gap")
    layers = np.unique(depth).size
    if layers < FEWEST:
        raise FitError(f"{layers} layers tell no change of the gap with depth; at least {FEWEST} are needed")
    title = f"Van der Waals gap against depth: {', '.join(sources(ds)) or 'made'}"
    result = Analysis("interlayer_gap", title, sources(ds), "")
    pristine = settings.get("pristine_gap")
    if pristine is None:
        text = "the pristine gap is not given, so the gap far below stands for it: --set pristine_gap='2.9 angstrom'"
        result.flags.append(Flag("pristine_gap_fitted", text, "note"))
    lengths = np.geomspace(max(0.3 * readings.step, 0.02 * readings.span), 2 * readings.span, 12)
    templates = np.exp(-readings.depth / lengths[:, None])
    flat, sloped = nulls(readings.depth)
    if pristine is not None:
        # A gap that is wider all the way down has expanded too: against a known reference the constant is no null.
        readings = Readings(readings.depth, readings.reading - pristine, None, "interlayer_gap")
        templates, flat = np.vstack([templates, np.ones(readings.depth.size)]), np.empty((0, readings.depth.size))
    constant = significance(readings, templates, flat, two_sided=True)
    drift = significance(readings, templates, sloped, two_sided=True) if constant.p < LEVEL else None
    fixed = {} if pristine is None else {"pristine_gap": pristine}
    data = (readings.depth, readings.reading + (pristine or 0.0))
    if constant.p >= LEVEL or drift is None:
        return _unchanged(result, data, constant, pristine)
    amplitude = float(constant.amplitude[int(np.argmax(np.abs(constant.scores)))])
    base = pristine if pristine is not None else float(data[1][-1])
    start = {"expansion": amplitude / base, "decay_length": 0.4 * readings.span} | ({} if fixed else {"pristine_gap": base})
    main = fit("vdw_gap_expansion", data, fix=fixed, start=start, multistart=4)
    result.fits["gap"] = main
    others = _others(data, main, fixed)
    result.findings += _findings(main, others, drift.p < LEVEL)
    result.findings.append(
        Finding("false_alarm_probability", constant.p, "1", text="of such a change in gaps that are all alike")
    )
    result.flags += [f for f in main.flags if f.code in ("poor_fit", "residuals_structured", "not_converged", "several_minima")]
    result.flags += _flags(main, layers, drift.p, readings)
    result.tables.append(_table(main, others))
    result.summary = _summary(result, main)
    result.figures["gap"] = draw_gap(data[0], data[1], main)
    result.captions["gap"] = "Gap of each layer (points, with the scatter about the fit), the fit, and the pristine gap (dashed)."
    return result


def _unchanged(
    result: Analysis, data: tuple[np.ndarray, np.ndarray], score: Score, pristine: float | None
) -> Analysis:  # fmt: skip
    depth, gap = data
    base = pristine if pristine is not None else float(np.mean(gap))
    usable, p = np.isfinite(score.error), score.p
    top = float(np.max(np.abs(score.amplitude[usable]) + _LIMIT * score.error[usable], initial=0.0)) / base
    text = "at the interface, for any decay length within twice the depth measured"
    result.findings.append(Finding("expansion", top, "1", limit="upper", identified=False, text=text))
    mean, scatter = float(np.mean(gap)), float(np.std(gap, ddof=1))
    result.findings.append(Finding("mean_gap", mean, "m", scatter / math.sqrt(gap.size)))
    said = f"the gap does not change with depth beyond its scatter (p = {p:.2g}, claimed below {LEVEL:g})"
    result.flags.append(Flag("no_expansion", said, "warning", {"p": p}))
    result.summary = (
        f"No expansion of the gap is claimed (p = {p:.2g}); one of more than {si(100 * top, '1')} % is excluded at 95 %."
    )
    result.figures["gap"] = draw_gap(depth, gap, None, pristine)
    result.captions["gap"] = "Gap of each layer (points, with their scatter), and the pristine gap (dashed) or the mean."
    return result


def _others(data: tuple[np.ndarray, np.ndarray], main: FitResult, fixed: Mapping[str, float]) -> dict[str, FitResult]:
    """The same fit without the deepest quarter, and with the gap far below fitted where it is given."""
    at = {name: p.value for name, p in main.params.items() if p.vary and p.bounds[0] < p.value < p.bounds[1]}
    found = {}
    near = data[0] <= data[0][0] + 0.75 * np.ptp(data[0])
    wanted = {"without the deepest quarter": ((data[0][near], data[1][near]), fixed)}
    if fixed:
        wanted["gap far below fitted"] = (data, {})
    for label, (points, held) in wanted.items():
        try:
            found[label] = fit("vdw_gap_expansion", points, fix=held, start=at, multistart=1, profile=False)
        except FitError:
            continue
    return found


def _findings(main: FitResult, others: Mapping[str, FitResult], bent: bool) -> list[Finding]:
    texts = {"expansion": "of the gap at the interface, over the pristine one", "pristine_gap": "gap far below"}
    out = []
    for name in ("expansion", "decay_length", "pristine_gap"):
        p = main.params[name]
        if not p.vary:
            continue
        known = precision(main, name)
        determined = known.determined and (bent or name != "decay_length")
        text = texts.get(name, "of the expansion")
        moved = max((abs(one.params[name].value - p.value) for one in others.values()), default=None)
        if p.limit and p.limit_value is not None:
            out.append(Finding(name, p.limit_value, p.unit, limit=p.limit, identified=False, text=text))
        else:
            out.append(Finding(name, p.value, p.unit, known.stderr, moved, known.interval_68, None, determined, text))
    d0, eps = main.params["pristine_gap"], main.params["expansion"]
    out.append(Finding("gap_at_interface", d0.value * (1 + eps.value), "m", _surface_error(main), text="by the fit"))
    return out


def _surface_error(main: FitResult) -> float | None:
    """Standard error of d_0 (1 + eps), with the correlation of the two."""
    slopes = {"pristine_gap": 1 + main.params["expansion"].value, "expansion": main.params["pristine_gap"].value}
    index = [main.free.index(name) for name in slopes if name in main.free]
    gradient = np.array([slope for name, slope in slopes.items() if name in main.free])
    variance = float(gradient @ main.covariance[np.ix_(index, index)] @ gradient)
    return math.sqrt(variance) * growth(main) if math.isfinite(variance) and variance > 0 else None


def _flags(main: FitResult, layers: int, drift_p: float, readings: Readings) -> list[Flag]:
    flags, length = [], main.params["decay_length"]
    if layers < _FEW:
        text = f"{layers} layers are few for a decay: another shape would fit as well"
        flags.append(Flag("few_layers", text, "warning", {"layers": float(layers)}))
    if drift_p >= LEVEL:
        text = f"a straight line describes the change as well as a decay (p = {drift_p:.2g}): the decay length is not determined"
        flags.append(Flag("linear_drift", text, "warning", {"p": drift_p}))
    if length.limit == "lower" or length.value > readings.span:
        text = f"the expansion decays over more than the {si(readings.span, 'm')} measured: the pristine gap is not reached"
        flags.append(Flag("decay_longer_than_window", text, "warning", {"depth": readings.span}))
    if length.limit == "upper" or length.value < 0.5 * readings.step:
        text = f"the expansion decays within a layer's spacing of {si(readings.step, 'm')}: only the first gap tells of it"
        flags.append(Flag("decay_not_resolved", text, "warning", {"step": readings.step}))
    return flags


def _table(main: FitResult, others: Mapping[str, FitResult]) -> Table:
    rows = tuple(
        (label, *(uncertain(one.params[n].value, one.params[n].stderr, one.params[n].unit)
                  for n in ("expansion", "decay_length", "pristine_gap")), si(one.rms, "m"))
        for label, one in {"as reported": main, **others}.items()
    )  # fmt: skip
    columns = ("choice", "expansion", "decay length", "pristine gap", "rms")
    return Table("What the choices change", columns, rows, "the largest move is the systematic error")


def _summary(result: Analysis, main: FitResult) -> str:
    eps, length = result.finding("expansion"), result.finding("decay_length")
    wider = uncertain(100 * eps.value, 100 * eps.stderr if eps.stderr else None, "1")
    if length.limit:
        deep = f"decaying over {'more' if length.limit == 'lower' else 'less'} than {si(length.value, 'm')} (95 %)"
    else:
        deep = f"decaying over {uncertain(length.value, length.stderr, 'm')}" + (
            "" if length.identified else " (hardly determined)"
        )
    return f"The gap at the interface is {wider} % wider than the pristine {si(main.params['pristine_gap'].value, 'm')}, {deep}."
