"""All parameters of a posterior against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.formatting import scale
from supraspin.quantities import QUANTITIES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from supraspin.fit.bayes.result import Posterior

SHOWN = 3000
BLUE, RED = "#0f5ea8", "#c1440e"


def corner(found: Posterior, most: int = 10) -> Figure:
    """Histograms on the diagonal with median and 68 %, below it the draws in pairs with contours of 39 and 86 %.

    Of more than `most` parameters those of single parts are left out first.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    names = _chosen(found, most)
    k = len(names)
    flat = {name: found.draws[name].ravel() for name in names}
    figure = Figure(figsize=(max(3.5, min(0.9 + 1.25 * k, 13)),) * 2, layout="constrained")
    axes = figure.subplots(k, k, squeeze=False)
    thin = slice(None, None, max(1, len(next(iter(flat.values()))) // SHOWN))
    for row, down in enumerate(names):
        y, y_label = _axis(found, down, flat[down])
        for column, across in enumerate(names):
            ax = axes[row, column]
            if column > row:
                ax.set_axis_off()
                continue
            x, x_label = _axis(found, across, flat[across])
            ax.spines[["top", "right"]].set_visible(False)
            ax.tick_params(direction="in", labelsize=7)
            ax.xaxis.set_major_locator(MaxNLocator(3))
            ax.yaxis.set_major_locator(MaxNLocator(3))
            ax.ticklabel_format(useOffset=False)
            if row == column:
                ax.hist(x, bins=40, density=True, histtype="stepfilled", color=BLUE, alpha=0.35)
                low, middle, high = np.quantile(x, (0.15865, 0.5, 0.84135))
                ax.axvline(middle, color=RED, lw=1.0)
                ax.axvspan(low, high, color=RED, alpha=0.12, lw=0)
                ax.set_yticks([])
            else:
                ax.plot(x[thin], y[thin], ",", color=BLUE, alpha=0.35, rasterized=True)
                _contours(ax, x, y)
                if column == 0:
                    ax.set_ylabel(y_label, fontsize=8)
                else:
                    ax.set_yticklabels([])
                if np.ptp(y):
                    ax.set_ylim(*_range(y))
            ax.set_xlim(*_range(x))
            if row == k - 1:
                ax.set_xlabel(x_label, fontsize=8)
                ax.tick_params(axis="x", labelrotation=35)
            else:
                ax.set_xticklabels([])
    return figure


def _chosen(found: Posterior, most: int) -> list[str]:
    names = [q.name for q in found.whole.quantities if not q.noise]
    if len(names) <= most:
        return names
    shared = [name for name in names if len(found.whole.users[name]) > 1 or "." not in name]
    return (shared or names)[:most]


def _axis(found: Posterior, name: str, values: np.ndarray) -> tuple[np.ndarray, str]:
    """Values in a readable unit, and their label."""
    q = next(q for q in found.whole.quantities if q.name == name)
    power, unit = scale(float(np.quantile(np.abs(values), 0.9)), q.unit)
    own, _, local = name.rpartition(".")[2].partition("[")
    symbol = f"${QUANTITIES[own].symbol}$" if own in QUANTITIES else own.replace("_", " ")
    index = f" [{local[:-1]}]" if local else ""
    where = f"\n{name.rpartition('.')[0]}" if "." in name else ""
    return values / 10.0**power, f"{symbol}{index}" + (f" ({unit})" if unit else "") + where


def _range(values: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(values, (0.001, 0.999))
    room = 0.08 * (high - low) or 1.0
    return low - room, high + room


def _contours(ax, x: np.ndarray, y: np.ndarray) -> None:
    """Contours that hold 39 and 86 % of the draws (1 and 2 sigma of two dimensions), of a smoothed histogram."""
    from scipy.ndimage import gaussian_filter

    heights, across, down = np.histogram2d(x, y, bins=40, range=(_range(x), _range(y)))
    smooth = gaussian_filter(heights, 1.8)
    ordered = np.sort(smooth.ravel())[::-1]
    held = np.cumsum(ordered) / ordered.sum()
    levels = sorted({float(ordered[np.searchsorted(held, share)]) for share in (0.393, 0.865)})
    if len(levels) == 2 and levels[0] > 0:
        middle = 0.5 * (across[1:] + across[:-1]), 0.5 * (down[1:] + down[:-1])
        ax.contour(*middle, smooth.T, levels=levels, colors=RED, linewidths=0.9)
