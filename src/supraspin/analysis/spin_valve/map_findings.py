"""What a map of R_NL over current and field tells: the signal and its bias window, the background, the thermal term."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.analysis.spin_valve.bias import BiasSignal, window_findings
from supraspin.analysis.spin_valve.box import Box, fit_boxes, map_chance
from supraspin.analysis.spin_valve.crossing import sign_change
from supraspin.analysis.spin_valve.edges import box_switches
from supraspin.analysis.spin_valve.findings import over_background, switch_findings
from supraspin.analysis.spin_valve.iv import LEVEL
from supraspin.analysis.spin_valve.map import BiasMap
from supraspin.analysis.spin_valve.one_side import one_side
from supraspin.analysis.spin_valve.states import pooled
from supraspin.analysis.spin_valve.switches import Switch, mirrored
from supraspin.analysis.spin_valve.within import switches_within
from supraspin.fit import FitResult
from supraspin.flags import Flag
from supraspin.formatting import concise, si


@dataclass(frozen=True)
class MapStates:
    """The states of a map: a box each direction, signal and middle of both (i,), ohm, and their chance (None: not told).

    `whole`: they begin and end within the sweep, which is asked of a map to one side of zero.
    """

    chart: BiasMap
    p: float | None
    boxes: dict[int, Box]
    signal: np.ndarray
    stderr: np.ndarray
    middle: np.ndarray
    switches: tuple[Switch, ...]
    whole: bool = True

    @property
    def claimed(self) -> bool:
        return self.p is not None and self.p < LEVEL and self.whole


def find_states(chart: BiasMap) -> MapStates:
    """The states of a map, whether or not chance would explain them."""
    boxes = fit_boxes(chart)
    each = list(boxes.values())
    # A loop without noise has no error, and yet no infinite weight.
    least = 1e-9 * max(float(np.abs(values).max()) for values in chart.runs.values())
    weight = np.array([1 / np.maximum(box.stderr, least) ** 2 for box in each])
    signal = (weight * [box.signal for box in each]).sum(axis=0) / weight.sum(axis=0)
    middle = np.mean([box.middle for box in each], axis=0)
    switches = tuple(box_switches(chart, boxes))
    stderr = weight.sum(axis=0) ** -0.5
    if not chart.one_sided:
        return MapStates(chart, map_chance(chart), boxes, signal, stderr, middle, switches)
    (values,) = chart.runs.values()
    side = one_side(chart.current, values, np.random.default_rng(0))
    p, whole = (None, False) if side is None else (side.p, side.stretch is not None)
    return MapStates(chart, p, boxes, signal, stderr, middle, switches, whole)


def fold(current: np.ndarray, values: np.ndarray, stderr: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Even part over currents >= 0 with errors, and the chance that values (n,) are even in the current (1 where untold)."""
    from scipy.stats import chi2

    size = np.round(np.abs(current) / np.abs(current).max(), 6)
    at, member = np.unique(size, return_inverse=True)
    weight = 1 / stderr**2
    total = np.bincount(member, weight)
    even = np.bincount(member, weight * values) / total
    rest = float(np.sum(weight * (values - even[member]) ** 2))
    freedom = values.size - at.size
    return at * np.abs(current).max(), even, total**-0.5, float(chi2.sf(rest, freedom)) if freedom else 1.0


def add_map_findings(result: Analysis, found: MapStates) -> FitResult | None:
    """Findings, flags and tables of the map into `result`; returns the fit of the bias window, where there is one."""
    result.flags += found.chart.flags
    fitted = None
    if found.p is not None:
        text = (
            "chance of a change so alike at all currents that the bias ends, where nothing follows the field"
            if found.chart.one_sided
            else "chance of such a map where nothing follows the field and its direction"
        )
        result.findings.append(Finding("two_state_chance", found.p, "1", text=text))
    if found.claimed:
        fitted = _add_signal(result, found)
    elif found.p is None and found.chart.one_sided:
        text = "too few currents to tell switches to one side of zero from jumps of the offset: no states are claimed"
        result.flags.append(Flag("few_currents", text, "warning"))
    elif found.p is None:
        text = "one direction of the field only: whether the states follow the field cannot be tested, and none are claimed"
        result.flags.append(Flag("one_direction", text, "warning"))
    _add_thermal(result, found)
    return fitted


def _add_signal(result: Analysis, found: MapStates) -> FitResult | None:
    from scipy.stats import chi2

    current, signal, stderr, even = fold(found.chart.current, found.signal, found.stderr)
    mean, _, _ = pooled(signal, stderr)
    p = float(
        chi2.sf(np.sum(((signal - np.sum(signal / stderr**2) / np.sum(stderr**-2.0)) / stderr) ** 2), max(signal.size - 1, 1))
    )
    windows, fitted, flags = window_findings(BiasSignal(current, signal, stderr, p), mean)
    low = current <= max(0.1 * current.max(), current.min())
    value, error, _ = pooled(signal[low], stderr[low])
    text = "parallel minus antiparallel, at the smallest currents"
    if fitted is not None and fitted.params["amplitude"].stderr is not None:
        amplitude = fitted.params["amplitude"]
        value, error, text = 2 * amplitude.value, 2 * float(amplitude.stderr or 0.0), "parallel minus antiparallel, without bias"
        result.fits["bias window"] = fitted
    elif p >= LEVEL:
        value, error, _ = pooled(signal, stderr)
        text = "parallel minus antiparallel, mean over the currents"
    result.findings.append(Finding("spin_signal", value, "ohm", error, text=text))
    _, middle, middle_error, _ = fold(found.chart.current, found.middle, found.stderr / 2)
    background, spread, _ = pooled(middle, middle_error)
    result.findings.append(Finding("resistance_offset", background, "ohm", spread, text="background, whatever the alignment"))
    result.findings.append(over_background(value, error, background, spread))
    result.findings += [*switch_findings(found.switches), *windows]
    result.flags += flags
    crossing = sign_change(current, middle - 0.5 * signal, np.hypot(middle_error, 0.5 * stderr))
    if crossing is not None:
        text = "R_NL of the antiparallel state, near the coercive field, passes through zero at this current"
        result.findings.append(Finding("sign_change_current", crossing[0], "A", crossing[1], text=text))
    turned = sign_change(current, signal, stderr)
    if turned is not None:
        text = f"the spin signal itself changes sign with the bias, at {concise(*turned, 'A')}; no bias window describes that"
        result.flags.append(Flag("signal_changes_sign", text, "warning", {"current": turned[0], "stderr": turned[1]}))
    result.flags += _state_flags(found, even)
    rows = tuple((si(i, "A"), concise(s, e, "ohm"), f"{abs(s) / e:.1f}") for i, s, e in zip(current, signal, stderr, strict=True))
    result.tables.append(Table("Signal against bias current", ("current", "spin signal", "over its error"), rows, "even part"))
    return fitted


def _state_flags(found: MapStates, even: float) -> list[Flag]:
    flags = []
    # Loops at different currents may well switch at different fields; within a sweep of the current that is a switch on its way.
    for one in switches_within(found.chart, found.boxes) if found.chart.of_bias else ():
        text = f"the sweep at {si(one.field, 'T')} switches on its way, at {si(one.current, 'A')}"
        numbers = {"field": one.field, "current": one.current, "direction": float(one.direction)}
        flags.append(Flag("switches_within", text, "warning", numbers))
    if even < 1e-3:
        text = f"the signal is not even in the current (chance {even:.1g}): the even part is reported"
        flags.append(Flag("signal_not_even", text, "warning", {"p": even}))
    if mirrored(found.switches) is False:
        text = "the switching fields of the two directions are no mirror images: an offset of the field axis, or exchange bias"
        flags.append(Flag("not_mirrored", text, "warning"))
    return flags


def _add_thermal(result: Analysis, found: MapStates) -> None:
    """The part odd in the current of a differential reading, 2 kappa I, whatever the state; needs both signs of the current."""
    current = found.chart.current
    if current.size < 5 or not current[0] < 0 < current[-1]:
        return
    runs = list(found.chart.runs.values())
    whole = np.mean([values.mean(axis=0) for values in runs], axis=0) if not found.claimed else found.middle
    size = float(np.abs(current).max())
    x = current / size
    mirrored_values = np.interp(-current, current, whole)
    odd = 0.5 * (whole - mirrored_values)
    inside = (current > 0) & (current <= -current[0] * (1 + 1e-9))
    x, odd = x[inside], odd[inside]
    if x.size < 4:
        return
    slope = float(x @ odd / (x @ x))
    rest = odd - slope * x
    error = float(np.sqrt((rest @ rest) / (x.size - 1) / (x @ x)))
    text = "half the slope of what is odd in the current: the voltage goes as its square"
    result.findings.append(Finding("thermal_coefficient", slope / (2 * size), "V/A^2", error / (2 * size), text=text))


def map_summary(found: MapStates, result: Analysis) -> str:
    """One or two sentences."""
    if not found.claimed:
        why = f"chance {found.p:.2g}, {LEVEL:g} is asked for" if found.p is not None else "one direction only"
        if found.chart.one_sided and not found.whole and found.p is not None and found.p < LEVEL:
            why = "what changes with the bias is no stretch of field between equal levels"
        size = f"{found.chart.field.size} fields and {found.chart.current.size} currents"
        return f"No two states are claimed in the map of {size} ({why})."
    signal = result.finding("spin_signal")
    text = f"Spin signal {concise(signal.value, signal.stderr, 'ohm')}"
    ratio = result.finding("signal_over_background")
    text += f", {'above ' if ratio.limit else ''}{100 * ratio.value:.3g} % of the background"
    window = [f for f in result.findings if f.name == "window_current"]
    if window and window[0].limit == "lower":
        text += f"; it has not fallen to one half up to {si(window[0].value, 'A')}"
    elif window and not window[0].limit:
        text += f"; it falls to one half at {concise(window[0].value, window[0].stderr, 'A')}"
    fields = [f"{'rising' if s.direction > 0 else 'falling'} {si(s.field, 'T')}" for s in found.switches]
    told = " One side of zero only: their mirror image is not tested." if found.chart.one_sided else ""
    return f"{text}. Switches: {', '.join(fields)}.{told}"
