"""Figures of a superconducting window: the map of dI/dV with its edges, the depth of the gap, and two maps of one junction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.analysis.superconducting_window.depth import FieldMap
from supraspin.analysis.superconducting_window.edges import Window

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK = "#111111"


def draw_map(chart: FieldMap, window: Window, peak: np.ndarray) -> Figure:
    """The map above, the depth of the gap below, edges dashed and feet dotted in both."""
    figure = new_figure(4.6, 5.0)
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    _draw_chart(figure, top, chart, window)
    top.set_xlabel("")
    _draw_depth(below, chart, COLOURS[0], None)
    if np.isfinite(peak).any():
        by, _ = units("bias", chart.bias)
        bx, _ = units("field", chart.field)
        for sign in (1, -1):
            top.plot(chart.field / bx, (chart.offset + sign * peak) / by, ".", ms=2, color=COLOURS[1], alpha=0.8)
    _mark(below, chart, window)
    below.set_xlabel(units("field", chart.field)[1])
    style(below)
    return figure


def draw_pair(charts: Sequence[FieldMap], windows: Sequence[Window], names: Sequence[str]) -> Figure:
    """Both maps with their edges, and the depths of the two over each other with the second mirrored in field."""
    figure = new_figure(7.2, 4.6)
    axes = figure.subplots(2, 2, height_ratios=(3, 2))
    for ax, chart, window, name in zip(axes[0], charts, windows, names, strict=True):
        _draw_chart(figure, ax, chart, window, bar=ax is axes[0, 1])
        ax.set_title(name, fontsize=8)
    for ax, sign in zip(axes[1], (1, -1), strict=True):
        for chart, colour, name, flip in zip(charts, COLOURS, names, (1, sign), strict=False):
            mirrored = FieldMap(**{**vars(chart), "field": flip * chart.field})
            _draw_depth(ax, mirrored, colour, name if flip == 1 else f"{name}, at -B")
        ax.set_xlabel(units("field", charts[0].field)[1])
        ax.legend(fontsize=7, loc="upper right")
        style(ax)
        ax.get_legend().set_frame_on(False)
    return figure


def _draw_chart(figure: Figure, ax: Axes, chart: FieldMap, window: Window, bar: bool = True) -> None:
    bx, x_label = units("field", chart.field)
    by, y_label = units("bias", chart.bias)
    image = ax.pcolormesh(
        chart.field / bx, chart.bias / by, chart.conductance.T, cmap="RdBu_r", vmin=0, vmax=2, shading="nearest", rasterized=True
    )
    if bar:
        bar_axes = figure.colorbar(image, ax=ax, pad=0.02).ax
        bar_axes.set_ylabel(r"$G/G_\mathrm{out}$", fontsize=9)
        bar_axes.tick_params(labelsize=8)
    _mark(ax, chart, window)
    ax.set_xlabel(x_label, fontsize=9)
    ax.set_ylabel(y_label, fontsize=9)
    ax.tick_params(direction="in", labelsize=8)


def _draw_depth(ax: Axes, chart: FieldMap, colour: str, name: str | None) -> None:
    bx, _ = units("field", chart.field)
    ax.plot(chart.field / bx, chart.depth, ".-", ms=2.5, lw=0.8, color=colour, label=name)
    ax.axhline(0, lw=0.6, color="0.6")
    ax.set_ylabel("depth of the gap")


def _mark(ax: Axes, chart: FieldMap, window: Window) -> None:
    bx, _ = units("field", chart.field)
    for edge in (window.lower, window.upper):
        if edge is not None:
            ax.axvline(edge.field / bx, color=_INK, lw=1.0, ls="--")
            ax.axvline(edge.foot / bx, color=_INK, lw=0.8, ls=":")
