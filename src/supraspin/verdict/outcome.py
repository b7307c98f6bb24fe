"""What a test of a rival found: signs with what either side expects of them, two probabilities, and the verdict.

A sign is a quantity read from data whose size the paper's hypothesis and the rival foretell differently: x +- s against an
interval of values each. Its distance z to an interval is counted in s (0 within), and

    p = P(chi^2_n > sum_i z_i^2)

over the n signs that tell the two apart is the probability of data as far off if the hypothesis is true; where it allows a range
of values this is an upper bound of it. A sign of which both expect the same is a premise of both: it tells nothing for either,
but where it fails, neither has anything to explain, and p is that of the premise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from supraspin.formatting import si, uncertain

LEVEL = 0.01
"""Probability below which a hypothesis is excluded by a test."""
Verdict = Literal["excluded", "supported", "cannot tell", "neither", "no data"]


@dataclass(frozen=True)
class Expected:
    """What a hypothesis says of a sign: a value between `low` and `high`, in words `text`."""

    low: float
    high: float
    text: str

    @classmethod
    def exactly(cls, value: float, text: str) -> Expected:
        return cls(value, value, text)

    def pull(self, value: float, error: float) -> float:
        """Signed distance of a value to the interval in errors; 0 within."""
        if self.low <= value <= self.high:
            return 0.0
        return (value - (self.low if value < self.low else self.high)) / error


@dataclass(frozen=True)
class Reading:
    """A sign as read from data, in SI units, with its statistical error and the spread under choices of the analysis.

    `used` names the data; `text` says what was found in words.
    """

    value: float
    stderr: float
    systematic: float = 0.0
    used: tuple[str, ...] = ()
    text: str = ""

    @property
    def error(self) -> float:
        return math.hypot(self.stderr, self.systematic)


@dataclass(frozen=True)
class Sign:
    """A sign that was read, with what the paper and the rival expect of it."""

    name: str
    unit: str
    reading: Reading
    paper: Expected
    rival: Expected

    @property
    def pulls(self) -> tuple[float, float]:
        """Distances to what the paper and what the rival expects, in errors."""
        x, s = self.reading.value, self.reading.error
        return self.paper.pull(x, s), self.rival.pull(x, s)

    @property
    def tells(self) -> bool:
        """Whether the two expect different things; if not, the sign is a premise of both."""
        return (self.paper.low, self.paper.high) != (self.rival.low, self.rival.high)

    @property
    def wanted(self) -> float | None:
        """The error at which the two expectations lie 5.16 errors apart, so that one of them falls; None where they meet."""
        gap = max(self.paper.low, self.rival.low) - min(self.paper.high, self.rival.high)
        return gap / (2 * 2.58) if gap > 0 else None

    @property
    def measured(self) -> str:
        """The quantity with its error, as it may be quoted."""
        return uncertain(self.reading.value, self.reading.error, self.unit) if self.unit != "1" else (
            f"{self.reading.value:.3g} ± {self.reading.error:.1g}"
        )  # fmt: skip


@dataclass(frozen=True)
class Missing:
    """A sign that the data do not give, why, and the measurement that would."""

    sign: str
    why: str
    measurement: str


@dataclass(frozen=True)
class Outcome:
    """The verdict on one rival.

    `p_paper` and `p_rival`: probability of data as far from what either expects. `missing` are the signs that the data lack.
    """

    rival: str
    claim: str
    against: str
    signs: tuple[Sign, ...]
    missing: tuple[Missing, ...]
    level: float = LEVEL

    @property
    def p_paper(self) -> float | None:
        return self._probability(0)

    @property
    def p_rival(self) -> float | None:
        return self._probability(1)

    def _probability(self, side: int) -> float | None:
        telling = probability([sign.pulls[side] for sign in self.signs if sign.tells])
        premises = [probability([sign.pulls[side]]) for sign in self.signs if not sign.tells]
        both = [p for p in (telling, *premises) if p is not None]
        return min(both, default=None)

    @property
    def verdict(self) -> Verdict:
        """Excluded: the paper's hypothesis fits and the rival does not; supported: the other way round."""
        if self.p_paper is None or self.p_rival is None:
            return "no data"
        paper, rival = self.p_paper >= self.level, self.p_rival >= self.level
        if paper and rival:
            return "cannot tell"
        if paper:
            return "excluded"
        return "supported" if rival else "neither"

    @property
    def used(self) -> tuple[str, ...]:
        """The data behind the signs."""
        return tuple(dict.fromkeys(name for sign in self.signs for name in sign.reading.used))

    @property
    def hints(self) -> tuple[str, ...]:
        """What would tell, where these data do not: signs to be read more precisely, then those that are missing."""
        if self.verdict not in ("cannot tell", "no data"):
            return ()
        sharper = tuple(
            f"{sign.name} known to ± {sign.wanted:.2g} (here ± {sign.reading.error:.2g})"
            for sign in self.signs
            if sign.wanted is not None and sign.reading.error > sign.wanted
        )
        return sharper + tuple(f"{one.measurement} ({one.why})" for one in self.missing)

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and text, in SI."""
        return {
            "rival": self.rival, "claim": self.claim, "against": self.against, "verdict": self.verdict, "level": self.level,
            "p_paper": self.p_paper, "p_rival": self.p_rival, "used": list(self.used),
            "signs": [
                {
                    "sign": sign.name, "unit": sign.unit, "value": sign.reading.value, "stderr": sign.reading.stderr,
                    "systematic": sign.reading.systematic, "text": sign.reading.text, "tells": sign.tells,
                    "paper": _expected(sign.paper), "rival": _expected(sign.rival),
                    "pull_paper": sign.pulls[0], "pull_rival": sign.pulls[1], "used": list(sign.reading.used),
                }
                for sign in self.signs
            ],
            "hints": list(self.hints),
            "missing": [{"sign": m.sign, "why": m.why, "measurement": m.measurement} for m in self.missing],
        }  # fmt: skip


def _expected(one: Expected) -> dict[str, Any]:
    return {"low": one.low, "high": one.high, "text": one.text}


def probability(pulls: Sequence[float]) -> float | None:
    """P(chi^2_n > sum of the squares of n pulls); None of none."""
    from scipy.stats import chi2

    return float(chi2.sf(sum(z * z for z in pulls), len(pulls))) if pulls else None


def said(expected: Expected, unit: str) -> str:
    """The interval in print: `1`, `at least 0.01`, `0 to 0.5`."""
    low, high = (f"{v:.3g}" if unit == "1" else si(v, unit) for v in (expected.low, expected.high))
    if expected.low == expected.high:
        return low
    if math.isinf(expected.high):
        return f"at least {low}"
    return f"at most {high}" if math.isinf(expected.low) else f"{low} to {high}"
