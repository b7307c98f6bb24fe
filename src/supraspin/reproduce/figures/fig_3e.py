"""Fig. 3e: loops of the junction against current."""

from __future__ import annotations

from supraspin.formatting import si
from supraspin.reproduce.canvas import canvas, label
from supraspin.reproduce.figures._experiments import LOOPS_BIAS
from supraspin.reproduce.figures._junction import stack
from supraspin.reproduce.plan import Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    figure, axes = canvas(letters="e", height=76)
    ax = axes[0, 0]
    stack(ax, outcomes[LOOPS_BIAS.name].data[0], 1.0, lambda known: si(known["current"], "A", 2))
    label(ax, r"$B_\parallel$ (mT)", r"$\Delta R$ (Ω), shifted")
    return figure


FIGURE = PaperFigure(
    "3e", "Tunnelling magnetoresistance against current",
    "Loops at 2.0 K, shifted; alternating current beside each, field rising blue, falling red. Only where the voltage stays in "
    "the gap do they switch.",
    (LOOPS_BIAS,), draw,
)  # fmt: skip
