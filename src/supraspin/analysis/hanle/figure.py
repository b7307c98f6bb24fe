"""The figure of a Hanle analysis: curves with their joint fit, and the residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.analysis.hanle.curves import usable
from supraspin.fit import FitResult

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure


def draw_curves(result: FitResult, first: str) -> Figure:
    """`first` names the curves that are not antiparallel."""
    figure = new_figure(6.2, 5.0)
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    bx, x_label = units("field", result.x)
    by, y_label = units("nonlocal_resistance", result.y)
    named: set[str] = set()
    for block in result.blocks:
        for part in block.sweeps():
            sign = block.coordinates[1][part][0] if len(block.coordinates) > 1 else 1.0
            name, colour = (first, COLOURS[0]) if sign > 0 else ("antiparallel", COLOURS[1])
            order = np.argsort(block.x[part])
            new = name not in named
            top.plot(block.x[part] / bx, block.y[part] / by, ".", ms=2.5, color=colour, alpha=0.5, label=name if new else None)
            top.plot(
                block.x[part][order] / bx, block.fit[part][order] / by, "-", lw=1.4, color="black", label=None if named else "fit"
            )
            below.plot(block.x[part] / bx, block.residual[part] / by, ".", ms=2, color=colour, alpha=0.5)
            named.add(name)
    below.axhline(0, lw=0.8, color="black")
    below.set_xlabel(x_label)
    below.set_ylabel("residual" + y_label[y_label.rfind(" (") :])
    top.set_ylabel(y_label)
    top.legend(fontsize=8)
    style(top, below)
    return figure


def draw_nothing(pieces: list[xr.Dataset]) -> Figure:
    """The sweeps as they are, each with its mean."""
    figure = new_figure(6.2, 3.4)
    ax = figure.subplots()
    curves = [usable(piece) for piece in pieces]
    bx, x_label = units("field", np.concatenate([x for x, _ in curves]))
    by, y_label = units("nonlocal_resistance", np.concatenate([y for _, y in curves]))
    named: set[str] = set()
    for piece, (x, y) in zip(pieces, curves, strict=True):
        turned = "alignment" in piece and float(piece["alignment"].values.ravel()[0]) < 0
        name, colour = ("antiparallel", COLOURS[1]) if turned else ("parallel", COLOURS[0])
        ax.plot(x / bx, y / by, ".", ms=2.5, color=colour, alpha=0.6, label=None if name in named else name)
        ax.axhline(float(np.mean(y)) / by, lw=0.9, color=colour)
        named.add(name)
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    ax.legend(fontsize=8)
    style(ax)
    return figure
