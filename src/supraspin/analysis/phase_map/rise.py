"""Whether a superconductor turns resistive again deeper inside its region of the (B, T) plane, judged over many lines at once.

Each line is reduced to medians in bins of v = x/x_C, x_C its crossing into the normal state (or its end if it gets no further).
Over the k lines nearest to the corner of the map (lowest field or temperature) the mean profile m(v) may be higher further in
than further out by

    z = (m_in - m_out) / sqrt(2 s^2/k + c^2),

s the noise of a bin from line to line (successive lines differ by noise, slow noise within a sweep included, but hardly by
physics) and c the change of the lowest level from one sweep to the next, which an offset that creeps would have within a sweep
too. A region counts where z passes `CRITICAL`, m_in - m_out is at least `SMALLEST` of R_N, most of the k lines agree, and the
region reaches the corner. False alarms and power: `benchmarks/false_alarms_phase_map.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.critical_field.monotonic import Line
from supraspin.analysis.critical_field.normal import NormalState
from supraspin.analysis.crossings import outermost

CRITICAL = 6.0
LEVEL = 0.01
"""False alarms claimed a map."""
SMALLEST = 0.03
"""Smallest rise, in parts of R_N, that is called one."""
_BINS = 14
_LAST = 0.92
_FEWEST = 3
_PAIR = 0.05
"""Smallest rise where only two lines show it."""
_AGREE = 0.75
_MEDIAN = math.pi / 2
"""Variance of a median over that of a mean."""
_SINGLE = 4.0


@dataclass(frozen=True)
class Profiles:
    """Medians of r (line, bin) over v = x/x_C at `centre` (bin,), from the line at the corner on; `edge` is x_C (line,)."""

    lines: tuple[Line, ...]
    edge: np.ndarray
    centre: np.ndarray
    mean: np.ndarray
    white: np.ndarray


@dataclass(frozen=True)
class Rise:
    """The region found: z, its height in parts of R_N, and for each line of the profiles whether it shows the rise."""

    z: float
    height: float
    found: bool
    reaches_corner: bool
    lines: np.ndarray
    noise: float


def profiles(found: Sequence[Line], normal: NormalState) -> Profiles:
    """The medians in bins of the lines that have a superconducting part."""
    kept, edges = [], []
    for line in sorted(found, key=lambda one: abs(one.other)):
        inside = line.temperature <= normal.hottest
        r = normal.part(line)[inside]
        at = outermost(line.x[inside], r, 0.5, normal.noise(line))
        if at is None and not _superconducts_outside(r):
            continue
        edge = at.place if at is not None else float(line.x[inside][-1]) / _LAST
        if np.count_nonzero(line.x < _LAST * edge) >= 4:
            kept.append(line)
            edges.append(edge)
    counted = [np.count_nonzero(line.x < _LAST * edge) for line, edge in zip(kept, edges, strict=True)]
    # The lines at the corner of the map have the longest inside, and the rise.
    number = int(np.clip(np.percentile(counted, 75) // 3, 4, _BINS)) if counted else 4
    low = min((float(line.x[0]) / edge for line, edge in zip(kept, edges, strict=True)), default=0.0)
    limits = np.linspace(min(low, 0.5), _LAST, number + 1)
    mean, white = np.full((2, len(kept), number), math.nan)
    for i, (line, edge) in enumerate(zip(kept, edges, strict=True)):
        r = normal.part(line)
        place = np.clip(np.searchsorted(limits, line.x / edge, side="right") - 1, 0, number)
        counts = np.bincount(place, minlength=number + 1)[:number]
        full = np.flatnonzero(counts)
        ordered = r[np.lexsort((r, place))]
        first = np.cumsum(counts) - counts
        # The median of each bin: a spike or two must not pass for a resistive place.
        low, high = (ordered[first[full] + (counts[full] - 1 + one) // 2] for one in (0, 1))
        mean[i, full] = 0.5 * (low + high)
        white[i, full] = normal.noise(line) ** 2 * _MEDIAN / counts[full]
    return Profiles(tuple(kept), np.array(edges), 0.5 * (limits[1:] + limits[:-1]), mean, white)


def _superconducts_outside(r: np.ndarray) -> bool:
    """Whether the outer tenth of a line is below half the normal resistance: its end does not reach the normal state."""
    return float(np.median(r[-max(3, r.size // 10) :])) < 0.5


def rise(seen: Profiles) -> Rise:
    """The most significant rise towards the corner, over the number of lines that take part."""
    nothing = Rise(0.0, 0.0, False, False, np.zeros(len(seen.lines), bool), math.nan)
    if len(seen.lines) < _FEWEST:
        return nothing
    s, c = _noise(seen), _creep(seen)
    best, members = nothing, None
    for k in sorted({*range(2, min(len(seen.lines), 12) + 1), *np.linspace(2, len(seen.lines), 12).astype(int)}):
        z, height, pair, corner = _largest(seen, int(k), s, c)
        if pair is not None and z > best.z and height >= (SMALLEST if k > 2 else _PAIR):
            best = Rise(z, height, z > CRITICAL and corner, corner, best.lines, math.hypot(s, c))
            members = pair
    if members is None:
        return nothing
    shown = _each(seen, s, c)
    return Rise(best.z, best.height, best.found and bool(np.any(shown)), best.reaches_corner, shown, math.hypot(s, c))


def _largest(seen: Profiles, k: int, s: float, c: float) -> tuple[float, float, tuple[int, int] | None, bool]:
    """z, height, bins and whether the rise reaches the corner, over the first k lines."""
    part = seen.mean[:k]
    counts = np.isfinite(part).sum(axis=0)
    usable = np.flatnonzero(counts >= max(2, k // 2))
    if usable.size < 3:
        return 0.0, 0.0, None, False
    profile = np.nanmean(part[:, usable], axis=0)
    size = profile[:, None] - profile[None, :]
    error = np.sqrt(s**2 / counts[usable][:, None] + s**2 / counts[usable][None, :] + c**2) + 1e-9
    inner = np.arange(usable.size)[:, None] < np.arange(usable.size)[None, :]
    z = np.where(inner, size / error, -math.inf)
    a, b = np.unravel_index(int(z.argmax()), z.shape)
    own = part[:, usable[a]] - part[:, usable[b]]
    agree = own[np.isfinite(own)] > 0.25 * size[a, b]
    if not agree.size or agree.mean() < _AGREE:
        return 0.0, 0.0, None, False
    # A pocket away from zero field (flux flow below a peak effect) is another thing.
    corner = bool(agree[:2].all()) and (seen.lines[0].along == "temperature" or profile[0] - profile[b] > 0.5 * size[a, b])
    return float(z[a, b]), float(size[a, b]), (int(usable[a]), int(usable[b])), corner


def _each(seen: Profiles, s: float, c: float) -> np.ndarray:
    """Which lines (line,) show the rise by themselves, without a gap of more than one line from the corner on."""
    shown = np.zeros(len(seen.lines), bool)
    missing = 0
    for i, values in enumerate(seen.mean):
        finite = values[np.isfinite(values)]
        if finite.size < 3:
            continue
        # The largest drop outwards: the running maximum from inside against what follows.
        drop = np.maximum.accumulate(finite)[:-1] - finite[1:]
        size = float(drop.max())
        if size >= SMALLEST and size > _SINGLE * math.hypot(math.sqrt(2) * s, c):
            shown[i], missing = True, 0
        else:
            missing += 1
            if missing > 1:
                break
    return shown


def _noise(seen: Profiles) -> float:
    """Standard deviation of one bin of one line about the level of its line, by successive lines of one direction."""
    whole = seen.mean - np.nanmedian(seen.mean, axis=1, keepdims=True)
    white = float(np.sqrt(np.nanmedian(seen.white)))
    steps = [np.diff(whole[[line.branch == way for line in seen.lines]], axis=0) for way in (1, -1)]
    steps = [step for step in steps if step.size]
    if not steps:
        return white
    sizes = np.abs(np.concatenate(steps))
    sizes = sizes[np.isfinite(sizes)]
    # The median: lines between which the region itself begins or ends must not count as noise.
    return max(1.4826 * float(np.median(sizes)) / math.sqrt(2), white) if sizes.size >= 4 else white


def _creep(seen: Profiles) -> float:
    """Typical change of the lowest level of a line from one sweep to the next in the order of measurement."""
    order = np.argsort([line.sweep for line in seen.lines], kind="stable")
    level = []
    for row in seen.mean[order]:
        finite = row[np.isfinite(row)]
        if finite.size >= 2:
            level.append(float(np.min(0.5 * (finite[1:] + finite[:-1]))))
    steps = np.abs(np.diff(level))
    return 1.4826 * float(np.median(steps)) if steps.size else 0.0
