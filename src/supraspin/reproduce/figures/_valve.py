"""Non-local maps, loops and Hanle curves: what several figures draw of them."""

from __future__ import annotations

import numpy as np

from supraspin.data import sweeps
from supraspin.reproduce.canvas import BLUE, RED, extent
from supraspin.reproduce.plan import Outcome


def chart(ds) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Current (i,), A, field (f,), T, and non-local resistance (f, i), ohm, of a map."""
    return ds["current"].values[0], ds["field"].values, ds["nonlocal_resistance"].values


def draw_chart(ax, ds):
    """The map with fields upwards."""
    current, field, resistance = chart(ds)
    x, y = extent(1e6 * current, 1e3 * field)
    reach = float(np.nanmax(np.abs(resistance)))
    return ax.pcolormesh(x, y, resistance, cmap="RdBu_r", vmin=-reach, vmax=reach, rasterized=True)


def hanle_curves(ax, outcome: Outcome, *, fit: bool = True, scale: float = 1.0) -> None:
    """Curves of parallel (blue) and antiparallel (red) electrodes, with the analysis's fit in black."""
    ds = outcome.data[0]
    for row in sweeps(ds):
        parallel = float(row["alignment"].values[0]) > 0
        ax.plot(
            1e3 * row["field"].values[0], row["nonlocal_resistance"].values[0] / scale, ".", markersize=1.2,
            color=BLUE if parallel else RED,
        )  # fmt: skip
    said = outcome.analysis("Hanle precession")
    best = next(iter(said.fits.values()), None) if said is not None and fit else None
    if best is None:
        return
    # Where half the difference of the two is fitted, the background that they share is not in the fit.
    middle = float(np.mean([np.median(row["nonlocal_resistance"].values[0]) for row in sweeps(ds)]))
    reach = float(np.nanmax(np.abs(ds["field"].values)))
    field = np.linspace(-reach, reach, 601)
    pair = [best.evaluate(field, sign) for sign in (1.0, -1.0)]
    shift = middle - float(np.mean(pair))
    for curve in pair:
        ax.plot(1e3 * field, (curve + shift) / scale, color="k", linewidth=0.6)
