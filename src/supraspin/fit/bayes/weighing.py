"""`weigh`: rival models by evidence and by prediction, what the priors do to the odds, and whether any model fits at all."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from supraspin.errors import FitError
from supraspin.fit.bayes.evidence import evidence, widened
from supraspin.fit.bayes.importance import Weighted
from supraspin.fit.bayes.joint import Joint, join
from supraspin.fit.bayes.loo import LeaveOneOut, leave_one_out
from supraspin.fit.bayes.pareto import LIMIT
from supraspin.fit.bayes.part import OPTIONS, Noise, Part
from supraspin.fit.bayes.prior import Prior
from supraspin.fit.compare import BY_NAME, Comparison, compare
from supraspin.fit.parameter import number
from supraspin.flags import Flag
from supraspin.model import Model, find_model

DRAWS = 1000
WIDER = 10.0
"""Factor on the widths of priors that nobody gave, by which their say in the odds is tested."""
DECISIVE = math.log(20)
"""ln of the odds from which one model is said to win."""


@dataclass(frozen=True)
class Weight:
    """One model: its evidence, the same under wide priors, prediction, and how many parameters it has."""

    model: str
    parameters: int
    log_evidence: float
    error: float
    wide: float
    k_hat: float
    method: str
    loo: LeaveOneOut
    whole: Joint
    drawn: Weighted


@dataclass(frozen=True)
class Weighing:
    """Models by evidence, best first; `fits` are the least-squares fits to the same points, with their absolute misfit."""

    weights: tuple[Weight, ...]
    fits: Comparison
    verdict: str
    flags: tuple[Flag, ...]

    def log_odds(self, model: str, rival: str) -> tuple[float, float, float]:
        """ln B of a model over a rival, and its range when the priors of the one or of the other are `WIDER` times as wide."""
        one, other = (next(w for w in self.weights if w.model == name) for name in (model, rival))
        middle = one.log_evidence - other.log_evidence
        moved = (one.wide - other.log_evidence, one.log_evidence - other.wide, one.wide - other.wide)
        return middle, min(middle, *moved), max(middle, *moved)

    def __str__(self) -> str:
        best = self.weights[0]
        rows = [("model", "k", "ln Z", "ln B", "with wide priors", "k-hat", "elpd", "short of best", "chi2/dof", "runs z")]
        leader = max(self.weights, key=lambda w: w.loo.elpd)
        for w in self.weights:
            middle, low, high = self.log_odds(w.model, best.model)
            fit = self.fits.results[w.model]
            short, error = leader.loo.against(w.loo)
            said = f"{w.k_hat:.2f}" if math.isfinite(w.k_hat) else "nested" if math.isnan(w.k_hat) else f"{w.k_hat}"
            rows.append((
                w.model, str(w.parameters), f"{w.log_evidence:.2f} ± {w.error:.2f}", f"{middle:.1f}",
                "" if w is best else f"{low:.1f} .. {high:.1f}", said, f"{w.loo.elpd:.1f}",
                "" if w is leader else f"{short:.1f} ± {error:.1f}", f"{fit.reduced_chi_square:.3g}",
                f"{fit.structure.runs_z:.1f}",
            ))  # fmt: skip
        widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
        lines = [
            "  ".join(cell.ljust(w) if c == 0 else cell.rjust(w) for c, (cell, w) in enumerate(zip(row, widths, strict=True)))
            for row in rows
        ]
        return "\n".join([*lines, self.verdict, *(f"{f.level} {f.code}: {f.message}" for f in self.flags)])

    def to_dict(self) -> dict[str, Any]:
        best = self.weights[0]
        rows = []
        for w in self.weights:
            middle, low, high = self.log_odds(w.model, best.model)
            rows.append({
                "model": w.model, "parameters": w.parameters, "log_evidence": number(w.log_evidence), "error": number(w.error),
                "log_odds": number(middle), "log_odds_wide_priors": [number(low), number(high)], "k_hat": number(w.k_hat),
                "method": w.method, "elpd": number(w.loo.elpd), "elpd_error": number(w.loo.error),
                "doubtful_readings": w.loo.doubtful,
                "priors": {q.name: {"prior": q.prior.describe(q.unit), "source": q.prior.source} for q in w.whole.quantities},
            })  # fmt: skip
        return {
            "weights": rows, "verdict": self.verdict, "fits": self.fits.to_dict(),
            "flags": [{**f.to_dict(), "numbers": {k: number(v) for k, v in f.numbers.items()}} for f in self.flags],
        }  # fmt: skip


def weigh(
    models: Sequence[str | Callable[..., Any] | Model], data: Any = None, *, priors: Mapping[str, Prior] | None = None,
    noise: Noise = "normal", key: int = 0, count: int = 4000, **options: Any,
) -> Weighing:  # fmt: skip
    """Weigh models on the same points: evidence, leave-one-out, least-squares misfit, and how far the priors decide.

    `options` are those of `compare`; `priors`, and names in `fix`, `free`, `start` and `bounds`, go to the models that have them.
    A model that cannot be fitted is left out with a flag. Raises `FitError` where none can.
    """
    fits = compare(models, data, profile=False, key=key, **options)
    flags = list(fits.flags)
    weights = []
    for entry in [find_model(m) for m in models]:
        if entry.name not in fits.results:
            continue
        own = {name: prior for name, prior in (priors or {}).items() if name.partition("[")[0] in entry.parameters}
        try:
            weights.append(_weight(entry, data, own, noise, key, count, _own(entry, options)))
        except FitError as error:
            flags.append(Flag("no_evidence", f"{entry.name} has no evidence: {error}", "warning"))
    if not weights:
        raise FitError("; ".join(f.message for f in flags))
    weights.sort(key=lambda w: -w.log_evidence)
    verdict, more = _verdict(weights, fits)
    return Weighing(tuple(weights), fits, verdict, (*flags, *more))


def _own(entry: Model, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a part, with the names that this model has."""
    out = {name: value for name, value in options.items() if name in OPTIONS}
    if options.get("shared") is not None:
        names = [options["shared"]] if isinstance(options["shared"], str) else options["shared"]
        out["common"] = [name for name in names if name in entry.parameters]
    for what in BY_NAME:
        if out.get(what):
            out[what] = {name: value for name, value in out[what].items() if name.partition("[")[0] in entry.parameters}
    if out.get("free") is not None:
        names = [out["free"]] if isinstance(out["free"], str) else out["free"]
        out["free"] = [name for name in names if name in entry.parameters]
    return out


def _weight(
    entry: Model, data: Any, priors: Mapping[str, Prior], noise: Noise, key: int, count: int, options: Mapping[str, Any]
) -> Weight:
    whole = join([Part(entry, data, noise=noise, options=options)], priors, key=key)
    drawn, _ = evidence(whole, count=count, key=key)
    wide = widened(whole, WIDER, given=frozenset(priors), count=count, key=key)
    draws = drawn.resampled(DRAWS, np.random.default_rng([key, 0x6C6F6F]))
    loo = leave_one_out(whole, draws, key)
    return Weight(
        entry.name,
        len(whole.names),
        drawn.log_evidence,
        drawn.error,
        wide.log_evidence,
        drawn.k_hat,
        drawn.method,
        loo,
        whole,
        drawn,
    )


def _verdict(weights: Sequence[Weight], fits: Comparison) -> tuple[str, list[Flag]]:
    flags = []
    if len(weights) < 3:
        message = (
            f"{len(weights)} model{'s' if len(weights) > 1 else ''} only: odds tell which is better, not whether one is right"
        )
        flags.append(Flag("few_rivals", message, "warning"))
    best = weights[0]
    fit = fits.results[best.model]
    for code in ("poor_fit", "residuals_structured"):
        for flag in fit.flags:
            if flag.code == code:
                message = f"{best.model} has the largest evidence and still does not describe the data: {flag.message}"
                flags.append(Flag("best_is_still_bad", message, "warning", flag.numbers))
    for w in weights:
        if math.isfinite(w.k_hat) and w.k_hat > LIMIT:
            message = f"the evidence of {w.model} is not to be trusted: k-hat {w.k_hat:.2f} is above {LIMIT}"
            flags.append(Flag("evidence_doubtful", message, "fault", {"k_hat": w.k_hat}))
    if len(weights) == 1:
        return f"{best.model} is the only model weighed.", flags
    second = weights[1]
    weighing = Weighing(tuple(weights), fits, "", ())
    middle, low, _ = weighing.log_odds(best.model, second.model)
    short, error = best.loo.against(second.loo)
    odds = f"ln B = {middle:.1f} over {second.model}"
    if middle < DECISIVE:
        close = ", ".join(w.model for w in weights if best.log_evidence - w.log_evidence < DECISIVE)
        message = f"{close} cannot be told apart by these data (ln B below {DECISIVE:.1f})"
        flags.append(Flag("cannot_be_told_apart", message, "warning", {"log_odds": middle}))
        return f"{best.model} has the largest evidence, but {message}.", flags
    if low < DECISIVE:
        message = f"priors {WIDER:.0f} times as wide leave ln B at {low:.1f}: the odds are made by the priors"
        flags.append(Flag("priors_decide", message, "warning", {"log_odds": middle, "with_wide_priors": low}))
        return f"{best.model} has the largest evidence ({odds}), but {message}.", flags
    if short < -2 * error:
        message = f"{second.model} predicts better, by {-short:.1f} ± {error:.1f} in elpd, against {odds}"
        flags.append(Flag("prediction_disagrees", message, "warning", {"elpd": short, "error": error}))
    return f"{best.model} wins: {odds}, at least {low:.1f} with priors {WIDER:.0f} times as wide.", flags
