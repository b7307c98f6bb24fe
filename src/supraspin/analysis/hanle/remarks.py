"""Flags on the choices, the noise and the models behind a Hanle fit, and the tables of choices and models."""

from __future__ import annotations

import math

import numpy as np

from supraspin.analysis.hanle.correlated import noise_covariance
from supraspin.analysis.hanle.findings import grown
from supraspin.analysis.precision import Precision, growth, precision, quoted
from supraspin.analysis.result import Table
from supraspin.fit import Comparison, FitResult, Sensitivity
from supraspin.flags import Flag
from supraspin.formatting import si


def _known(result: FitResult, name: str) -> Precision:
    """Precision of a parameter as the findings have it, slow noise counted."""
    return precision(result, name, grown(result, noise_covariance(result), name))


def _told(result: FitResult, name: str) -> str:
    return quoted(result, name, grown(result, noise_covariance(result), name))


def offset_flag(spread: Sensitivity, covariance: np.ndarray) -> list[Flag]:
    p = spread.result.params["spin_lifetime"]
    known = precision(spread.result, "spin_lifetime", grown(spread.result, covariance, "spin_lifetime")).stderr
    move = spread.systematic.get("spin_lifetime", math.nan)
    if not math.isfinite(move) or known is None or move < max(known, 0.02 * abs(p.value)):
        return []
    most = max((v for v in spread.variants if v.identified.get("spin_lifetime")),
               key=lambda v: abs(v.values["spin_lifetime"] - p.value))  # fmt: skip
    text = (f"the choices behind the fit move the lifetime by up to {si(move, 's')} ({most.name.replace('_', ' ')}), against a "
            f"statistical error of {si(known, 's', 2)}")  # fmt: skip
    return [Flag("depends_on_choices", text, "warning", {"systematic": move, "stderr": known})]


def slow_flag(main: FitResult, covariance: np.ndarray) -> list[Flag]:
    """A note where slow noise makes the errors larger than the scatter of the readings would."""
    names = [name for name in ("spin_lifetime", "diffusivity") if name in main.free]
    factors: dict[str, float] = {name: grown(main, covariance, name) for name in names}
    if max(factors.values(), default=1.0) < 1.2 * growth(main):
        return []
    told = " and ".join(f"{factor:.2g} times for the {name.replace('_', ' ')}" for name, factor in factors.items())
    text = f"the residuals hold slow noise (1/f): errors are larger than the scatter of the readings makes them, {told}"
    return [Flag("slow_noise", text, "note", factors)]


def model_flag(comparison: Comparison, main: FitResult) -> list[Flag]:
    """A warning where the model that wins would have another lifetime than the one reported."""
    ours, theirs = main.params["spin_lifetime"], comparison.best.params["spin_lifetime"]
    error = math.hypot(*(_known(one, "spin_lifetime").stderr or 0.0 for one in (main, comparison.best)))
    if comparison.best is main or comparison.ranks[0].weight < 0.9 or abs(ours.value - theirs.value) < 3 * error:
        return []
    winner = comparison.ranks[0].model
    text = (f"the lifetime depends on the model: {winner}, which fits better, has {_told(comparison.best, 'spin_lifetime')}, "
            f"not {_told(main, 'spin_lifetime')}; an offset or a background that neither model has can do the same")  # fmt: skip
    return [Flag("depends_on_model", text, "warning", {"reported": ours.value, "best": theirs.value})]


def variants_table(spread: Sensitivity) -> Table:
    names = [n for n in ("spin_lifetime", "diffusivity") if n in spread.result.params]
    first = ("as reported", *(_told(spread.result, n) for n in names), f"{spread.result.reduced_chi_square:.3g}")
    rows = [
        (
            v.name.replace("_", " "),
            *(si(v.values[n], spread.result.params[n].unit, 4) if v.identified[n] else "not determined" for n in names),
            f"{v.reduced_chi_square:.3g}",
        )
        for v in spread.variants
    ]
    return Table("What the choices change", ("choice", "spin lifetime", "diffusivity", "chi2/dof"), (first, *rows),
                 "D for the separation used in the fit; its largest move is the systematic error")  # fmt: skip


def ranking_table(comparison: Comparison, verdict: str) -> Table:
    rows = tuple(
        (r.model, r.parameters, f"{r.delta:.1f}", f"{r.weight:.2g}", f"{r.reduced_chi_square:.3g}", f"{r.lag1:.2f}",
         _told(comparison.results[r.model], "spin_lifetime"))
        for r in comparison.ranks
    )  # fmt: skip
    columns = ("model", "parameters", "AICc - best", "Akaike weight", "chi2/dof", "lag-1", "spin lifetime")
    return Table("Models on the same points", columns, rows, verdict)
