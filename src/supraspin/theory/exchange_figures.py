"""Figures of an exchange table: J(r) with its sign and envelope, the map of the plane, and J(q)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.drawing import COLOURS, new_figure, style
from supraspin.formatting import scale
from supraspin.lattice import ExchangeTable
from supraspin.theory.numbers import envelope, susceptibility

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FERRO, ANTI, GREY = COLOURS[0], COLOURS[1], "#8a9199"
_MAP_SPAN = 12
"""Cells to each side that the map shows."""


def draw_range(table: ExchangeTable, axes: list[str], reference: ExchangeTable | None) -> Figure:
    """|J| against r on logarithmic scales, blue where ferromagnetic; the envelope, and that of the normal state."""
    figure = new_figure(3.5 * max(len(axes), 1) + 0.1, 3.1)
    places = np.atleast_1d(figure.subplots(1, len(axes), sharey=True))
    inside = (table.distance > 0) & (table.distance <= table.radius * (1 + 1e-9))
    largest = max(float(np.max(np.abs(table.along(a)[inside]))) for a in axes)
    power, unit = scale(largest, "eV")
    for ax, axis in zip(places, axes, strict=True):
        r, j = table.distance[inside] * 1e9, table.along(axis)[inside] / 10.0**power
        for sign, colour, label in ((1, FERRO, "ferromagnetic"), (-1, ANTI, "antiferromagnetic")):
            kept = sign * j > 0
            ax.scatter(r[kept], np.abs(j[kept]), s=4, color=colour, alpha=0.55, linewidths=0, label=label, rasterized=True)
        if reference is not None:
            x, y = envelope(reference, axis)
            ax.plot(x * 1e9, y / 10.0**power, color=GREY, linestyle="--", linewidth=1, label="envelope, normal state")
        x, y = envelope(table, axis)
        ax.plot(x * 1e9, y / 10.0**power, color="black", linewidth=1, label="envelope")
        ax.set(xscale="log", yscale="log", xlabel="$r$ (nm)", title=f"moments along {axis}")
        ax.title.set_fontsize(9)
        peak = np.max(np.abs(j))
        ax.set_ylim(max(np.min(np.abs(j[j != 0])), 1e-7 * peak), 2.5 * peak)
        _plain_ticks(ax)
    places[0].set_ylabel(f"$|J|$ ({unit})")
    places[0].legend(fontsize=7, loc="lower left", markerscale=2)
    style(*places)
    return figure


def _plain_ticks(ax: Axes) -> None:
    """Plain numbers on the axis of distances."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())


def draw_map(table: ExchangeTable, axes: list[str]) -> Figure:
    """J in the plane, blue ferromagnetic and red antiferromagnetic, linear near zero and logarithmic beyond."""
    from matplotlib.colors import SymLogNorm

    span = min(_MAP_SPAN, table.reach)
    n = table.dataset["cell_1"].values
    kept = np.abs(n) <= span
    places = (table.cells @ table.vectors)[kept][:, kept] * 1e9
    figure = new_figure(3.3 * max(len(axes), 1) + 0.6, 3.1)
    shown = np.atleast_1d(figure.subplots(1, len(axes)))
    values = {a: np.where(table.distance > 0, table.along(a), np.nan)[kept][:, kept] for a in axes}
    largest = max(float(np.nanmax(np.abs(v))) for v in values.values())
    power, unit = scale(largest, "eV")
    norm = SymLogNorm(1e-3 * largest / 10.0**power, vmin=-largest / 10.0**power, vmax=largest / 10.0**power)
    drawn = None
    for ax, axis in zip(shown, axes, strict=True):
        drawn = ax.pcolormesh(
            places[..., 0], places[..., 1], values[axis] / 10.0**power, cmap="RdBu", norm=norm, shading="nearest", rasterized=True
        )
        ax.plot(0, 0, marker="o", markersize=3, color="black")
        ax.set(aspect="equal", xlabel="$x$ (nm)", title=f"moments along {axis}")
        ax.title.set_fontsize(9)
    shown[0].set_ylabel("$y$ (nm)")
    style(*shown)
    if drawn is not None:
        top = int(np.floor(np.log10(largest / 10.0**power)))
        decades = [10.0**n for n in range(top - 2, top + 1)]
        bar = figure.colorbar(drawn, ax=list(shown), shrink=0.85, ticks=[*(-d for d in reversed(decades)), 0.0, *decades])
        bar.ax.set_yticklabels([*(f"\u2212{d:g}" for d in reversed(decades)), "0", *(f"{d:g}" for d in decades)])
        bar.ax.minorticks_off()
        bar.set_label(f"$J$ ({unit})", fontsize=9)
        bar.ax.tick_params(labelsize=8)
    return figure


def draw_response(table: ExchangeTable, axes: list[str]) -> Figure:
    """J(q) = sum_r J(r) cos(q.r) over the Brillouin zone."""
    reciprocal = 2 * np.pi * np.linalg.inv(table.vectors).T
    edge = 1.15 * max(np.linalg.norm(g) for g in reciprocal) / 2 * 1.2
    side = np.linspace(-edge, edge, 81)
    q = np.stack(np.meshgrid(side, side, indexing="ij"), axis=-1)
    figure = new_figure(3.3 * max(len(axes), 1) + 0.6, 3.1)
    shown = np.atleast_1d(figure.subplots(1, len(axes)))
    values = {a: susceptibility(table, a, q) for a in axes}
    low, high = min(v.min() for v in values.values()), max(v.max() for v in values.values())
    power, unit = scale(max(abs(low), abs(high)), "eV")
    drawn = None
    for ax, axis in zip(shown, axes, strict=True):
        drawn = ax.pcolormesh(
            side * 1e-9, side * 1e-9, values[axis].T / 10.0**power, cmap="viridis", vmin=low / 10.0**power,
            vmax=high / 10.0**power, shading="nearest", rasterized=True,
        )  # fmt: skip
        corners = zone(reciprocal) * 1e-9
        ax.plot(*np.concatenate([corners, corners[:1]]).T, color="white", linewidth=0.8)
        ax.set(aspect="equal", xlabel=r"$q_x$ (nm$^{-1}$)", title=f"moments along {axis}")
        ax.title.set_fontsize(9)
    shown[0].set_ylabel(r"$q_y$ (nm$^{-1}$)")
    style(*shown)
    if drawn is not None:
        bar = figure.colorbar(drawn, ax=list(shown), shrink=0.85)
        bar.set_label(f"$J(q)$ ({unit})", fontsize=9)
        bar.ax.tick_params(labelsize=8)
    return figure


def zone(reciprocal: np.ndarray) -> np.ndarray:
    """Corners of the first Brillouin zone in order of angle, 1/m, shape (n, 2)."""
    g = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)]) @ reciprocal
    found = []
    for a in range(len(g)):
        for b in range(a):
            matrix = np.stack([g[a], g[b]])
            if abs(np.linalg.det(matrix)) < 1e-9 * np.linalg.norm(g[a]) * np.linalg.norm(g[b]):
                continue
            point = np.linalg.solve(matrix, 0.5 * np.sum(matrix**2, axis=1))
            if np.all(g @ point <= 0.5 * np.sum(g**2, axis=1) * (1 + 1e-9)):
                found.append(point)
    corners = np.array(found)
    return corners[np.argsort(np.arctan2(corners[:, 1], corners[:, 0]))]
