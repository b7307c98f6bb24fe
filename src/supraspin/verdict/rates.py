"""How often each test was right on twins: `calibration.toml`, written by `supraspin.verdict.calibration`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from supraspin.verdict.trial import PAPER

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Truth:
    """What trials of twins say in which one explanation is true.

    `verdicts` counts those on each rival, `standing` the explanations left of each statement (several apart by " + "), `right`
    how often these are what they should be.
    """

    name: str
    verdicts: Mapping[str, Counts]
    standing: Mapping[str, Counts]
    right: Counts


@dataclass(frozen=True)
class Rates:
    """A calibration: `runs` twins of each truth."""

    runs: int
    level: float
    truths: tuple[Truth, ...]

    def of(self, truth: str, rival: str, verdict: str) -> int | None:
        """In how many twins of a truth the test of a rival gave a verdict; None where they were not tried."""
        for one in self.truths:
            if one.name == truth and rival in one.verdicts:
                return one.verdicts[rival].get(verdict, 0)
        return None

    def said(self, rival: str) -> str:
        """How far the test of a rival can be trusted, in words."""
        excluded, false = (self.of(PAPER, rival, verdict) for verdict in ("excluded", "supported"))
        power = self.of(rival, rival, "supported")
        if excluded is None or power is None:
            return "is not calibrated"
        return (
            f"excludes it in {excluded}/{self.runs}, supports it falsely in {false}/{self.runs}, rightly in {power}/{self.runs}"
        )


@cache
def rates() -> Rates:
    """The committed calibration."""
    read = tomllib.loads((files("supraspin.verdict") / "calibration.toml").read_text(encoding="utf-8"))
    return Rates(int(read["runs"]), float(read["level"]), tuple(Truth(**one) for one in read["truth"]))
