"""Fig. 2d: tunnel spectra against field."""

from __future__ import annotations

from supraspin.reproduce.canvas import canvas
from supraspin.reproduce.figures._experiments import SPECTRA_FIELD
from supraspin.reproduce.figures._junction import waterfall
from supraspin.reproduce.plan import Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    figure, axes = canvas(letters="d", height=84)
    waterfall(axes[0, 0], outcomes[SPECTRA_FIELD.name], "field", "T")
    return figure


FIGURE = PaperFigure(
    "2d", "Tunnel spectra against in-plane field",
    "Two-probe dI/dV at 1.5 K, over that at the largest bias, shifted by 0.35 each. The zero-bias peak goes with the order.",
    (SPECTRA_FIELD,), draw,
)  # fmt: skip
