"""A fit as a figure: data and curve above, residuals below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.fit.result import FitResult
from supraspin.formatting import scale
from supraspin.model import Axis
from supraspin.quantities import QUANTITIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure


def plot(result: FitResult, ax: Axes | None = None) -> Figure | SubFigure:
    """Draw data and fit with residuals in a new figure, or data and fit alone in `ax`. Returns the figure."""
    from matplotlib.figure import Figure

    below = None
    if ax is None:
        ax, below = Figure(figsize=(6.0, 4.8), layout="constrained").subplots(2, 1, sharex=True, height_ratios=(3, 1))
    x_power, x_label = _label(result.model.x, result.x)
    y_power, y_label = _label(result.model.y, result.y)
    for i, block in enumerate(result.blocks):
        for j, part in enumerate(block.sweeps()):
            colour = f"C{(i + j) % 10}"
            x, order = block.x[part] / 10.0**x_power, np.argsort(block.x[part], kind="stable")
            name = f"data {block.label}".strip() if len(result.blocks) > 1 else "data"
            ax.plot(x, block.y[part] / 10.0**y_power, ".", ms=3, color=colour, alpha=0.6, label=name if j == 0 else None)
            ax.plot(
                x[order], block.fit[part][order] / 10.0**y_power, "-", lw=1.2, color="black", label="fit" if i + j == 0 else None
            )
            if below is not None:
                below.plot(x, block.residual[part] / 10.0**y_power, ".", ms=3, color=colour, alpha=0.6)
    ax.set_ylabel(y_label)
    ax.set_title(result.model.name, fontsize="medium")
    ax.legend(frameon=False, fontsize="small")
    if below is None:
        ax.set_xlabel(x_label)
    else:
        below.axhline(0.0, color="black", lw=0.8)
        below.set_xlabel(x_label)
        below.set_ylabel("residual")
    return ax.figure


def _label(axis: Axis, values: np.ndarray) -> tuple[int, str]:
    """Power of ten to divide by, and a label with symbol and unit."""
    power, unit = scale(float(np.max(np.abs(values))), axis.unit)
    symbol = f"${QUANTITIES[axis.name].symbol}$" if axis.name in QUANTITIES else axis.name.replace("_", " ")
    return power, f"{symbol} ({unit})" if unit else symbol
