"""Tunnel spectra and loops of the junction: what several figures draw of them."""

from __future__ import annotations

import numpy as np

from supraspin.data import sweeps
from supraspin.reproduce.canvas import label, shades
from supraspin.reproduce.cells import column, table
from supraspin.reproduce.plan import Outcome

LOOP_LEGS = 2
"""Sweeps of a loop: field rising and falling."""


def waterfall(ax, outcome: Outcome, coordinate: str, unit: str) -> None:
    """Spectra over the highest bias's conductance, shifted upwards, with the fit of the whole series as black lines."""
    ds = outcome.data[0]
    rows = sweeps(ds)
    values = np.asarray(ds[coordinate].values, float)
    order = np.argsort(values)
    normal = float(np.median([row["conductance"].values[0][[0, -1]].mean() for row in rows]))
    step = 0.35
    # The analysis fits the even part about the centre of symmetry, in units of the normal conductance.
    flags = [flag for said in outcome.analyses for flag in said.flags if flag.code == "bias_offset"]
    centre = flags[0].numbers["bias_offset"] if flags else 0.0
    fit = next((one for said in outcome.analyses for name, one in said.fits.items() if name.startswith("series")), None)
    for place, (i, colour) in enumerate(zip(order, shades(order.size), strict=True)):
        bias, conductance = (rows[i][name].values[0] for name in ("bias", "conductance"))
        ax.plot(1e3 * bias, conductance / normal + step * place, color=colour)
        ax.annotate(
            f"{values[i]:.1f} {unit}", (1e3 * bias[-1], conductance[-1] / normal + step * place), xytext=(3, 0),
            textcoords="offset points", fontsize=5.5, color=colour, va="center", annotation_clip=False,
        )  # fmt: skip
        if fit is not None and i < len(fit.blocks):
            block = fit.blocks[i]
            by = np.argsort(block.x)
            # The analysis has a normal conductance of its own.
            unit_of_fit = np.median(np.interp(centre + block.x, bias, conductance) / block.y) / normal
            for sign in (1, -1):
                ax.plot(1e3 * (centre + sign * block.x[by]), unit_of_fit * block.fit[by] + step * place, color="k", linewidth=0.4)
    label(ax, "$V$ (mV)", r"$(dI/dV)/\sigma_\mathrm{N}$, shifted")


def loops(ds) -> list[tuple[list[np.ndarray], list[np.ndarray], np.ndarray, dict[str, float]]]:
    """Fields, readings and directions of each loop (a rising and a falling sweep), and its temperature and current."""
    rows = sweeps(ds)
    found = []
    for first in range(0, len(rows), LOOP_LEGS):
        legs = rows[first : first + LOOP_LEGS]
        name = next(name for name in ("resistance", "nonlocal_resistance") if name in legs[0])
        known = {one: float(legs[0][one].values[0]) for one in ("temperature", "current")}
        field, reading = ([leg[one].values[0] for leg in legs] for one in ("field", name))
        found.append((field, reading, np.array([float(leg["direction"].values[0]) for leg in legs]), known))
    return found


def stack(ax, ds, scale: float, text, *, gap: float = 1.25, together: bool = True) -> None:
    """Loops above each other, each about its own level; `text(known)` stands beside it. Readings are divided by `scale`."""
    from supraspin.reproduce.canvas import loop_legs

    found = loops(ds)
    heights = [float(np.ptp(np.concatenate(reading))) / scale for _, reading, _, _ in found]
    level = 0.0
    for place, ((field, reading, direction, known), height) in enumerate(zip(found, heights, strict=True)):
        base = float(np.median(np.concatenate(reading)))
        top = max(heights) if together else height
        shifted = [(one - base) / scale + level for one in reading]
        loop_legs(ax, [1e3 * one for one in field], shifted, direction)
        ax.annotate(
            text(known), (1e3 * field[0].max(), level), xytext=(3, 0), textcoords="offset points", fontsize=5.5, va="center",
            annotation_clip=False,
        )  # fmt: skip
        level += gap * (top if place + 1 < len(found) else 0.0)


def signals(outcome: Outcome, title: str = "Loops: ") -> dict[str, np.ndarray]:
    """What the analysis's table of loops says: temperature, current, signal and its error, and p corrected for all loops."""
    found = table(outcome.analysis(title), "Loops")
    signal, error = column(found, "signal", "ohm")
    return {
        "temperature": column(found, "temperature", "K")[0], "current": column(found, "current", "A")[0], "signal": signal,
        "error": error, "p": column(found, "Holm", "1")[0],
    }  # fmt: skip
