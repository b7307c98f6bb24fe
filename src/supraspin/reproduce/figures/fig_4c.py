"""Fig. 4c: non-local loops at several currents."""

from __future__ import annotations

from supraspin.formatting import si
from supraspin.reproduce.canvas import canvas, label
from supraspin.reproduce.figures._experiments import VALVE_LOOPS
from supraspin.reproduce.figures._junction import stack
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    figure, axes = canvas(letters="c", height=76)
    ax = axes[0, 0]
    stack(ax, outcomes[VALVE_LOOPS.name].data[0], 1.0, lambda known: si(known["current"], "A", 2))
    label(ax, r"$B_\parallel$ (mT)", r"$\Delta R_\mathrm{NL}$ (Ω), shifted")
    return figure


FIGURE = PaperFigure(
    "4c", "Non-local switching at several injection currents",
    "Loops at 53 mK, shifted; direct current beside each, field rising blue, falling red.",
    (VALVE_LOOPS,), draw,
    (Comparison("spin_signal_over_background_B", VALVE_LOOPS.name, "signal_over_background", size=True),),
)  # fmt: skip
