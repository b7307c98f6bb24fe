"""The spin signal of several valves against the distance of their electrodes.

Three or more distances give the spin diffusion length of the channel. Tunnel contacts make the signal fall as exp(-L/lambda),
transparent ones nearly as 1/sinh(L/lambda), and which of them a device has is not in these data: the spread is the systematic
error. With the resistances of channel and electrode (settings) the formula of Takahashi and Maekawa takes their place. Two
distances give one ratio, and any law goes through two points.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.analysis.precision import precision
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.fit import FitResult, fit
from supraspin.flags import Flag
from supraspin.formatting import concise, si

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_RESISTANCES = ("channel_resistance", "spin_resistance_electrode")
_TRANSPARENT = 1e-3  # contact length of a transparent contact over the shortest distance
_RULED_OUT = 9.0  # chi-square, in units of the reduced one, by which a law is worse than the best
_ENDLESS = 30.0  # times the longest distance, beyond which a length is no more than "long"
_WORST = 3.0  # reduced chi-square beyond which devices differ by more than their errors


@dataclass(frozen=True)
class Valves:
    """Signal (parallel minus antiparallel, ohm) and error at each distance (n,), m, shortest first."""

    separation: np.ndarray
    signal: np.ndarray
    stderr: np.ndarray
    names: tuple[str, ...]


def collect(results: Sequence[Analysis]) -> Valves | None:
    """The valves whose signal is claimed and whose distance is known; None with fewer than two different distances."""
    rows = []
    for result in results:
        found = {f.name: f for f in result.findings}
        signal, distance = found.get("spin_signal"), found.get("separation")
        if signal is not None and signal.identified and signal.stderr and distance is not None:
            rows.append(
                (distance.value, abs(signal.value), math.hypot(signal.stderr, signal.systematic or 0.0), result.sources[0])
            )
    rows.sort()
    if len({row[0] for row in rows}) < 2:
        return None
    separation, signals, errors, names = zip(*rows, strict=True)
    return Valves(np.array(separation), np.array(signals), np.array(errors), tuple(names))


def analyse_lengths(valves: Valves, settings: Mapping[str, float], kind: str) -> Analysis:
    """The `Analysis` of the signal against distance. Raises `FitError` where nothing can be fitted."""
    result = Analysis(kind, f"Spin signal against distance: {len(valves.names)} devices", valves.names, "")
    text = "the devices are taken to differ in their distance alone, because they were given together"
    result.flags.append(Flag("taken_as_alike", text, "note"))
    rows = zip(valves.names, valves.separation, valves.signal, valves.stderr, strict=True)
    cells = tuple((name, si(x, "m"), concise(y, e, "ohm")) for name, x, y, e in rows)
    result.tables.append(Table("Spin signals", ("file", "distance", "spin signal"), cells))
    fits: dict[str, FitResult] = {}
    if len(set(valves.separation.tolist())) < 3:
        _ratio(result, valves)
    else:
        fits = _fits(valves, settings)
        _length(result, valves, fits)
    result.figures["length"] = _draw(valves, fits)
    result.captions["length"] = "Spin signal (parallel minus antiparallel) against the distance of the electrodes."
    return result


def _ratio(result: Analysis, valves: Valves) -> None:
    near, far = valves.separation == valves.separation[0], valves.separation == valves.separation[-1]
    (a, ea), (b, eb) = (_mean(valves.signal[m], valves.stderr[m]) for m in (near, far))
    ratio = a / b
    error = ratio * math.hypot(ea / a, eb / b)
    ends = f"{si(valves.separation[0], 'm')} over that at {si(valves.separation[-1], 'm')}"
    result.findings.append(Finding("signal_ratio", ratio, "1", error, text=f"signal at {ends}"))
    text = "two distances give a ratio and no length: every law of decay goes through two points, and two devices are never alike"
    result.flags.append(Flag("two_lengths", text, "warning"))
    result.summary = f"The spin signal at {ends} is {concise(ratio, error, '1')}: a ratio, from which no length is claimed."


def _mean(values: np.ndarray, errors: np.ndarray) -> tuple[float, float]:
    weight = 1 / errors**2
    return float(np.sum(weight * values) / weight.sum()), float(weight.sum() ** -0.5)


def _fits(valves: Valves, settings: Mapping[str, float]) -> dict[str, FitResult]:
    """Fits to the signal of one alignment, half of the difference; the first is the one reported."""
    x, y, sigma = valves.separation, valves.signal / 2, valves.stderr / 2
    length = ["spin_diffusion_length"]
    if all(name in settings for name in _RESISTANCES):
        known = {name: settings[name] for name in _RESISTANCES}
        return {"Takahashi and Maekawa": fit("takahashi_maekawa", x=x, y=y, sigma=sigma, fix=known, profile=length)}
    clear = _TRANSPARENT * float(x.min())
    ends = {"contact_length_injector": clear, "contact_length_detector": clear}
    found = {
        "tunnel contacts": fit("spin_valve_length", x=x, y=y, sigma=sigma, profile=length),
        "transparent contacts": fit("spin_valve_length", x=x, y=y, sigma=sigma, fix=ends, profile=length),
    }
    return dict(sorted(found.items(), key=lambda item: item[1].chi_square))


def _length(result: Analysis, valves: Valves, fits: dict[str, FitResult]) -> None:
    result.fits.update(fits)
    name, main = next(iter(fits.items()))
    p, known = main.params["spin_diffusion_length"], precision(main, "spin_diffusion_length")
    freedom = max(valves.signal.size - len(main.free), 1)
    worse = math.sqrt(max(main.chi_square / freedom, 1.0))
    # A law that the data rule out is no choice to be made.
    others = {
        label: one.params["spin_diffusion_length"].value
        for label, one in list(fits.items())[1:]
        if one.chi_square - main.chi_square < _RULED_OUT * worse**2
    }
    open_ended = [label for label, other in others.items() if other > _ENDLESS * float(valves.separation.max())]
    moved = max((abs(other - p.value) for label, other in others.items() if label not in open_ended), default=None)
    if p.limit and p.limit_value is not None:
        result.findings.append(Finding(p.name, p.limit_value, "m", limit=p.limit, identified=False, text=name))
        told = f"{'>' if p.limit == 'lower' else '<'} {si(p.limit_value, 'm')}"
    else:
        error = known.stderr * worse if known.stderr is not None else None
        edges = known.interval_68
        if edges is not None:
            edges = p.value + worse * (edges[0] - p.value), p.value + worse * (edges[1] - p.value)
        shown = known.determined and not open_ended
        result.findings.append(Finding(p.name, p.value, "m", error, moved, edges, None, shown, name))
        told = concise(p.value, error, "m") if shown else f"not determined (best fit {si(p.value, 'm')})"
    if "polarisation" in main.free:
        q = main.params["polarisation"]
        result.findings.append(Finding("polarisation", q.value, "1", (q.stderr or 0.0) * worse or None, text=name))
    if worse**2 > _WORST:
        text = f"the devices differ from the law by {worse:.2g} times their errors, and errors are grown by that"
        result.flags.append(Flag("devices_differ", text, "warning", {"reduced_chi_square": worse**2}))
    for label, other in others.items():
        told_other = "any long length fits" if label in open_ended else f"the length is {si(other, 'm')}"
        text = (f"with {label} {told_other}, and these data allow it; with channel_resistance and spin_resistance_electrode "
                "set, the contacts are no free choice")  # fmt: skip
        result.flags.append(Flag("contacts_unknown", text, "warning", {"length": other}))
    result.summary = f"Spin diffusion length {told} from {valves.signal.size} devices ({name})."


def _draw(valves: Valves, fits: dict[str, FitResult]) -> Figure:
    figure = new_figure(3.9, 3.0)
    ax = figure.subplots()
    bx, x_label = units("separation", valves.separation)
    by, y_label = units("nonlocal_resistance", valves.signal)
    ax.errorbar(
        valves.separation / bx, valves.signal / by, yerr=valves.stderr / by, fmt="o", ms=4, color="black", label="devices"
    )
    fine = np.linspace(0.8 * valves.separation.min(), 1.05 * valves.separation.max(), 200)
    for (name, one), colour in zip(fits.items(), COLOURS, strict=False):
        curve = 2 * np.asarray(one.model(fine, **{key: p.value for key, p in one.params.items()}))
        ax.plot(fine / bx, curve / by, "-", lw=1.2, color=colour, label=name)
    ax.set_yscale("log")
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label.replace(r"$R_\mathrm{NL}$", r"$\Delta R_\mathrm{NL}$"))
    ax.legend(fontsize=7)
    style(ax)
    return figure
