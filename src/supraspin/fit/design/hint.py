"""A hint: the measurement that would tell two models apart, and by how much."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from supraspin.fit.design.expected import Side, expected_log_odds
from supraspin.fit.design.settings import SWEEPS, Setting
from supraspin.fit.parameter import number
from supraspin.formatting import si
from supraspin.quantities import QUANTITIES

ENOUGH = math.log(20)
"""Expected ln of the odds from which a measurement is said to tell two models apart."""


@dataclass(frozen=True)
class Hint:
    """A measurement with the quantity `setting` at `value` (SI) in place of `present`, all else as it was, and the ln of the odds
    that it is expected to add: in favour of the first of `models` if that is true, of the second if that one is, and by what
    is believed now."""

    models: tuple[str, str]
    setting: str
    value: float
    present: float
    unit: str
    expected: float
    if_first: float
    if_second: float

    @property
    def enough(self) -> bool:
        """Whether the measurement is expected to tell the two apart."""
        return self.expected >= ENOUGH

    def __str__(self) -> str:
        first, second = self.models
        return f"{self.measurement} {'tells' if self.enough else 'does not tell'} {first} and {second} apart: {self.odds}"

    @property
    def odds(self) -> str:
        """The expected odds in words."""
        first, second = self.models
        either = f"{self.if_first:.1f} if {first} is true, {self.if_second:.1f} if {second} is"
        return f"ln B = {self.expected:.1f} expected ({either})"

    @property
    def measurement(self) -> str:
        """What to measure, in words."""
        if self.setting == SWEEPS:
            return f"averaging {self.value:.3g} sweeps of this kind"
        value, now = si(self.value, self.unit), si(self.present, self.unit)
        if self.setting in ("temperature", "separation"):
            return f"a sweep at a {_words(self.setting)} of {value} (now {now})"
        return f"a sweep to a {_words(self.setting)} of {value} (now {now})"

    def to_dict(self) -> dict[str, Any]:
        return {
            "models": list(self.models), "setting": self.setting, "value": number(self.value), "present": number(self.present),
            "unit": self.unit, "expected_log_odds": number(self.expected), "if_first_is_true": number(self.if_first),
            "if_second_is_true": number(self.if_second), "enough": self.enough, "text": str(self),
        }  # fmt: skip


def said(hints: Sequence[Hint]) -> list[str]:
    """Hints as sentences: those that are enough, or that none is and which comes nearest."""
    enough = [str(hint) for hint in hints if hint.enough]
    if enough or not hints:
        return enough
    first, second = hints[0].models
    return [f"no setting tried tells {first} and {second} apart; nearest comes {hints[0].measurement}: {hints[0].odds}"]


def _words(name: str) -> str:
    return name.replace("_", " ") if name in QUANTITIES else name


def choose(one: Side, other: Side, settings: Sequence[Setting], belief: float = 0.5, *, every: bool = False) -> tuple[Hint, ...]:
    """Hints, the best first: of each quantity the smallest change that is enough, or else the best (`every`: all settings).

    `belief` is the probability of the first model as things stand.
    """
    rough = [(s, _hint(one, other, s, belief, rough=True)) for s in settings]
    kept = rough if every else _one_each([(s, h) for s, h in rough if math.isfinite(h.expected)])
    found = [h for s, _ in kept if math.isfinite((h := _hint(one, other, s, belief)).expected)]
    return tuple(sorted(found, key=lambda h: -h.expected))


def _one_each(pairs: Sequence[tuple[Setting, Hint]]) -> list[tuple[Setting, Hint]]:
    out = []
    for name in dict.fromkeys(s.name for s, _ in pairs):
        own = [pair for pair in pairs if pair[0].name == name]
        enough = [pair for pair in own if pair[1].enough]
        nearest = min(enough, key=lambda p: abs(math.log(p[0].value / p[0].present)), default=None)
        out.append(nearest or max(own, key=lambda p: p[1].expected))
    return out


def _hint(one: Side, other: Side, setting: Setting, belief: float, *, rough: bool = False) -> Hint:
    first, second = (
        expected_log_odds(a, b, setting, np.array([a.mean]) if rough else None) for a, b in ((one, other), (other, one))
    )
    mean = belief * first + (1 - belief) * second
    return Hint((one.name, other.name), setting.name, setting.value, setting.present, setting.unit, mean, first, second)
