"""V-I curves of a film, and the exponents that the analysis reads off them."""

from __future__ import annotations

import numpy as np

from supraspin.data import sweeps
from supraspin.reproduce.canvas import shades
from supraspin.reproduce.cells import column, table
from supraspin.reproduce.plan import Outcome

TABLE = "Exponents of V"


def draw_curves(ax, ds) -> None:
    """|V| against I > 0 on logarithmic scales, from cold to warm."""
    temperature = np.asarray(ds["temperature"].values, float)
    order = np.argsort(temperature)
    colours = shades(order.size)
    rows = sweeps(ds)
    for place, i in enumerate(order):
        current, voltage = (rows[i][name].values[0] for name in ("current", "voltage"))
        offset = np.median(voltage[current == 0]) if (current == 0).any() else 0.0
        odd = current > 0
        ax.loglog(1e6 * current[odd], 1e6 * np.abs(voltage - offset)[odd], color=colours[place], linewidth=0.6)


def exponents(outcome: Outcome) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Temperature (n,), K, exponent and its error as the analysis found them, from cold to warm."""
    found = table(outcome.analysis("V-I curves"), TABLE)
    warm, _ = column(found, "temperature", "K")
    a, error = column(found, "exponent a", "1")
    order = np.argsort(warm)
    return warm[order], a[order], error[order]
