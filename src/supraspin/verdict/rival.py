"""What a rival is: another explanation of something that the paper claims, with a device in which it is the truth.

A file in `rivals/` holds one `RIVAL` (or `RIVALS`, several); it is found by itself. `twin(key)` measures that device in the
laboratory, and `marks` are the signs that tell it from the paper's hypothesis, each read from whatever data sets there are.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from supraspin.errors import DataError, FitError
from supraspin.verdict.outcome import LEVEL, Expected, Missing, Outcome, Reading, Sign

if TYPE_CHECKING:
    import xarray as xr

    Data = Sequence[xr.Dataset]

STATEMENTS = {
    "upturn": "the resistance that returns below T_K marks order of the moments inside the superconductor",
    "field": "a field restores the superconductor because it ends that order",
    "carrier": "the superconductor's pairs carry the exchange between the moments: T_K goes with T_c",
    "loop": "loops of the junction switch between alignments of contact and film",
    "spins": "the non-local signal is an accumulation of spins",
    "pairing": "the pairs are spin triplets",
}
"""What the paper states, each of which has rivals of its own."""


@dataclass(frozen=True)
class Mark:
    """A sign that tells a rival from the paper: `look` reads it from data sets, `paper` and `rival` are what either expects.

    `look(data)` gives a `Reading`, or a text that says why the data do not give it; it may raise `FitError`. `kinds` of
    measurement are needed for it; `measurement` says which one (field, temperature, bias, length) would give it.
    """

    name: str
    unit: str
    kinds: tuple[str, ...]
    look: Callable[[Data], Reading | str]
    paper: Expected
    rival: Expected
    measurement: str

    def read(self, data: Data) -> Sign | Missing:
        """The sign, or why it is missing. Doubtful numbers (no error, not finite) are missing, not certain."""
        suitable = [ds for ds in data if ds.attrs["kind"] in self.kinds]
        if not suitable:
            return Missing(self.name, f"no data of kind {' or '.join(self.kinds)}", self.measurement)
        try:
            found = self.look(suitable)
        except FitError as error:
            return Missing(self.name, str(error), self.measurement)
        if isinstance(found, str):
            return Missing(self.name, found, self.measurement)
        if not (found.error > 0 and abs(found.value) < float("inf") and found.error < float("inf")):
            return Missing(self.name, "the data give no error for it", self.measurement)
        return Sign(self.name, self.unit, found, self.paper, self.rival)


@dataclass(frozen=True)
class Rival:
    """Another explanation: its `claim` in a sentence, the statement of the paper it is `against` (`STATEMENTS`), its `source`.

    `twin(key)` gives the data sets of a device where it is the truth. `same_as` names rivals that would make the same data, so
    that both stand where one is true. `about` names the mark of what is to be explained: without it the others say nothing.
    """

    name: str
    claim: str
    against: str
    source: str
    twin: Callable[[int], list[xr.Dataset]]
    marks: tuple[Mark, ...]
    same_as: tuple[str, ...] = ()
    about: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of data that its marks are read from."""
        return tuple(dict.fromkeys(kind for mark in self.marks for kind in mark.kinds))

    @property
    def told_from_paper(self) -> bool:
        """Whether any of its marks can tell it from the paper's hypothesis."""
        return any((one.paper.low, one.paper.high) != (one.rival.low, one.rival.high) for one in self.marks)

    def test(self, data: Data, level: float = LEVEL) -> Outcome:
        """The verdict of data sets on the rival."""
        read = [mark.read(data) for mark in self.marks]
        without = [one for one in read if isinstance(one, Missing) and one.sign == self.about]
        if without:
            read = [*without, *(one for one in read if isinstance(one, Missing) and one not in without)]
        signs = tuple(one for one in read if isinstance(one, Sign))
        missing = tuple(one for one in read if isinstance(one, Missing))
        return Outcome(self.name, self.claim, self.against, signs, missing, level)


# Loaded here, since loaded later the folder would take the place of the function of its name in the package.
_FOLDER = importlib.import_module("supraspin.verdict.rivals")


@cache
def rivals() -> tuple[Rival, ...]:
    """Those of the folder, by the names of their files."""
    names = sorted(found.name for found in pkgutil.iter_modules(_FOLDER.__path__) if not found.name.startswith("_"))
    modules = [importlib.import_module(f"supraspin.verdict.rivals.{name}") for name in names]
    return tuple(one for module in modules for one in getattr(module, "RIVALS", None) or (module.RIVAL,))


def rival(name: str) -> Rival:
    """The rival of that name. Raises `DataError` with the names there are."""
    for one in rivals():
        if one.name == name:
            return one
    raise DataError(f"there is no rival {name!r}; there are {', '.join(one.name for one in rivals())}")
