"""Extended Data Fig. 8: the non-local map, and its cuts at a field of either alignment."""

from __future__ import annotations

import numpy as np

from supraspin.reproduce.canvas import BLUE, DOUBLE, RED, canvas, colour_bar, label
from supraspin.reproduce.figures._experiments import VALVE_MAP
from supraspin.reproduce.figures._valve import chart, draw_chart
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    outcome = outcomes[VALVE_MAP.name]
    figure, axes = canvas(1, 2, width=DOUBLE, height=62, letters="ab")
    left, right = axes[0]
    drawn = draw_chart(left, outcome.data[0])
    colour_bar(figure, drawn, left, r"$R_\mathrm{NL}$ (Ω)")
    current, field, resistance = chart(outcome.data[0])
    middle = np.abs(current) < 0.5e-6
    level = resistance[:, middle].mean(axis=1)
    level[[0, -1]] = np.median(level)  # a cut at the map's edge would hide behind its axis
    cuts = ((int(np.argmax(level)), BLUE, "parallel"), (int(np.argmin(level)), RED, "antiparallel"))
    for place, colour, text in cuts:
        left.axhline(1e3 * field[place], color=colour, linestyle="--", linewidth=0.7)
        right.plot(1e6 * current, resistance[place], color=colour, linewidth=0.6, label=f"{1e3 * field[place]:.0f} mT, {text}")
    right.legend(loc="upper right")
    label(left, r"$I_\mathrm{Inj}$ (µA)", r"$B_\parallel$ (mT)")
    label(right, r"$I_\mathrm{Inj}$ (µA)", r"$R_\mathrm{NL}$ (Ω)")
    return figure


FIGURE = PaperFigure(
    "ED8", "Non-local map and its cuts",
    "a, As Fig. 4b. b, Cuts along the dashed lines, where the electrodes are parallel (blue) and antiparallel (red).",
    (VALVE_MAP,), draw,
    (Comparison("spin_signal_over_background_B", VALVE_MAP.name, "signal_over_background", size=True),),
    wide=True,
)  # fmt: skip
