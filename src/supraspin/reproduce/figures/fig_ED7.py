"""Extended Data Fig. 7: resistance of the junction in zero field and its switching against temperature."""

from __future__ import annotations

import numpy as np

from supraspin.reproduce.canvas import BLUE, RED, canvas, label
from supraspin.reproduce.figures._experiments import LOOPS_SMALL
from supraspin.reproduce.figures._junction import loops, signals
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    outcome = outcomes[LOOPS_SMALL.name]
    figure, axes = canvas(2, 1, height=84, sharex=True)
    top, bottom = axes[:, 0]
    found = loops(outcome.data[0])
    warm = np.array([known["temperature"] for *_, known in found])
    zero = np.array([
        np.mean([r[np.argmin(np.abs(f))] for f, r in zip(field, reading, strict=True)]) for field, reading, *_ in found
    ])  # fmt: skip
    top.plot(warm, 1e-3 * zero, "o-", color=BLUE, linewidth=0.5)
    label(top, "", "$R_0$ (kΩ)")
    told = signals(outcome)
    if told["signal"].size == warm.size:
        order = np.argsort(told["temperature"])
        base = zero[np.argsort(warm)]
        share, error = (100 * told[name][order] / base for name in ("signal", "error"))
        bottom.errorbar(told["temperature"][order], share, error, fmt="o-", color=RED, linewidth=0.5)
    bottom.axhline(0, color="0.7", linewidth=0.5, zorder=0)
    label(bottom, "$T$ (K)", "TMR (%)")
    return figure


FIGURE = PaperFigure(
    "ED7", "Resistance of the junction and its switching against temperature",
    "Two-probe resistance in zero field (above) and switching signal over it (below), at an alternating current of 0.02 µA.",
    (LOOPS_SMALL,), draw,
    (
        Comparison("tmr_ratio_at_small_current_A", LOOPS_SMALL.name, "switching_ratio", size=True),
        Comparison("tmr_saturation_temperature_A", LOOPS_SMALL.name, "ordering_temperature"),
    ),
)  # fmt: skip
