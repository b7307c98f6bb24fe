"""All rivals on trial: one outcome each, and for each statement of the paper which explanations are left standing.

A rival stands if its own test does not exclude it. The paper's hypothesis falls for a statement if one of the tests of its rivals
finds data that are too improbable under it: less than level/n for n tests with data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from supraspin.verdict.outcome import LEVEL, Outcome
from supraspin.verdict.rival import STATEMENTS, Rival, rivals

if TYPE_CHECKING:
    import xarray as xr

PAPER = "the paper"
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Standing:
    """A statement of the paper after the trial: which explanations stand, which fell, and of which the data say nothing."""

    statement: str
    text: str
    standing: tuple[str, ...]
    fallen: tuple[str, ...]
    untested: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """In a word or two."""
        tested = self.standing + self.fallen
        if not tested:
            return "no data"
        if self.standing == (PAPER,):
            return "holds" if not self.untested else "holds against those tested"
        if not self.standing:
            return "no explanation fits"
        return "cannot tell" if PAPER in self.standing else "falls"

    def to_dict(self) -> dict[str, Any]:
        return {
            "statement": self.statement, "text": self.text, "verdict": self.verdict, "standing": list(self.standing),
            "fallen": list(self.fallen), "untested": list(self.untested),
        }  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """Outcomes of all rivals, in their order, and the standing of each statement."""

    outcomes: tuple[Outcome, ...]
    level: float

    @property
    def statements(self) -> tuple[Standing, ...]:
        return tuple(self.statement(name) for name in STATEMENTS if any(one.against == name for one in self.outcomes))

    def statement(self, name: str) -> Standing:
        """The standing of one statement."""
        mine = [one for one in self.outcomes if one.against == name]
        tested = [one for one in mine if one.verdict != "no data"]
        paper_falls = any(one.p_paper is not None and one.p_paper < self.level / len(tested) for one in tested)
        standing = [PAPER] if tested and not paper_falls else []
        fallen = [PAPER] if paper_falls else []
        for one in tested:
            stands = one.p_rival is not None and one.p_rival >= self.level
            (standing if stands else fallen).append(one.rival)
        untested = tuple(one.rival for one in mine if one.verdict == "no data")
        return Standing(name, STATEMENTS[name], tuple(standing), tuple(fallen), untested)

    def outcome(self, rival: str) -> Outcome:
        """The outcome of the rival of that name. Raises `KeyError`."""
        return {one.rival: one for one in self.outcomes}[rival]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and text, in SI."""
        return {
            "level": self.level, "statements": [one.to_dict() for one in self.statements],
            "outcomes": [one.to_dict() for one in self.outcomes],
        }  # fmt: skip


def trial(
    data: Iterable[xr.Dataset], level: float = LEVEL, *, among: Sequence[Rival] | None = None, progress: Progress | None = None
) -> Trial:
    """Put every rival (or those `among`) on trial with data sets of one device, or of devices of one kind."""
    data = list(data)
    chosen = rivals() if among is None else tuple(among)
    outcomes = []
    for i, one in enumerate(chosen):
        if progress is not None:
            progress(i, len(chosen), one.name)
        outcomes.append(one.test(data, level))
    return Trial(tuple(outcomes), level)
