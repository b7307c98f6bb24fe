"""The figures of a tunnelling analysis: rivals on the coldest spectrum, and a temperature series with its gap."""

from __future__ import annotations

import numpy as np

from supraspin.analysis.drawing import COLOURS, new_figure, style, units
from supraspin.analysis.precision import precision
from supraspin.analysis.tunnelling.spectra import Spectrum
from supraspin.fit import Comparison, FitResult
from supraspin.formatting import si
from supraspin.model import MODELS
from supraspin.quantities import QUANTITIES


def draw_coldest(comparison: Comparison, coldest: Spectrum):
    figure = new_figure(6.2, 5.0)
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    bv, label = units("bias", comparison.best.x)
    top.plot(comparison.best.x / bv, comparison.best.y, ".", ms=3, color="0.6", label="data")
    for r, colour in reversed(list(zip(comparison.ranks, COLOURS, strict=False))):
        one = comparison.results[r.model]
        order = np.argsort(one.x)
        top.plot(one.x[order] / bv, one.best_fit[order], lw=1.3, color=colour, label=r.model)
        below.plot(one.x[order] / bv, one.residual[order], lw=1.0, color=colour)
    below.axhline(0, lw=0.8, color="black")
    below.set_xlabel(label)
    below.set_ylabel("data - fit")
    top.set_ylabel(f"${QUANTITIES['normalised_conductance'].symbol}$")
    top.legend(fontsize=8)
    style(top, below)
    return figure


def _drawn(joint: FitResult) -> list[str]:
    """The gaps of a joint fit that it found: one at its bound, or open, is no curve."""
    return [k for k, p in joint.params.items() if k.startswith("gap") and (not p.vary or (p.identified and not p.at_bound))]


def undrawn(joint: FitResult) -> str:
    """Which gaps of a joint fit are not drawn, as a sentence, or nothing."""
    names = [k.replace("_", " ") for k in joint.params if k.startswith("gap") and k not in _drawn(joint)]
    return f" The joint fit does not determine {' and '.join(names)}, which is not drawn." if names else ""


def draw_series(chosen: list[Spectrum], joint: FitResult, alone: list[tuple[Spectrum, FitResult]], harmonic: int):
    figure = new_figure(7.0, 4.2)
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    bv, label = units("bias", joint.x)
    for i, block in enumerate(joint.blocks):
        shift = 0.5 * i
        order = np.argsort(block.x)
        left.plot(block.x / bv, block.y + shift, ".", ms=2, color="0.6")
        left.plot(block.x[order] / bv, block.fit[order] + shift, lw=1.2, color=COLOURS[0])
        left.annotate(
            si(chosen[i].temperature, "K"),
            (block.x.max() / bv, block.fit[order][-1] + shift),
            fontsize=7,
            xytext=(3, -2),
            textcoords="offset points",
        )
    left.set_xlabel(label)
    left.set_ylabel(f"${QUANTITIES['normalised_conductance'].symbol}$, shifted by 0.5 each")
    tc = joint.params["critical_temperature"].value
    t = np.linspace(0.0, tc, 200)
    gap_temperature = MODELS["gap_temperature"].function

    for key, colour in zip(_drawn(joint), COLOURS, strict=False):
        curve = np.asarray(gap_temperature(t, gap=joint.params[key].value, critical_temperature=tc, harmonic=harmonic))
        right.plot(t, curve / 1e-3, color=colour, lw=1.3, label=f"{key.replace('_', ' ')}, joint fit")
    points = [(s.temperature, one.params["gap"]) for s, one in alone]
    errors = [(precision(one, "gap").stderr or 0.0) / 1e-3 for _, one in alone]
    right.errorbar([t for t, _ in points], [p.value / 1e-3 for _, p in points], yerr=errors,
                   fmt="o", ms=4, color="black", label="gap, each alone")  # fmt: skip
    right.set_xlabel(units("temperature", t)[1])
    right.set_ylabel(r"$\Delta$ (meV)")
    right.set_ylim(bottom=0)
    right.legend(fontsize=7)
    style(left, right)
    return figure
