"""Fig. 1c: V-I curves through the transition, and the exponent of V ~ I^a."""

from __future__ import annotations

import numpy as np

from supraspin.reproduce.canvas import BLUE, canvas, label
from supraspin.reproduce.figures._experiments import BKT
from supraspin.reproduce.figures._volts import draw_curves, exponents
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    outcome = outcomes[BKT.name]
    figure, axes = canvas(1, 2, letters="c", height=58, width_ratios=(1.5, 1))
    curves, powers = axes[0]
    ds = outcome.data[0]
    draw_curves(curves, ds)
    warm = ds["temperature"].values
    label(curves, "$I$ (µA)", "$V$ (µV)", f"{warm.min():.1f} K (dark)\nto {warm.max():.1f} K", "upper left")
    curves.set_ylim(bottom=5e-3)
    temperature, a, error = exponents(outcome)
    powers.errorbar(temperature, a, error, fmt="o-", color=BLUE, linewidth=0.5)
    powers.axhline(3, color="k", linestyle="--", linewidth=0.6)
    found = outcome.finding("bkt_temperature", "V-I curves")
    if found is not None and found.limit is None:
        powers.axvline(found.value, color="0.6", linewidth=0.6, zorder=0)
        powers.annotate(
            f"$a$ = 3 at\n{found.value:.2f} K", (found.value, 3), xytext=(6, 10), textcoords="offset points", fontsize=5.5
        )
    powers.set_ylim(0.5, max(7.0, np.nanmax(a, initial=3.0) + 0.5))
    label(powers, "$T$ (K)", "Exponent $a$")
    return figure


FIGURE = PaperFigure(
    "1c", "V-I curves and the Berezinskii-Kosterlitz-Thouless transition",
    "Voltage against direct current from below T_C to above it. Right: exponent of V ~ I^a, and where it is 3 (dashed).",
    (BKT,), draw, (Comparison("bkt_temperature_A", BKT.name, "bkt_temperature", "V-I curves"),),
)  # fmt: skip
