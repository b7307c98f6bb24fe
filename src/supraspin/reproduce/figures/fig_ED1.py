"""Extended Data Fig. 1c, d: cobalt across the interface, and the van der Waals gap that it opens."""

from __future__ import annotations

import numpy as np

from supraspin.materials import material
from supraspin.reproduce.canvas import BLUE, DOUBLE, GREY, RED, canvas, label
from supraspin.reproduce.figures._experiments import DEPTH, GAPS
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure


def draw(outcomes: Outcomes):
    figure, axes = canvas(1, 2, width=DOUBLE, height=58, letters="cd")
    left, right = axes[0]
    ds = outcomes[DEPTH.name].data[0]
    depth, counts, host = (ds[name].values[0] for name in ("depth", "counts", "host_counts"))
    total = counts + host
    left.semilogy(1e9 * depth, 100 * np.maximum(counts, 0.5) / total, "o-", color=BLUE, linewidth=0.4, label="Co")
    said = outcomes[DEPTH.name].analysis("Depth profile")
    if said is not None and "profile" in said.fits:
        block = said.fits["profile"].blocks[0]
        left.semilogy(1e9 * block.x, 100 * block.fit, color=RED, label="fit")
    left.axvline(0, color="0.8", linewidth=0.6, zorder=0)
    left.legend(loc="upper right")
    label(left, "Depth below the interface (nm)", "Share of all counts (%)")
    outcome = outcomes[GAPS.name]
    ds = outcome.data[0]
    layer = material(outcome.devices[0].film.material)["layer_thickness"].value
    depth, gap = ds["depth"].values[0] / layer, 1e12 * ds["interlayer_gap"].values[0]
    right.plot(depth, gap, "o", color=RED, label="interlayer gap")
    said = outcome.analysis("Van der Waals gap")
    if said is not None and "gap" in said.fits:
        fine = np.linspace(depth.min(), depth.max(), 200)
        right.plot(fine, 1e12 * said.fits["gap"].evaluate(fine * layer), color=RED, linewidth=0.6)
    pristine = outcome.finding("pristine_gap")
    if pristine is not None:
        right.axhline(1e12 * pristine.value, color=GREY, linestyle="--", linewidth=0.6, label="pristine")
    right.legend(loc="upper right")
    label(right, "Distance to the interface (layers)", "Van der Waals gap (pm)")
    return figure


FIGURE = PaperFigure(
    "ED1", "Cobalt across the interface and the van der Waals gap",
    "c, Line cut of the cobalt counts, on a logarithmic scale. d, Gap between the layers against the distance to the interface.",
    (DEPTH, GAPS), draw, (Comparison("decay_length_A", DEPTH.name, "decay_length"),),
    "The micrographs (a, b) and the gaps within a layer are not simulated.", wide=True,
)  # fmt: skip
