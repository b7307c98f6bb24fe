"""The figure of a switching analysis: loops, one above the other, with the steps that were found."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.analysis.loop_findings import Found
from supraspin.formatting import si

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST = 8
"""Loops drawn; of more, every so many."""


def draw_loops(found: list[Found]) -> Figure:
    """Loops in the order in which they were taken."""
    shown = found[:: max(1, math.ceil(len(found) / _MOST))]
    figure = new_figure(4.6, 1.6 + 0.9 * len(shown))
    ax = figure.subplots()
    bx, x_label = units("field", np.concatenate([one.loop.rising.field for one in shown]))
    spans = [np.ptp(np.concatenate([one.loop.rising.reading, one.loop.falling.reading])) for one in shown]
    by, y_label = units("resistance", [max(spans)])
    height = 1.25 * max(spans) / by or 1.0
    for number, one in enumerate(shown):
        loop = one.loop
        base = float(np.median(np.concatenate([loop.rising.reading, loop.falling.reading])))
        for sweep, steps, colour in ((loop.rising, one.rising, COLOURS[0]), (loop.falling, one.falling, COLOURS[1])):
            ax.plot(sweep.field / bx, (sweep.reading - base) / by + number * height, "-", lw=1.0, color=colour)
            for step in steps:
                ax.plot(
                    2 * [step.field / bx],
                    [number * height - 0.4 * height, number * height + 0.5 * height],
                    ":",
                    lw=0.9,
                    color=colour,
                )
        at = [si(value, unit) for value, unit in ((loop.temperature, "K"), (loop.current, "A")) if math.isfinite(value)]
        ax.annotate(", ".join([*at, "switches" if one.significant else "no switching"]), (0.99, number * height + 0.28 * height),
                    xycoords=("axes fraction", "data"), ha="right", va="center", fontsize=7)  # fmt: skip
    ax.set_xlabel(x_label)
    ax.set_ylabel(r"$R$ less its median, shifted" + y_label[y_label.rfind(" (") :])
    style(ax)
    return figure
