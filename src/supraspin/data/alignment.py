"""Columns that name nothing but the electrodes' alignment: `P (Ohm)` and `AP (Ohm)` beside a field."""

from __future__ import annotations

import re
from collections.abc import Mapping

from supraspin.data.names import Header, can_be, words
from supraspin.flags import Flag

_SIDES = {1: re.compile(r"(r )?p(ar(allel)?)?"), -1: re.compile(r"(r )?(ap|anti ?par(allel)?)")}


def name_sides(raw: Mapping[str, Header]) -> tuple[dict[str, Header], list[Flag]]:
    """The headers, with a lone pair of parallel and antiparallel read as the non-local resistance of the two, and a remark.

    Only where there is a field and no column says by itself that it is non-local: a `P` alone may be a power or a pressure.
    """
    found = dict(raw)
    names = {header.name for header in raw.values()}
    if "field" not in names or "nonlocal_resistance" in names:
        return found, []
    pair = {}
    for side, pattern in _SIDES.items():
        keys = [key for key in raw if pattern.fullmatch(words(re.sub(r"[(\[].*", "", key)))]
        if len(keys) != 1 or (raw[keys[0]].unit and not can_be("nonlocal_resistance", raw[keys[0]].unit)):
            return found, []
        pair[side] = keys[0]
    for side, key in pair.items():
        found[key] = Header("nonlocal_resistance", raw[key].unit, side)
    said = f"columns {pair[1]!r} and {pair[-1]!r} are taken as the non-local resistance of parallel and antiparallel electrodes"
    return found, [Flag("alignment_assumed", said, "note")]
