"""`weigh`: rival models by evidence and by prediction, what the priors do to the odds, whether any model fits at all, and which
measurement would tell those apart that these data do not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from supraspin.errors import FitError
from supraspin.fit.bayes.hints import hints_of_weights
from supraspin.fit.bayes.part import Noise
from supraspin.fit.bayes.prior import Prior
from supraspin.fit.bayes.verdict import verdict_of
from supraspin.fit.bayes.weight import WIDER, Weight, own_options, weight_of
from supraspin.fit.compare import Comparison, compare
from supraspin.fit.design.hint import Hint, said
from supraspin.fit.parameter import number
from supraspin.fit.rival import find_rival
from supraspin.flags import Flag
from supraspin.model import Model

__all__ = ["Weighing", "Weight", "weigh"]


@dataclass(frozen=True)
class Weighing:
    """Models by evidence, best first; `fits` are the least-squares fits to the same points, with their absolute misfit. `share`
    of the readings are independent, and the odds count those. `hints`: measurements that would tell the first two apart."""

    weights: tuple[Weight, ...]
    fits: Comparison
    share: float
    verdict: str
    flags: tuple[Flag, ...]
    hints: tuple[Hint, ...] = ()

    def log_odds(self, model: str, rival: str) -> tuple[float, float, float]:
        """ln B of a model over a rival, and its range when the priors of both are `WIDER` times as wide."""
        one, other = (next(w for w in self.weights if w.model == name) for name in (model, rival))
        middle, wide = one.counted - other.counted, one.wide - other.wide
        return middle, min(middle, wide), max(middle, wide)

    def __str__(self) -> str:
        best = self.weights[0]
        rows = [("model", "k", "ln Z", "ln B", "with wide priors", "k-hat", "elpd", "short of best", "chi2/dof", "runs z")]
        leader = max(self.weights, key=lambda w: w.loo.elpd)
        for w in self.weights:
            middle, low, high = self.log_odds(w.model, best.model)
            fit = self.fits.results[w.model]
            short, error = leader.loo.against(w.loo)
            trust = f"{w.k_hat:.2f}" if math.isfinite(w.k_hat) else w.method.split()[0] if math.isnan(w.k_hat) else f"{w.k_hat}"
            rows.append((
                w.model, str(w.parameters), f"{w.counted:.2f} ± {w.error:.2f}", f"{middle:.1f}",
                "" if w is best else f"{low:.1f} .. {high:.1f}", trust, f"{w.loo.elpd:.1f}",
                "" if w is leader else f"{short:.1f} ± {error:.1f}", f"{fit.reduced_chi_square:.3g}",
                f"{fit.structure.runs_z:.1f}",
            ))  # fmt: skip
        widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
        lines = [
            "  ".join(cell.ljust(w) if c == 0 else cell.rjust(w) for c, (cell, w) in enumerate(zip(row, widths, strict=True)))
            for row in rows
        ]
        return "\n".join([*lines, self.verdict, *said(self.hints), *(f"{f.level} {f.code}: {f.message}" for f in self.flags)])

    def to_dict(self) -> dict[str, Any]:
        best = self.weights[0]
        rows = []
        for w in self.weights:
            middle, low, high = self.log_odds(w.model, best.model)
            rows.append({
                "model": w.model, "parameters": w.parameters, "log_evidence": number(w.counted), "error": number(w.error),
                "log_evidence_of_all_readings": number(w.log_evidence),
                "log_odds": number(middle), "log_odds_wide_priors": [number(low), number(high)], "k_hat": number(w.k_hat),
                "method": w.method, "elpd": number(w.loo.elpd), "elpd_error": number(w.loo.error),
                "doubtful_readings": w.loo.doubtful,
                "priors": {q.name: {"prior": q.prior.describe(q.unit), "source": q.prior.source} for q in w.whole.quantities},
            })  # fmt: skip
        return {
            "weights": rows, "independent_share": number(self.share), "verdict": self.verdict,
            "hints": [hint.to_dict() for hint in self.hints], "fits": self.fits.to_dict(),
            "flags": [{**f.to_dict(), "numbers": {k: number(v) for k, v in f.numbers.items()}} for f in self.flags],
        }  # fmt: skip


def weigh(
    models: Sequence[str | Callable[..., Any] | Model], data: Any = None, *, priors: Mapping[str, Prior] | None = None,
    noise: Noise = "normal", key: int = 0, count: int = 2000, at: Mapping[str, Sequence[float]] | None = None, **options: Any,
) -> Weighing:  # fmt: skip
    """Weigh models on the same points: evidence, leave-one-out, least-squares misfit, and how far the priors decide.

    `options` are those of `compare`; `priors`, and names in `fix`, `free`, `start` and `bounds`, go to the models that have them.
    Where the residuals of the best fit are correlated, the odds count independent readings. Where the first two models cannot
    be told apart, `hints` say which change of the measurement would do it; `at` asks for settings of your own (SI, such as
    `{"temperature": [0.4], "sweeps": [16]}`; the range of the swept coordinate goes by its name). A model that cannot be fitted
    is left out with a flag. Raises `FitError` where none can.
    """
    entries = [find_rival(m) for m in models]
    fits = compare(models, data, profile=False, key=key, **options)
    flags = [flag for flag in fits.flags if flag.code == "could_not_fit"]
    share = min(fits.n_effective / fits.n, 1.0)
    weights = []
    for entry in entries:
        if entry.name not in fits.results:
            continue
        own = {name: prior for name, prior in (priors or {}).items() if name.partition("[")[0] in entry.parameters}
        try:
            weights.append(weight_of(entry, data, own, noise, share, key, count, own_options(entry, options)))
        except FitError as error:
            flags.append(Flag("no_evidence", f"{entry.name} has no evidence: {error}", "warning"))
    if not weights:
        raise FitError("; ".join(f.message for f in flags))
    weights.sort(key=lambda w: -w.counted)
    raw = Weighing(tuple(weights), fits, share, "", ())
    verdict, more, open_ = verdict_of(raw, WIDER)
    hints = hints_of_weights(weights[0], weights[1], fits, share, at) if len(weights) > 1 and (open_ or at) else ()
    return Weighing(tuple(weights), fits, share, verdict, (*flags, *more), hints)
