"""The fit of the `transition` model (spread of T_c, fluctuations, effective medium) beside the criteria."""

from __future__ import annotations

import numpy as np

from supraspin.analysis.resistance.mean import Channel
from supraspin.analysis.resistance.transition_search import binned
from supraspin.errors import FitError
from supraspin.fit import FitResult, fit
from supraspin.flags import Flag

_BINS = 120
_BELOW, _ABOVE = 3.0, 12.0
_BAD = 0.025
"""Rms of the residuals in parts of the normal resistance above which the model is not what the transition looks like."""


def fit_transition(found: Channel) -> tuple[FitResult | None, list[Flag]]:
    """The fit to the first sweep of a channel, and what to say where there is none or a bad one."""
    curve, seen = found.seen[0]
    assert seen.normal is not None
    if not seen.complete:
        said = "the transition is not complete, and the transition model ends at zero resistance: it is not fitted"
        return None, [Flag("transition_not_fitted", said, "note")]
    low = seen.foot - _BELOW * (seen.onset - seen.foot)
    if seen.rising is not None:
        low = max(low, 1.1 * seen.rising.temperature)
    high = max(seen.onset + _ABOVE * (seen.onset - seen.middle), seen.normal.at + 0.5 * (seen.normal.at - seen.onset))
    inside = (curve.temperature > low) & (curve.temperature < high)
    # Averages of neighbours keep the fit fast; a transition is wider than its bins.
    bins = binned(curve.temperature[inside], curve.resistance[inside], count=min(_BINS, max(8, int(inside.sum()) // 2)))
    slope = seen.normal.slope / max(seen.normal.value - seen.lead, 1e-300)
    data = np.exp(bins.log_temperature), bins.resistance
    try:
        result = fit("transition", data, fix={"normal_slope": slope, "lead_resistance": seen.lead}, profile=False)
    except FitError as error:
        return None, [Flag("transition_not_fitted", f"the transition model could not be fitted: {error}", "warning")]
    part = result.rms / (seen.normal.value - seen.lead)
    if part > _BAD or not result.converged:
        said = f"the transition model leaves {100 * part:.2g} % of R_N (rms): the shape is another, and its T_c means little"
        return result, [Flag("transition_poorly_fitted", said, "warning", {"rms": part})]
    return result, []
