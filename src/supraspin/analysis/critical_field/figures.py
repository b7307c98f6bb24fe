"""Figures of a critical field: points, fit and Pauli field; dependence on the angle; Pauli ratio of several samples."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.critical_field.curve import FilmFit
from supraspin.analysis.critical_field.findings import PAULI, WARM
from supraspin.analysis.critical_field.points import Points
from supraspin.analysis.drawing import COLOURS, new_figure, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from supraspin.fit import Comparison


def direction(angle: float) -> str:
    """A direction in words: `normal to the film`, `in the plane`, `30° to the film`, `direction unknown`."""
    if not math.isfinite(angle):
        return "direction unknown"
    degrees = math.degrees(angle)
    return "normal to the film" if degrees > 89 else "in the plane" if degrees < 1 else f"{degrees:.3g}° to the film"


def draw_fields(main: FilmFit, shown: Points, others: Mapping[float, Points], *, label: str | None = None) -> Figure:
    """Critical field against temperature in each direction, the fit, the spread of the criteria, and the Pauli field.

    `shown` holds the points as they were read, `main.used` with the directions of the fit; `label` names a direction that the fit
    only assumes.
    """
    figure = new_figure(3.5, 3.1)
    ax = figure.add_subplot()
    warm = main.value(WARM)
    pauli = PAULI * warm
    angles = _groups(main.used)
    top = 0.0
    for i, (angle, which) in enumerate(angles):
        colour = COLOURS[i % len(COLOURS)]
        t, b = main.used.temperature[which], main.used.field[which]
        _spread(ax, main.used, which, others, colour)
        errors = (
            {"xerr": main.used.temperature_error[which], "yerr": main.used.field_error[which]} if main.used.errors_known else {}
        )
        ax.errorbar(t, b, fmt="o", ms=3.2, lw=0.8, color=colour, label=label or direction(angle), zorder=3, **errors)
        grid = warm * np.sin(np.linspace(0, math.pi / 2, 200))
        ax.plot(grid, main.field(grid, angle), "-", lw=1.2, color=colour, zorder=2)
        top = max(top, float(b.max()), float(main.field(0.0, angle)))
    if pauli < 1.6 * top:
        ax.axhline(pauli, ls="--", lw=0.9, color="0.35")
        ax.annotate("Pauli field", (0.99, pauli), xycoords=("axes fraction", "data"), xytext=(0, 2), textcoords="offset points",
                    ha="right", va="bottom", fontsize=7, color="0.35")  # fmt: skip
        top = max(top, 1.06 * pauli)
    else:
        ax.annotate(f"Pauli field: {pauli:.3g} T", (0.98, 0.8), xycoords="axes fraction", ha="right", fontsize=7, color="0.35")
    ax.set_xlim(0, 1.06 * max(warm, *(float(p.temperature.max(initial=0.0)) for p in (shown, *others.values()))))
    ax.set_ylim(0, 1.06 * top)
    ax.set_xlabel("$T$ (K)")
    ax.set_ylabel(r"$B_\mathrm{c2}$ (T)")
    ax.legend(fontsize=7, loc="upper right" if pauli >= 1.6 * top else "best", handletextpad=0.4)
    style(ax)
    return figure


def _groups(found: Points) -> list[tuple[float, np.ndarray]]:
    """Directions, the steepest to the film last, each with a mask of its points; zero field goes with the first."""
    degrees = np.round(np.degrees(found.angle), 1)
    return [(math.radians(one), degrees == one) for one in np.unique(degrees)]


def _spread(ax: Axes, used: Points, which: np.ndarray, others: Mapping[float, Points], colour: str) -> None:
    """A thin bar from the lowest to the highest criterion at each sweep."""
    for i in np.flatnonzero(which):
        match = [p.where((p.sweep == used.sweep[i]) & (p.branch == used.branch[i])) for p in others.values()]
        near = [p for p in match if p.size == 1]
        if len(near) < 2:
            continue
        if used.field_error[i] > 0:
            ax.plot([used.temperature[i]] * 2, [float(p.field[0]) for p in near], lw=2.4, color=colour, alpha=0.22, zorder=1)
        else:
            ax.plot([float(p.temperature[0]) for p in near], [used.field[i]] * 2, lw=2.4, color=colour, alpha=0.22, zorder=1)


def draw_angles(angle: np.ndarray, field: np.ndarray, error: np.ndarray, comparison: Comparison, temperature: float) -> Figure:
    """Critical field against the angle to the film at one temperature, with the film's and the bulk's curve."""
    figure = new_figure(3.5, 2.8)
    ax = figure.add_subplot()
    known = np.where(np.isfinite(error), error, 0.0)
    ax.errorbar(
        np.degrees(angle), field, yerr=known, fmt="o", ms=3.2, lw=0.8, color="black", label=f"{temperature:.3g} K", zorder=3
    )
    grid = np.concatenate([np.linspace(0, 0.1, 80), np.linspace(0.1, math.pi / 2, 160)])
    names = {"critical_field_angle": "thin film (Tinkham)", "critical_field_angle_bulk": "anisotropic bulk"}
    for i, (name, text) in enumerate(names.items()):
        if name in comparison.results:
            style_of = "-" if name == comparison.ranks[0].model else "--"
            ax.plot(np.degrees(grid), comparison.results[name].evaluate(grid), style_of, lw=1.2, color=COLOURS[i], label=text)
    ax.set_xlabel("angle of the field to the film (°)")
    ax.set_ylabel(r"$B_\mathrm{c2}$ (T)")
    ax.set_xlim(-2, 92)
    ax.set_ylim(0, None)
    ax.legend(fontsize=7)
    style(ax)
    return figure


def draw_samples(warm: Sequence[tuple[float, float]], ratio: Sequence[tuple[float, float]], labels: Sequence[str]) -> Figure:
    """Critical field over the Pauli field against T_c for several data sets; (value, error) each."""
    figure = new_figure(3.5, 2.8)
    ax = figure.add_subplot()
    groups = list(dict.fromkeys(labels))
    for i, group in enumerate(groups):
        which = [j for j, label in enumerate(labels) if label == group]
        x, dx = np.array([warm[j] for j in which]).T
        y, dy = np.array([ratio[j] for j in which]).T
        ax.errorbar(x, y, xerr=np.nan_to_num(dx), yerr=np.nan_to_num(dy), fmt="o", ms=4, lw=0.9, color=COLOURS[i], label=group)
    ax.axhline(1, ls="--", lw=0.9, color="0.35")
    ax.set_xlabel(r"$T_\mathrm{c}$ (K)")
    ax.set_ylabel(r"$B_\mathrm{c2}(0) / B_\mathrm{Pauli}$")
    ax.set_ylim(0, None)
    ax.legend(fontsize=7)
    style(ax)
    return figure
