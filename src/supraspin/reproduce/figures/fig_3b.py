"""Fig. 3b: magnetoresistance of the junction beside that of its contact."""

from __future__ import annotations

from functools import partial

from supraspin.data import sweeps
from supraspin.reproduce.canvas import BLUE, RED, canvas, label, loop_legs
from supraspin.reproduce.figures._experiments import LOOPS_COLD
from supraspin.reproduce.figures._readings import deflection
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    outcome = outcomes[LOOPS_COLD.name]
    figure, axes = canvas(2, 1, letters="b", height=76, sharex=True)
    for ax, ds, text in zip(axes[:, 0], outcome.data, ("TMR of the junction", "AMR of its Co contact"), strict=True):
        rows = sweeps(ds)
        field = [1e3 * row["field"].values[0] for row in rows]
        scale = 1e-3 if ds is outcome.data[0] else 1.0
        reading = [scale * row["resistance"].values[0] for row in rows]
        loop_legs(ax, field, reading, ds["direction"].values)
        current = 1e6 * float(ds["current"].values[0])
        label(ax, "", "$R$ (kΩ)" if scale < 1 else "$R$ (Ω)", f"{text}, {current:g} µA", "upper left")
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.18 * (high - low))
    axes[0, 0].plot([], [], color=BLUE, label="field rising")
    axes[0, 0].plot([], [], color=RED, label="field falling")
    axes[0, 0].legend(loc="upper right")
    axes[1, 0].set_xlabel(r"$B_\parallel$ (mT)")
    return figure


FIGURE = PaperFigure(
    "3b", "Tunnelling magnetoresistance beside the anisotropic one of the contact",
    "Two-probe resistance of the junction (above) and four-probe resistance of the Co contact (below) while the field along the "
    "easy axis goes there and back, at 2.0 K.",
    (LOOPS_COLD,), draw,
    (
        Comparison("tmr_resistance_A", LOOPS_COLD.name, "switching_signal", "Loops: A_tmr_loop", size=True),
        Comparison("anisotropic_resistance_A", LOOPS_COLD.name, partial(deflection, place=1), size=True),
    ),
)  # fmt: skip
