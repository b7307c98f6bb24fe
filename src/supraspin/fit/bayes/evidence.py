"""ln of the evidence of a joint posterior: importance sampling where its k-hat is good, nested sampling where it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from supraspin.errors import FitError
from supraspin.fit.bayes import importance, nested
from supraspin.fit.bayes.importance import Weighted
from supraspin.fit.bayes.joint import Joint
from supraspin.fit.bayes.mode import Mode, modes
from supraspin.fit.bayes.pareto import LIMIT
from supraspin.fit.bayes.prior import Prior

FEWEST = 100.0
"""Effective draws below which importance sampling is not believed, whatever its k-hat."""


def evidence(whole: Joint, *, count: int = 4000, key: int = 0, fall_back: bool = True) -> tuple[Weighted, list[Mode]]:
    """Weighted draws with the evidence, and the modes. `fall_back=False` returns importance sampling with its k-hat as it is."""
    found = modes(whole.layout, whole.starts, whole.width, whole.arrays)
    if not found:
        raise FitError("the posterior has no finite value at any start; give start= or priors= where the models can be evaluated")
    drawn = importance.sample(whole, found, count=count, key=key)
    for more in (1, 4):
        if good(drawn):
            break
        drawn = importance.sample(whole, found, count=more * count, key=key + more, bends=True)
    if fall_back and not good(drawn):
        drawn = nested.sample(whole, key=key)
    return drawn, found


def good(drawn: Weighted) -> bool:
    """Whether importance sampling has got hold of the posterior."""
    return drawn.k_hat <= LIMIT and drawn.ess >= FEWEST


@dataclass(frozen=True)
class Widened:
    """How ln Z moves when the priors that nobody gave are `factor` times as wide."""

    factor: float
    log_evidence: float
    priors: Mapping[str, Prior]


def widened(whole: Joint, factor: float, *, given: frozenset[str] = frozenset(), count: int = 4000, key: int = 0) -> Widened:
    """The evidence under wider priors, all but those `given`."""
    priors = {
        q.name: q.prior.widened(factor, q.lower, q.upper) for q in whole.quantities if q.name not in given and not q.noise
    }  # fmt: skip
    drawn, _ = evidence(whole.with_priors(priors), count=count, key=key)
    return Widened(factor, drawn.log_evidence, priors)
