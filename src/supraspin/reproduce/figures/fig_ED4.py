"""Extended Data Fig. 4: re-entrant superconductivity in a field normal to the film."""

from __future__ import annotations

import numpy as np

from supraspin.reproduce.canvas import BLUE, DOUBLE, RED, canvas, label
from supraspin.reproduce.figures._experiments import ACROSS_A, ACROSS_B, BKT, COOLING_B, FILM_A, FILM_B
from supraspin.reproduce.figures._film import ACROSS, curves, field_where_normal
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure

_MAP_A, _MAP_B = (f"Phase map: {film.measurements[ACROSS].name}" for film in (FILM_A, FILM_B))


def draw(outcomes: Outcomes):
    figure, axes = canvas(2, 2, width=DOUBLE, height=104, letters="abcd")
    cuts = (
        (axes[0, 0], outcomes[BKT.name].data[1], "temperature", "Device A, zero field"),
        (axes[0, 1], outcomes[ACROSS_A.name].data[0], "field", "Device A, 1.5 K"),
        (axes[1, 0], outcomes[COOLING_B.name].data[0], "temperature", "Device B, zero field"),
        (axes[1, 1], outcomes[ACROSS_B.name].data[0], "field", "Device B, 80 mK"),
    )
    for ax, ds, x, text in cuts:
        for (across, resistance), colour in zip(curves(ds, x=x), (BLUE, RED), strict=False):
            ax.plot(across, resistance, color=colour)
        label(ax, "$T$ (K)" if x == "temperature" else r"$B_\perp$ (T)", "$R$ (Ω)", text, "upper left")
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.12 * (high - low))
    for ax, film, title in ((axes[0, 1], FILM_A, _MAP_A), (axes[1, 1], FILM_B, _MAP_B)):
        found = outcomes[film.name].finding("ordering_field", title)
        if found is not None and found.limit is None and np.isfinite(found.value):
            ax.axvline(found.value, color="0.6", linestyle="--", linewidth=0.6, zorder=0)
            ax.annotate(
                rf"$B_\mathrm{{K}}$ = {found.value:.1f} T",
                (found.value, 0.5),
                xycoords=("data", "axes fraction"),
                xytext=(3, 0),
                textcoords="offset points",
            )
    return figure


FIGURE = PaperFigure(
    "ED4", "Re-entrant superconductivity in a field normal to the film",
    "a, c, R(T) in zero field, cooling blue and warming red. b, d, R(B). Dashed: B_K, the end of the resistive phase, from the "
    "map of R(T) at 21 fields.",
    (BKT, ACROSS_A, COOLING_B, ACROSS_B, FILM_A, FILM_B), draw,
    (
        Comparison("ordering_field_perpendicular_A", FILM_A.name, "ordering_field", _MAP_A),
        Comparison("critical_field_perpendicular_A", ACROSS_A.name, field_where_normal),
        Comparison("ordering_field_perpendicular_B", FILM_B.name, "ordering_field", _MAP_B),
    ),
    "d is read as Device B, see fault 11.", wide=True,
)  # fmt: skip
