"""The look of the figures, and axes in readable units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.formatting import printed_unit, scale
from supraspin.quantities import QUANTITIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0f5ea8", "#c1440e", "#2e7d4f", "#7a4fa3", "#b58900", "#5c6670", "#c2367a")


def new_figure(width: float = 6.2, height: float = 4.2) -> Figure:
    """An empty figure, inches, laid out so that no label is cut."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def style(*axes: Axes) -> None:
    """Ticks inwards, no box at the top and right, small type."""
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(direction="in", labelsize=8)
        ax.xaxis.label.set_fontsize(9)
        ax.yaxis.label.set_fontsize(9)
        legend = ax.get_legend()
        if legend is not None:
            legend.set_frame_on(False)


def units(name: str, values) -> tuple[float, str]:
    """What to divide values of a quantity by, and the axis label: `units("field", b) == (1e-3, "$B$ (mT)")`."""
    quantity = QUANTITIES[name]
    finite = np.abs(np.asarray(values, dtype=float))
    finite = finite[np.isfinite(finite)]
    power, unit = scale(float(finite.max()) if finite.size else 0.0, quantity.unit)
    label = f"${quantity.symbol}$" + (f" ({unit or printed_unit(quantity.unit)})" if quantity.unit != "1" else "")
    return 10.0**power, label
