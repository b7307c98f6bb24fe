"""Figure of R(T) above a BKT transition: fits, the diagnostic plot, and how T_BKT depends on the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.drawing import COLOURS, new_figure, style, units

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from supraspin.analysis.bkt.resistance import ResistanceFit


def draw_resistance(found: ResistanceFit, crossing: tuple[float, float] | None = None) -> Figure:
    """R(T) with its fits, (d ln R/dT)^(-2/3), and T_BKT in all windows; `crossing`: T_BKT from a = 3 and its error, K."""
    figure = new_figure(7.2, 2.7)
    left, middle, right = figure.subplots(1, 3)
    t, r = found.temperature, found.resistance
    seen = r > 3 * found.sigma
    br, r_label = units("resistance", r)
    left.plot(t[seen], r[seen] / br, "o", ms=2.6, color=COLOURS[0], mew=0)
    low = float(t[seen].min()) if seen.any() else float(t.min())
    near = low - 0.1 * (found.main.x.max() - low), float(found.main.x.max()) + 0.3 * (float(found.main.x.max()) - low)
    names = {"halperin_nelson_crossover": ("formula", "-", "black"), "halperin_nelson": ("exponential", "--", COLOURS[1]),
             "transition": ("spread of $T_c$", ":", COLOURS[3])}  # fmt: skip
    for name, fit in found.fits.items():
        label, dash, colour = names[name]
        grid = np.linspace(near[0], fit.x.max(), 500)
        value = fit.evaluate(grid)
        drawn = value > 0.3 * float(found.sigma.min())
        left.plot(grid[drawn], value[drawn] / br, dash, lw=1.1, color=colour, label=label)
    left.set(yscale="log", xlim=near, xlabel=units("temperature", [1.0])[1], ylabel=r_label)
    left.set_ylim(bottom=max(float(r[seen].min()) / br / 2, 1e-6), top=2 * found.normal / br)
    left.legend(fontsize=7, handlelength=1.6)
    at, value, error = diagnostic(t[seen], r[seen], found.sigma[seen])
    fine = (error < 0.5 * value) & (at < near[1])
    middle.errorbar(at[fine], value[fine], error[fine], fmt="o", ms=2.2, lw=0.6, color=COLOURS[0])
    plain = found.fits.get("halperin_nelson")
    if plain is not None:
        start, b = plain.values["bkt_temperature"], plain.values["bkt_constant"]
        grid = np.linspace(start, plain.x.max(), 2)
        middle.plot(grid, (2 * start / b) ** (2 / 3) * (grid / start - 1), "--", lw=1.1, color=COLOURS[1], label="exponential")
    if fine.any():
        reach = plain.x.max() if plain is not None else near[1]
        inside = fine & (at <= reach)
        top = float(value[inside].max()) if inside.any() else float(np.median(value[fine]))
        middle.set(xlim=(near[0], near[1]), ylim=(0, 2.2 * top))
    middle.set(xlabel=units("temperature", [1.0])[1], ylabel=r"$(\mathrm{d}\,\ln R/\mathrm{d}T)^{-2/3}$ (K$^{2/3}$)")
    if found.sweep is not None and found.sweep.low.size:
        size = 10 + 40 * (found.sweep.high - found.sweep.low) / max(float(np.ptp(t)), 1e-12)
        right.scatter(
            100 * found.sweep.share, found.sweep.bkt_temperature, s=size, color=COLOURS[1], alpha=0.6, lw=0, label="exponential"
        )
    if found.bkt_temperature is not None:
        right.axhline(found.bkt_temperature, lw=1, color="black", label="formula")
    if crossing is not None:
        right.axhspan(crossing[0] - crossing[1], crossing[0] + crossing[1], color=COLOURS[2], alpha=0.3, lw=0, label="$a = 3$")
        for ax in (left, middle):
            ax.axvline(crossing[0], lw=0.9, color=COLOURS[2])
    right.set(
        xlabel=r"top of the window (% of $R_\mathrm{N}$)",
        ylabel=units("temperature", [1.0])[1].replace("$T$", r"$T_\mathrm{BKT}$"),
    )
    right.legend(fontsize=7, handlelength=1.4)
    style(left, middle, right)
    return figure


def diagnostic(t: np.ndarray, r: np.ndarray, sigma: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean temperature, K, (d ln R/dT)^(-2/3), K^(2/3), and its error, from straight lines through 5 readings (up to n - 4,)."""
    if t.size < 6:
        return np.empty(0), np.empty(0), np.empty(0)
    index = np.arange(t.size - 4)[:, None] + np.arange(5)
    x, y, e = t[index], np.log(r[index]), (sigma / r)[index]
    u = x - x.mean(axis=1, keepdims=True)
    norm = np.maximum(np.sum(u**2, axis=1), 1e-30)
    slope = np.sum(u * y, axis=1) / norm
    error = np.sqrt(np.sum((u * e) ** 2, axis=1)) / norm
    up = slope > 0
    return x.mean(axis=1)[up], slope[up] ** (-2 / 3), (2 / 3) * slope[up] ** (-5 / 3) * error[up]
