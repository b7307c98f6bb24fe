"""Fig. 3d: where on R(T) and on dI/dV the loops of Figs. 3c and 3e were taken."""

from __future__ import annotations

import numpy as np

from supraspin.data import sweeps
from supraspin.reproduce.canvas import BLUE, canvas, label, shades
from supraspin.reproduce.figures._experiments import BKT, LOOPS_BIAS, LOOPS_WARMER, SPECTRUM
from supraspin.reproduce.figures._film import curves
from supraspin.reproduce.figures._junction import loops
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    figure, axes = canvas(2, 1, letters="d", height=88)
    top, bottom = axes[:, 0]
    temperature, resistance = curves(outcomes[BKT.name].data[1])[0]
    top.plot(temperature, resistance, color="0.35")
    order = np.argsort(temperature)
    temperatures = [known["temperature"] for *_, known in loops(outcomes[LOOPS_WARMER.name].data[0])]
    for warm, colour in zip(temperatures, shades(len(temperatures)), strict=True):
        top.plot(warm, np.interp(warm, temperature[order], resistance[order]), "o", color=colour, markersize=4)
    label(top, "$T$ (K)", "$R$ (Ω)")
    row = sweeps(outcomes[SPECTRUM.name].data[0])[0]
    bias, conductance = row["bias"].values[0], row["conductance"].values[0]
    bottom.plot(1e3 * bias, 1e6 * conductance, color=BLUE)
    taken = loops(outcomes[LOOPS_BIAS.name].data[0])
    for (_, reading, _, known), colour in zip(taken, shades(len(taken), "viridis"), strict=True):
        peak = np.sqrt(2) * known["current"] * float(np.median(np.concatenate(reading)))
        if peak < bias.max():
            bottom.plot(1e3 * peak, 1e6 * np.interp(peak, bias, conductance), "o", color=colour, markersize=4)
    label(bottom, "$V$ (mV)", "$dI/dV$ (µS)", "2.0 K", "upper left")
    return figure


FIGURE = PaperFigure(
    "3d", "R(T) in zero field and dI/dV at 2.0 K",
    "Dots: temperatures of the loops in Fig. 3c (above), and the bias that the alternating currents of Fig. 3e reach at their "
    "peak (below).",
    (BKT, SPECTRUM, LOOPS_WARMER, LOOPS_BIAS), draw,
    (Comparison("tmr_ratio_A", LOOPS_WARMER.name, "switching_ratio", size=True),),
)  # fmt: skip
