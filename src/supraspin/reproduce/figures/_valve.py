"""Non-local maps, loops and Hanle curves: what several figures draw of them."""

from __future__ import annotations

import math

import numpy as np

from supraspin.analysis import Finding
from supraspin.data import sweeps
from supraspin.reproduce import relations
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


def further_maximum(outcome: Outcome) -> Finding | None:
    """Field of the next maximum of the sign that the signal has at zero field, by the lifetime and length of the fit."""
    diffusivity, length = (outcome.finding(name, "Hanle precession") for name in ("diffusivity", "spin_diffusion_length"))
    separation = float(outcome.data[0]["separation"].values[0])
    if diffusivity is None or length is None or not diffusivity.identified or not length.identified:
        return None
    place = relations.further_maximum(diffusivity.value, length.value, separation)
    share = math.hypot(diffusivity.stderr or 0.0, diffusivity.systematic or 0.0) / diffusivity.value
    return Finding("further_maximum", place, "T", place * share, text="of the curve that fits")


def share_left(outcome: Outcome, field: float = 0.5) -> Finding | None:
    """Size of the signal about +-`field` (T) over that at zero field, half the difference of the two alignments."""
    ds = outcome.data[0]
    sides = {float(row["alignment"].values[0]): row for row in sweeps(ds)}
    if set(sides) != {1.0, -1.0}:
        return None
    at = sides[1.0]["field"].values[0]
    half = 0.5 * (sides[1.0]["nonlocal_resistance"].values[0] - sides[-1.0]["nonlocal_resistance"].values[0])
    far, near = half[np.abs(np.abs(at) - field) < 0.05], half[np.abs(at) < 0.01]
    if far.size < 3 or near.size < 2:
        return None
    error = float(far.std(ddof=1)) / math.sqrt(far.size)
    size = abs(float(near.mean()))
    return Finding("precessing_share_left", abs(float(far.mean())) / size, "1", error / size, text="read off the curves")


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
