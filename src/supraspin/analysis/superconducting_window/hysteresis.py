"""What is reported of two maps of one junction: shifts of the edges, the mirror image, and what it may be taken for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from supraspin.analysis.result import Analysis, Finding
from supraspin.analysis.superconducting_window.depth import FieldMap
from supraspin.analysis.superconducting_window.pair import Pair
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain


def report_pair(
    result: Analysis,
    pair: Pair,
    names: Sequence[str],
    charts: Sequence[FieldMap],
    centres: Sequence[float],
    directions: Sequence[int],
) -> None:
    """Findings, flags and summary of a pair of maps; `directions`: +1 rising, -1 falling, 0 not known."""
    for side, shift, error, miss, other in zip(
        ("lower", "upper"), pair.shifts, pair.errors, pair.misses, pair.miss_errors, strict=True
    ):
        result.findings.append(Finding(f"window_{side}_edge_shift", shift, "T", error, text=f"{names[0]} minus {names[1]}"))
        text = f"{side} edge of {names[0]} plus the other edge of {names[1]}: 0 for mirror images"
        result.findings.append(Finding(f"window_{side}_edge_mirror", miss, "T", other, text=text))
    error = 0.5 * math.hypot(*pair.errors)
    hysteresis = 0.5 * abs(centres[0] - centres[1])
    result.findings.append(Finding("window_hysteresis", hysteresis, "T", error / 2, text="half the distance of the two centres"))
    result.findings.append(Finding("depth_difference", pair.same, "1", text="rms of the two depths at the same field"))
    result.findings.append(
        Finding("depth_difference_mirrored", pair.mirror, "1", text="rms of the two depths at opposite fields")
    )
    result.flags.append(
        Flag("taken_as_one_junction", "the two maps are taken as one junction because they were given together", "note")
    )
    ratio = float(np.median(charts[0].outside) / np.median(charts[1].outside))
    if abs(ratio - 1) > 0.1:
        text = f"outside the gap one map conducts {ratio:.3g} times as well as the other: they may not be of one junction"
        result.flags.append(Flag("different_junctions", text, "warning", {"ratio": ratio}))
    _verdict(result, pair, names, centres, directions, error, hysteresis)


def _verdict(
    result: Analysis, pair: Pair, names: Sequence[str], centres: Sequence[float], directions: Sequence[int], error: float,
    hysteresis: float,
) -> None:  # fmt: skip
    known = set(directions) == {1, -1}
    told = dict(zip(directions, names, strict=True))
    if pair.differ and pair.mirrored:
        how = f"rising in {told[1]}, falling in {told[-1]}" if known else "the sweep directions are not in the files"
        first, second = (uncertain(c, error / math.sqrt(2), "T") for c in centres)
        result.summary = (f"The window is hysteretic: its centre is at {first} in {names[0]} and at {second} in {names[1]}, "
                          f"mirror images under B -> -B ({how}).")  # fmt: skip
    elif pair.differ:
        result.summary = "The two windows differ, but are no mirror images of each other under B -> -B."
        result.flags.append(
            Flag("not_mirrored", "hysteresis would make mirror images of the two directions; these are none", "warning")
        )
    else:
        result.summary = "The two windows do not differ within their errors: no hysteresis is seen."
    if not known:
        falling = names[int(np.argmin(centres))]
        text = "the files do not say which way the field was swept (rows are stored by field): --set sweep_direction@file=-1"
        if pair.differ and pair.mirrored:
            text += (
                f"; if the window opens beyond zero field, as for a magnet that has to turn round, {falling} is the falling one"
            )
        result.flags.append(Flag("direction_unknown", text, "warning"))
    if pair.differ and pair.mirrored:
        text = f"a remanent field of {si(hysteresis, 'T')} in the coil would shift the windows in the same way"
        result.flags.append(Flag("or_remanence", text, "note", {"field": hysteresis}))
