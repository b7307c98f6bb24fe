"""The figures of a depth profile and of the van der Waals gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.depth_profile.readings import Readings
from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.fit import FitResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDE = 3.5
"""Width of a single column, inches."""


def draw_profile(readings: Readings, found: FitResult | None, window: float) -> Figure:
    """Readings with error bars, fit, and residuals over their errors; without a fit the readings and their mean."""
    figure = new_figure(_WIDE, 3.4 if found is not None else 2.5)
    if found is not None:
        top, below = figure.subplots(2, 1, sharex=True, height_ratios=(3.2, 1))
    else:
        top = figure.subplots()
    by_x, x_label = units("depth", readings.depth)
    percent = readings.quantity == "concentration"
    by_y = 0.01 if percent else 1.0
    sigma = _errors(readings, found)
    top.errorbar(readings.depth / by_x, readings.reading / by_y, sigma / by_y, fmt="o", ms=2.8, lw=0.7, color=COLOURS[0],
                 mec="none", zorder=2, label="measured")  # fmt: skip
    top.set_ylabel("concentration (%)" if percent else "counts")
    if found is None:
        top.axhline(float(np.average(readings.reading, weights=readings.exposure)) / by_y, lw=1.2, color="black", label="mean")
        top.set_xlabel("depth " + x_label)
        top.set_ylim(bottom=min(0.0, top.get_ylim()[0]))
        _legend(top)
        style(top)
        return figure
    z = np.linspace(readings.depth[0], readings.depth[-1], 600)
    offset = found.params["depth_offset"].value
    top.axvspan(max(offset, float(z[0])) / by_x, min(offset + window, float(z[-1])) / by_x, color="0.94", lw=0, zorder=0)
    top.plot(z / by_x, found.evaluate(z) / by_y, lw=1.3, color="black", zorder=3, label="fit")
    if found.params["probe_width"].value > 0:
        true = found.evaluate(z, probe_width=0.0, background_concentration=0.0)
        shown = np.where(true > 0, true, np.nan)
        top.plot(z / by_x, shown / by_y, "--", lw=1.0, color=COLOURS[1], zorder=3, label="without probe\nand background")
    block = found.blocks[0]
    below.plot(readings.depth / by_x, block.residual / sigma, "o", ms=2.2, color=COLOURS[0], mec="none")
    below.axhline(0, lw=0.8, color="black")
    reach = max(3.0, 1.1 * float(np.abs(block.residual / sigma).max()))
    below.set_ylim(-reach, reach)
    below.set_xlabel("depth " + x_label)
    below.set_ylabel("residual (σ)")
    top.set_ylim(bottom=min(0.0, float(np.min(readings.reading - sigma)) / by_y))
    _legend(top)
    style(top, below)
    figure.align_ylabels()
    return figure


def _legend(ax: Axes) -> None:
    """What was measured first, then the lines."""
    handles, labels = ax.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda i: labels[i] != "measured")
    ax.legend([handles[i] for i in order], [labels[i] for i in order], fontsize=7)


def _errors(readings: Readings, found: FitResult | None) -> np.ndarray:
    """Standard errors (n,) of the readings: of the fit's own weights, or of their scatter."""
    if found is not None:
        block = found.blocks[0]
        return block.sigma if readings.counted else np.full(block.y.shape, found.rms * np.sqrt(found.n / found.dof))
    if readings.exposure is not None:
        level = np.average(readings.reading, weights=readings.exposure)
        return np.sqrt(max(level, 1e-12) / readings.exposure)
    return np.full(readings.reading.shape, np.std(readings.reading, ddof=1))


def draw_gap(depth: np.ndarray, gap: np.ndarray, found: FitResult | None, pristine: float | None = None) -> Figure:
    """Gap against depth with the fit and the pristine gap; without a fit the mean."""
    figure = new_figure(_WIDE, 2.5)
    ax = figure.subplots()
    by_x, x_label = units("depth", depth)
    by_y = 1e-10  # gaps are quoted in angstrom
    scatter = found.rms * np.sqrt(found.n / found.dof) if found is not None else float(np.std(gap, ddof=1))
    ax.errorbar(depth / by_x, gap / by_y, scatter / by_y, fmt="o", ms=3.5, lw=0.8, color=COLOURS[0], mec="none", label="measured")
    if found is not None:
        z = np.linspace(min(0.0, float(depth[0])), float(depth[-1]), 300)
        ax.plot(z / by_x, found.evaluate(z) / by_y, lw=1.3, color="black", label="fit")
        pristine = found.params["pristine_gap"].value
    else:
        ax.axhline(float(np.mean(gap)) / by_y, lw=1.2, color="black", label="mean")
    if pristine is not None:
        ax.axhline(pristine / by_y, ls="--", lw=1.0, color=COLOURS[1], label="pristine")
        ax.margins(y=0.08)
    ax.set_xlabel("depth " + x_label)
    ax.set_ylabel("van der Waals gap (Å)")
    _legend(ax)
    style(ax)
    return figure
