"""Figures of moments in order or not: M(T), overlap and Binder cumulant, the (B, T) diagram, and a loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.moments import averages
from supraspin.ordering import Film

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_order(runs: Sequence[xr.Dataset], null: Sequence[xr.Dataset] = ()) -> Figure:
    """|m|, sqrt(q^2) and U against temperature, a colour for each size; dashed without pairing."""
    figure = new_figure(7.2, 2.7)
    shown = figure.subplots(1, 3)
    panels = (
        ("magnetisation", r"$\langle|m|\rangle$", lambda v: v),
        ("q2", r"$\langle q^2\rangle^{1/2}$", lambda v: np.sqrt(np.maximum(v, 0))),
        ("binder_magnetisation", "$U_m$", lambda v: v),
    )
    for group, line, label in ((runs, "-", True), (null, "--", False)):
        for colour, run in zip(COLOURS, sorted(group, key=lambda r: r.attrs["count"]), strict=False):
            found = averages(run)
            t = found["temperature"].values
            for ax, (name, symbol, shape) in zip(shown, panels, strict=True):
                if name not in found:
                    continue
                value, error = found[name].values, found[f"{name}_error"].values
                low, high = shape(value - error), shape(value + error)
                ax.fill_between(t, low, high, color=colour, alpha=0.2, linewidth=0)
                ax.plot(
                    t, shape(value), line, color=colour, linewidth=1.1, marker="o" if label else None, markersize=2.5,
                    label=f"N = {run.attrs['count']}" if label else None,
                )  # fmt: skip
                ax.set(xlabel="$T$ (K)", ylabel=symbol)
    for ax in shown[:2]:
        ax.set_ylim(0, 1.05)
    shown[0].legend(fontsize=7)
    style(*shown)
    return figure


def draw_phases(boundary: xr.Dataset, film: Film) -> Figure:
    """T_c(B) and T_K(B) with its limits."""
    figure = new_figure(3.5, 3.0)
    ax = figure.subplots()
    fields = boundary["field"].values
    dense = np.linspace(0, fields.max(), 200)
    tc = film.transition(dense)
    ax.fill_between(dense, 0, tc, color=COLOURS[0], alpha=0.08, linewidth=0)
    ax.plot(dense, tc, color=COLOURS[0], linewidth=1.2, label=r"$T_\mathrm{c}(B)$")
    tk = boundary["ordering_temperature"].values
    error = np.hypot(*(np.nan_to_num(boundary[f"ordering_temperature_{n}"].values) for n in ("error", "systematic")))
    known = np.isfinite(tk)
    if known.any():
        ax.errorbar(fields[known], tk[known], error[known], fmt="o", color=COLOURS[1], markersize=4, label=r"$T_\mathrm{K}(B)$")
    for name, marker, text in (("below", "v", r"$T_\mathrm{K}$ below"), ("above", "^", r"$T_\mathrm{K}$ above")):
        limit = boundary[name].values
        some = np.isfinite(limit)
        if some.any():
            ax.plot(fields[some], limit[some], marker, color=COLOURS[1], markersize=5, fillstyle="none", label=text)
    ax.set(xlabel="$B$ (T)", ylabel="$T$ (K)", ylim=(0, None))
    ax.legend(fontsize=7)
    style(ax)
    return figure


def draw_loop(loop: xr.Dataset) -> Figure:
    """M/M_s against the field, both directions."""
    figure = new_figure(3.5, 2.8)
    ax = figure.subplots()
    b, m = loop["field"].values, loop["magnetisation"].values
    divisor, label = units("field", b)
    turn = int(np.argmin(b))
    for colour, part, text in ((COLOURS[1], slice(0, turn + 1), "down"), (COLOURS[0], slice(turn, None), "up")):
        mean = m[:, part].mean(axis=0)
        ax.plot(b[part] / divisor, mean, color=colour, linewidth=1.1, label=text)
        if len(m) > 1:
            error = m[:, part].std(axis=0, ddof=1) / np.sqrt(len(m))
            ax.fill_between(b[part] / divisor, mean - error, mean + error, color=colour, alpha=0.2, linewidth=0)
    ax.axhline(0, color="#c5cad0", linewidth=0.6, zorder=0)
    ax.set(xlabel=label, ylabel=r"$M/M_\mathrm{s}$", ylim=(-1.08, 1.08))
    ax.legend(fontsize=7)
    style(ax)
    return figure
