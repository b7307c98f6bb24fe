"""Which layer switches where: the magnetoresistance of a junction beside the anisotropic one of its contact alone.

The contact's own resistance changes only while the contact turns. The switching field of the junction that stands where it does
is that of the contact; the other one belongs to the other electrode. The anisotropic data set is known by its size: its
relative change is a small part of the junction's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from supraspin.analysis.chain import name_of, sources
from supraspin.analysis.result import Analysis, Finding
from supraspin.analysis.switching.findings import closure_decibels
from supraspin.analysis.switching.pairs import Loop, pair, read_sweeps
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

if TYPE_CHECKING:
    import xarray as xr

_SMALL = 1 / 3
"""Relative change of the contact over that of the junction above which the two are not told apart by size."""


@dataclass(frozen=True)
class Turning:
    """Where the contact turns: coercive field with error and half width, T; its change in ohm with error, and relative."""

    field: float
    error: float
    width: float
    height: float
    height_error: float
    ratio: float


def combined(pairs: list[tuple[xr.Dataset, Analysis]]) -> list[Analysis]:
    """One analysis of both, where among the loops there is exactly one junction and one contact; else none."""
    loops = [(ds, one) for ds, one in pairs if one.title.startswith("Loops: ") and ds.attrs["kind"] == "magnetoresistance"]
    junctions = [(ds, one) for ds, one in loops if _has(one, "switching_signal", "coercive_field_2")]
    turning = [(ds, one, turn) for ds, one in loops if (turn := _turning(one)) is not None]
    found = []
    for ds, one in junctions:
        size = abs(one.finding("switching_ratio").value)
        contacts = [(other, turn) for other, result, turn in turning if result is not one and abs(turn.ratio) < _SMALL * size]
        found += [(ds, one, other, turn) for other, turn in contacts]
    return [_assigned(*found[0])] if len(found) == 1 else []


def _has(one: Analysis, *names: str, bounds: bool = False) -> bool:
    return set(names) <= {f.name for f in one.findings if bounds or f.limit is None}


def _turning(one: Analysis) -> Turning | None:
    if _has(one, "peak_coercive_field"):
        half, height, ratio = (one.finding(name) for name in ("peak_coercive_field", "peak_height", "peak_ratio"))
        width = one.finding("peak_half_width").value
        return Turning(half.value, half.stderr or 0.0, width, height.value, height.stderr or 0.0, ratio.value)
    if _has(one, "switching_signal", "coercive_field_2", bounds=True):
        first, second = one.finding("coercive_field"), one.finding("coercive_field_2")
        error = 0.5 * math.hypot(first.stderr or 0.0, second.stderr or 0.0)
        height, ratio = one.finding("switching_signal"), one.finding("switching_ratio")
        width = 0.5 * abs(second.value - first.value)
        return Turning(0.5 * (first.value + second.value), error, width, height.value, height.stderr or 0.0, ratio.value)
    return None


def _assigned(junction: xr.Dataset, one: Analysis, contact: xr.Dataset, turn: Turning) -> Analysis:
    from supraspin.analysis.switching.figure import draw_layers

    fields = [one.finding(name) for name in ("coercive_field", "coercive_field_2")]
    errors = [math.hypot(turn.error, f.stderr or 0.0) for f in fields]
    apart = [abs(f.value - turn.field) for f in fields]
    # A layer turns over the width of its peak, and switches somewhere within.
    inside = [a <= 3 * e + turn.width for a, e in zip(apart, errors, strict=True)]
    nearer = 0 if apart[0] < apart[1] else 1
    told = inside[nearer] and (not inside[1 - nearer] or apart[1 - nearer] > 3 * apart[nearer] + 3 * errors[1 - nearer])
    result = Analysis("magnetoresistance", f"Layers: {name_of(junction)} beside {name_of(contact)}",
                      (*sources(junction), *sources(contact)), "")  # fmt: skip
    note = "the two data sets are taken as one device because they were given together"
    result.flags.append(Flag("taken_as_one_device", note, "note"))
    text = "half the distance of the anisotropic peaks of either direction"
    result.findings.append(Finding("amr_coercive_field", turn.field, "T", turn.error, text=text))
    signal = one.finding("switching_signal")
    times = abs(signal.value / turn.height)
    error = times * math.hypot((signal.stderr or 0.0) / signal.value, turn.height_error / turn.height)
    result.findings.append(Finding("tmr_over_amr", times, "1", error, text="sizes in ohm: too much for the contact's own change"))
    share = abs(one.finding("switching_ratio").value / turn.ratio)
    result.findings.append(Finding("relative_tmr_over_amr", share, "1", share * error / times, text="relative changes"))
    contact_field = f"The contact turns at {uncertain(turn.field, turn.error, 'T')}"
    places = [uncertain(f.value, f.stderr, "T") for f in fields]
    if told:
        mine, other = fields[nearer], fields[1 - nearer]
        result.findings.append(Finding("contact_coercive_field", mine.value, "T", mine.stderr, text="the junction's, by the AMR"))
        result.findings.append(Finding("other_coercive_field", other.value, "T", other.stderr, text="of the other electrode"))
        result.summary = (f"{contact_field}, where the junction has its {('lower', 'higher')[nearer]} switching field "
                          f"({places[nearer]}): the other, {places[1 - nearer]}, belongs to the other electrode. The junction's "
                          f"signal is {times:.3g} times the contact's.")  # fmt: skip
    else:
        why = "both switching fields of the junction stand" if all(inside) else "neither switching field of the junction stands"
        result.summary = f"{contact_field}; {why} there ({' and '.join(places)}), so that the layers are not told apart."
        apart_text = f"{why} within {si(turn.width, 'T')} of the contact's"
        result.flags.append(Flag("layers_not_told_apart", apart_text, "warning"))
    result.figures["layers"] = draw_layers(_clearest(junction), _clearest(contact), turn, [f.value for f in fields])
    result.captions["layers"] = (
        "Junction above, contact below, rising field blue, falling field red. Grey: where the contact turns; "
        "dotted: switching fields of the junction."
    )
    return result


def _clearest(ds: xr.Dataset) -> Loop:
    loops, _ = pair(read_sweeps(ds))
    decibels = [(closure_decibels(loop), -place) for place, loop in enumerate(loops)]
    return loops[-max((d if math.isfinite(d) else -math.inf, p) for d, p in decibels)[1]]
