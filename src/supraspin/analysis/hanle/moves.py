"""How far the numbers move: choices of window and offsets, the other side of a symmetrised curve, and models not excluded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from supraspin.analysis.hanle.curves import half_difference
from supraspin.analysis.hanle.mirrored import Mirrored
from supraspin.analysis.precision import precision
from supraspin.data import sweeps
from supraspin.fit import Comparison, FitResult, Sensitivity, fit
from supraspin.fit.systematics import Variant

EXCLUDED = 10.0
"""AICc above that of the best, counting independent points, from which a model is excluded."""


def with_rivals(
    spread: Sensitivity, main: FitResult, comparison: Comparison, others: Mapping[str, FitResult]
) -> Sensitivity:  # fmt: skip
    """`spread` with a variant for each model that these data do not exclude, and for each of the `others`."""
    least = min(comparison.aicc_effective.values())
    left = {
        f"model {name}": result for name, result in comparison.results.items()
        if result is not main and comparison.aicc_effective[name] - least < EXCLUDED
    }  # fmt: skip
    variants = [*spread.variants, *(_variant(name, main, result) for name, result in {**left, **others}.items())]
    systematic = {}
    for name in main.free:
        moves = [
            abs(v.values[name] - main.params[name].value)
            for v in variants
            if v.identified.get(name) and math.isfinite(v.values[name])
        ]
        systematic[name] = max(moves, default=math.nan)
    return replace(spread, variants=tuple(variants), systematic=systematic)


def _variant(name: str, main: FitResult, other: FitResult) -> Variant:
    known = {one: precision(other, one) for one in main.free if one in other.params and other.params[one].vary}
    return Variant(
        name, {one: other.params[one].value for one in known}, {one: p.stderr or math.nan for one, p in known.items()},
        {one: p.determined for one, p in known.items()}, other.reduced_chi_square, other.n,
    )  # fmt: skip


def one_sided(main: FitResult, mirror: Mirrored, difference: bool) -> dict[str, FitResult]:
    """The same fit to less of the side of a symmetrised curve, and to the side that was left out."""
    reach = 1.0001 * float(np.abs(main.x - mirror.centre).max())
    found = {}
    for part in (0.6, 0.8):
        window = (mirror.centre - part * reach, mirror.centre + part * reach)
        found[f"within {100 * part:.0f} % of the range"] = fit(**(dict(main.request) | {"window": window}))
    data = half_difference(sweeps(mirror.other)) if difference else mirror.other
    return found | {"the other side of the field": fit(**(dict(main.request) | {"data": data}))}
