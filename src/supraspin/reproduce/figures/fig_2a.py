"""Fig. 2a: phase diagram over in-plane field and temperature."""

from __future__ import annotations

import numpy as np

from supraspin.reproduce.canvas import canvas, colour_bar, extent, label
from supraspin.reproduce.figures._experiments import FILM_A
from supraspin.reproduce.figures._film import IN_PLANE, boundary, on_grid
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure

_FILE = FILM_A.measurements[IN_PLANE].name


def draw(outcomes: Outcomes):
    outcome = outcomes[FILM_A.name]
    ds = outcome.data[IN_PLANE]
    field = ds["field"].values
    grid = np.linspace(1.5, 8.0, 260)
    normal = outcome.finding("normal_resistance", f"Phase map: {_FILE}") or outcome.finding("normal_resistance", "Critical field")
    chart = on_grid(ds, grid)
    scale = normal.value if normal is not None else np.nanmax(chart)
    figure, axes = canvas(letters="a", height=66)
    ax = axes[0, 0]
    x, y = extent(grid, field)
    drawn = ax.pcolormesh(x, y, chart / scale, cmap="RdYlBu_r", vmin=0, vmax=1, rasterized=True)
    for name, mark, text in (("T_c (50 %)", "o", r"$T_\mathrm{C}$"), ("T_K", "s", r"$T_\mathrm{K}$")):
        at, warm, error = boundary(outcome, _FILE, name)
        if at.size:
            ax.errorbar(warm, at, xerr=error, fmt=mark, color="k", markerfacecolor="w", markeredgewidth=0.5, label=text)
    for text, place, colour in (("SC", (4.2, 4.0), "w"), ("N", (7.3, 5.0), "w")):
        ax.annotate(text, place, fontsize=7, fontweight="bold", color=colour)
    ax.annotate("FM+SC", (1.6, 1.2), fontsize=6.5, fontweight="bold", rotation=90)
    ax.set_xlim(1.5, 8.0)
    ax.set_ylim(0, field.max())
    ax.legend(loc="upper right", frameon=True, facecolor="w", edgecolor="none", framealpha=0.9, borderpad=0.4)
    label(ax, "$T$ (K)", r"$B_\parallel$ (T)")
    colour_bar(figure, drawn, ax, r"$R/R_\mathrm{N}$")
    return figure


FIGURE = PaperFigure(
    "2a", "Phase diagram over in-plane field and temperature",
    "Resistance over that of the normal state, from R(T) at 21 fields. Circles: T_C(B), half of the normal resistance; squares: "
    "T_K(B), where the resistance rises again on cooling.",
    (FILM_A,), draw, (Comparison("critical_temperature_A", FILM_A.name, "critical_temperature", f"Phase map: {_FILE}"),),
)  # fmt: skip
