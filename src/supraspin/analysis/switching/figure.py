"""The figures of a switching analysis: loops above one another with what was found, series beside them, two layers compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.analysis.switching.findings import Found
from supraspin.analysis.switching.pairs import Loop, Sweep
from supraspin.analysis.switching.series import Series
from supraspin.analysis.switching.twins import Twins
from supraspin.formatting import si

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from supraspin.analysis.switching.layers import Turning

_MOST = 6
"""Loops drawn; of more, every so many."""
_UP, _DOWN, _GREY = COLOURS[0], COLOURS[1], "#8a9199"


def draw_loops(found: Sequence[Found], series: Sequence[Series], twins: Sequence[Twins], kind: str) -> Figure:
    """Loops in the order in which they were taken, and the signal against temperature or current."""
    shown = found[:: max(1, math.ceil(len(found) / _MOST))]
    figure = new_figure(7.2 if series else 4.4, max(3.0, 1.2 + 0.8 * len(shown)))
    if series:
        grid = figure.add_gridspec(len(series), 2, width_ratios=(1.35, 1))
        ax = figure.add_subplot(grid[:, 0])
        for place, one in enumerate(series):
            _draw_series(figure.add_subplot(grid[place, 1]), one, kind)
    else:
        ax = figure.subplots()
    _stack(ax, shown, twins, kind)
    return figure


def _stack(ax: Axes, shown: Sequence[Found], twins: Sequence[Twins], kind: str) -> None:
    name = "nonlocal_resistance" if kind == "spin_valve_loop" else "resistance"
    bx, x_label = units("field", np.concatenate([one.loop.rising.field for one in shown]))
    spans = [np.ptp(np.concatenate([one.loop.rising.reading, one.loop.falling.reading])) for one in shown]
    by, y_label = units(name, [max(spans)])
    height = 1.6 * max(spans) / by or 1.0
    bottom = top = 0.0
    for number, one in enumerate(shown):
        loop, base = one.loop, float(np.median(np.concatenate([one.loop.rising.reading, one.loop.falling.reading])))

        def place(reading, base=base, number=number):
            return (reading - base) / by + number * height

        ends = np.percentile(np.concatenate([loop.rising.reading, loop.falling.reading]), [0, 100])
        low, high = place(ends[0]), place(ends[1])
        bottom, top = min(bottom, low), max(top, high)
        twin = next((t for t in twins if t.loop is loop), None)
        for way, sweep, colour in (("rising", loop.rising, _UP), ("falling", loop.falling, _DOWN)):
            ax.plot(sweep.field / bx, place(sweep.reading), "-", lw=0.9, color=colour, alpha=0.9)
            fields = [getattr(s, way).field for s in one.matched.switches] if one.significant else []
            fields += [getattr(twin, way).field] if twin is not None else []
            for field in fields:
                ax.plot(2 * [field / bx], [low - 0.06 * height, high + 0.06 * height], ":", lw=0.9, color=colour)
            if number == 0:
                _arrow(ax, sweep, bx, low - 0.13 * height, colour)
        if one.significant and one.windows is not None and one.pulse is not None:
            seen = one.pulse.signal if one.pulse.plateau else one.pulse.seen[0]
            for level in (one.pulse.outside, one.pulse.outside + seen):
                ax.axhline(place(level), ls="--", lw=0.6, color=_GREY, zorder=0)
        told = [si(value, unit) for value, unit in ((loop.temperature, "K"), (loop.current, "A")) if math.isfinite(value)]
        words = ", ".join([*told, "switches" if one.significant else "not proved"])
        beyond = high + 0.07 * height
        ax.text(1.0, beyond, words, transform=ax.get_yaxis_transform(), ha="right", va="bottom", fontsize=7)
    ax.set_ylim(bottom - 0.22 * height, top + 0.3 * height)
    ax.set_xlabel(x_label)
    symbol = r"R_\mathrm{NL}" if name == "nonlocal_resistance" else "R"
    ax.set_ylabel(rf"$\Delta {symbol}$, shifted" + y_label[y_label.rfind(" (") :])
    style(ax)


def _arrow(ax: Axes, sweep: Sweep, bx: float, height: float, colour: str) -> None:
    """An arrow along the sweep below the lowest loop."""
    span, sign = float(np.ptp(sweep.field)) / bx, sweep.direction
    middle = 0.5 * float(sweep.field.max() + sweep.field.min()) / bx
    start, end = middle + sign * 0.08 * span, middle + sign * 0.3 * span
    ax.annotate("", (end, height), (start, height), arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.1})


def _draw_series(ax: Axes, one: Series, kind: str) -> None:
    bx, x_label = units(one.name, one.values)
    by, y_label = units("nonlocal_resistance" if kind == "spin_valve_loop" else "resistance", one.signal)
    for passed, face in ((True, COLOURS[2]), (False, "white")):
        part = one.switches == passed
        ax.errorbar(one.values[part] / bx, one.signal[part] / by, one.error[part] / by, fmt="o", ms=4, lw=0.9, color=COLOURS[2],
                    mfc=face)  # fmt: skip
    edge = one.finding
    if one.fit is not None:
        dense = np.linspace(one.values.min(), one.values.max(), 400)
        ax.plot(dense / bx, one.scale * one.fit.evaluate(dense) / by, "-", lw=1.1, color="black")
    if not edge.limit:
        ax.axvspan((edge.value - (edge.stderr or 0)) / bx, (edge.value + (edge.stderr or 0)) / bx, color=_GREY, alpha=0.3, lw=0)
    ax.axhline(0, lw=0.6, color=_GREY, zorder=0)
    ax.set_xlabel(x_label)
    ax.set_ylabel(r"$\Delta$" + y_label)
    style(ax)


def draw_layers(junction: Loop, contact: Loop, turn: Turning, fields: Sequence[float]) -> Figure:
    """Junction over contact on one axis of fields."""
    figure = new_figure(4.4, 4.2)
    axes = figure.subplots(2, 1, sharex=True)
    bx, x_label = units("field", np.concatenate((junction.grid, contact.grid)))
    for ax, loop, words in zip(axes, (junction, contact), ("junction", "contact"), strict=True):
        base = float(np.median(loop.up))
        change = np.concatenate((loop.rising.reading, loop.falling.reading)) - base
        by, y_label = units("resistance", [float(np.ptp(change))])
        for sweep, colour, way in ((loop.rising, _UP, "rising"), (loop.falling, _DOWN, "falling")):
            ax.plot(sweep.field / bx, (sweep.reading - base) / by, "-", lw=1.0, color=colour, label=f"{way} field")
        for sign in (1, -1):
            ax.axvspan(
                (sign * turn.field - turn.width) / bx, (sign * turn.field + turn.width) / bx, color=_GREY, alpha=0.25, lw=0
            )
            for field in fields:
                ax.axvline(sign * field / bx, ls=":", lw=0.9, color=_UP if sign > 0 else _DOWN)
        ax.set_ylabel(r"$\Delta$" + y_label)
        ax.set_title(words, loc="left", fontsize=8)
    axes[0].legend(fontsize=7, loc="upper center", bbox_to_anchor=(0.5, 0.98))
    axes[1].set_xlabel(x_label)
    style(*axes)
    return figure
