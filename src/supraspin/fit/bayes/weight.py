"""One model on the scales: its evidence, the same under wide priors and for independent points only, and how it predicts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from supraspin.fit.bayes.evidence import evidence, widened
from supraspin.fit.bayes.importance import Weighted
from supraspin.fit.bayes.joint import Joint, join
from supraspin.fit.bayes.loo import LeaveOneOut, leave_one_out
from supraspin.fit.bayes.mode import Mode, modes
from supraspin.fit.bayes.part import OPTIONS, Noise, Part
from supraspin.fit.bayes.prior import Prior
from supraspin.fit.compare import BY_NAME
from supraspin.fit.rival import Rival

DRAWS = 600
WIDER = 10.0
"""Factor on the widths of priors that nobody gave, by which their say in the odds is tested."""


@dataclass(frozen=True)
class Weight:
    """One model. `log_evidence` counts every reading, `counted` (± `error`) those that are independent, the same where all are;
    `wide` is `counted` under priors `WIDER` times as wide."""

    model: str
    parameters: int
    log_evidence: float
    error: float
    counted: float
    wide: float
    k_hat: float
    method: str
    loo: LeaveOneOut
    whole: Joint
    drawn: Weighted


def weight_of(
    entry: Rival, data: Any, priors: Mapping[str, Prior], noise: Noise, share: float, key: int, count: int,
    options: Mapping[str, Any],
) -> Weight:  # fmt: skip
    """Weigh one model; `share` of its readings are independent."""
    whole = join([Part(entry.model, data, noise=noise, options=options)], priors, key=key)
    counted = _counting(whole, share) if share < 1 else whole
    drawn, found = evidence(counted, count=count, key=key)
    wide = widened(counted, WIDER, drawn, given=frozenset(priors), count=count, key=key)
    draws = drawn.resampled(DRAWS, np.random.default_rng([key, 0x6C6F6F]))
    loo = leave_one_out(whole, draws, key, power=share)
    every = _by_curvature(whole, found) if share < 1 else drawn.log_evidence
    return Weight(entry.name, len(whole.names), every, drawn.error, drawn.log_evidence, wide.log_evidence, drawn.k_hat,
                  drawn.method, loo, whole, drawn)  # fmt: skip


def _by_curvature(whole: Joint, found: Sequence[Mode]) -> float:
    """ln of the evidence that counts every reading, by Laplace's method: only told, never decided by."""
    sharp = modes(whole.layout, np.array([mode.u for mode in found]), whole.width, whole.arrays)
    logs = [m.log_density + 0.5 * len(m.u) * math.log(2 * math.pi) + float(np.linalg.slogdet(m.factor)[1]) for m in sharp]
    return float(np.logaddexp.reduce(logs)) if logs else math.nan


def _counting(whole: Joint, share: float) -> Joint:
    """The same with every reading worth a part of one: ln of the likelihood times `share`."""
    parts = [{**own, "counts": share * own["counts"]} for own in whole.arrays["parts"]]
    return replace(whole, arrays={**whole.arrays, "parts": parts})


def own_options(entry: Rival, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a part, with the names that this model has."""
    out = {name: value for name, value in options.items() if name in OPTIONS}
    if options.get("shared") is not None:
        names = [options["shared"]] if isinstance(options["shared"], str) else options["shared"]
        out["common"] = [name for name in names if name in entry.parameters]
    for what in BY_NAME:
        if out.get(what):
            out[what] = {name: value for name, value in out[what].items() if name.partition("[")[0] in entry.parameters}
    out["free"] = entry.free(options.get("free"))
    return out
