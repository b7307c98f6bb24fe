"""Whether a family of V-I curves shows the exponent of a BKT transition pass 3, and if not, why not.

A crossing is claimed where all of this holds; the rates at which curves without a transition pass are in
`benchmarks/false_alarms_bkt.py`, the level claimed is `LEVEL`.

1. Two curves colder and two hotter than the crossing lie on their side of 3 by three errors, window systematic included.
2. Next to the crossing the curves are power laws: the exponent is shown to be constant over a factor 10 of voltage.
3. The exponent falls with temperature, without a significant rise, and ends near 1.
4. It does not leap from ohmic to far above 3 between two neighbouring temperatures (a bulk transition does).
5. Curves above 3 do not bend the same way, as a spread of critical currents or heating bends them.
6. Every way to choose the windows finds the crossing, and near the same temperature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from supraspin.analysis.bkt.crossing import UNIVERSAL
from supraspin.analysis.bkt.exponents import Exponent
from supraspin.analysis.bkt.family import Family, beyond, total

LEVEL = 0.01
"""Share of families without a BKT transition for which one may be claimed."""
LEAP = 2.5
HIGH = 4.5
"""A leap of the exponent by `LEAP` to above `HIGH` between neighbours is a bulk-like jump."""
BEND = 0.1
_SIGMAS = 3.0
_DECADE = float(np.log(10.0))

Status = Literal["crossing", "abrupt", "below", "above", "none"]


@dataclass(frozen=True)
class Verdict:
    """`status`: T_BKT is determined, the exponent leaps, T_BKT lies "below" or "above" the temperatures measured, or nothing.

    `reasons` say, in words, what speaks against a claim; `artefact`: curves are no power laws where it matters.
    """

    status: Status
    reasons: tuple[str, ...]
    artefact: bool = False


def judge(family: Family) -> Verdict:
    """The verdict on a family."""
    known = family.known
    if len(known) < 4:
        return Verdict("none", (f"only {len(known)} of {len(family.exponents)} curves have an exponent: at least 4 are needed",))
    if family.crossing is None:
        return _one_side(known)
    found = family.crossing
    cold = [one for one in known if one.temperature <= found.cold[0] * (1 + 1e-9)]
    hot = [one for one in known if one.temperature >= found.hot[0] * (1 - 1e-9)]
    reasons: list[str] = []
    above, below = sum(beyond(one) > _SIGMAS for one in cold), sum(beyond(one) < -_SIGMAS for one in hot)
    if above < 2 or below < 2:
        reasons.append(
            f"{above} curves on the cold side lie above 3 and {below} on the hot side below it by three errors; it takes two each"
        )
    near = [one for one in family.exponents if _beside(one, cold, hot)]
    strange = [one for one in near if not one.known]
    artefact = len(strange) > 0.25 * len(near)
    if artefact:
        reasons.append(f"{len(strange)} of {len(near)} curves next to the crossing are not power laws in any window")
    short = [one for one in cold[-2:] if np.log(one.voltages[1] / one.voltages[0]) < _DECADE]
    if short:
        reasons.append("next to the crossing the power law holds over less than a decade of voltage")
    if rise := _rises(known):
        reasons.append(rise)
    if hot[-1].exponent - 2 * total(hot[-1]) > 2:
        reasons.append(f"at the highest temperature the exponent is still {hot[-1].exponent:.2f}")
    bend, error = _bend(cold)
    if abs(bend) > BEND and abs(bend) > 3 * error:
        artefact = True
        reasons.append(f"curves above 3 bend the same way: their exponent changes by {100 * bend:.0f} % over the windows")
    if moved := _unsteady(family):
        artefact = True
        reasons.append(moved)
    if found.leap > LEAP and found.cold[1] > HIGH:
        text = (f"the exponent leaps from {found.hot[1]:.1f} to {found.cold[1]:.1f} between {found.hot[0]:.4g} K and "
                f"{found.cold[0]:.4g} K")  # fmt: skip
        real = above >= 2 and below >= 2
        return Verdict("abrupt" if real else "none", (text, *reasons), artefact)
    return Verdict("none" if reasons else "crossing", tuple(reasons), artefact)


def _beside(one: Exponent, cold: list[Exponent], hot: list[Exponent]) -> bool:
    """Whether a curve lies between the second neighbours of the crossing."""
    low, high = cold[-min(2, len(cold))].temperature, hot[min(1, len(hot) - 1)].temperature
    return low <= one.temperature <= high


def _rises(known: list[Exponent]) -> str:
    """In words, whether the exponent rises with temperature anywhere; empty where it does not."""
    a, e = np.array([one.exponent for one in known]), np.array([total(one) for one in known])
    lowest = np.minimum.accumulate(a)
    at = np.array([int(np.argmin(a[: k + 1])) for k in range(a.size)])
    excess = a - lowest - np.maximum(0.3, 4 * np.hypot(e, e[at]))
    if (excess > 0).any():
        k = int(np.argmax(excess))
        return (f"the exponent does not fall steadily with temperature: {a[at[k]]:.2f} is followed by {a[k]:.2f} at "
                f"{known[k].temperature:.4g} K")  # fmt: skip
    return ""


def _bend(cold: list[Exponent]) -> tuple[float, float]:
    """Mean relative change of the exponent over the windows of the curves above 3 next to the crossing, and its error."""
    near = [one for one in cold[-4:] if np.isfinite(one.curvature)]
    if not near:
        return 0.0, 0.0
    span = np.array([np.log(one.window[1] / one.window[0]) for one in near])
    bends = np.array([one.curvature for one in near]) * span / np.array([one.exponent for one in near])
    errors = np.array([one.curvature_error for one in near]) * span / np.array([one.exponent for one in near])
    return float(bends.mean()), float(np.sqrt(np.sum(errors**2)) / len(near))


def _unsteady(family: Family) -> str:
    """In words, whether choices of the windows lose the crossing or take it beyond the neighbouring temperatures."""
    found = family.crossing
    lost = [name for name, other in family.choices.items() if other is None]
    if found is None:
        return ""
    if lost:
        return f"with another choice the exponent never passes 3: {', '.join(lost)}"
    temperatures = np.array([one.temperature for one in family.exponents])
    step = float(np.median(np.diff(np.unique(temperatures))))
    crossings = {name: other.temperature for name, other in family.choices.items() if other is not None}
    far = [name for name, temperature in crossings.items() if abs(temperature - found.temperature) > 3 * step]
    return f"another choice takes the crossing more than three temperature steps away: {', '.join(far)}" if far else ""


def _one_side(known: list[Exponent]) -> Verdict:
    """No crossing: a limit where exponents that fall with temperature stay on one side of 3, and nothing where they do not."""
    a = np.array([one.exponent for one in known])
    rise = _rises(known)
    bend, error = _bend(known)
    bent = abs(bend) > BEND and abs(bend) > 3 * error
    falls = a[0] - a[-1] > 0.5 and a[0] - a[-1] > 4 * np.hypot(total(known[0]), total(known[-1]))
    if rise or bent or not falls:
        why = rise or ("the curves bend: they are not power laws" if bent else "the exponent hardly changes with temperature")
        return Verdict("none", (f"the exponent does not pass 3 and {why}" if not rise else why,), bool(bent))
    if all(beyond(one) < -_SIGMAS for one in known[:2]) and a[0] > 1.5:
        return Verdict("below", (f"the exponent reaches {a[0]:.2f} at the lowest temperature and does not pass {UNIVERSAL:.0f}",))
    steep = all(beyond(one) > _SIGMAS for one in known[-2:]) and all(one.status == "power law" for one in known)
    wide = all(np.log(one.voltages[1] / one.voltages[0]) > 1.5 * _DECADE for one in known[-3:])
    if steep and wide:
        return Verdict("above", (f"the exponent is still {a[-1]:.2f} at the highest temperature",))
    return Verdict("none", ("the exponent does not pass 3",))
