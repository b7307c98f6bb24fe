"""The page of a reproduction: every figure with the paper's numbers beside the recovered ones. The template escapes all text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from supraspin.analysis import Analysis
from supraspin.devices.published import Fault, fault_of
from supraspin.report.figures import inline
from supraspin.report.page import by_level, template
from supraspin.report.plain import printable
from supraspin.reproduce import tensions
from supraspin.reproduce.compare import Compared, printed_text, pull_text, recovered_text, tally
from supraspin.reproduce.consistency import Reckoning, reckon

if TYPE_CHECKING:
    from supraspin.reproduce.run import Done


def page(
    done: Sequence[Done], missing: Sequence[str], key: int, swap: Mapping[str, str], origin: Mapping[str, Any]
) -> str:  # fmt: skip
    """The whole page as one file that needs nothing beside it; `missing` are the figures not yet made."""
    compared = _once(done)
    return printable(
        template("reproduction.html.jinja", __package__).render(
            shown=[_shown(one) for one in done], missing=missing, key=key, swap=swap, origin=origin,
            rows=[_row(one, shown) for one, shown in compared], counts=tally(one for one, _ in compared), clashes=_clashes(done),
            inline=inline, tension=tensions.table(),
        )
    )  # fmt: skip


def _once(done: Sequence[Done]) -> list[tuple[Compared, list[str]]]:
    """Every number once for each experiment that recovers it, with the figures that show it."""
    found: dict[tuple[str, str, str], tuple[Compared, list[str]]] = {}
    for one in done:
        for compared in one.compared:
            key = (compared.published.name, compared.experiment, recovered_text(compared.finding))
            found.setdefault(key, (compared, []))[1].append(one.figure.name)
    return list(found.values())


def _shown(one: Done) -> dict[str, Any]:
    return {
        "figure": one.figure, "why": one.why, "png": one.pictures.get("png"), "rows": [_row(c) for c in one.compared],
        "anchor": f"f{one.figure.name}", "faults": [{"fault": f, "reckoning": _reckoned(f)} for f in _faults(one)],
        "analyses": [_analysis(a) for outcome in one.outcomes.values() for a in outcome.analyses],
        "measured": [m for e in one.figure.experiments for m in e.measurements],
        "tables": one.figure.tables(one.outcomes) if one.figure.tables is not None and not one.why else (),
    }  # fmt: skip


def _row(one: Compared, figures: Sequence[str] = ()) -> dict[str, Any]:
    number = one.published
    return {
        "figures": figures, "quantity": number.finding.replace("_", " "), "device": number.device,
        "conditions": number.conditions, "printed": printed_text(number), "source": number.source, "note": number.note,
        "recovered": recovered_text(one.finding), "pull": pull_text(one.pull), "verdict": one.verdict,
        "why": one.why if one.pull is None else "", "faults": number.faults,
    }  # fmt: skip


def _analysis(one: Analysis) -> dict[str, Any]:
    return {"title": one.title, "summary": one.summary, "flags": by_level(one.flags)}


def _faults(one: Done) -> list[Fault]:
    """Faults that bite in a figure: those of its numbers, and those that name it."""
    from supraspin.devices.published import faults

    found = {fault.number: fault for fault in faults(figure=one.figure.name)}
    found |= {number: fault_of(number) for c in one.compared for number in c.published.faults}
    return [found[number] for number in sorted(found)]


def _reckoned(fault: Fault) -> Reckoning | None:
    return reckon(fault.number)


def _clashes(done: Sequence[Done]) -> list[dict[str, Any]]:
    """The numbers that pull against each other, once each, of all figures shown."""
    shown = {fault.number: fault for one in done for fault in _faults(one)}
    found = []
    for number in sorted(shown):
        reckoning = reckon(number)
        for clash in reckoning.clashes if reckoning else ():
            found.append({"fault": shown[number], "clash": clash})
    return found
