"""Priors, all in one form: a parameter is an increasing function of a standard normal number u.

    uniform      x = a + (b - a) Phi(u)            log_uniform  x = exp(ln a + (ln b - ln a) Phi(u))
    normal       x = m + s u                       log_normal   x = exp(ln m + s u)

Phi is the normal distribution function. In u every prior is N(0, 1), so bounds need no separate treatment: gradients,
importance sampling and nested sampling all work in the same unbounded space.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from supraspin.errors import FitError
from supraspin.formatting import si

KINDS = ("uniform", "log_uniform", "normal", "log_normal")
FARTHEST = 6.0
"""Largest |u| that a start is given; beyond lies 2e-9 of the prior."""


@dataclass(frozen=True)
class Prior:
    """A prior and where it comes from. `first`, `second`: ends of the range, or centre and standard deviation (of ln x for
    `log_normal`). SI."""

    kind: str
    first: float
    second: float
    source: str = "given"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise FitError(f"a prior cannot be {self.kind!r}; it can be {', '.join(KINDS)}")
        if not (math.isfinite(self.first) and math.isfinite(self.second)):
            raise FitError(f"prior {self.kind} of {self.first:g} and {self.second:g} needs finite numbers")
        if self.kind.endswith("uniform") and not self.first < self.second:
            raise FitError(f"prior {self.kind} between {self.first:g} and {self.second:g} is empty")
        if self.kind.endswith("normal") and not self.second > 0:
            raise FitError(f"prior {self.kind} has the width {self.second:g}; it must be positive")
        if self.kind.startswith("log") and not self.first > 0:
            raise FitError(f"prior {self.kind} begins at {self.first:g}; the logarithm needs a positive number")

    @property
    def ends(self) -> tuple[float, float]:
        """Start and slope of x (or ln x) in Phi(u) or u."""
        if self.kind == "uniform":
            return self.first, self.second - self.first
        if self.kind == "log_uniform":
            return math.log(self.first), math.log(self.second / self.first)
        return (math.log(self.first) if self.kind == "log_normal" else self.first), self.second

    def value(self, u: Any) -> np.ndarray:
        """The parameter at u, SI. Elementwise."""
        start, slope = self.ends
        x = start + slope * (ndtr(u) if self.kind.endswith("uniform") else np.asarray(u))
        return np.exp(x) if self.kind.startswith("log") else x

    def inverse(self, value: Any) -> np.ndarray:
        """u of a value, kept within `FARTHEST`: a value on the edge of the prior lies at infinity."""
        start, slope = self.ends
        with np.errstate(divide="ignore", invalid="ignore"):
            x = (np.log(np.maximum(value, 1e-300)) if self.kind.startswith("log") else np.asarray(value)) - start
            u = ndtri(np.clip(x / slope, 0, 1)) if self.kind.endswith("uniform") else x / slope
        return np.clip(u, -FARTHEST, FARTHEST)

    def slope(self, u: Any) -> np.ndarray:
        """dx/du at u."""
        _, slope = self.ends
        rise = slope * (np.exp(-0.5 * np.square(u)) / math.sqrt(2 * math.pi) if self.kind.endswith("uniform") else 1.0)
        return rise * self.value(u) if self.kind.startswith("log") else rise + 0 * np.asarray(u)

    def log_density(self, value: Any) -> np.ndarray:
        """ln of the density by x; minus infinity outside the range."""
        x = np.asarray(value, dtype=float)
        start, slope = self.ends
        with np.errstate(divide="ignore", invalid="ignore"):
            inner = np.log(x) if self.kind.startswith("log") else x
            jacobian = np.log(x) if self.kind.startswith("log") else 0.0
            if self.kind.endswith("uniform"):
                inside = (x >= self.first) & (x <= self.second)
                return np.where(inside, -math.log(slope) - jacobian, -np.inf)
            density = -0.5 * ((inner - start) / slope) ** 2 - math.log(slope * math.sqrt(2 * math.pi)) - jacobian
        return np.where(np.isfinite(inner), density, -np.inf)

    def widened(self, factor: float, lower: float = -math.inf, upper: float = math.inf) -> Prior:
        """The prior with its width multiplied (in decades where it is logarithmic), not beyond the bounds of the model."""
        if not self.kind.endswith("uniform"):
            return replace(self, second=self.second * factor)
        if self.kind == "log_uniform":
            grown = (self.second / self.first) ** (0.5 * (factor - 1))
            return replace(self, first=max(self.first / grown, lower, 1e-300), second=min(self.second * grown, upper))
        more = 0.5 * (factor - 1) * (self.second - self.first)
        return replace(self, first=max(self.first - more, lower), second=min(self.second + more, upper))

    def describe(self, unit: str) -> str:
        """The prior in words, with its unit."""
        first, second = si(self.first, unit), si(self.second, unit)
        return {
            "uniform": f"uniform, {first} to {second}",
            "log_uniform": f"uniform in its logarithm, {first} to {second}",
            "normal": f"normal, {first} ± {second}",
            "log_normal": f"log-normal about {first}, a factor {math.exp(min(self.second, 700)):.3g} either way",
        }[self.kind]


def uniform(low: float, high: float, source: str = "given") -> Prior:
    return Prior("uniform", low, high, source)


def log_uniform(low: float, high: float, source: str = "given") -> Prior:
    return Prior("log_uniform", low, high, source)


def normal(centre: float, width: float, source: str = "given") -> Prior:
    return Prior("normal", centre, width, source)


def log_normal(centre: float, factor: float, source: str = "given") -> Prior:
    """Normal in the logarithm: within `factor` either way of `centre` at 68 %."""
    if not factor > 1:
        raise FitError(f"prior log_normal has the factor {factor:g}; it must be above 1")
    return Prior("log_normal", centre, math.log(factor), source)
