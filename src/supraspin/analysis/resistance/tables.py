"""The tables of an analysis of R(T): sweeps, fields, channels."""

from __future__ import annotations

from collections.abc import Sequence

from supraspin.analysis.resistance.mean import Channel, Value
from supraspin.analysis.resistance.sweeps import Member
from supraspin.analysis.result import Table
from supraspin.formatting import ABSENT, concise, si

_WAYS = {1: "warming", -1: "cooling", 0: "both ways"}
_LEVELS = (0.1, 0.5, 0.9)


def sweep_table(found: Channel) -> Table:
    """One row a sweep."""
    rows: list[tuple[str, ...]] = []
    for curve, seen in zip(found.curves, found.found, strict=True):
        way = _WAYS[curve.direction]
        if not seen.found or seen.normal is None:
            rows.append((way, "no transition: " + seen.why_not, *(ABSENT,) * 5))
            continue
        points = seen.crossings or {}
        cells = [concise(points[x].temperature, points[x].stderr, "K") if x in points else "not reached" for x in _LEVELS]
        rows.append(
            (way, _verdict([seen.complete], [seen.reentrant]), *cells, si(seen.normal.value, "ohm", 4), si(seen.floor, "ohm"))
        )
    columns = ("sweep", "verdict", "T_C 10 %", "T_C 50 %", "T_C 90 %", "R just above", "lowest R")
    return Table(f"Sweeps: {found.name}", columns, tuple(rows))


def family_table(title: str, first: str, labels: Sequence[str], family: Sequence[Channel]) -> Table:
    """One row a field, or a channel."""
    rows: list[tuple[str, ...]] = []
    for label, found in zip(labels, family, strict=True):
        if not found.superconducts:
            why = next((t.why_not for t in found.found if not t.found), "no usable sweep")
            rows.append((label, "no transition: " + why, *(ABSENT,) * 5))
            continue
        cells = [_cell(found.level(x)) for x in _LEVELS]
        seen = found.seen
        normal = seen[0][1].normal
        complete, risen = [t.complete for _, t in seen], [t.reentrant for _, t in seen]
        ratio = found.ratios[0] if found.ratios else None
        rrr = (
            ABSENT if ratio is None else ("> " if ratio.limit == "lower" else "< " if ratio.limit else "") + f"{ratio.value:.3g}"
        )
        verdict = _verdict(complete, risen if all(risen) else [False])
        rows.append((label, verdict, *cells, si(normal.value if normal else None, "ohm", 4), rrr))
    columns = (first, "verdict", "T_C 10 %", "T_C 50 %", "T_C 90 %", "R just above", "RRR")
    return Table(title, columns, tuple(rows))


def member_label(member: Member) -> str:
    """What tells a member of a family from the others."""
    units = {"field": "T", "current": "A", "field_angle": "rad"}
    return ", ".join(si(value, units[name]) for name, value in member.label.items() if value == value) or "all sweeps"


def _verdict(complete: Sequence[bool], risen: Sequence[bool]) -> str:
    return ("complete" if all(complete) else "incomplete") + (", re-entrant" if all(risen) else "")


def _cell(value: Value | None) -> str:
    return "not reached" if value is None else concise(value.value, value.stderr, "K")
