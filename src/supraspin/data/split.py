"""One table into sweeps: at the turning points of its coordinate, and at each value of the outer coordinate of a map."""

from __future__ import annotations

import numpy as np

from supraspin.data.meaning import Meaning
from supraspin.data.schema import KINDS

_TURN = 0.02
"""A turn back by less than this share of the range is jitter."""
_OUTER = ("field", "temperature", "angle", "current", "bias", "voltage", "field_parallel", "field_perpendicular")


def order_rows(meaning: Meaning) -> tuple[np.ndarray, str]:
    """Order in which to take the rows of a table, and why where it is not the order of the file.

    Rows go back into the order of their time stamps, and a map stored with the swept coordinate outermost is turned over.
    """
    rows = np.arange(len(next(iter(meaning.columns.values())).values))
    time = meaning.columns.get("time")
    if time is not None and np.isfinite(time.values).all() and (np.diff(time.values) < 0).any():
        return np.argsort(
            time.values, kind="stable"
        ), "the rows were not in the order of their time stamps and were put back into it"
    x = meaning.columns[meaning.x].values if meaning.x is not None and meaning.x in meaning.columns else None
    if x is None or _blocks(x) is None:
        return rows, ""
    for name in outer_names(meaning):
        values = meaning.columns[name].values
        distinct = np.unique(values[np.isfinite(values)])
        if (
            np.isfinite(values).all()
            and 1 < len(distinct) <= len(rows) // 3
            and _blocks(values) is None
            and len(np.unique(x)) * len(distinct) == len(rows)
        ):
            return np.argsort(
                values, kind="stable"
            ), f"the map was stored with {meaning.x} outermost; its sweeps are taken at each {name}"
    return rows, ""


def outer_names(meaning: Meaning) -> list[str]:
    """Columns that can be the outer coordinate of a map: those the file calls swept, then the usual ones."""
    declared = [name for name, column in meaning.columns.items() if column.header in meaning.table.setpoints]
    return [name for name in dict.fromkeys([*declared, *_OUTER]) if name in meaning.columns and name != meaning.x]


def _blocks(values: np.ndarray) -> np.ndarray | None:
    """Starts of the blocks of a column that stands still for at least 3 rows at a time; None where it does not."""
    if len(values) < 6 or not np.isfinite(values).all():
        return None
    starts = np.flatnonzero(np.diff(values) != 0) + 1
    if len(starts) == 0 or len(values) / (len(starts) + 1) < 3:
        return None
    return starts


def boundaries(meaning: Meaning, order: np.ndarray) -> np.ndarray:
    """First rows of the sweeps (in the given order), the first of all left out."""
    if meaning.x is None or meaning.x not in meaning.columns:
        return np.array([], dtype=int)
    x = meaning.columns[meaning.x].values[order]
    for name in outer_names(meaning):
        starts = _blocks(meaning.columns[name].values[order])
        # A block is a sweep of a map only if the coordinate crosses most of its range within it.
        if starts is not None and _crosses(x, starts):
            within = [a + cuts for a, part in _parts(x, starts) for cuts in turns(part, every=KINDS[meaning.kind].turns)]
            return np.unique(np.concatenate((starts, np.array(within, dtype=int))))
    return turns(x, every=KINDS[meaning.kind].turns)


def _parts(x: np.ndarray, starts: np.ndarray) -> list[tuple[int, np.ndarray]]:
    return list(zip((0, *starts), np.split(x, starts), strict=True))


def _crosses(x: np.ndarray, starts: np.ndarray) -> bool:
    whole = np.nanmax(x) - np.nanmin(x)
    spans = [np.nanmax(part) - np.nanmin(part) for _, part in _parts(x, starts) if np.isfinite(part).any()]
    return bool(whole > 0 and np.median(spans) > 0.5 * whole)


def turns(x: np.ndarray, *, every: bool) -> np.ndarray:
    """Where the coordinate turns (`every`) or jumps back to start anew, as first rows of the next piece.

    Turns smaller than 2 % of the range, or than eight times the coordinate's own noise, are passed over. Where the pieces
    would be shorter than five points on average the rows are in no order, and nothing is split.
    """
    finite = np.flatnonzero(np.isfinite(x))
    values = x[finite]
    none = np.array([], dtype=int)
    if len(values) < 4 or np.ptp(values) == 0:
        return none
    pivots = _pivots(values, _threshold(values))
    cuts, place = [], 0
    while place < len(pivots):
        at = pivots[place]
        following = pivots[place + 1] if place + 1 < len(pivots) else len(values) - 1
        if at == 1 and place == 0:
            # The first point stands apart: the jump to the second is the only step of its piece.
            cuts.append((1, True))
            place += 1
            continue
        jump = following == at + 1
        # A coordinate that rests at the turn belongs half to either leg.
        rest = at - 1
        while not jump and rest >= 0 and values[rest] == values[at]:
            rest -= 1
        cuts.append((at + 1 - (at - rest) // 2, jump))
        place += 2 if jump else 1
    chosen = [cut for cut, jump in cuts if jump or every]
    if not chosen or len(values) / (len(chosen) + 1) < 5:
        return none
    return finite[np.array(chosen)]


def _threshold(values: np.ndarray) -> float:
    """Turn back that counts; second differences see the noise but not the sweep."""
    wide = float(np.ptp(values))
    bend = np.abs(np.diff(values, 2))
    noise = 1.4826 * float(np.median(bend)) / np.sqrt(6) if len(bend) else 0.0
    return min(max(_TURN * wide, 8 * noise), 0.25 * wide)


def _pivots(values: np.ndarray, threshold: float) -> list[int]:
    """Rows of the extremes between which the coordinate travels more than the threshold, both ends left out."""
    steps = np.diff(values)
    moving = np.flatnonzero(steps)
    signs = np.sign(steps[moving])
    # Local extremes only: the rest of the rows cannot be a turning point.
    extremes = [0, *(moving[1:][signs[1:] != signs[:-1]]).tolist(), len(values) - 1]
    pivots: list[int] = []
    low = high = extremes[0]
    rising: bool | None = None
    for row in extremes[1:]:
        high = row if values[row] > values[high] else high
        low = row if values[row] < values[low] else low
        if rising is not True and values[row] - values[low] > threshold:
            if rising is False:
                pivots.append(low)
            rising, high = True, row
        elif rising is not False and values[high] - values[row] > threshold:
            if rising is True:
                pivots.append(high)
            rising, low = False, row
        if rising is True and values[row] >= values[high]:
            high, low = row, row
        elif rising is False and values[row] <= values[low]:
            low, high = row, row
    return pivots
