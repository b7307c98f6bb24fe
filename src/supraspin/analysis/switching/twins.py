"""Peaks of both directions of a loop: a magnet that turns shows one in each, apart by twice its coercive field.

Anisotropic magnetoresistance is such a peak or dip. One that stands at the same field in both directions is no hysteresis but a
magnetoresistance, a Hanle curve or weak localisation. Loops at several currents tell whether heat plays a part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.result import Finding, Table
from supraspin.analysis.switching.pairs import Loop
from supraspin.analysis.switching.peaks import Peak, find_peak
from supraspin.analysis.switching.signal import mean
from supraspin.analysis.switching.steps import noise_of
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

_UNLIKE = 2.0
"""Ratio of heights from which the peaks of two directions are not one magnet's."""


@dataclass(frozen=True)
class Twins:
    """The peaks of a rising and a falling sweep, and the resistance they stand on, ohm."""

    loop: Loop
    rising: Peak
    falling: Peak
    base: float

    @property
    def coercive_field(self) -> tuple[float, float]:
        """Half the distance of the peaks and its error, T."""
        return 0.5 * (self.rising.field - self.falling.field), self._error

    @property
    def centre(self) -> tuple[float, float]:
        return 0.5 * (self.rising.field + self.falling.field), self._error

    @property
    def height(self) -> tuple[float, float]:
        peaks = self.rising, self.falling
        apart = abs(peaks[0].height - peaks[1].height) / 2
        return 0.5 * (peaks[0].height + peaks[1].height), max(
            0.5 * math.hypot(peaks[0].height_error, peaks[1].height_error), apart
        )

    @property
    def _error(self) -> float:
        return 0.5 * math.hypot(self.rising.field_error, self.falling.field_error)


def find_twins(loops: Sequence[Loop]) -> list[Twins]:
    """Loops in both of whose sweeps a peak or dip stands out, of one sign and like height."""
    found = []
    for loop in loops:
        up, down = (find_peak(s.field, s.reading) for s in (loop.rising, loop.falling))
        if up is not None and down is not None and 1 / _UNLIKE < up.height / down.height < _UNLIKE:
            base = float(np.median(np.concatenate((loop.rising.reading, loop.falling.reading))))
            found.append(Twins(loop, up, down, base))
    return found


def twin_findings(twins: Sequence[Twins]) -> list[Finding]:
    """Places of the peaks in either direction for the loop of the smallest noise; coercive field, centre, height over all."""
    if not twins:
        return []
    best = min(twins, key=lambda one: one.rising.noise / abs(one.height[0]))
    told = []
    for way, peak in (("rising", best.rising), ("falling", best.falling)):
        at = f" at {si(best.loop.current, 'A')}" if math.isfinite(best.loop.current) else ""
        told.append(Finding(f"peak_field_{way}", peak.field, "T", peak.field_error, text=f"of the clearest loop{at}"))
    half, error = mean([one.coercive_field for one in twins])
    middle, apart = mean([one.centre for one in twins])
    height, spread = mean([one.height for one in twins])
    told.append(Finding("peak_coercive_field", half, "T", error, text="half the distance of the peaks of either direction"))
    told.append(Finding("peak_centre", middle, "T", apart, text="middle of the peaks of either direction"))
    width = float(np.median([0.5 * (one.rising.width + one.falling.width) for one in twins]))
    told.append(Finding("peak_half_width", width, "T", text="at half of the height"))
    told.append(Finding("peak_height", height, "ohm", spread, text="above a parabola; below it where negative"))
    ratio, own = mean([(one.height[0] / one.base, one.height[1] / abs(one.base)) for one in twins])
    told.append(Finding("peak_ratio", ratio, "1", own, text="height over the resistance it stands on"))
    return told


def moves(twins: Sequence[Twins]) -> bool:
    """Whether the peaks of the two directions stand apart by more than their errors allow."""
    half, error = mean([one.coercive_field for one in twins])
    return abs(half) > 4 * error


def twin_table(twins: Sequence[Twins]) -> Table:
    rows = []
    for one in twins:
        at = si(one.loop.temperature, "K") if math.isfinite(one.loop.temperature) else ""
        flows = si(one.loop.current, "A") if math.isfinite(one.loop.current) else ""
        for way, peak in (("up", one.rising), ("down", one.falling)):
            told = uncertain(peak.field, peak.field_error, "T"), uncertain(peak.height, peak.height_error, "ohm")
            rows.append((at, flows, way, *told, si(peak.width, "T")))
    columns = ("temperature", "current", "direction", "field", "height", "half width")
    return Table("Largest peak or dip of each sweep", columns, tuple(rows), "beside a parabola; loops with one in both sweeps")


def current_flags(loops: Sequence[Loop], twins: Sequence[Twins]) -> list[Flag]:
    """What differs between the largest and the smallest current by more than its error: resistance, peaks."""
    known = [loop for loop in loops if loop.current > 0]
    if not known:
        return []
    low, high = min(known, key=lambda loop: loop.current), max(known, key=lambda loop: loop.current)
    if high.current < 1.1 * low.current:
        return []
    flags = []
    (weak, weak_error), (strong, strong_error) = _base(low), _base(high)
    span = f"from {si(low.current, 'A')} to {si(high.current, 'A')}"
    if weak > 0 and abs(strong - weak) > 5 * math.hypot(weak_error, strong_error):
        change = strong / weak - 1
        text = f"the resistance changes by {100 * change:+.2g} % {span}: heating, or a contact that is not ohmic"
        flags.append(Flag("depends_on_current", text, "warning", {"relative_change": change}))
    ends = [next((one for one in twins if one.loop is loop), None) for loop in (low, high)]
    if ends[0] is not None and ends[1] is not None:
        for way in ("rising", "falling"):
            a, b = getattr(ends[0], way), getattr(ends[1], way)
            if abs(a.field - b.field) > 4 * math.hypot(a.field_error, b.field_error):
                text = (
                    f"the peak of the {way} field moves {span} by {si(b.field - a.field, 'T')}: heat, or the field of the current"
                )
                flags.append(Flag("peak_moves_with_current", text, "note", {"shift": b.field - a.field}))
    return flags


def _base(loop: Loop) -> tuple[float, float]:
    """Median reading of a loop and its error, the difference of the two sweeps (a drift) included."""
    medians = [float(np.median(s.reading)) for s in (loop.rising, loop.falling)]
    noise = max(noise_of(s.reading) for s in (loop.rising, loop.falling))
    return float(np.mean(medians)), math.hypot(noise / math.sqrt(loop.grid.size), 0.5 * (medians[0] - medians[1]))
