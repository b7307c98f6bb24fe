"""The synthetic maps of `benchmarks/synthetic_map.py`, and points on exact pair-breaking curves, for the tests of this folder."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np

from supraspin.analysis.critical_field.points import Points, points
from supraspin.models._film_start import reduced_temperature_of

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import false_alarms_phase_map as alarms
import synthetic_map

FilmMap, film_map = synthetic_map.FilmMap, synthetic_map.film_map
RIGHT = math.pi / 2
__all__ = ["RIGHT", "FilmMap", "alarms", "curve_points", "film_map", "synthetic_map"]


def curve_points(warm: float, scale: float, angle: float, fields, *, rng=None, error: float = 0.02) -> Points:
    """Points T_c(B) of a film with B_c2(0) `scale`, T, at one principal angle; scattered by `error`, K, where there is an rng."""
    b = np.asarray(fields, float)
    t = warm * reduced_temperature_of(b / scale if angle > 1 else (b / scale) ** 2)
    t = t if rng is None else t + rng.normal(0, error, b.size)
    return points([(one, field, error, 0.0, angle, 1, i) for i, (one, field) in enumerate(zip(t, b, strict=True))])
