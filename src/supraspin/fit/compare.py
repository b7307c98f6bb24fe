"""Rival models on the same points: who wins, by how much, and whether the winner is any good."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from supraspin.errors import FitError, ModelError
from supraspin.fit.least_squares import criterion, fit
from supraspin.fit.parameter import number
from supraspin.fit.result import FitResult
from supraspin.fit.rival import Rival, find_rival
from supraspin.flags import Flag
from supraspin.formatting import si
from supraspin.model import Model

BY_NAME = ("fix", "start", "bounds")
LISTS = ("free", "shared")


@dataclass(frozen=True)
class Rank:
    """One model's line of the comparison; `delta` is its AICc above the best one's, `weight` its Akaike weight."""

    model: str
    aicc: float
    delta: float
    weight: float
    bic: float
    parameters: int
    rms: float
    reduced_chi_square: float
    runs_z: float
    lag1: float


@dataclass(frozen=True)
class Comparison:
    """Models ranked by AICc, best first. `aicc_effective` ranks with the number of independent points in place of all."""

    ranks: tuple[Rank, ...]
    results: Mapping[str, FitResult]
    verdict: str
    flags: list[Flag]
    n: int
    n_effective: float
    aicc_effective: Mapping[str, float]

    @property
    def best(self) -> FitResult:
        return self.results[self.ranks[0].model]

    def __str__(self) -> str:
        unit = self.best.model.y.unit
        rows = [("model", "k", "AICc", "delta", "weight", "BIC", "chi2/dof", "rms", "runs z", "lag 1")]
        for r in self.ranks:
            rows.append((
                r.model, str(r.parameters), f"{r.aicc:.2f}", f"{r.delta:.2f}", f"{r.weight:.3g}", f"{r.bic:.2f}",
                f"{r.reduced_chi_square:.4g}", si(r.rms, unit), f"{r.runs_z:.1f}", f"{r.lag1:.2f}",
            ))  # fmt: skip
        widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
        lines = [
            "  ".join(cell.ljust(w) if c == 0 else cell.rjust(w) for c, (cell, w) in enumerate(zip(row, widths, strict=True)))
            for row in rows
        ]
        return "\n".join([*lines, self.verdict, *(f"{f.level} {f.code}: {f.message}" for f in self.flags)])

    def to_dict(self) -> dict[str, Any]:
        keys = ("aicc", "delta", "weight", "bic", "rms", "reduced_chi_square", "runs_z", "lag1")
        return {
            "ranking": [
                {"model": r.model, "parameters": r.parameters, **{k: number(getattr(r, k)) for k in keys}} for r in self.ranks
            ],
            "verdict": self.verdict, "n": self.n, "n_effective": number(self.n_effective),
            "aicc_effective": {name: number(v) for name, v in self.aicc_effective.items()},
            "flags": [{**f.to_dict(), "numbers": {k: number(v) for k, v in f.numbers.items()}} for f in self.flags],
            "fits": {name: result.to_dict() for name, result in self.results.items()},
        }  # fmt: skip


def compare(models: Sequence[str | Callable[..., Any] | Model], data: Any = None, **options: Any) -> Comparison:
    """Fit each model to exactly the same points and rank them by AICc.

    A model may be one with held parameters freed, "hanle+saturation_field". `options` are those of `fit`; names in `fix`,
    `free`, `start`, `bounds` and `shared` go to the models that have them and must exist in at least one. A model that cannot be
    fitted is left out with a flag. Raises `FitError` where none can.
    """
    entries = [find_rival(m) for m in models]
    if len({e.name for e in entries}) != len(entries) or not entries:
        raise FitError(f"models to compare must be one or more different ones, not {[e.name for e in entries]}")
    _check_names(entries, options)
    results: dict[str, FitResult] = {}
    flags: list[Flag] = []
    for entry in entries:
        try:
            results[entry.name] = fit(entry.model, data, **_own(entry, options))
        except FitError as error:
            flags.append(Flag("could_not_fit", f"{entry.name} could not be fitted: {error}", "warning"))
    if not results:
        raise FitError("; ".join(f.message for f in flags))
    first = next(iter(results.values()))
    for name, result in results.items():
        if result.n != first.n or not np.array_equal(result.y, first.y) or not np.array_equal(result.x, first.x):
            raise FitError(f"{name} and {first.model.name} describe different readings or coordinates and cannot be compared")
    return rank(results, flags)


def rank(results: Mapping[str, FitResult], flags: Sequence[Flag] = ()) -> Comparison:
    """A `Comparison` of fits already made to the same points."""
    best_aicc = min(r.aicc for r in results.values())
    relative = {name: _difference(r.aicc, best_aicc) for name, r in results.items()}
    total = sum(math.exp(-0.5 * d) for d in relative.values())
    ranks = sorted(
        (
            Rank(name, r.aicc, relative[name], math.exp(-0.5 * relative[name]) / total, r.bic, len(r.free), r.rms,
                 r.reduced_chi_square, r.structure.runs_z, r.structure.lag1)
            for name, r in results.items()
        ),
        key=lambda line: (line.delta, line.parameters),
    )  # fmt: skip
    best = results[ranks[0].model]
    # Independent points are counted on the best model's residuals (worse ones show their misfit as correlation), and each
    # run of residuals of one sign is at least one: the first-order formula fails for a smooth misfit without noise.
    shape = best.structure
    share = max(shape.n_effective, shape.runs) / best.n if shape.structured else 1.0
    effective = _effective(results, share)
    verdict, more = _verdict(ranks, effective, best, share)
    return Comparison(tuple(ranks), dict(results), verdict, [*flags, *more], best.n, share * best.n, effective)


def _effective(results: Mapping[str, FitResult], share: float) -> dict[str, float]:
    """AICc of each with `share` of the points, or AIC of all where that leaves too few for the correction of one."""
    counts = {name: len(r.free) + (r.sigma_source != "given") for name, r in results.items()}
    found = {name: criterion(share * r.log_likelihood, counts[name], share * r.n) for name, r in results.items()}
    if share == 1.0 or all(math.isfinite(value) for value in found.values()):
        return found
    return {name: 2 * counts[name] - 2 * share * r.log_likelihood for name, r in results.items()}


def _verdict(ranks: Sequence[Rank], effective: Mapping[str, float], best: FitResult, share: float) -> tuple[str, list[Flag]]:
    flags = []
    poor = [f for f in best.flags if f.code in ("poor_fit", "residuals_structured")]
    if poor:
        reasons = "; ".join(f.message for f in poor)
        numbers = {key: value for f in poor for key, value in f.numbers.items()}
        flags.append(
            Flag(
                "best_is_still_bad",
                f"{ranks[0].model} fits best and still does not describe the data: {reasons}",
                "warning",
                numbers,
            )
        )
    if len(ranks) == 1:
        return f"{ranks[0].model} is the only model fitted.", flags
    second = ranks[1]
    margin = min(v for name, v in effective.items() if name != ranks[0].model) - effective[ranks[0].model]
    if share < 1.0:
        side = "below" if margin >= 0 else "above"
        message = (f"the residuals are correlated: with each run of one sign as one point at least, {ranks[0].model} is "
                   f"{abs(margin):.1f} {side} its best rival in AICc")  # fmt: skip
        numbers = {"n_effective": share * best.n, "delta": second.delta, "delta_effective": margin}
        flags.append(Flag("effective_sample", message, "warning", numbers))
    if second.delta < 2:
        close = " and ".join(r.model for r in ranks if r.delta < 2)
        message = f"{close} cannot be told apart by these data (AICc within 2)"
        flags.append(Flag("cannot_be_told_apart", message, "warning", {"delta": second.delta, "delta_effective": margin}))
        return f"{ranks[0].model} has the lowest AICc, but {message}.", flags
    if share < 1.0:  # odds hold for independent points only
        if margin < 2:
            return f"{ranks[0].model} has the lowest AICc, but residuals so correlated do not decide between the models.", flags
        return f"{ranks[0].model} wins over {second.model}, by {margin:.1f} in AICc counting independent points only.", flags
    odds = f"{math.exp(0.5 * second.delta):.3g} to 1" if second.delta < 27 else "more than 1e5 to 1"
    return f"{ranks[0].model} wins over {second.model} by {second.delta:.1f} in AICc (odds {odds}).", flags


def _difference(value: float, least: float) -> float:
    return 0.0 if value == least else value - least


def _check_names(entries: Sequence[Rival], options: Mapping[str, Any]) -> None:
    for what in (*BY_NAME, *LISTS):
        given = options.get(what) or ()
        for name in [given] if isinstance(given, str) else given:
            if not any(name.split("[")[0] in e.parameters for e in entries):
                raise ModelError(f"none of {', '.join(e.name for e in entries)} has a parameter {name!r}, named in {what}")


def _own(entry: Rival, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options with the names that this model has."""
    out = dict(options)
    for what in BY_NAME:
        if out.get(what):
            out[what] = {name: value for name, value in out[what].items() if name.split("[")[0] in entry.parameters}
    if out.get("shared") is not None:
        names = [out["shared"]] if isinstance(out["shared"], str) else out["shared"]
        out["shared"] = [name for name in names if name in entry.parameters]
    out["free"] = entry.free(out.get("free"))
    return out
