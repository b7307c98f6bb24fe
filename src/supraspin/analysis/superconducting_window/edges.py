"""The edges of a superconducting window in field, from the depth of the gap at each field.

Outside, from either end of the map inwards, the depth stands at one level: the normal state. It ends where two fields in a
row leave that level (the foot). The edge is the steepest change between the foot and the core of the window, as a first-order
transition, a closing gap and a percolating one all have it; a long foot shows that parts of the film stay superconducting.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

_FEWEST = 4  # fields in the normal state on a side, for an edge there
_CONTRAST = 0.1  # least depth of a window above its normal state
_NORMAL = 0.15  # largest depth of what is still called normal, and this part of the window's own depth
_LEVEL = 0.01
_RESAMPLED = 200


@dataclass(frozen=True)
class Edge:
    """One edge, T: the steepest change at `field`; `half` where the depth is half of the largest; `foot` where it begins.

    `stderr` from the grid of fields and the noise; `width`: the field over which the steepest slope makes the whole depth.
    `p`: the chance of such a change without one, corrected for the places looked at. `unseen`: the field over which a gap that
    closes gradually may be too small to show; 0 for a jump.
    """

    field: float
    stderr: float
    half: float
    foot: float
    width: float
    p: float
    sharp: bool = True
    unseen: float = 0.0

    @property
    def systematic(self) -> float:
        """Half the spread of three criteria (steepest change, half of the largest depth, end of the foot), and what is unseen."""
        return math.hypot(0.5 * float(np.ptp([self.field, self.half, self.foot])), 0.5 * self.unseen)


@dataclass(frozen=True)
class Window:
    """Lower and upper edge, None where none is claimed with `why`; `normal` and `deepest` are the depths outside and within."""

    lower: Edge | None
    upper: Edge | None
    normal: float
    deepest: float
    why: str = ""


def find_window(field: np.ndarray, depth: np.ndarray, error: np.ndarray, unseen: float = 0.0, seed: int = 0) -> Window:
    """The window in depths (f,) with errors (f,) over ascending fields (f,), T; `unseen` as in `FieldMap`."""
    smooth = np.median(np.stack([depth[:-2], depth[1:-1], depth[2:]]), axis=0)
    centre = int(np.argmax(smooth)) + 1
    deepest = float(smooth[centre - 1])
    noise = max(float(np.median(error)), _from_field_to_field(depth))
    # Each side is looked at as if it were the left one.
    sides = {"lower": depth[: centre + 1], "upper": depth[centre:][::-1]}
    feet = {name: _foot(values, noise) for name, values in sides.items()}
    outside = {name: sides[name][: feet[name]] for name in sides if feet[name] >= _FEWEST}
    if not outside:
        return Window(None, None, math.nan, deepest, "the depth of the gap changes up to both ends of the map")
    normal = float(min(np.median(values) for values in outside.values()))
    if deepest - normal < _CONTRAST:
        return Window(
            None, None, normal, deepest, f"the depth changes by {deepest - normal:.2g} only, {_CONTRAST:g} is asked for"
        )
    allowed = min(_NORMAL, _NORMAL * deepest)
    if normal > allowed:
        return Window(
            None, None, normal, deepest, f"a gap of depth {normal:.2g} is left where it is shallowest: nothing is normal"
        )
    rng = np.random.default_rng(seed)
    found: dict[str, Edge | None] = {}
    for name, values in sides.items():
        at = field[: centre + 1] if name == "lower" else field[centre:][::-1]
        usable = name in outside and float(np.median(outside[name])) < normal + 0.5 * _CONTRAST and feet[name] < values.size - 1
        edge = _edge(at, values, feet[name], noise, normal, deepest, rng) if usable else None
        if edge is not None and not edge.sharp:
            edge = replace(edge, unseen=unseen * abs(float(at[-1]) - edge.field))
        found[name] = edge
    why = "" if any(found.values()) else "no change of the depth stands out from its noise"
    return Window(found["lower"], found["upper"], normal, deepest, why)


def _from_field_to_field(depth: np.ndarray) -> float:
    """Scatter of the depth between neighbouring fields where it changes least, from second differences."""
    second = np.abs(depth[2:] - 2 * depth[1:-1] + depth[:-2])
    return float(np.median(second) / 0.6745 / math.sqrt(6.0))


def _foot(values: np.ndarray, noise: float) -> int:
    """How many values from the first on stand at one level; the next two, or the mean trend, leave it."""
    for n in range(_FEWEST, values.size - 1):
        level = float(np.mean(values[:n]))
        scatter = max(noise, float(np.std(values[:n], ddof=1)) if n >= 8 else noise)
        if np.all(values[n : n + 2] - level > 4 * scatter * math.sqrt(1 + 1 / n)):
            return n if _level(values[:n], noise) else 0
    return values.size if _level(values, noise) else 0


def _level(values: np.ndarray, noise: float) -> bool:
    """Whether values (n,) have no trend that carries them beyond 4 noises and a part of what a window must have."""
    slope = float(np.polyfit(np.linspace(-0.5, 0.5, values.size), values, 1)[0])
    return abs(slope) < max(4 * noise, 0.3 * _CONTRAST)


def _edge(
    field: np.ndarray, values: np.ndarray, foot: int, noise: float, normal: float, deepest: float, rng: np.random.Generator
) -> Edge | None:  # fmt: skip
    """The edge of one side, outside first; None where the steepest change does not stand out."""
    m = 1 if deepest - normal > 12 * noise else 2 if deepest - normal > 6 * noise else 3
    part = slice(max(foot - m, 0), values.size)
    x, y = field[part], values[part]
    if y.size < 2 * m + 1:
        return None
    rise = _rises(y, m)
    steepest = int(np.argmax(rise)) + m - 1
    z = float(rise.max()) / (noise * math.sqrt(2 / m)) if noise > 0 else math.inf
    p = min(1.0, float(norm.sf(z)) * 2 * values.size)
    if p >= _LEVEL:
        return None
    again = np.argmax(_rises(y + noise * rng.standard_normal((_RESAMPLED, y.size)), m), axis=-1) + m - 1
    between = 0.5 * (x[1:] + x[:-1])
    spacing = float(np.median(np.abs(np.diff(x))))
    stderr = math.hypot(spacing / math.sqrt(12), float(np.std(between[again])))
    half = int(np.argmax(y > 0.5 * (normal + deepest)))
    low, high = y[max(half - 1, 0)], y[half]
    share = (0.5 * (normal + deepest) - low) / (high - low) if high != low else 0.0
    at_half = float(x[max(half - 1, 0)] + share * (x[half] - x[max(half - 1, 0)]))
    slope = float(rise.max()) / (m * spacing)
    began = float(0.5 * (field[foot] + field[foot - 1]))
    return Edge(
        float(between[steepest]),
        stderr,
        at_half,
        began,
        (deepest - normal) / slope,
        p,
        m == 1 and bool(rise.max() > 0.5 * (deepest - normal)),
    )


def _rises(y: np.ndarray, m: int) -> np.ndarray:
    """Mean of the m values behind a place minus that of the m before it (..., n), at the n - 2 m + 1 places there are."""
    total = np.concatenate((np.zeros((*y.shape[:-1], 1)), np.cumsum(y, axis=-1)), axis=-1)
    means = (total[..., m:] - total[..., :-m]) / m
    return means[..., m:] - means[..., :-m]
