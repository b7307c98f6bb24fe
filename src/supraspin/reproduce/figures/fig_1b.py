"""Fig. 1b: cobalt against depth below the interface."""

from __future__ import annotations

import numpy as np

from supraspin.reproduce.canvas import BLUE, RED, canvas, label
from supraspin.reproduce.figures._experiments import DEPTH
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    outcome = outcomes[DEPTH.name]
    ds = outcome.data[0]
    depth, counts, host = (ds[name].values[0] for name in ("depth", "counts", "host_counts"))
    total = counts + host
    figure, axes = canvas(letters="b", height=58)
    ax = axes[0, 0]
    error = np.sqrt(np.maximum(counts, 1)) / total
    ax.errorbar(1e9 * depth, 100 * counts / total, 100 * error, fmt="o", color=BLUE, elinewidth=0.5, label="counted")
    said = outcome.analysis("Depth profile")
    if said is not None and "profile" in said.fits:
        block = said.fits["profile"].blocks[0]
        ax.plot(1e9 * block.x, 100 * block.fit, color=RED, label="exponential, broadened by the probe")
    mean = outcome.finding("mean_concentration")
    if mean is not None:
        ax.axhline(100 * mean.value, color="0.5", linestyle="--", linewidth=0.6, label="mean over the film")
    ax.axvline(0, color="0.8", linewidth=0.6, zorder=0)
    for text, shift, side in (("BN", -3, "right"), ("NbSe$_2$", 3, "left")):
        place = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
        ax.annotate(text, (0, 0.99), xytext=(shift, 0), ha=side, va="top", **place)
    ax.set_ylim(0, 1.1 * ax.get_ylim()[1])
    ax.legend(loc="upper right")
    label(ax, "Depth below the interface (nm)", "Co among all atoms (%)")
    return figure


FIGURE = PaperFigure(
    "1b", "Depth profile of the intercalated cobalt",
    "Share of cobalt among all atoms counted on the NbSe2 side. Bars: counting error.",
    (DEPTH,), draw,
    tuple(Comparison(f"{name}_A", DEPTH.name, name) for name in ("mean_concentration", "decay_length")),
    "The microscope's image above the profile is not simulated.",
)  # fmt: skip
