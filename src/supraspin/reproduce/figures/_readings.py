"""Numbers that figures read off curves themselves, where no analysis gives them."""

from __future__ import annotations

import numpy as np

from supraspin.analysis import Finding
from supraspin.data import sweeps
from supraspin.reproduce.figures._junction import loops
from supraspin.reproduce.plan import Outcome

_INSIDE = 0.6e-3
"""Bias, V, within which a peak at zero has its minima."""


def deflection(outcome: Outcome, place: int) -> Finding:
    """By how much a contact's resistance departs at most from its usual value while it turns, at the largest current measured.

    Read off the legs of the loop, at the vertex of a parabola through the three readings about each extremum: a mean of
    neighbours would cut a peak off that is only a few of them wide. The error is that of the noise, the systematic one what
    five readings would have said in the place of three.
    """
    loop = max(loops(outcome.data[place]), key=lambda one: one[3]["current"])
    depths, shallow, noise = [], [], []
    for reading in loop[1]:
        level = float(np.median(reading))
        # The extremum is looked for in smoothed readings, so that it is that of the peak, not of the noise.
        top = int(np.argmax(np.abs(np.convolve(reading - level, np.full(3, 1 / 3), "same")[2:-2]))) + 2
        depths.append(abs(_vertex(reading[top - 1 : top + 2]) - level))
        shallow.append(abs(_vertex(reading[top - 2 : top + 3]) - level))
        noise.append(float(np.median(np.abs(np.diff(reading)))) / 0.954)
    return Finding(
        "largest_deflection", float(np.mean(depths)), "ohm", float(np.mean(noise)) / np.sqrt(len(depths)),
        abs(float(np.mean(shallow)) - float(np.mean(depths))), text="largest of the loop, read off the curves",
    )  # fmt: skip


def zero_bias_peak(outcome: Outcome) -> Finding | None:
    """How far the conductance at zero bias stands above the higher of the minima beside it, over that at the largest bias.

    Read off the coldest spectrum, smoothed over five neighbours; None where the bias does not reach far enough to both sides.
    """
    ds = outcome.data[0]
    row = sweeps(ds)[int(np.argmin(ds["temperature"].values))]
    bias, conductance = (row[name].values[0] for name in ("bias", "conductance"))
    if bias.min() > -_INSIDE or bias.max() < _INSIDE:
        return None
    reading = conductance / conductance[[0, -1]].mean()
    smooth = np.convolve(reading, np.array([-3, 12, 17, 12, -3]) / 35, "same")  # a parabola through five neighbours
    inside = np.abs(bias) < _INSIDE
    centre = int(np.flatnonzero(inside)[inside.sum() // 2])
    top = centre - 3 + int(np.argmax(smooth[centre - 3 : centre + 4]))
    beside = [float(smooth[inside & side].min()) for side in (bias <= bias[top], bias >= bias[top])]
    peaked = smooth[top] > max(smooth[top - 1], smooth[top + 1])
    height = float(smooth[top]) - max(beside) if peaked else 0.0
    noise = float(np.median(np.abs(np.diff(reading, n=2)))) / 0.6745 / np.sqrt(6)
    return Finding("peak_height", height, "1", noise, text="read off the curve")


def _vertex(values: np.ndarray) -> float:
    """Extremum of the parabola through equidistant values (n,), or the middle value where they do not bend."""
    x = np.arange(len(values)) - len(values) // 2
    bend, slope, middle = np.polyfit(x, values, 2)
    return float(middle - slope**2 / (4 * bend)) if abs(slope) < 2 * abs(bend) else float(values[len(values) // 2])
