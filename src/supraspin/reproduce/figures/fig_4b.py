"""Fig. 4b: map of the non-local resistance over field and current."""

from __future__ import annotations

from supraspin.reproduce.canvas import canvas, colour_bar, label
from supraspin.reproduce.figures._experiments import VALVE_MAP
from supraspin.reproduce.figures._valve import draw_chart
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    figure, axes = canvas(letters="b", height=62)
    ax = axes[0, 0]
    drawn = draw_chart(ax, outcomes[VALVE_MAP.name].data[0])
    label(ax, r"$I_\mathrm{Inj}$ (µA)", r"$B_\parallel$ (mT)")
    colour_bar(figure, drawn, ax, r"$R_\mathrm{NL}$ (Ω)")
    return figure


FIGURE = PaperFigure(
    "4b", "Map of the non-local resistance",
    "53 mK; set at -40 mT, then the field raised from 0 to 40 mT, with the direct current swept from -5 to 5 µA in steps of "
    "0.05 µA at each, 0.05 µA of alternating current on it.",
    (VALVE_MAP,), draw,
    (Comparison("spin_signal_over_background_B", VALVE_MAP.name, "signal_over_background", size=True),),
)  # fmt: skip
