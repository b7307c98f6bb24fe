"""One parameter of a fit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from supraspin.formatting import si, uncertain


@dataclass(frozen=True)
class Parameter:
    """One parameter of a fit, SI. `stderr` is infinite where the data say nothing, and None for a held parameter.

    `limit` is "lower" or "upper" where the data give only a bound at 95 %, which is then `limit_value`. Intervals end in
    the parameter's bound (or infinity) on a side that the data leave open; `profiled` says that they come from the profile
    likelihood and not from the covariance. `span` holds the lowest and highest value of a held parameter that is not the same
    in all sweeps; `value` is then their mean.
    """

    name: str
    value: float
    unit: str
    stderr: float | None = None
    interval_68: tuple[float, float] | None = None
    interval_95: tuple[float, float] | None = None
    at_bound: bool = False
    identified: bool = True
    limit: str | None = None
    limit_value: float | None = None
    vary: bool = True
    start: float = math.nan
    bounds: tuple[float, float] = (-math.inf, math.inf)
    profiled: bool = False
    source: str = "fit"
    span: tuple[float, float] | None = None

    def __str__(self) -> str:
        if self.span is not None:
            return f"{si(self.span[0], self.unit, 6)} to {si(self.span[1], self.unit, 6)} (held: {self.source}, each sweep's own)"
        if not self.vary:
            return f"{si(self.value, self.unit, 6)} (held: {self.source})"
        if self.limit and self.limit_value is not None:
            sign = ">" if self.limit == "lower" else "<"
            return f"{sign} {si(self.limit_value, self.unit)} at 95 % (best fit {si(self.value, self.unit)})"
        if not self.identified and self.interval_95 == self.bounds:
            return f"not determined by the data (best fit {si(self.value, self.unit)})"
        return uncertain(self.value, self.stderr, self.unit)

    def to_dict(self) -> dict[str, Any]:
        return {
            "value": number(self.value), "stderr": number(self.stderr), "unit": self.unit, "interval_68": pair(self.interval_68),
            "at_bound": self.at_bound, "identified": self.identified, "interval_95": pair(self.interval_95), "limit": self.limit,
            "limit_value": number(self.limit_value), "profiled": self.profiled, "start": number(self.start),
            "bounds": pair(self.bounds),
        }  # fmt: skip


def number(value: float | None) -> float | None:
    """A JSON number, None where there is none."""
    return float(value) if value is not None and math.isfinite(value) else None


def pair(interval: tuple[float, float] | None) -> list[float | None] | None:
    return None if interval is None else [number(interval[0]), number(interval[1])]
