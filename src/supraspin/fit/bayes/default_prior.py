"""The prior of a parameter that nobody gave one: from its bounds, from `priors.toml`, or from the scale of the data.

It is wide, it never looks at the best fit, and its source says where it comes from.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib.resources import files

from supraspin.errors import FitError
from supraspin.fit.bayes.prior import Prior
from supraspin.quantities import QUANTITIES
from supraspin.units import parse_value

DECADES = 3
"""Decades either way of the model's first guess, where nothing else is known of a positive parameter."""
OFFSETS, SIGNALS, PEAKS = 10.0, 100.0, 1.0
"""Width of the prior of a signed parameter in the unit of the readings, in largest readings: offsets, all others, and peaks, that
stand on what is read. Wider ones would cost a peak the odds against any rival whose height is a positive number."""


@cache
def table() -> dict[str, Prior]:
    """Quantity -> prior of `priors.toml`."""
    text = (files("supraspin.fit.bayes") / "priors.toml").read_text(encoding="utf-8")
    found = {}
    for name, entry in tomllib.loads(text).items():
        first, second = (parse_value(entry[key], QUANTITIES[name].unit) for key in ("first", "second"))
        found[name] = Prior(entry["kind"], first, second, entry["source"])
    return found


def default_prior(name: str, unit: str, lower: float, upper: float, first_guess: float, *, x_unit: str, x_span: float,
                  y_unit: str, y_size: float) -> Prior:  # fmt: skip
    """The prior of a parameter between `lower` and `upper`; `x_span` and `y_size` are the range of the coordinate and the largest
    reading in magnitude, SI."""
    known = table().get(name)
    if math.isfinite(lower) and math.isfinite(upper) and not (known and _inside(known, lower, upper)):
        return Prior("uniform", lower, upper, "the bounds of the parameter")
    if known:
        return _within(known, lower, upper, name)
    positive = lower >= 0
    if unit == x_unit and x_span > 0:
        if positive:
            return _within(Prior("log_uniform", 1e-4 * x_span, 1e2 * x_span, "range of the coordinate"), lower, upper, name)
        return Prior("normal", 0.0, x_span, "range of the coordinate")
    if unit == y_unit and y_size > 0:
        if positive:
            return _within(Prior("log_uniform", 1e-4 * y_size, 1e4 * y_size, "size of the readings"), lower, upper, name)
        width = OFFSETS if "offset" in name or "lead" in name else PEAKS if name.startswith("peak_") else SIGNALS
        return Prior("normal", 0.0, width * y_size, "size of the readings")
    if positive and first_guess > 0 and math.isfinite(first_guess):
        ends = first_guess / 10.0**DECADES, first_guess * 10.0**DECADES
        return _within(Prior("log_uniform", *ends, "three decades either way of the first guess"), lower, upper, name)
    if not positive and math.isfinite(first_guess):
        return Prior("normal", first_guess, 10 * (abs(first_guess) or 1.0), "ten times the first guess")
    raise FitError(f"{name} needs a prior: give priors={{{name!r}: ...}}")


def _inside(prior: Prior, lower: float, upper: float) -> bool:
    """Whether knowledge of a quantity is narrower than the bounds: five standard deviations of it fit in between."""
    return prior.kind.endswith("normal") and bool(lower < prior.value(-5.0) and prior.value(5.0) < upper)


def _within(prior: Prior, lower: float, upper: float, name: str) -> Prior:
    """A prior cut at the bounds where it is a range."""
    if not prior.kind.endswith("uniform"):
        return prior
    first, second = max(prior.first, lower), min(prior.second, upper)
    if not first < second:
        raise FitError(f"the bounds {lower:g}..{upper:g} of {name} leave nothing of its prior; give priors={{{name!r}: ...}}")
    return Prior(prior.kind, first, second, prior.source)
