"""Whether a curve holds a transition at all, by either of two ways, and whether a jump of the reading would look the same."""

from __future__ import annotations

import numpy as np

from supraspin.analysis.resistance.curve import Curve
from supraspin.analysis.resistance.transition_search import CRITICAL, search
from supraspin.analysis.resistance.transition_shape import Shape, shape_of
from supraspin.analysis.resistance.transition_short import NO_FALL, short_shape

_ONE_STEP = 0.6
"""Part of the fall between two neighbouring readings from which it may as well be a jump of the reading."""


def claim(curve: Curve, lead: float) -> tuple[float, Shape | str]:
    """The statistic of the search, and the shape of the transition or why there is none."""
    windows = search(curve.temperature, curve.resistance)
    seen = [one for one in windows if one.statistic >= CRITICAL and one.falls()]
    shapes = [(one.statistic, shape_of(curve, one.falls(), lead)) for one in seen]
    fitting = [(statistic, shape) for statistic, shape in shapes if isinstance(shape, Shape)]
    if fitting:
        # The largest fall is the whole transition; the others may be a part of it.
        return max(fitting, key=lambda one: one[1].fall * one[1].normal.value)
    short = short_shape(curve, lead)
    if isinstance(short, Shape) or short != NO_FALL:
        return windows[0].statistic, short
    return shapes[0] if shapes else (windows[0].statistic, "no step that a smooth curve would not do as well")


def resolved(curve: Curve, shape: Shape, lead: float) -> bool:
    """Whether more than one step from a reading to the next makes the fall."""
    order = np.argsort(curve.row, kind="stable")
    share = (curve.resistance - lead) / np.maximum(shape.normal.of(curve.temperature) - lead, 1e-300)
    return bool(np.abs(np.diff(share[order])).max() < _ONE_STEP * shape.fall)
