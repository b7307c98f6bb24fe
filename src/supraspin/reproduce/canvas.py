"""Figures at the size of a journal's column: 89 or 183 mm wide, type of 5 to 7 points, panels lettered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SINGLE, DOUBLE = 89.0, 183.0
"""Widths of one column and of two, mm."""
BLUE, RED, GREEN, PURPLE, OCHRE, GREY, PINK = "#1764ab", "#c1440e", "#2e7d4f", "#7a4fa3", "#b58900", "#5c6670", "#c2367a"
COLOURS = (BLUE, RED, GREEN, PURPLE, OCHRE, GREY, PINK)
LOOK: Any = {
    "font.family": "DejaVu Sans", "font.size": 6, "axes.labelsize": 6.5, "axes.titlesize": 6.5, "xtick.labelsize": 6,
    "ytick.labelsize": 6, "legend.fontsize": 5.5, "mathtext.fontset": "dejavusans", "axes.linewidth": 0.5,
    "xtick.major.width": 0.5, "ytick.major.width": 0.5, "xtick.minor.width": 0.4, "ytick.minor.width": 0.4,
    "xtick.major.size": 2.5, "ytick.major.size": 2.5, "xtick.minor.size": 1.5, "ytick.minor.size": 1.5,
    "xtick.direction": "in", "ytick.direction": "in", "lines.linewidth": 0.8, "lines.markersize": 2.2, "axes.labelpad": 2.5,
    "axes.spines.top": False, "axes.spines.right": False, "legend.frameon": False, "legend.handlelength": 1.4,
    "legend.borderaxespad": 0.3, "legend.labelspacing": 0.3, "legend.handletextpad": 0.5, "axes.titlepad": 3,
    "figure.constrained_layout.h_pad": 0.03, "figure.constrained_layout.w_pad": 0.03, "pdf.fonttype": 42, "savefig.dpi": 300,
    "axes.unicode_minus": True, "image.interpolation": "nearest", "errorbar.capsize": 1.2,
}  # fmt: skip


def canvas(
    rows: int = 1, columns: int = 1, *, width: float = SINGLE, height: float = 62.0, letters: str = "", **grid: Any
) -> tuple[Figure, np.ndarray]:
    """A figure of `width` and `height`, mm, and its axes as an array (rows, columns), lettered row by row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 25.4, height / 25.4), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, **grid)
    for ax, letter in zip(axes.flat, letters, strict=False):
        letter_of(ax, letter)
    return figure, axes


def letter_of(ax: Axes, letter: str) -> None:
    """The panel's letter, bold, at its upper left."""
    ax.annotate(
        letter, (0, 1), xycoords="axes fraction", xytext=(-20, 3), textcoords="offset points", fontsize=8, fontweight="bold",
        ha="left", va="bottom", annotation_clip=False,
    )  # fmt: skip


def label(ax: Axes, x: str, y: str, note: str = "", where: str = "upper right") -> None:
    """Labels of the axes, and a note inside."""
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    if note:
        vertical, horizontal = where.split()
        ax.annotate(
            note, (0.03 if horizontal == "left" else 0.97, 0.96 if vertical == "upper" else 0.04), xycoords="axes fraction",
            ha=horizontal, va="top" if vertical == "upper" else "bottom", fontsize=5.5,
        )  # fmt: skip


def shades(count: int, name: str = "plasma", low: float = 0.05, high: float = 0.82) -> list[Any]:
    """Colours of a series, from cold to warm."""
    from matplotlib import colormaps

    return [colormaps[name](place) for place in np.linspace(low, high, max(count, 1))]


def colour_bar(figure: Figure, mappable: Any, ax: Axes | Sequence[Axes], text: str) -> None:
    """A slim colour bar beside `ax`."""
    bar = figure.colorbar(mappable, ax=ax, aspect=28, pad=0.02)
    bar.set_label(text)
    bar.outline.set_linewidth(0.4)


def extent(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges of the cells around centres x (n,) and y (m,), ascending or descending, for `pcolormesh`."""
    return _edges(np.asarray(x, float)), _edges(np.asarray(y, float))


def _edges(centres: np.ndarray) -> np.ndarray:
    if centres.size == 1:
        return np.array([centres[0] - 0.5, centres[0] + 0.5])
    middle = 0.5 * (centres[1:] + centres[:-1])
    return np.concatenate(([2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]))


def loop_legs(
    ax: Axes, field: Sequence[np.ndarray], reading: Sequence[np.ndarray], direction: np.ndarray, **look: Any
) -> None:  # fmt: skip
    """Sweeps of a loop, each (n,): rising field blue, falling red; `look` overrides."""
    for x, y, sign in zip(field, reading, direction, strict=True):
        ax.plot(x, y, **({"color": BLUE if sign > 0 else RED} | look))
