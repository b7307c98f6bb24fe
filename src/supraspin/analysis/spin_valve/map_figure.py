"""The figure of a map of R_NL over current and field: a colour map each direction, the signal against bias below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.analysis.spin_valve.map_findings import MapStates, fold
from supraspin.fit import FitResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NAMES = {1: "field rising", -1: "field falling"}


def draw_map_states(found: MapStates, fitted: FitResult | None) -> Figure:
    """Colours: R_NL, centred at zero, switching fields dashed. Below: signal against bias with the window fitted to it."""
    chart, ways = found.chart, sorted(found.chart.runs)
    figure = new_figure(7.2, 4.8)
    grid = figure.add_gridspec(2, len(ways), height_ratios=(3, 2))
    axes = [figure.add_subplot(grid[0, k]) for k in range(len(ways))]
    every = np.concatenate([values.ravel() for values in chart.runs.values()])
    top = float(np.percentile(np.abs(every), 99))
    bx, x_label = units("field", chart.field)
    bi, i_label = units("current", chart.current)
    br, r_label = units("nonlocal_resistance", [top])
    for ax, way in zip(axes, ways, strict=True):
        values = chart.rising if way > 0 else chart.falling
        assert values is not None
        image = ax.pcolormesh(chart.field / bx, chart.current / bi, values.T / br, cmap="RdBu_r", vmin=-top / br, vmax=top / br,
                              shading="nearest", rasterized=True)  # fmt: skip
        for s in found.switches if found.claimed else ():
            if s.direction == way:
                ax.axvline(s.field / bx, color="black", lw=0.9, ls="--")
        ax.set_title(_NAMES[way], fontsize=8)
        ax.set_xlabel(x_label, fontsize=9)
        ax.tick_params(direction="in", labelsize=8)
    axes[0].set_ylabel(i_label, fontsize=9)
    bar = figure.colorbar(image, ax=axes, pad=0.02).ax
    bar.set_ylabel(r_label, fontsize=9)
    bar.tick_params(labelsize=8)
    ax = figure.add_subplot(grid[1, :])
    current, signal, stderr, _ = fold(chart.current, found.signal, found.stderr)
    by, y_label = units("nonlocal_resistance", signal)
    ax.errorbar(
        current / bi, signal / by, yerr=stderr / by, fmt="o", ms=3, lw=0.8, color=COLOURS[0], label="parallel − antiparallel"
    )
    if fitted is not None:
        fine = np.linspace(0, current.max(), 300)
        curve = fitted.model(fine, **{name: p.value for name, p in fitted.params.items()})
        ax.plot(fine / bi, 2 * np.asarray(curve) / by, "-", lw=1.3, color=COLOURS[1], label="bias window")
    ax.axhline(0, lw=0.6, color="0.6")
    ax.set_xlabel(i_label.replace("$I$", "$|I|$"))
    ax.set_ylabel(y_label.replace(r"$R_\mathrm{NL}$", r"$\Delta R_\mathrm{NL}$"))
    ax.legend(fontsize=7)
    style(ax)
    return figure
