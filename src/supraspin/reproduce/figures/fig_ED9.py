"""Extended Data Fig. 9: Hanle curves of both alignments, and against the injection current."""

from __future__ import annotations

import numpy as np

from supraspin.data import sweeps
from supraspin.reproduce.canvas import DOUBLE, GREY, canvas, label, shades
from supraspin.reproduce.figures._experiments import CHANNELS, HANLE_BIAS, HANLE_WARM
from supraspin.reproduce.figures._valve import hanle_curves
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure

_MIDDLE = CHANNELS[1]


def draw(outcomes: Outcomes):
    figure, axes = canvas(1, 2, width=DOUBLE, height=76, letters="ab")
    left, right = axes[0]
    hanle_curves(left, outcomes[_MIDDLE.name])
    label(left, r"$B_\perp$ (mT)", r"$R_\mathrm{NL}$ (Ω)", "0.1 µA, 0.8 µm")
    curves = [(one.name.split(", ")[1], outcomes[one.name]) for one in HANLE_BIAS]
    warm = sweeps(outcomes[HANLE_WARM.name].data[0])[0]
    heights = []
    for place, ((text, outcome), colour) in enumerate(zip(curves, shades(len(curves), "viridis"), strict=True)):
        row = sweeps(outcome.data[0])[0]
        field, reading = row["field"].values[0], row["nonlocal_resistance"].values[0]
        shifted = reading - np.median(reading) + 5.0 * place
        heights.append(5.0 * place)
        right.plot(1e3 * field, shifted, color=colour, linewidth=0.6)
        right.annotate(
            text,
            (1e3 * field.max(), 5.0 * place),
            xytext=(3, 0),
            textcoords="offset points",
            fontsize=5.5,
            va="center",
            annotation_clip=False,
        )
    field, reading = warm["field"].values[0], warm["nonlocal_resistance"].values[0]
    right.plot(1e3 * field, reading - np.median(reading) - 5.0, color=GREY, linestyle="--", linewidth=0.6)
    right.annotate(
        "4.0 K",
        (1e3 * field.max(), -5.0),
        xytext=(3, 0),
        textcoords="offset points",
        fontsize=5.5,
        color=GREY,
        va="center",
        annotation_clip=False,
    )
    label(right, r"$B_\perp$ (mT)", r"$R_\mathrm{NL}$ (Ω), shifted")
    return figure


FIGURE = PaperFigure(
    "ED9", "Hanle precession of both alignments and against current",
    "a, Parallel (blue) and antiparallel (red) electrodes at 46 mK. b, Parallel electrodes at several injection currents, 46 mK; "
    "dashed: 0.05 µA at 4.0 K, above T_C.",
    (_MIDDLE, HANLE_WARM, *HANLE_BIAS), draw,
    (Comparison("first_zero_crossing_B", _MIDDLE.name, "first_zero_crossing"),),
    wide=True,
)  # fmt: skip
