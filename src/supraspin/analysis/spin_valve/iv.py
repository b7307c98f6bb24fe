"""A spin valve read by non-local I-V curves: R_NL of each curve, its two states, where it switches, and what is even in I."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.spin_valve.bias import BiasSignal, signal_of_curves
from supraspin.analysis.spin_valve.curves import Curve, read_curves
from supraspin.analysis.spin_valve.states import Levels, Reading, levels, parallel_is_above, two_state_chance
from supraspin.analysis.spin_valve.switches import Switch, in_one_piece, mirrored, switches
from supraspin.analysis.spin_valve.terms import Terms, fit_terms
from supraspin.errors import FitError
from supraspin.flags import Flag

if TYPE_CHECKING:
    import xarray as xr

LEVEL = 0.01
"""Chance below which two states are called two states."""
_FEWEST = 6
_DISTURBED = 3.0  # error of R_NL over that of most curves, beyond which a curve does not count in the test for two states


@dataclass(frozen=True)
class Valve:
    """Curves in the order of time with their terms, the readings of R_NL made of them, and the two states where there are two.

    `p` is the chance that readings without states show such a gap. `states`, `levels` are None where the chance is not small.
    `spread` holds the difference of the levels under other choices of terms, ohm.
    """

    curves: tuple[Curve, ...]
    terms: tuple[Terms, ...]
    readings: tuple[Reading, ...]
    p: float
    states: np.ndarray | None = None
    levels: Levels | None = None
    switches: tuple[Switch, ...] = ()
    bias: BiasSignal | None = None
    spread: dict[str, float] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()

    @property
    def claimed(self) -> bool:
        """Whether the two groups are those of a spin valve.

        A state comes back after the other (a single step may be anything that happened once), each run holds the
        antiparallel state in one piece, and the two directions do not contradict each other as mirror images.
        """
        if self.states is None:
            return False
        changes = int(np.sum(self.states[1:] != self.states[:-1]))
        return changes >= 2 and in_one_piece(self.readings, self.states) and mirrored(self.switches) is not False

    def whole(self) -> tuple[list[int], np.ndarray]:
        """Which curves are in one state throughout, and these states."""
        assert self.states is not None
        kept = [i for i, t in enumerate(self.terms) if t.after is None]
        first = {id(r): s for r, s in zip(self.readings, self.states, strict=True)}
        plain = [r for r in self.readings if r.part == 0]
        return kept, np.array([first[id(r)] for r in plain])


def read_valve(ds: xr.Dataset) -> Valve:
    """Everything that the I-V curves of one data set tell. Raises `FitError` where there are fewer than two usable curves."""
    return judge(*read_curves(ds))


def judge(curves: list[Curve], flags: list[Flag]) -> Valve:
    """The same of curves in the order of time; `flags` are passed on."""
    if len(curves) < 2:
        raise FitError("fewer than two I-V curves with a field and 12 points that are not in doubt")
    terms = [fit_terms(c, len(curves)) for c in curves]
    reach = np.ptp([r.value for r in _readings(curves, terms)])
    terms = [_large_enough(c, t, 0.5 * float(reach), len(curves)) for c, t in zip(curves, terms, strict=True)]
    whole = _trusted(terms)
    if whole.size < _FEWEST:
        text = f"{whole.size} curves in one state throughout are too few to tell two states from scatter; {_FEWEST} are needed"
        flags.append(Flag("too_few_curves", text, "warning"))
        return Valve(tuple(curves), tuple(terms), tuple(_readings(curves, terms)), 1.0, flags=tuple(flags))
    p, threshold = two_state_chance(whole)
    if p >= LEVEL:
        return Valve(tuple(curves), tuple(terms), tuple(_readings(curves, terms)), p, flags=tuple(flags))
    terms = [_plausible(c, t, threshold, len(curves)) for c, t in zip(curves, terms, strict=True)]
    readings = _readings(curves, terms)
    sign = 1 if parallel_is_above(readings, threshold) else -1
    states = np.array([sign if r.value > threshold else -sign for r in readings])
    found = levels(readings, states)
    valve = Valve(
        tuple(curves), tuple(terms), tuple(readings), p, states, found, tuple(switches(readings, states)), flags=tuple(flags)
    )
    kept, whole_states = valve.whole()
    bias = signal_of_curves([curves[i] for i in kept], whole_states)
    spread = {"drift in time fitted too": _again(valve, "drift"), "cubic term fitted too": _again(valve, "cubic")}
    return Valve(**{**vars(valve), "bias": bias, "spread": {k: v for k, v in spread.items() if math.isfinite(v)}})


def _trusted(terms: list[Terms]) -> np.ndarray:
    """R_NL (n,) of the curves in one state throughout, without those that something disturbed: their errors stand out."""
    whole = [t for t in terms if t.after is None]
    errors = np.array([t.stderr["linear"] for t in whole])
    return np.array([t.values["linear"] for t in whole])[errors < _DISTURBED * np.median(errors)] if whole else errors


def _readings(curves: list[Curve], terms: list[Terms]) -> list[Reading]:
    found = []
    for c, t in zip(curves, terms, strict=True):
        part = -1 if t.after is not None else 0
        found.append(Reading(c.field, c.direction, t.values["linear"], t.stderr["linear"], part))
        if t.after is not None:
            found.append(Reading(c.field, c.direction, *t.after, 1))
    return found


def _large_enough(curve: Curve, t: Terms, least: float, looks: int) -> Terms:
    """The terms without their break where it is small beside what R_NL differs by among the curves: drift, not a switch."""
    return t if t.change is None or abs(t.change.size) > least else fit_terms(curve, looks, search=False)


def _plausible(curve: Curve, t: Terms, threshold: float, looks: int) -> Terms:
    """The terms without their break where the slopes before and after it lie on one side: not a switch between the states."""
    if t.after is None or (t.values["linear"] > threshold) != (t.after[0] > threshold):
        return t
    return fit_terms(curve, looks, search=False)


def _again(valve: Valve, extra: str) -> float:
    """The difference of the levels with one more term in each whole curve; NaN where the cycle is not closed."""
    assert valve.states is not None
    if extra == "drift" and not all("drift" in t.values for t in valve.terms):
        return math.nan
    kept, states = valve.whole()
    fits = [fit_terms(valve.curves[i], extra=extra, search=False) for i in kept]
    if not {1, -1} <= set(states.tolist()):
        return math.nan
    readings = [
        Reading(valve.curves[i].field, 0, t.values["linear"], t.stderr["linear"]) for i, t in zip(kept, fits, strict=True)
    ]
    return levels(readings, states).difference
