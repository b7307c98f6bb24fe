"""The figure of an R(T) analysis: the whole curve, the transition with criteria and fit, the rise below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.analysis.resistance.mean import Channel
from supraspin.fit import FitResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHAPES = {0.9: "^", 0.5: "o", 0.1: "v"}
_WAYS = {1: "warming", -1: "cooling", 0: "sweep"}
_MOST, _FEW = 3000, 1000
_NAMED = 12
"""Members of a family up to which each has its name in the legend; of more, some have."""


def draw(found: Channel, result: FitResult | None, label: str) -> Figure:
    """All temperatures, the transition where there is one, and what lies below it where the resistance rises again."""
    count = 1 + found.superconducts + found.reentrant
    figure = new_figure((3.5, 6.4, 8.4)[count - 1], 3.0)
    panels = figure.subplots(1, count, squeeze=False)[0]
    scale, y_label = units("resistance", np.concatenate([np.percentile(c.resistance, [1, 99]) for c in found.curves]))
    for ax in panels:
        for curve in found.curves:
            # All readings where a panel shows a part of them only.
            step = max(1, curve.temperature.size // _MOST) if ax is panels[0] else 1
            colour = COLOURS[0] if curve.direction <= 0 else COLOURS[1]
            few = curve.temperature.size < _FEW
            ax.plot(curve.temperature[::step], curve.resistance[::step] / scale, ".", ms=4 if few else 2, alpha=0.5, color=colour,
                    mew=0,
                    label=_WAYS[curve.direction] if ax is panels[0] else None, rasterized=True)  # fmt: skip
        ax.set_xlabel("$T$ (K)")
    first = panels[0]
    everything = np.concatenate([c.temperature for c in found.curves])
    if everything.max() > 8 * everything.min():
        _logarithmic(first)
    _frame(first, np.concatenate([c.resistance for c in found.curves]) / scale)
    first.set_title(label, fontsize=9, loc="left")
    first.set_ylabel(y_label)
    handles, names = first.get_legend_handles_labels()
    unique = dict(zip(names, handles, strict=True))
    first.legend(unique.values(), unique.keys(), fontsize=7, markerscale=3, loc="best", handletextpad=0.4)
    if count > 1:
        _transition(panels[1], found, result, scale)
    if count > 2:
        _anomaly(panels[2], found, scale)
    style(*panels)
    return figure


def _logarithmic(ax: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    ax.set_xscale("log")
    low, high = ax.get_xlim()
    ax.xaxis.set_major_locator(LogLocator(subs=(1.0,) if high > 30 * low else (1.0, 2.0, 5.0)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())


def _frame(ax: Axes, values: np.ndarray) -> None:
    low, high = np.percentile(values, [0.05, 99.95])
    room = 0.06 * (high - low) or 1.0
    ax.set_ylim(low - room, high + 2 * room)


def _transition(ax: Axes, found: Channel, result: FitResult | None, scale: float) -> None:
    _, seen = found.seen[0]
    assert seen.normal is not None
    wide = max(seen.onset - seen.foot, 1e-3 * seen.onset)
    hottest = max(float(c.temperature.max()) for c in found.curves)
    low, high = max(seen.foot - 1.2 * wide, 0.0), min(seen.onset + 2.0 * wide, hottest + 0.1 * wide)
    inside = [c.resistance[(c.temperature > low) & (c.temperature < high)] for c in found.curves]
    t = np.linspace(low, high, 300)
    ax.plot(t, seen.normal.of(t) / scale, "--", lw=0.8, color=COLOURS[5], label="normal state")
    if result is not None:
        ax.plot(t, result.evaluate(t) / scale, "-", lw=1.2, color="black", label="transition model")
    for x, shape in _SHAPES.items():
        value = found.level(x)
        if value is not None and low < value.value < high:
            at = seen.lead + x * (float(seen.normal.of(value.value)) - seen.lead)
            ax.plot(value.value, at / scale, shape, ms=6, mfc="white", mec=COLOURS[6], mew=1.3, zorder=5,
                    label=f"{100 * x:.0f} %")  # fmt: skip
    ax.set_xlim(low, high)
    _frame(ax, np.concatenate(inside) / scale)
    ax.legend(fontsize=7, loc="lower right", handletextpad=0.4)


def _anomaly(ax: Axes, found: Channel, scale: float) -> None:
    """What lies below the transition, with the onset and the height of the rise."""
    seen = [(t, t.rising) for _, t in found.seen if t.rising is not None]
    first, up = seen[0]
    coldest = min(float(c.temperature.min()) for c in found.curves)
    low, high = 0.95 * coldest, max(min(0.98 * first.foot, 4 * up.temperature), 1.3 * up.temperature)
    inside = [c.resistance[(c.temperature > low) & (c.temperature < high)] for c in found.curves]
    ax.set_xlim(low, high)
    if high > 8 * low:
        _logarithmic(ax)
    colour = COLOURS[2]
    known = found.mean_onset()
    ax.axvspan(max(known.value - known.stderr, low), known.value + known.stderr, color=colour, alpha=0.25, lw=0)
    ax.axvline(known.value, color=colour, lw=1, label=r"$T_\mathrm{K}$")
    ax.annotate("", (up.top, up.highest / scale), (up.top, up.lowest / scale),
                arrowprops={"arrowstyle": "<->", "color": colour, "lw": 1.2, "shrinkA": 0, "shrinkB": 0})  # fmt: skip
    share = 100 * up.height / (first.normal.value - first.lead) if first.normal is not None else float("nan")
    ax.plot([], [], ls="none", marker=r"$\updownarrow$", ms=8, color=colour, label=rf"{share:.3g} % of $R(T_\mathrm{{c}}^+)$")
    _frame(ax, np.concatenate(inside) / scale)
    ax.legend(fontsize=7, loc="upper right")


def draw_family(labels: list[str], family: list[Channel]) -> Figure:
    """All members of a family that have readings in one panel, coloured in their order."""
    from matplotlib import colormaps

    labels = _shortened([label for label, member in zip(labels, family, strict=True) if member.curves])
    family = [member for member in family if member.curves]
    figure = new_figure(4.4, 3.0)
    ax = figure.subplots()
    scale, y_label = units("resistance", np.concatenate([np.percentile(c.resistance, [1, 99]) for m in family for c in m.curves]))
    shades = colormaps["viridis"](np.linspace(0, 0.85, len(family)))
    few = len(family) <= _NAMED
    named = set(np.linspace(0, len(family) - 1, len(family) if few else _NAMED // 2).astype(int))
    for i, (shade, label, member) in enumerate(zip(shades, labels, family, strict=True)):
        for number, curve in enumerate(member.curves):
            order = np.argsort(curve.temperature, kind="stable")[:: max(1, curve.temperature.size // _MOST)]
            # A line leads the eye from one of few readings to the next; through many it would be the noise.
            joined = curve.temperature.size < _FEW
            ax.plot(curve.temperature[order], curve.resistance[order] / scale, "-" if joined else ".", ms=2, lw=0.8, mew=0,
                    color=shade, rasterized=not joined, label=label if number == 0 and i in named else None)  # fmt: skip
    ax.set_xlabel("$T$ (K)")
    ax.set_ylabel(y_label)
    lines = all(c.temperature.size < _FEW for m in family for c in m.curves)
    # Curves of a family fill the panel: their names stand beside it.
    ax.legend(fontsize=7, markerscale=1 if lines else 3, loc="center left", bbox_to_anchor=(1.01, 0.5))
    style(ax)
    return figure


def _shortened(labels: list[str]) -> list[str]:
    """The labels without what all of them share, where anything is left."""
    parts = [label.split(", ") for label in labels]
    if len(labels) < 2 or len({len(part) for part in parts}) > 1:
        return labels
    differ = [len(set(column)) > 1 for column in zip(*parts, strict=True)]
    return [", ".join(p for p, kept in zip(part, differ, strict=True) if kept) for part in parts] if any(differ) else labels
