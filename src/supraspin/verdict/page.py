"""A trial as analyses: an overview and one section a statement, with tables and figures, which the report shows and escapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supraspin.analysis.drawing import COLOURS, new_figure, style
from supraspin.analysis.result import Analysis, Table
from supraspin.flags import Flag
from supraspin.verdict.outcome import Outcome, said
from supraspin.verdict.rates import rates
from supraspin.verdict.trial import PAPER, Standing, Trial

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SMALLEST = 1e-8
"""Probability below which figures do not go."""
_FARTHEST = 60.0
"""Distance in errors beyond which figures do not go."""


def analyses(found: Trial, title: str, remarks: tuple[Flag, ...] = ()) -> list[Analysis]:
    """The trial for `supraspin.report.write`; `title` names what was tried."""
    return [_overview(found, title, remarks), *(_section(found, one) for one in found.statements)]


def probability_text(p: float | None) -> str:
    """A probability in print."""
    if p is None:
        return "–"
    return f"< {1e-12:g}" if p < 1e-12 else f"{p:.2g}"


def sign_rows(one: Outcome) -> list[tuple[str, str, str, str]]:
    """Each sign of an outcome in print: its name, what was measured, what the paper and what the rival expects."""
    return [(sign.name, sign.measured, said(sign.paper, sign.unit), said(sign.rival, sign.unit)) for sign in one.signs]


def _overview(found: Trial, title: str, remarks: tuple[Flag, ...]) -> Analysis:
    told = found.statements
    holding = [one for one in told if one.standing == (PAPER,)]
    summary = (
        f"{len(holding)} of {len(told)} statements of the paper stand alone against all rivals that these data test; "
        f"{sum(one.verdict == 'excluded' for one in found.outcomes)} of {len(found.outcomes)} rivals are excluded, "
        f"{sum(one.verdict == 'cannot tell' for one in found.outcomes)} cannot be told apart from the paper's hypothesis, "
        f"{sum(one.verdict in ('supported', 'neither') for one in found.outcomes)} meet data that the paper's hypothesis does "
        f"not explain, and of {sum(one.verdict == 'no data' for one in found.outcomes)} the data say nothing."
    )
    table = Table(
        "The argument",
        ("statement", "verdict", "stands", "fell", "not tested"),
        tuple((one.text, one.verdict, _list(one.standing), _list(one.fallen), _list(one.untested)) for one in told),
        f"An explanation falls where data as far off have a probability below {found.level:g}.",
    )
    result = Analysis("verdict", title, _sources(found.outcomes), summary, tables=[table], flags=list(remarks))
    if any(one.signs for one in found.outcomes):
        result.figures["evidence"] = _evidence(found)
        result.captions["evidence"] = (
            "Probability of data as far off as these, under the paper's hypothesis and under each rival; left of the line a "
            "hypothesis is excluded. Triangles lie further left."
        )
    return result


def _section(found: Trial, one: Standing) -> Analysis:
    mine = [outcome for outcome in found.outcomes if outcome.against == one.statement]
    known = rates()
    rows = tuple(
        (o.rival, o.claim, o.verdict, probability_text(o.p_paper), probability_text(o.p_rival), known.said(o.rival)) for o in mine
    )
    columns = ("rival", "claim", "verdict", "p, paper", "p, rival", "on twins the test")
    note = f"p: probability of data as far off. Twins: {known.runs} of each truth, at the laboratory's usual noise."
    tables = [Table("Rivals", columns, rows, note)]
    read = tuple((o.rival, *row, _list(sign.reading.used)) for o in mine for row, sign in zip(sign_rows(o), o.signs, strict=True))
    if read:
        tables.append(Table("Evidence", ("rival", "sign", "measured", "the paper expects", "the rival expects", "data"), read))
    hints = tuple((o.rival, hint) for o in mine for hint in o.hints)
    if hints:
        tables.append(Table("What would tell", ("rival", "measurement"), hints))
    missing = tuple((o.rival, m.sign, m.why) for o in mine for m in o.missing)
    if missing:
        tables.append(Table("What these data lack", ("rival", "sign", "why"), missing))
    stands = f"Standing: {_list(one.standing)}." if one.standing or one.fallen else "No data."
    untested = f" Not tested: {_list(one.untested)}." if one.untested else ""
    result = Analysis("verdict", one.text[0].upper() + one.text[1:], _sources(mine), stands + untested, tables=tables)
    if any(o.signs for o in mine):
        result.figures["signs"] = _signs(mine)
        result.captions["signs"] = (
            "Distance of each sign to what the paper and what the rival expects, in standard errors (0: within). The band holds "
            "99 % of a sign that is as expected."
        )
    return result


def _list(names) -> str:
    return ", ".join(names) or "–"


def _sources(outcomes) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in outcomes for name in one.used))


def _evidence(found: Trial) -> Figure:
    shown = [one for one in found.outcomes if one.p_paper is not None][::-1]
    figure = new_figure(5.4, 0.9 + 0.24 * len(shown))
    ax = figure.subplots()
    ax.axvspan(_SMALLEST / 10, found.level, color="0.94", lw=0)
    ax.axvline(found.level, color="0.5", lw=0.8)
    for side, colour, label, shift in ((0, COLOURS[0], PAPER, 0.14), (1, COLOURS[1], "the rival", -0.14)):
        first = True
        for i, one in enumerate(shown):
            p = (one.p_paper, one.p_rival)[side]
            assert p is not None
            marker = "<" if p < _SMALLEST else "os"[side]
            ax.plot(max(p, _SMALLEST), i + shift, marker, color=colour, ms=4.5, label=label if first and p >= _SMALLEST else None)
            first = first and p < _SMALLEST
    ax.set_xscale("log")
    ax.set_xlim(_SMALLEST / 3, 3)
    ax.set_yticks(range(len(shown)), [one.rival for one in shown])
    ax.set_xlabel("probability of data as far off")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=2, fontsize=8, frameon=False)
    style(ax)
    return figure


def _signs(outcomes: list[Outcome]) -> Figure:
    rows = [(one.rival, sign) for one in outcomes for sign in one.signs][::-1]
    figure = new_figure(5.4, 0.9 + 0.24 * len(rows))
    ax = figure.subplots()
    ax.axvspan(0, 2.58, color="0.94", lw=0)
    for side, colour, label, shift in ((0, COLOURS[0], PAPER, 0.14), (1, COLOURS[1], "the rival", -0.14)):
        z = [abs(sign.pulls[side]) for _, sign in rows]
        for i, value in enumerate(z):
            ax.plot(min(value, _FARTHEST), i + shift, ">" if value > _FARTHEST else "os"[side], color=colour, ms=4.5)
        ax.plot([], [], "os"[side], color=colour, ms=4.5, label=label)
    ax.set_xscale("symlog", linthresh=3)
    ax.set_xlim(-0.3, 1.25 * _FARTHEST)
    ax.set_xticks([0, 1, 2, 3, 10, 30], ["0", "1", "2", "3", "10", "30"])
    ax.set_yticks(range(len(rows)), [f"{rival}: {sign.name}" for rival, sign in rows])
    ax.set_xlabel("distance (standard errors)")
    figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=2, fontsize=8, frameon=False)
    style(ax)
    return figure
