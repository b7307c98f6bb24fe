"""Data against what the posterior expects: the curves it allows, and the readings it would call ordinary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.fit.bayes.density import program
from supraspin.fit.bayes.part import Prepared
from supraspin.fit.bayes.shapes import bucket_of
from supraspin.formatting import scale
from supraspin.model import Axis
from supraspin.quantities import QUANTITIES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from supraspin.fit.bayes.result import Posterior

CURVES = 200
MOST_PIECES = 12
BLUE, RED = "#0f5ea8", "#c1440e"


def bands(found: Posterior) -> list[list[tuple[np.ndarray, np.ndarray]]]:
    """Of each part's pieces: quantiles (5, n) of the curve, and (5, n) of a new reading, at 2.5, 16, 50, 84 and 97.5 %."""
    u = found.chains.u.reshape(-1, found.chains.u.shape[-1])
    pick = np.linspace(0, len(u) - 1, min(CURVES, len(u))).astype(int)
    generator = np.random.default_rng(0x70726564)
    drawn = program(found.whole.layout, "curves")(u[pick], found.whole.arrays)
    levels = (0.025, 0.15865, 0.5, 0.84135, 0.975)
    out = []
    for p, (part, layout) in enumerate(zip(found.whole.parts, found.whole.layout.parts, strict=True)):
        places = _places(part)
        mine = []
        for piece in part.problem.pieces:
            bucket, row = places[id(piece)]
            curves = np.asarray(drawn[p][bucket])[:, row, : len(piece.y)]
            spread = found.noise[p].reshape(-1, layout.groups)[pick, piece.group][:, None] * piece.sigma
            if layout.noise == "student":
                tail = found.whole.values(u[pick])[:, layout.tail]
                errors = generator.standard_t(tail[:, None], size=curves.shape)
            else:
                errors = generator.standard_normal(curves.shape)
            mine.append((np.quantile(curves, levels, axis=0), np.quantile(curves + spread * errors, levels, axis=0)))
        out.append(mine)
    return out


def _places(part: Prepared) -> dict[int, tuple[int, int]]:
    """Piece -> its bucket and row there, in the order in which `joint` filled them."""
    buckets: dict[tuple, int] = {}
    filled: dict[tuple, int] = {}
    found = {}
    for piece in part.problem.pieces:
        at = bucket_of(part.problem, piece)
        buckets.setdefault(at, len(buckets))
        found[id(piece)] = (buckets[at], filled.get(at, 0))
        filled[at] = filled.get(at, 0) + 1
    return found


def predictive(found: Posterior) -> Figure:
    """One panel a part, with its residuals in units of the noise below. A single number is no curve and has no panel."""
    from matplotlib.figure import Figure

    drawn = list(zip(found.whole.parts, bands(found), found.noise, strict=True))
    drawn = [one for one in drawn if one[0].problem.n > 1] or drawn
    parts = [part for part, *_ in drawn]
    figure = Figure(figsize=(max(3.5, 3.3 * min(len(parts), 4)), 3.8 * -(-len(parts) // 4)), layout="constrained")
    columns = min(len(parts), 4)
    panels = figure.subfigures(-(-len(parts) // columns), columns, squeeze=False).ravel()
    for panel, (part, mine, noise) in zip(panels, drawn, strict=False):
        above, below = panel.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        model = part.problem.model
        x_all = np.concatenate([p.coordinates[0] for p in part.problem.pieces])
        y_all = np.concatenate([p.y for p in part.problem.pieces])
        (x_power, x_label), (y_power, y_label) = _label(model.x, x_all), _label(model.y, y_all)
        shown = np.unique(np.linspace(0, len(mine) - 1, min(len(mine), MOST_PIECES)).astype(int))
        for count, i in enumerate(shown):
            piece, (curve, reading) = part.problem.pieces[i], mine[i]
            order = np.argsort(piece.coordinates[0], kind="stable")
            x = piece.coordinates[0][order] / 10.0**x_power
            y = piece.y[order] / 10.0**y_power
            band, inner = reading[:, order] / 10.0**y_power, curve[:, order] / 10.0**y_power
            names = ("readings, 95 %", "curve, 95 %", "data") if count == 0 else (None, None, None)
            above.fill_between(x, band[0], band[4], color=BLUE, alpha=0.15, lw=0, label=names[0])
            above.fill_between(x, inner[0], inner[4], color=RED, alpha=0.6, lw=0.8, label=names[1])
            above.plot(x, y, ".", ms=2.5, color="black", alpha=0.7, mew=0, label=names[2])
            scatter = piece.sigma[order] * float(np.median(noise[..., piece.group]))
            below.plot(x, (piece.y[order] - curve[2][order]) / scatter, ".", ms=2.5, color="black", alpha=0.7, mew=0)
        below.axhspan(-2, 2, color=BLUE, alpha=0.12, lw=0)
        below.axhline(0, color=RED, lw=0.8)
        for ax in (above, below):
            ax.spines[["top", "right"]].set_visible(False)
            ax.tick_params(direction="in", labelsize=8)
        above.set_ylabel(y_label, fontsize=9)
        below.set_xlabel(x_label, fontsize=9)
        below.set_ylabel("residual / noise", fontsize=8)
        above.set_title(part.name.replace("_", " "), fontsize=9)
        above.legend(frameon=False, fontsize=7)
    return figure


def _label(axis: Axis, values: np.ndarray) -> tuple[int, str]:
    power, unit = scale(float(np.max(np.abs(values))), axis.unit)
    symbol = f"${QUANTITIES[axis.name].symbol}$" if axis.name in QUANTITIES else axis.name.replace("_", " ")
    return power, f"{symbol} ({unit})" if unit else symbol
