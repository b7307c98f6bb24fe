"""Jumps of V on the way up and down in current: critical and retrapping current, hysteresis.

A jump is one step of the sweep in which ln V rises by more than 0.4 and by more than three times what the steps beside it do.
A power law, however steep, is not one: its steps resemble each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_LEAST = 0.4
_BESIDE = 3.0


@dataclass(frozen=True)
class Jumps:
    """Currents in A: `critical` where V jumps up with |I| rising, `retrapping` where it falls back; None where there is none.

    `step` is the distance of the two readings around the jump. `hysteresis`: currents between which the two ways disagree.
    """

    critical: float | None = None
    retrapping: float | None = None
    step: float = 0.0
    hysteresis: tuple[float, float] | None = None


Leg = tuple[np.ndarray, np.ndarray]


def legs(current: np.ndarray, voltage: np.ndarray) -> tuple[Leg | None, Leg | None]:
    """|I| rising (m,) and V along I, for the readings taken with |I| growing and for those with |I| shrinking."""
    size = np.abs(current)
    going = np.gradient(size)
    along = voltage * np.sign(current)
    found: list[Leg | None] = []
    for chosen in (going > 0, going < 0):
        chosen = chosen & (size > 0)
        if np.count_nonzero(chosen) < 8:
            found.append(None)
            continue
        order = np.argsort(size[chosen], kind="stable")
        i, v = size[chosen][order], along[chosen][order]
        first = np.flatnonzero(np.append(True, np.diff(i) > 1e-6 * i[1:]))
        count = np.diff(np.append(first, i.size))
        found.append((np.add.reduceat(i, first) / count, np.add.reduceat(v, first) / count))
    return found[0], found[1]


def find_jumps(pair: tuple[Leg | None, Leg | None], floor: float, relative: float) -> Jumps:
    """The jumps of a curve with noise `floor` (V) and `relative`."""
    up, down = pair
    critical, step = _jump(up, floor, relative)
    retrapping, back = _jump(down, floor, relative)
    open_between = None
    if up is not None and down is not None:
        low, high = max(up[0][0], down[0][0]), min(up[0][-1], down[0][-1])
        shared = (up[0] >= low) & (up[0] <= high)
        if np.count_nonzero(shared) >= 8:
            i, v = up[0][shared], up[1][shared]
            other = np.interp(i, *down)
            sigma = np.hypot(floor, relative * np.maximum(np.abs(v), np.abs(other))) * np.sqrt(2)
            apart = np.abs(v - other) > np.maximum(8 * sigma, 0.1 * np.maximum(np.abs(v), np.abs(other)))
            if np.count_nonzero(apart[1:] & apart[:-1]) >= 2:
                open_between = float(i[apart].min()), float(i[apart].max())
    return Jumps(critical, retrapping, max(step, back), open_between)


def _jump(leg: Leg | None, floor: float, relative: float) -> tuple[float | None, float]:
    """Middle of the first jump of a leg and the distance of the readings around it."""
    if leg is None or leg[0].size < 8:
        return None, 0.0
    i, v = leg
    rise = np.diff(np.log(np.maximum(v, 3 * floor)))
    padded = np.pad(rise, 2)
    before, after = 0.5 * (padded[:-4] + padded[1:-3]), 0.5 * (padded[3:-1] + padded[4:])
    beside = np.maximum(np.maximum(before, after), 0.0)
    found = (rise > _LEAST + 8 * relative + _BESIDE * beside) & (v[1:] > 20 * floor)
    if not found.any():
        return None, 0.0
    at = int(np.argmax(found))
    return float(0.5 * (i[at] + i[at + 1])), float(i[at + 1] - i[at])
