"""Extended Data Fig. 6: magnetoresistance of the contact and of the junction against current."""

from __future__ import annotations

from functools import partial

from supraspin.formatting import si
from supraspin.reproduce.canvas import DOUBLE, canvas, label
from supraspin.reproduce.figures._experiments import CONTACT_BIAS, LOOPS_BIAS
from supraspin.reproduce.figures._junction import stack
from supraspin.reproduce.figures._readings import deflection
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    figure, axes = canvas(1, 2, width=DOUBLE, height=76, letters="bd")
    left, right = axes[0]
    stack(left, outcomes[CONTACT_BIAS.name].data[0], 1e-3, lambda known: si(known["current"], "A", 2))
    label(left, r"$B_\parallel$ (mT)", r"$\Delta R$ of the contact (mΩ), shifted")
    stack(right, outcomes[LOOPS_BIAS.name].data[0], 1.0, lambda known: si(known["current"], "A", 2))
    label(right, r"$B_\parallel$ (mT)", r"$\Delta R$ of the junction (Ω), shifted")
    return figure


FIGURE = PaperFigure(
    "ED6", "AMR of the contact and TMR of the junction against current",
    "b, Four-probe resistance of the Co contact, d, two-probe resistance of the junction, at 2.0 K; alternating current beside "
    "each.",
    (CONTACT_BIAS, LOOPS_BIAS), draw,
    (Comparison("anisotropic_resistance_A", CONTACT_BIAS.name, partial(deflection, place=0), size=True),),
    "The set-ups (a, c) are not drawn.", wide=True,
)  # fmt: skip
