"""The warnings and the table of a depth profile: what was assumed, what the probe and the window hide, what choices change."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from supraspin.analysis.depth_profile.findings import fitted_mean
from supraspin.analysis.depth_profile.fit import Seen
from supraspin.analysis.depth_profile.readings import Readings
from supraspin.analysis.precision import growth, precision
from supraspin.analysis.result import Table
from supraspin.fit import FitResult
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

FEW = 100.0
"""Counts above the background below which the numbers of a profile are coarse."""
_STRONG = 0.9  # correlation of decay length and probe width from which they are reported as traded for one another


def assumption_flags(seen: Seen, settings: Mapping[str, float], grown: float) -> list[Flag]:
    flags = []
    if grown > 1:
        text = f"the counts scatter by {grown:.3g} times Poisson's variance: the errors are larger by the root of it"
        flags.append(Flag("more_than_poisson", text, "warning", {"excess": grown}))
    if not seen.edge and "probe_width" not in settings:
        text = ("neither given nor seen in the data, the probe's width is taken as 0: far below the interface it only raises "
                "the readings, by exp(sigma^2 / 2 l^2): --set probe_width='0.5 nm'")  # fmt: skip
        flags.append(Flag("probe_width_unknown", text, "warning"))
    if not seen.edge and "depth_offset" not in settings:
        text = "the interface is not seen in the data: it is taken at depth 0"
        flags.append(Flag("interface_assumed", text, "note"))
    return flags


def window_flags(window: float, deepest: float, settings: Mapping[str, float]) -> list[Flag]:
    if "mean_window" not in settings:
        text = (f"the mean is over all that was measured below the interface, {si(deepest, 'm')}: "
                "--set mean_window='11 nm' takes another")  # fmt: skip
        return [Flag("mean_window_assumed", text, "note", {"window": deepest})]
    if window > 1.05 * deepest:
        text = f"the window of the mean, {si(window, 'm')}, reaches beyond the {si(deepest, 'm')} measured: the rest is the fit's"
        return [Flag("mean_extrapolated", text, "warning", {"window": window, "measured": deepest})]
    return []


def shape_flags(found: FitResult, readings: Readings) -> list[Flag]:
    """Decay too short for the probe, too long for the window, traded for the probe's width; too few counts."""
    flags = []
    length, width, offset = (found.params[name] for name in ("decay_length", "probe_width", "depth_offset"))
    below = float(readings.depth[-1]) - offset.value
    if length.limit == "upper" and length.limit_value is not None:
        probe = f"the probe's width of {si(width.value, 'm')}" if width.value > 0 else f"steps of {si(readings.step, 'm')}"
        text = f"the decay is not resolved: it is shorter than {si(length.limit_value, 'm')} at 95 %, against {probe}"
        flags.append(Flag("decay_not_resolved", text, "warning", {"limit": length.limit_value, "probe_width": width.value}))
    elif length.value < width.value:
        text = (f"the decay length of {si(length.value, 'm')} is below the probe's width of {si(width.value, 'm')}: "
                "the probe makes most of the profile")  # fmt: skip
        flags.append(Flag("decay_below_probe", text, "warning", {"decay_length": length.value, "probe_width": width.value}))
    if length.limit == "lower" or (length.limit is None and length.value > below):
        text = (f"the decay is longer than the {si(below, 'm')} of film in the data: "
                "its length rests on the background and on the exponential shape")  # fmt: skip
        flags.append(Flag("decay_longer_than_window", text, "warning", {"depth": below, "decay_length": length.value}))
    if width.vary:
        flags.append(_traded(found))
    if readings.exposure is not None:
        above = float(np.sum((found.best_fit - found.params["background_concentration"].value) * readings.exposure))
        if above < FEW:
            text = f"only {above:.0f} counts stand above the background: the numbers are coarse"
            flags.append(Flag("few_counts", text, "warning", {"counts": above}))
    return flags


def _traded(found: FitResult) -> Flag:
    """Which of decay length and probe width the data determine, and how far one is traded for the other."""
    names = ("decay_length", "probe_width")
    correlation = next((v for pair, v in found.correlations.items() if set(pair) == set(names)), math.nan)
    settled = [name.replace("_", " ") for name in names if precision(found, name).determined and not found.params[name].limit]
    said = " and ".join(settled) if settled else "neither of the two, only how wide they are together"
    text = f"decay length and probe width are both fitted (correlation {correlation:+.2f}): the data determine {said}"
    if len(settled) == 2 and abs(correlation) < _STRONG:
        return Flag("probe_width_fitted", text, "note", {"correlation": correlation})
    return Flag(
        "probe_width_fitted", f"{text}; --set probe_width='0.5 nm' tells the probe's", "warning", {"correlation": correlation}
    )


def choices_table(found: FitResult, others: Mapping[str, FitResult], window: float) -> Table:
    """Decay length, surface and mean concentration under each choice."""
    rows = []
    for label, one in {"as reported": found, **others}.items():
        grown = growth(one)
        cells = [uncertain(one.params[n].value, (one.params[n].stderr or 0.0) * grown, one.params[n].unit)
                 for n in ("surface_concentration", "decay_length")]  # fmt: skip
        value, error = fitted_mean(one, window)
        rows.append((label, *cells, uncertain(value, error, "1"), f"{one.reduced_chi_square:.3g}"))
    columns = ("choice", "at the interface", "decay length", f"mean over {si(window, 'm')}", "chi2/dof")
    return Table("What the choices change", columns, tuple(rows), "the largest move is the systematic error")
