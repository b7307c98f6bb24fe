"""Which R(T) data sets can be one series: read from the same columns, with resistances of one size.

What a sample is, files seldom say. Curves of one film, or of a series of films made alike, come from one set-up and have
resistances above the transition that differ by little; a film in milliohm and a junction in kiloohm have nothing to compare.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

from supraspin.analysis.result import Analysis

if TYPE_CHECKING:
    import xarray as xr

Pairs = list[tuple["xr.Dataset", Analysis]]
APART = 10.0
"""Ratio of neighbouring resistances just above the transition at which a series ends."""
_NAMES = ("sample", "sample name", "sample_name", "sample id", "device", "device name")


def series_of(own: Pairs) -> list[Pairs]:
    """Data sets with findings, in groups that can be one series each; the order within a group is the one given."""
    alike: dict[tuple[str, ...], Pairs] = {}
    for pair in own:
        alike.setdefault(_layout(pair[0]), []).append(pair)
    groups = []
    for members in alike.values():
        ranked = sorted(members, key=lambda pair: normal_resistance(pair[1]))
        group = [ranked[0]]
        for before, after in pairwise(ranked):
            if normal_resistance(after[1]) > APART * normal_resistance(before[1]):
                groups.append(group)
                group = []
            group.append(after)
        groups.append(group)
    places = {id(result): place for place, (_, result) in enumerate(own)}
    return [sorted(group, key=lambda pair: places[id(pair[1])]) for group in groups]


def normal_resistance(result: Analysis) -> float:
    """Resistance just above the transition, ohm."""
    return result.finding("normal_resistance").value


def sample(ds: xr.Dataset) -> str:
    """The sample that the file names, or nothing."""
    facts = {key.lower(): value for key, value in json.loads(ds.attrs.get("metadata", "{}")).items()}
    return next((facts[name].strip() for name in _NAMES if facts.get(name, "").strip()), "")


def _layout(ds: xr.Dataset) -> tuple[str, ...]:
    names = (str(ds[name].attrs.get("original_name", name)) for name in ("temperature", "resistance"))
    return (str(ds.attrs.get("reader", "")), *names)
