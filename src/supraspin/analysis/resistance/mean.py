"""What the sweeps of one channel say together: levels averaged over warming and cooling, so that a lag cancels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.resistance.curve import Curve
from supraspin.analysis.resistance.ratio import Ratio, ratio
from supraspin.analysis.resistance.transition_steps import TwoSteps, two_steps
from supraspin.analysis.resistance.transition_verdict import Transition, significant, transition


@dataclass(frozen=True)
class Value:
    """A number with its statistical error."""

    value: float
    stderr: float


@dataclass(frozen=True)
class Channel:
    """The sweeps of one channel at one field with the transition of each, and what they share."""

    name: str
    curves: tuple[Curve, ...]
    found: tuple[Transition, ...]
    ratios: tuple[Ratio, ...]
    steps: TwoSteps | None
    unrepeated: bool

    @property
    def seen(self) -> list[tuple[Curve, Transition]]:
        return [(c, t) for c, t in zip(self.curves, self.found, strict=True) if t.found]

    @property
    def superconducts(self) -> bool:
        """Whether at least half of the sweeps show a transition."""
        return bool(self.found) and 2 * len(self.seen) >= len(self.found)

    @property
    def complete(self) -> bool:
        return bool(self.seen) and all(t.complete for _, t in self.seen)

    @property
    def reentrant(self) -> bool:
        return bool(self.seen) and all(t.reentrant for _, t in self.seen)

    def mean_onset(self) -> Value:
        """T_K over the directions, K, of a channel that is re-entrant."""
        risen = [(c, t.rising.temperature, t.rising.stderr) for c, t in self.seen if t.rising is not None]
        mean = over_directions(risen)
        assert mean is not None
        return mean

    def level(self, x: float) -> Value | None:
        """T_C at a level of the normal resistance, K; None where a sweep does not reach it."""
        return over_directions([(c, t.crossings[x].temperature, t.crossings[x].stderr)
                                for c, t in self.seen if t.crossings and x in t.crossings])  # fmt: skip


def _or_a_jump(found: Transition) -> Transition:
    """The transition of a lone sweep, or none where all of it is one step that leaves resistance: so jumps a bad contact."""
    if not found.found or found.resolved or found.complete:
        return found
    said = (f"the only fall is one step from a reading to the next and leaves {100 * found.residual:.2g} % of the resistance: a "
            "jump of the reading looks the same, and another sweep would tell")  # fmt: skip
    return Transition(found.statistic, False, said)


def channel(name: str, curves: Sequence[Curve], lead: float | None, reference: float) -> Channel:
    """The transitions of sweeps. A rise on cooling must show in all of them, and in both directions if it could be a drift."""
    found = [transition(c, lead) for c in curves]
    risen = [t.found and t.normal is not None and significant(t.rise, t.normal) for t in found]
    both = {c.direction for c, up in zip(curves, risen, strict=True) if up} >= {1, -1}
    if both and all(up for up, t in zip(risen, found, strict=True) if t.found):
        found = [transition(c, lead, repeated=True) for c in curves]
    found = [_or_a_jump(t) for t in found] if len(found) == 1 else found
    rising = [t.reentrant for t in found if t.found]
    unrepeated = any(rising) and not all(rising)
    good = [(c, t) for c, t in zip(curves, found, strict=True) if t.found]
    ratios = tuple(r for c, t in good if (r := ratio(c, t, lead, reference)) is not None)
    steps = [two_steps(c, t) for c, t in good]
    return Channel(name, tuple(curves), tuple(found), ratios, steps[0] if steps and all(steps) else None, unrepeated)


def over_directions(values: Sequence[tuple[Curve, float, float]]) -> Value | None:
    """Mean over the directions of sweeps of (curve, value, error); the error is the larger of expected and seen scatter."""
    groups = [[(v, s) for c, v, s in values if c.direction == d] for d in sorted({c.direction for c, _, _ in values})]
    if not groups:
        return None
    means, errors = [], []
    for group in groups:
        v, s = np.array(group).T
        means.append(float(v.mean()))
        scatter = float(v.std(ddof=1)) / math.sqrt(v.size) if v.size > 2 else 0.0
        errors.append(max(math.sqrt(float((s**2).sum())) / v.size, scatter))
    return Value(float(np.mean(means)), math.sqrt(sum(e**2 for e in errors)) / len(errors))
