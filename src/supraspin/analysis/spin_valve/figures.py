"""Figures of a spin valve: the curves of the two states and R_NL against field, or the map over current and field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.analysis.spin_valve.iv import Valve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STATE = {1: (COLOURS[0], "parallel"), -1: (COLOURS[1], "antiparallel")}
_DIRECTION = {1: (">", COLOURS[2], "field rising"), -1: ("<", COLOURS[3], "field falling"), 0: ("o", COLOURS[5], "")}


def draw_valve(valve: Valve) -> Figure:
    """Left: the odd part of V(I), mean of each state. Right: R_NL of each curve against field, switching intervals shaded."""
    figure = new_figure(7.2, 3.2)
    left, right = figure.subplots(1, 2)
    _draw_curves(left, valve)
    bx, x_label = units("field", [r.field for r in valve.readings])
    by, y_label = units("nonlocal_resistance", [r.value for r in valve.readings])
    for s in valve.switches:
        colour = _DIRECTION[s.direction][1]
        right.axvspan(min(s.first, s.last) / bx, max(s.first, s.last) / bx, color=colour, alpha=0.15, lw=0)
    for direction in sorted({r.direction for r in valve.readings}):
        own = [r for r in valve.readings if r.direction == direction]
        marker, colour, name = _DIRECTION[direction]
        x, y, e = (np.array(v) for v in ([r.field / bx for r in own], [r.value / by for r in own], [r.stderr / by for r in own]))
        right.plot(x, y, "-", lw=0.8, color=colour, alpha=0.6)
        right.errorbar(x, y, yerr=e, fmt=marker, ms=5, lw=1, color=colour, label=name or None)
        parts = np.array([r.part != 0 for r in own])
        if parts.any():
            right.plot(
                x[parts], y[parts], marker, ms=5, color=colour, mfc="white", zorder=5, label="parts of a curve that switches"
            )
    if valve.levels is not None:
        for value, error, state in (
            (valve.levels.parallel, valve.levels.parallel_error, 1),
            (valve.levels.antiparallel, valve.levels.antiparallel_error, -1),
        ):
            right.axhspan((value - error) / by, (value + error) / by, color=_STATE[state][0], alpha=0.35, lw=0)
    right.set_xlabel(x_label)
    right.set_ylabel(y_label)
    handles, labels = right.get_legend_handles_labels()
    if labels:
        right.legend(handles, labels, fontsize=7, loc="center")
    style(left, right)
    return figure


def _draw_curves(ax, valve: Valve) -> None:
    offset = [c.voltage - t.values["offset"] for c, t in zip(valve.curves, valve.terms, strict=True)]
    odd = [v - t.values["quadratic"] * c.current**2 for v, c, t in zip(offset, valve.curves, valve.terms, strict=True)]
    if valve.states is None:
        groups = {0: list(range(len(valve.curves)))}
    else:
        kept, states = valve.whole()
        groups = {s: [i for i, own in zip(kept, states, strict=True) if own == s] for s in (1, -1)}
    bx, x_label = units("current", valve.curves[0].current)
    by, y_label = units("voltage", np.concatenate(odd))
    for state, members in groups.items():
        if not members:
            continue
        colour, name = _STATE.get(state, (COLOURS[5], "all curves"))
        alike = all(np.array_equal(valve.curves[i].current, valve.curves[members[0]].current) for i in members)
        shown = [(valve.curves[members[0]].current, np.mean([odd[i] for i in members], axis=0))] if alike else [
            (valve.curves[i].current, odd[i]) for i in members]  # fmt: skip
        label = f"{name}, mean of {len(members)}" if alike and len(members) > 1 else name
        for k, (current, voltage) in enumerate(shown):
            ax.plot(current / bx, voltage / by, ".", ms=3, color=colour, alpha=0.7, label=label if k == 0 else None)
        ends = np.array([valve.curves[members[0]].current.min(), valve.curves[members[0]].current.max()])
        slope = float(np.median([valve.terms[i].values["linear"] for i in members]))
        ax.plot(ends / bx, slope * ends / by, "-", lw=1.2, color=colour)
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label.replace("$V$", r"$V - V_0 - \kappa I^2$"))
    ax.legend(fontsize=7)
