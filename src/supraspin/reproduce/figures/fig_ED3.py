"""Extended Data Fig. 3: V-I curves without and with cobalt, their exponents, and R(T) with the fit of a BKT transition."""

from __future__ import annotations

import numpy as np

from supraspin.reproduce.canvas import BLUE, DOUBLE, GREY, RED, canvas, label
from supraspin.reproduce.figures._experiments import BKT, LEAP
from supraspin.reproduce.figures._film import curves
from supraspin.reproduce.figures._volts import draw_curves, exponents
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure

_TOGETHER = "BKT transition"


def draw(outcomes: Outcomes):
    figure, axes = canvas(2, 2, width=DOUBLE, height=110, letters="abcd")
    for ax, name, text in ((axes[0, 0], LEAP.name, "without Co (D)"), (axes[0, 1], BKT.name, "with Co (A)")):
        ds = outcomes[name].data[0]
        draw_curves(ax, ds)
        ax.set_ylim(bottom=1e-2)
        label(
            ax,
            "$I$ (µA)",
            "$V$ (µV)",
            f"{text}\n{ds['temperature'].values.min():.1f} to {ds['temperature'].values.max():.1f} K",
            "upper left",
        )
    ax = axes[1, 0]
    for name, colour, text in ((BKT.name, RED, "with Co (A)"), (LEAP.name, GREY, "without Co (D)")):
        warm, a, error = exponents(outcomes[name])
        ax.errorbar(warm, a, error, fmt="o-", color=colour, linewidth=0.5, label=text)
    ax.axhline(3, color="k", linestyle="--", linewidth=0.6)
    ax.legend(loc="lower left")
    label(ax, "$T$ (K)", "Exponent $a$")
    ax = axes[1, 1]
    outcome = outcomes[BKT.name]
    temperature, resistance = curves(outcome.data[1])[0]
    near = (temperature > 5.9) & (temperature < 7.5)
    ax.semilogy(temperature[near], np.maximum(resistance[near], 1e-3), ".", color=BLUE, label="R(T), cooling")
    said = outcome.analysis(_TOGETHER)
    fit = next((one for name, one in said.fits.items() if name == "R(T): halperin_nelson_crossover"), None) if said else None
    if fit is not None:
        by = np.argsort(fit.x)
        ax.semilogy(fit.x[by], fit.best_fit[by], color=RED, label="fit")
    found = outcome.finding("bkt_temperature_from_resistance", _TOGETHER)
    if found is not None:
        ax.axvline(found.value, color="0.6", linewidth=0.6, zorder=0)
        ax.annotate(rf"$T_\mathrm{{BKT}}$ = {found.value:.2f} K", (found.value, 30), xytext=(3, 0), textcoords="offset points")
    ax.set_ylim(1e-2, 1e2)
    ax.legend(loc="lower right")
    label(ax, "$T$ (K)", "$R$ (Ω)")
    return figure


FIGURE = PaperFigure(
    "ED3", "The BKT transition in V(I) and in R(T)",
    "a, b, V-I curves of Devices D and A from cold (dark) to just above T_C. c, Exponents; dashed: 3. d, R(T) of A in zero field "
    "and the fit of a BKT transition, which has no spread of T_C and so falls below the film close to T_BKT.",
    (LEAP, BKT), draw,
    (
        Comparison("bkt_temperature_A", BKT.name, "bkt_temperature", "V-I curves"),
        Comparison("bkt_temperature_from_resistance_A", BKT.name, "bkt_temperature_from_resistance", _TOGETHER),
        Comparison("exponent_below_transition_D", LEAP.name, "exponent_below_leap", "V-I curves"),
    ),
    wide=True,
)  # fmt: skip
