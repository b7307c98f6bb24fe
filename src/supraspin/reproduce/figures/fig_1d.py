"""Fig. 1d: in-plane critical field over the Pauli field, at three contents of cobalt."""

from __future__ import annotations

import numpy as np

from supraspin.models.critical_field_parallel import critical_field_parallel
from supraspin.reproduce.canvas import BLUE, GREY, RED, canvas, label
from supraspin.reproduce.figures._experiments import FILM_A, FILM_C, FILM_E
from supraspin.reproduce.figures._film import critical_points
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure

PAULI = 1.8568
"""B_Pauli over T_c, T/K (weak coupling, g = 2)."""
_FILMS = ((FILM_A, "low $n_{Co}$ (A)", BLUE), (FILM_C, "high $n_{Co}$ (C)", RED), (FILM_E, "no Co (E)", GREY))


def draw(outcomes: Outcomes):
    figure, axes = canvas(letters="d", height=62)
    ax = axes[0, 0]
    reduced = np.linspace(0.001, 1, 300)
    for film, text, colour in _FILMS:
        outcome = outcomes[film.name]
        title = f"Critical field: {film.measurements[0].name}"
        warm, upper = outcome.finding("critical_temperature", title), outcome.finding("critical_field_parallel", title)
        if warm is None or upper is None:
            continue
        pauli = PAULI * warm.value
        temperature, field = critical_points(outcome, film.measurements[0].name)
        ax.plot(temperature / warm.value, field / pauli, "o", color=colour, label=f"{text}, {warm.value:.2f} K")
        # The curve has one scale, B(0): a length and a thickness whose product gives it stand for all.
        unit = critical_field_parallel(0.0, critical_temperature=1.0, coherence_length=1e-8, thickness=1e-8)
        curve = critical_field_parallel(reduced, critical_temperature=1.0, coherence_length=1e-8, thickness=1e-8) / unit
        ax.plot(reduced, upper.value * np.asarray(curve) / pauli, color=colour, linewidth=0.6)
    ax.axhline(1, color="k", linestyle="--", linewidth=0.6)
    ax.annotate("Pauli limit", (0.02, 1), xytext=(0, 2), textcoords="offset points", fontsize=5.5)
    ax.set_xlim(0, 1.04)
    ax.set_ylim(bottom=0)
    ax.legend(loc="upper right")
    label(ax, r"$T/T_\mathrm{C0}$", r"$B_{\mathrm{C2}\parallel}/B_\mathrm{Pauli}$")
    return figure


FIGURE = PaperFigure(
    "1d", "In-plane critical field over the Pauli field",
    "Dots: where R is half of the normal resistance. Lines: pair breaking in a thin film (Eq. 2). Dashed: the Pauli limit, "
    "1.8568 T/K T_C0.",
    (FILM_A, FILM_C, FILM_E), draw,
    (Comparison("pauli_ratio_C", FILM_C.name, "critical_field_parallel_over_pauli", "Critical field in both directions"),),
    remark="T_C0 of C and E are not printed in the text; those of the devices are ours.",
)  # fmt: skip
