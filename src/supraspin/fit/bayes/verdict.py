"""What evidence, priors and misfit together allow to be said about rival models."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from supraspin.fit.bayes.pareto import LIMIT
from supraspin.flags import Flag

if TYPE_CHECKING:
    from supraspin.fit.bayes.weighing import Weighing

DECISIVE = math.log(20)
"""ln of the odds from which one model is said to win."""


def verdict_of(found: Weighing, wider: float) -> tuple[str, list[Flag], bool]:
    """A sentence, flags, and whether the first two models are left open."""
    weights, flags = found.weights, _doubts(found)
    best = weights[0]
    if len(weights) == 1:
        return f"{best.model} is the only model weighed.", flags, False
    second = weights[1]
    middle, low, _ = found.log_odds(best.model, second.model)
    short, error = best.loo.against(second.loo)
    odds = f"ln B = {middle:.1f} over {second.model}"
    if middle < DECISIVE:
        close = " and ".join(w.model for w in weights if best.counted - w.counted < DECISIVE)
        message = f"{close} cannot be told apart by these data (ln B below {DECISIVE:.1f})"
        flags.append(Flag("cannot_be_told_apart", message, "warning", {"log_odds": middle}))
        return f"{best.model} has the largest evidence, but {message}.", flags, True
    if low < DECISIVE:
        message = f"priors {wider:.0f} times as wide leave ln B at {low:.1f}: the odds are made by the priors"
        flags.append(Flag("priors_decide", message, "warning", {"log_odds": middle, "with_wide_priors": low}))
        return f"{best.model} has the largest evidence ({odds}), but {message}.", flags, True
    if short < -2 * error:
        message = f"{second.model} predicts better, by {-short:.1f} ± {error:.1f} in elpd, against {odds}"
        flags.append(Flag("prediction_disagrees", message, "warning", {"elpd": short, "error": error}))
    return f"{best.model} wins: {odds}, at least {low:.1f} with priors {wider:.0f} times as wide.", flags, False


def _doubts(found: Weighing) -> list[Flag]:
    """What makes the odds doubtful, whichever model they favour."""
    flags, weights, n = [], found.weights, found.fits.n
    if len(weights) < 3:
        count = f"{len(weights)} model{'s' if len(weights) > 1 else ''}"
        flags.append(Flag("few_rivals", f"{count} only: odds tell which is better, not whether one is right", "warning"))
    if found.share < 1:
        independent = found.share * n
        message = f"the residuals are correlated: ln B counts {independent:.0f} independent readings of {n}"
        if len(weights) > 1:
            message += f" (all of them: {weights[0].log_evidence - weights[1].log_evidence:.1f} over {weights[1].model})"
        flags.append(Flag("odds_of_independent_readings", message, "note", {"n_effective": independent, "n": float(n)}))
    best = weights[0]
    for code in ("poor_fit", "residuals_structured"):
        for flag in found.fits.results[best.model].flags:
            if flag.code == code:
                message = f"{best.model} has the largest evidence and still does not describe the data: {flag.message}"
                flags.append(Flag("best_is_still_bad", message, "warning", flag.numbers))
    for w in weights:
        if not math.isnan(w.k_hat) and w.k_hat > LIMIT:
            message = f"the evidence of {w.model} is not to be trusted: k-hat {w.k_hat:.2f} is above {LIMIT}"
            flags.append(Flag("evidence_doubtful", message, "fault", {"k_hat": w.k_hat}))
    return flags
