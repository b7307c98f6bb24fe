"""From a list of figures to the folder: experiments and drawings as they become possible, the page kept up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from supraspin.errors import SupraspinError
from supraspin.files import write_whole
from supraspin.report.folder import FIGURES, NUMBERS, PAGE
from supraspin.report.plain import to_json
from supraspin.reproduce.compare import Compared, compare
from supraspin.reproduce.crew import crew
from supraspin.reproduce.ink import draw
from supraspin.reproduce.page import page
from supraspin.reproduce.perform import perform
from supraspin.reproduce.place import DATA, prepare
from supraspin.reproduce.plan import Experiment, Outcome, PaperFigure

Progress = Callable[[int, int, str], None]


@dataclass
class Done:
    """A figure that is finished: pictures by ending, comparisons and outcomes; or why it could not be made."""

    figure: PaperFigure
    pictures: dict[str, bytes] = field(default_factory=dict)
    compared: list[Compared] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    why: str = ""


def reproduce(
    figures: Sequence[PaperFigure], out: Path, *, key: int = 0, swap: Mapping[str, str] | None = None, processes: int = 2,
    origin: Mapping[str, Any] | None = None, progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Simulate, analyse, draw and compare `figures`, write all into the folder `out`, and return what its numbers hold.

    `swap` puts devices in the place of the captions'. Raises `OutputError` where `out` holds something else. A figure whose
    device cannot do what is asked (`DataError`) is left out, and the page says why.
    """
    place = prepare(out)
    work = _Work(figures, place, key, dict(swap or {}), origin or {})
    total = len(work.experiments) + len(figures)
    work.write()
    with crew(processes) as pool:
        # The longest first, so that no worker is left with a long one at the end.
        waiting: dict[Future[Any], Experiment | PaperFigure] = {}
        for one in sorted(work.experiments, key=lambda one: -one.seconds):
            waiting[pool.submit(perform_safely, one, place / DATA, key, work.swap)] = one
        done = 0
        while waiting:
            ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                job = waiting.pop(future)
                done += 1
                if isinstance(job, PaperFigure):
                    work.finish(job, future.result())
                else:
                    work.keep(job, future.result())
                    for figure in work.possible():
                        waiting[pool.submit(draw, figure.name, work.outcomes_of(figure))] = figure
                if progress is not None:
                    progress(done, total - work.skipped, f"figure {job.name}" if isinstance(job, PaperFigure) else job.name)
    return work.write()


def perform_safely(one: Experiment, folder: Path, key: int, swap: Mapping[str, str]) -> Outcome | str:
    """`perform`, or the reason for which the device or the cryostat cannot do it."""
    try:
        return perform(one, folder, key, swap)
    except SupraspinError as error:
        return str(error)


class _Work:
    """What is done and what is left."""

    def __init__(
        self, figures: Sequence[PaperFigure], place: Path, key: int, swap: dict[str, str], origin: Mapping[str, Any]
    ) -> None:  # fmt: skip
        self.figures, self.place, self.key, self.swap, self.origin = list(figures), place, key, swap, origin
        self.experiments = list({one.name: one for figure in figures for one in figure.experiments}.values())
        self.outcomes: dict[str, Outcome | str] = {}
        self.begun: set[str] = set()
        self.done: dict[str, Done] = {}

    @property
    def skipped(self) -> int:
        """Figures that cannot be drawn."""
        return sum(bool(one.why) for one in self.done.values())

    def outcomes_of(self, figure: PaperFigure) -> dict[str, Outcome]:
        found = {one.name: self.outcomes[one.name] for one in figure.experiments}
        return {name: one for name, one in found.items() if isinstance(one, Outcome)}

    def keep(self, one: Experiment, outcome: Outcome | str) -> None:
        """Note the outcome; the figures that need one that failed are done with."""
        self.outcomes[one.name] = outcome
        if isinstance(outcome, str):
            for figure in self.figures:
                if one in figure.experiments and figure.name not in self.done:
                    self.done[figure.name] = Done(figure, why=outcome)
            self.write()

    def possible(self) -> list[PaperFigure]:
        """Figures that can now be drawn and were not begun."""
        found = []
        for figure in self.figures:
            there = all(one.name in self.outcomes for one in figure.experiments)
            if there and figure.name not in self.begun and figure.name not in self.done:
                self.begun.add(figure.name)
                found.append(figure)
        return found

    def finish(self, figure: PaperFigure, pictures: dict[str, bytes]) -> None:
        """Write the pictures of a figure and the page anew."""
        outcomes = self.outcomes_of(figure)
        self.done[figure.name] = Done(figure, pictures, compare(figure, outcomes), outcomes)
        for ending, content in pictures.items():
            write_whole(self.place / FIGURES / f"{figure.name}.{ending}", content)
        self.write()

    def write(self) -> dict[str, Any]:
        """Page and numbers of what is done so far."""
        done = [self.done[one.name] for one in self.figures if one.name in self.done]
        missing = [one.name for one in self.figures if one.name not in self.done]
        numbers = {
            "supraspin": dict(self.origin.get("versions", {})).get("supraspin"), "provenance": dict(self.origin),
            "reproduction": {
                "key": self.key, "devices": self.swap, "unfinished": missing, "figures": [_told(one) for one in done],
            },
        }  # fmt: skip
        write_whole(self.place / NUMBERS, (to_json(numbers) + "\n").encode())
        write_whole(self.place / PAGE, page(done, missing, self.key, self.swap, self.origin).encode())
        return numbers


def _told(one: Done) -> dict[str, Any]:
    return {
        "figure": one.figure.name, "title": one.figure.title, "caption": one.figure.caption, "why_not": one.why or None,
        "files": [f"{FIGURES}/{one.figure.name}.{ending}" for ending in one.pictures],
        "data": [f"{DATA}/{m.name}.nc" for e in one.figure.experiments for m in e.measurements] if not one.why else [],
        "compared": [c.to_dict() for c in one.compared],
        "tables": [t.to_dict() for t in one.figure.tables(one.outcomes)] if one.figure.tables and not one.why else [],
        "analyses": [a.to_dict() for outcome in one.outcomes.values() for a in outcome.analyses],
    }  # fmt: skip
