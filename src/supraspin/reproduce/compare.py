"""Published numbers beside recovered ones: the pull is their difference over the joint error."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from supraspin.analysis import Finding
from supraspin.devices.published import PublishedNumber, number
from supraspin.formatting import ABSENT, uncertain
from supraspin.report.format import measured
from supraspin.reproduce.plan import Comparison, Outcomes, PaperFigure

FAR = 3.0
"""Pull beyond which two numbers disagree."""


@dataclass(frozen=True)
class Compared:
    """A published number with what was recovered; `finding` is None where the analyses do not tell, and `why` says it.

    `pull` is (recovered - published)/(joint error), statistical and systematic error of the recovered one together. A number
    that is a limit on either side pulls only where it is crossed.
    """

    published: PublishedNumber
    experiment: str
    finding: Finding | None
    pull: float | None
    why: str = ""

    @property
    def verdict(self) -> str:
        if self.pull is None:
            return "not determined"
        return "agrees" if abs(self.pull) <= FAR else "disagrees"

    def to_dict(self) -> dict[str, Any]:
        return {
            "number": self.published.name, "figure": self.published.figure, "device": self.published.device,
            "published": self.published.value, "published_error": self.published.error, "bound": self.published.bound,
            "unit": self.published.unit, "conditions": self.published.conditions, "source": self.published.source,
            "experiment": self.experiment, "recovered": self.finding.to_dict() if self.finding else None,
            "pull": self.pull, "verdict": self.verdict, "why": self.why, "faults": list(self.published.faults),
        }  # fmt: skip


def compare(figure: PaperFigure, outcomes: Outcomes) -> list[Compared]:
    """Every published number that the figure is held against."""
    return [_one(wanted, outcomes) for wanted in figure.comparisons]


def _one(wanted: Comparison, outcomes: Outcomes) -> Compared:
    printed = number(wanted.number)
    outcome = outcomes[wanted.experiment]
    found = wanted.finding(outcome) if callable(wanted.finding) else outcome.finding(wanted.finding, wanted.title)
    if found is None or not math.isfinite(found.value):
        said = outcome.analysis(wanted.title)
        return Compared(
            printed, wanted.experiment, None, None, said.summary if said else "there is no such analysis of these data"
        )
    if wanted.size:
        found = replace(found, value=abs(found.value))
    if not found.identified:
        return Compared(printed, wanted.experiment, found, None, "the data do not determine it")
    return Compared(printed, wanted.experiment, found, pull(printed, found), found.text)


def error(found: Finding) -> float:
    """Statistical and systematic error together; 0 where none is known."""
    return math.hypot(found.stderr or 0.0, found.systematic or 0.0)


def pull(printed: PublishedNumber, found: Finding) -> float:
    """(recovered - published)/(joint error); 0 for limits that are not crossed."""
    away = printed.pull(found.value, error(found))
    if found.limit == "lower":
        return max(away, 0.0)
    return min(away, 0.0) if found.limit == "upper" else away


def printed_text(one: PublishedNumber) -> str:
    """The published number with the error that it is held to: `6.300 ± 0.050 K`, `at least 1.500 ± 0.075`."""
    text = uncertain(one.value, one.error, one.unit)
    return text if one.bound is None else f"{'at least' if one.bound == 'lower' else 'at most'} {text}"


def recovered_text(found: Finding | None) -> str:
    """The recovered number with statistical and systematic error, both of which the pull counts; a dash for none."""
    if found is None:
        return ABSENT
    if found.limit is None and found.identified and found.systematic:
        if found.stderr is not None:
            return uncertain(found.value, found.stderr, found.unit, systematic=found.systematic)
        return uncertain(found.value, found.systematic, found.unit)
    return measured(found)


def pull_text(pull: float | None) -> str:
    """The pull with its sign, or a dash."""
    return ABSENT if pull is None else f"{pull:+.1f}".replace("+0.0", "0").replace("-0.0", "0").replace("-", "−")


def tally(compared: Iterable[Compared]) -> Mapping[str, int]:
    """How many agree, disagree and are not determined."""
    counts = {"agrees": 0, "disagrees": 0, "not determined": 0}
    for one in compared:
        counts[one.verdict] += 1
    return counts
