"""Figure of a V-I family: the curves with their windows, local slopes, and exponents against temperature."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.bkt.crossing import UNIVERSAL
from supraspin.analysis.bkt.family import Family, total
from supraspin.analysis.bkt.verdict import Verdict
from supraspin.analysis.bkt.windows import local_slopes, moments
from supraspin.analysis.drawing import COLOURS, new_figure, style, units

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from supraspin.fit import FitResult

_GREY = "#8a9199"


def draw_family(family: Family, said: Verdict, jump: FitResult | None = None) -> Figure:
    """V(I) on logarithmic axes with the windows, d ln V/d ln I against I, and a(T); `jump` is the fit of the universal jump."""
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    figure = new_figure(7.2, 2.7)
    left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1.12, 1))
    middle.sharex(left)
    temperatures = [one.temperature for one in family.exponents]
    coldest = min(temperatures)
    spread = 1.08 * max(max(temperatures) - coldest, 1e-9)  # the palest colours are left out
    colours = colormaps["viridis"]
    paint = ScalarMappable(Normalize(coldest, coldest + spread), colours)
    bi, i_label = units("current", np.concatenate([one.curve.current for one in family.exponents]))
    bv, v_label = units("voltage", np.concatenate([one.curve.voltage for one in family.exponents]))
    floor = min(one.curve.floor for one in family.exponents)
    for one in family.exponents:
        curve, colour = one.curve, colours((one.temperature - coldest) / spread)
        voltage = curve.voltage - family.lead[0] * curve.current
        shown = voltage > 2 * curve.floor
        left.plot(curve.current[shown] / bi, voltage[shown] / bv, ".", ms=2.2, color=colour, mew=0, zorder=2)
        if math.isfinite(one.log_scale):
            i = np.array(one.window)
            v = np.exp(one.log_scale) * i**one.exponent + one.tail * i
            painted = colour if one.known else _GREY
            left.plot(
                i / bi, v / bv, "-" if one.known else ":", lw=3.2, color=painted, alpha=0.4, solid_capstyle="butt", zorder=1
            )
        m = moments(curve, family.lead[0] + one.tail)
        if m is not None:
            at, slope, error = local_slopes(m)
            fine = error < 0.5
            middle.plot(at[fine] / bi, slope[fine], "-", lw=0.8, color=colour)
    left.set(xscale="log", yscale="log", xlabel=i_label, ylabel=v_label)
    left.set_ylim(bottom=floor / bv)
    _guides(left)
    middle.axhline(UNIVERSAL, lw=0.7, color="black", ls="--")
    top = max((one.exponent for one in family.known), default=4.0)
    middle.set(xscale="log", xlabel=i_label, ylabel=r"$\mathrm{d}\,\ln V/\mathrm{d}\,\ln I$", ylim=(0, max(4.0, 1.35 * top)))
    _exponents(right, family, said, jump)
    bar = figure.colorbar(paint, ax=middle, pad=0.02, aspect=30)
    bar.set_label(units("temperature", temperatures)[1], fontsize=8)
    bar.ax.tick_params(labelsize=7, direction="in")
    bar.outline.set_visible(False)
    style(left, middle, right)
    return figure


def _guides(ax: Axes) -> None:
    """Lines of slope 1 and 3 in a corner, in the data's own coordinates."""
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    start = 10 ** (math.log10(left) + 0.05 * math.log10(right / left))
    width = 10 ** min(0.3 * math.log10(right / left), 0.28 * math.log10(high / low))
    at = 10 ** (math.log10(low) + 0.66 * math.log10(high / low))
    for slope, level in ((1, at), (3, at)):
        end = start * width ** (1.0 if slope == 1 else 0.4)
        ax.plot([start, end], [level, level * (end / start) ** slope], "-", lw=0.9, color="black")
        ax.annotate(f"{slope}", (end, level * (end / start) ** slope), xytext=(2, 0), textcoords="offset points", fontsize=7)


def _exponents(ax: Axes, family: Family, said: Verdict, jump: FitResult | None) -> None:
    known = family.known
    rest = [one for one in family.exponents if not one.known and math.isfinite(one.exponent)]
    for some, colour, label in ((known, COLOURS[0], None), (rest, _GREY, "no power law")):
        if some:
            t, a = [one.temperature for one in some], [one.exponent for one in some]
            ax.errorbar(t, a, [total(one) for one in some], fmt="o", ms=3, lw=0.8, color=colour, label=label, mfc=colour)
    ax.axhline(UNIVERSAL, lw=0.7, color="black", ls="--")
    ax.axhline(1, lw=0.5, color=_GREY)
    if jump is not None:
        grid = np.linspace(min(jump.x), max(jump.x), 300)
        ax.plot(grid, jump.evaluate(grid), "-", lw=1, color=COLOURS[1], label="universal jump, finite size", zorder=0)
    found = family.crossing
    if said.status == "crossing" and found is not None:
        whole = math.sqrt(found.stderr**2 + found.interpolation**2 + family.systematic**2)
        ax.axvspan(found.temperature - whole, found.temperature + whole, ymax=0.76, color=COLOURS[2], alpha=0.25, lw=0)
        ax.axvline(found.temperature, ymax=0.76, lw=1, color=COLOURS[2], label=r"$T_\mathrm{BKT}$")
    elif said.status == "abrupt" and found is not None:
        ax.axvspan(found.cold[0], found.hot[0], ymax=0.76, color=COLOURS[1], alpha=0.2, lw=0, label="leap")
    top = max((one.exponent for one in known), default=4.0)
    ax.set(xlabel=units("temperature", [1.0])[1], ylabel="exponent $a$", ylim=(0, max(4.8, 1.35 * top)))
    if ax.get_legend_handles_labels()[1]:
        ax.legend(fontsize=7, handlelength=1.4, loc="upper right", borderaxespad=0.1)
