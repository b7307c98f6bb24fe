"""Fig. 2c: tunnel spectra against temperature."""

from __future__ import annotations

from supraspin.reproduce.canvas import canvas
from supraspin.reproduce.figures._experiments import SPECTRA
from supraspin.reproduce.figures._junction import waterfall
from supraspin.reproduce.figures._readings import zero_bias_peak
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    figure, axes = canvas(letters="c", height=84)
    waterfall(axes[0, 0], outcomes[SPECTRA.name], "temperature", "K")
    return figure


FIGURE = PaperFigure(
    "2c", "Tunnel spectra against temperature",
    "Two-probe dI/dV in zero field, over that at the largest bias, shifted by 0.35 each. Black: the joint fit of all "
    "temperatures by the gap model that describes the coldest spectrum best.",
    (SPECTRA,), draw,
    (
        Comparison("critical_temperature_A", SPECTRA.name, "critical_temperature"),
        Comparison("zero_bias_peak_A", SPECTRA.name, zero_bias_peak),
    ),
)  # fmt: skip
