"""Figures of a map: R/R_N over field and temperature with its phases and boundaries, and cuts along single lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.critical_field.curve import FilmFit
from supraspin.analysis.critical_field.findings import WARM
from supraspin.analysis.critical_field.monotonic import Line
from supraspin.analysis.critical_field.normal import NormalState
from supraspin.analysis.drawing import COLOURS, new_figure, style
from supraspin.analysis.phase_map.edges import Boundaries
from supraspin.analysis.phase_map.labels import NAMES, NORMAL, ORDERED, LabelMap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LABEL_SHARE = 0.01


def draw_map(shown: LabelMap, seen: Boundaries, outer: FilmFit | None, inner: FilmFit | None) -> Figure:
    """Field on the abscissa, temperature on the ordinate; white where no data are."""
    figure = new_figure(3.5, 3.0)
    ax = figure.add_subplot()
    half = 0.5 * float(shown.x[1] - shown.x[0])
    columns = np.concatenate([shown.x - half, shown.x[-1:] + half])
    for row, (low, high) in zip(shown.part, shown.edges, strict=True):
        values = np.ma.masked_invalid(np.clip(row, 0, 1))
        across = [max(low, 0.0), high]
        place = (across, columns, values[:, None]) if shown.along == "temperature" else (columns, across, values[None, :])
        mesh = ax.pcolormesh(*place, cmap="cividis", vmin=0, vmax=1, rasterized=True, linewidth=0)
    _points(ax, seen)
    _curves(ax, shown, outer, inner)
    _names(ax, shown)
    bar = figure.colorbar(mesh, ax=ax, pad=0.02, aspect=30)
    bar.set_label(r"$R/R_\mathrm{N}$", fontsize=9)
    bar.ax.tick_params(labelsize=8, direction="in")
    bar.outline.set_linewidth(0.5)
    ax.set_xlabel("$B$ (T)")
    ax.set_ylabel("$T$ (K)")
    style(ax)
    return figure


def _points(ax: Axes, seen: Boundaries) -> None:
    middle = seen.normal[0.5]
    sets = [(middle, "white", "o", r"$T_\mathrm{c}$ (50 %)")]
    if seen.order is not None:
        sets.append((seen.order.points, "#ff9d5c", "s", r"$T_\mathrm{K}$, $B_\mathrm{K}$"))
    for found, colour, marker, label in sets:
        every = max(1, found.size // 30)
        ax.errorbar(found.field[::every], found.temperature[::every], xerr=found.field_error[::every],
                    yerr=found.temperature_error[::every], fmt=marker, ms=3, lw=0.7, mfc=colour, mec="black", mew=0.5,
                    ecolor="black", label=label, zorder=4)  # fmt: skip
    legend = ax.legend(fontsize=6.5, loc="upper right", framealpha=0.85, handletextpad=0.3, borderpad=0.3)
    legend.get_frame().set_linewidth(0)
    legend.set_zorder(6)


def _curves(ax: Axes, shown: LabelMap, outer: FilmFit | None, inner: FilmFit | None) -> None:
    reach = ax.get_xlim()[1]
    for fit, style_of in ((outer, "-"), (inner, "--")):
        if fit is None:
            continue
        angle = float(np.median(fit.used.angle))
        grid = np.linspace(0, min(reach, float(fit.field(0.0, angle))), 200)
        ax.plot(grid, fit.temperature(grid, angle), style_of, lw=1.0, color="white" if style_of == "-" else "#ff9d5c", zorder=3)
    ax.set_xlim(0, reach)
    low = float(shown.x[0]) if shown.along == "temperature" else float(shown.edges[0, 0])
    high = float(shown.x[-1]) if shown.along == "temperature" else float(shown.edges[-1, 1])
    ax.set_ylim(max(low, 0.0), high)


def _names(ax: Axes, shown: LabelMap) -> None:
    """The name of each phase at the place of its region that lies furthest from the region's border."""
    from scipy.ndimage import distance_transform_edt

    for label in (NORMAL, NORMAL + 1, ORDERED):
        here = shown.label == label
        if here.mean() < _LABEL_SHARE:
            continue
        # A name is wider than high, so that it needs more room along the field.
        wide = (0.35, 1.0) if shown.along == "temperature" else (1.0, 0.35)
        away = distance_transform_edt(np.pad(here, 1), sampling=(wide[0] / here.shape[0], wide[1] / here.shape[1]))[1:-1, 1:-1]
        i, j = np.unravel_index(int(away.argmax()), away.shape)
        place = (shown.other[i], shown.x[j]) if shown.along == "temperature" else (shown.x[j], shown.other[i])
        dark = float(np.nanmean(shown.part[here])) < 0.6
        # A name in a corner must not be cut off by the frame.
        left, right = ax.get_xlim()
        beside = place[0] < left + 0.14 * (right - left)
        x = left + 0.02 * (right - left) if beside else place[0]
        ax.text(x, place[1], NAMES[label], ha="left" if beside else "center", va="center", fontsize=8, weight="bold", zorder=5,
                color="white" if dark else "black")  # fmt: skip


def draw_cuts(found: Sequence[Line], state: NormalState, seen: Boundaries) -> Figure:
    """R/R_N along a few lines, from the corner of the map outwards, with T_K or B_K marked."""
    figure = new_figure(3.5, 2.8)
    ax = figure.add_subplot()
    ordered = sorted(found, key=lambda line: (abs(line.other), -line.branch))
    inside = set(seen.normal[0.5].sweep.astype(int))
    ordered = [line for line in ordered if line.sweep in inside] or ordered
    picked = [ordered[i] for i in np.unique(np.linspace(0, len(ordered) - 1, min(5, len(ordered))).round().astype(int))]
    unit = "T" if found[0].along == "temperature" else "K"
    marks = seen.order.points if seen.order is not None else None
    for i, line in enumerate(picked):
        colour = COLOURS[i % len(COLOURS)]
        inside = line.temperature <= state.hottest
        r = state.part(line)[inside]
        ax.plot(line.x[inside], r, "-", lw=1.0, color=colour, label=f"{abs(line.other):.3g} {unit}")
        if marks is not None:
            here = (marks.sweep == line.sweep) & (marks.branch == line.branch)
            place = marks.temperature[here] if unit == "T" else marks.field[here]
            if place.size:
                ax.plot(place[:1], np.interp(place[:1], line.x[inside], r), "v", ms=5, mfc="white", color=colour, zorder=4)
    ax.set_xlabel("$T$ (K)" if unit == "T" else "$B$ (T)")
    ax.set_ylabel(r"$R/R_\mathrm{N}$")
    ax.set_ylim(min(-0.03, ax.get_ylim()[0]), None)
    ax.legend(fontsize=7, title="field" if unit == "T" else "temperature", title_fontsize=7, loc="center left",
              bbox_to_anchor=(1.0, 0.5), handlelength=1.2)  # fmt: skip
    style(ax)
    return figure


def draw_anisotropy(fits: Sequence[tuple[FilmFit, FilmFit | None]]) -> Figure:
    """Both boundaries of two maps over field and temperature, in the plane and normal to it."""
    figure = new_figure(3.5, 2.9)
    ax = figure.add_subplot()
    for i, (outer, inner) in enumerate(fits):
        angle = float(np.median(outer.used.angle))
        name = "normal" if angle > math.pi / 4 else "in plane"
        for fit, line, mark, label in (
            (outer, "-", "o", rf"$T_\mathrm{{c}}$, {name}"),
            (inner, "--", "s", rf"$T_\mathrm{{K}}$, {name}"),
        ):
            if fit is None:
                continue
            grid = np.linspace(0, float(fit.field(0.0, angle)), 200)
            ax.plot(grid, fit.temperature(grid, angle), line, lw=1.1, color=COLOURS[i])
            face = "white" if line == "--" else COLOURS[i]
            ax.plot(fit.used.field, fit.used.temperature, mark, ms=3, color=COLOURS[i], mfc=face, label=label)
    ax.set_xlabel("$B$ (T)")
    ax.set_ylabel("$T$ (K)")
    ax.set_xlim(0, None)
    ax.set_ylim(0, 1.1 * max(outer.value(WARM) for outer, _ in fits))
    ax.legend(fontsize=7)
    style(ax)
    return figure
