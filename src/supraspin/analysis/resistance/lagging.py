"""Warming against cooling: sample and thermometer that follow one another late, or true hysteresis.

Where the sample follows its thermometer with a delay tau, T_C reads rate times tau too high on warming and as much too low on
cooling; a thermometer that follows the sample makes tau negative. Sweeps at one rate can't tell that from hysteresis; sweeps at
several rates can.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.resistance.mean import Channel, Value, over_directions

SIGNIFICANT = 2.576
"""Standard errors at which a difference is one: a false alarm in a hundred."""


@dataclass(frozen=True)
class Lag:
    """T_C(warming) - T_C(cooling) in K, the mean rate (K/s), lag time (s) and, from several rates, what is left at rate zero."""

    shift: Value
    rate: float | None
    time: Value | None
    hysteresis: Value | None

    @property
    def significant(self) -> bool:
        return abs(self.shift.value) > SIGNIFICANT * self.shift.stderr


def lag(found: Channel, level: float = 0.5) -> Lag | None:
    """The shift between directions; None where there is only one direction."""
    points = [(c, t.crossings[level]) for c, t in found.seen if t.crossings and level in t.crossings]
    warm, cold = ([(c, p) for c, p in points if c.direction == d] for d in (1, -1))
    if not warm or not cold:
        return None
    up, down = (over_directions([(c, p.temperature, p.stderr) for c, p in side]) for side in (warm, cold))
    assert up is not None
    assert down is not None
    shift = Value(up.value - down.value, math.hypot(up.stderr, down.stderr))
    rates = np.array([c.rate() or math.nan for c, _ in points])
    if not np.isfinite(rates).all():
        return Lag(shift, None, None, None)
    mean = float(np.mean(np.abs(rates)))
    if np.ptp(np.abs(rates)) < 0.3 * mean or len(points) < 4:
        return Lag(shift, mean, Value(shift.value / (2 * mean), shift.stderr / (2 * mean)), None)
    # T = T_C + half the hysteresis times the direction + tau times the rate.
    columns = np.stack([np.ones(rates.size), 0.5 * np.sign(rates), rates], axis=1)
    t = np.array([p.temperature for _, p in points])
    weight = 1 / np.array([max(p.stderr, 1e-12) for _, p in points])
    values = np.linalg.lstsq(columns * weight[:, None], t * weight, rcond=None)[0]
    error = np.sqrt(np.diag(np.linalg.pinv((columns * weight[:, None]).T @ (columns * weight[:, None]))))
    return Lag(shift, mean, Value(float(values[2]), float(error[2])), Value(float(values[1]), float(error[1])))
