"""Fig. 2b: R(T) at in-plane fields, line cuts of Fig. 2a."""

from __future__ import annotations

import numpy as np

from supraspin.reproduce.canvas import canvas, label, shades
from supraspin.reproduce.figures._experiments import FILM_A
from supraspin.reproduce.figures._film import IN_PLANE, curves
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure

_FILE = FILM_A.measurements[IN_PLANE].name


def draw(outcomes: Outcomes):
    outcome = outcomes[FILM_A.name]
    ds = outcome.data[IN_PLANE]
    field = ds["field"].values
    rows = curves(ds)
    places = np.unique(np.linspace(0, field.size - 1, 6).round().astype(int))
    figure, axes = canvas(letters="b", height=60)
    ax = axes[0, 0]
    for place, colour in zip(places, shades(places.size, "viridis", 0.0, 0.88), strict=True):
        ax.plot(*rows[place], color=colour, label=f"{field[place]:g} T")
    ax.set_ylim(bottom=-1)
    ax.legend(loc="lower right", title=r"$B_\parallel$", title_fontsize=6)
    label(ax, "$T$ (K)", "$R$ (Ω)")
    return figure


FIGURE = PaperFigure(
    "2b", "R(T) at discrete in-plane fields",
    "Line cuts of Fig. 2a on cooling, at an alternating current of 1 µA. The field takes the resistive phase away.",
    (FILM_A,), draw,
    (Comparison("resistance_in_ordered_phase_A", FILM_A.name, "anomaly_height", f"Resistance against temperature: {_FILE}"),),
)  # fmt: skip
