"""Fig. 3c: loops of the junction against temperature."""

from __future__ import annotations

from supraspin.reproduce.canvas import canvas, label
from supraspin.reproduce.figures._experiments import LOOPS_WARMER
from supraspin.reproduce.figures._junction import stack
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    figure, axes = canvas(letters="c", height=76)
    ax = axes[0, 0]
    stack(ax, outcomes[LOOPS_WARMER.name].data[0], 1.0, lambda known: f"{known['temperature']:.1f} K")
    label(ax, r"$B_\parallel$ (mT)", r"$\Delta R$ (Ω), shifted")
    return figure


FIGURE = PaperFigure(
    "3c", "Tunnelling magnetoresistance against temperature",
    "Loops at 0.1 µA, shifted; field rising blue, falling red.",
    (LOOPS_WARMER,), draw,
    (
        Comparison("tmr_resistance_A", LOOPS_WARMER.name, "switching_signal", size=True),
        Comparison("tmr_saturation_temperature_A", LOOPS_WARMER.name, "ordering_temperature"),
    ),
)  # fmt: skip
