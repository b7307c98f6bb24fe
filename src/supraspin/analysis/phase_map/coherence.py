r"""The coherence-length criterion on the two boundaries of a map, and whether one number holds them together.

Order where xi(T, B) < l_m means T_K(B) = T_c(B) s, s = 1 - (xi0/l_m)^2 (`supraspin.models.ferromagnetic_boundary`): the inner
boundary is the pair-breaking curve of the outer one with T_c0 lowered to T_K(0) = s T_c0 and the same critical field at T = 0.
Each boundary is therefore fitted by a curve of its own. Where their critical fields B_0 agree, the criterion holds, and both
together give T_c0, B_0 and T_K(0); the logarithms being nearly Gaussian, that is linear algebra:

    minimise (p - p_1)' V_1^-1 (p - p_1) + (q - q_1)' W_1^-1 (q - q_1)    with ln B_0 common to p and q.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from supraspin.analysis.critical_field.curve import FilmFit, fit_film
from supraspin.analysis.critical_field.findings import WARM
from supraspin.analysis.critical_field.points import Points
from supraspin.errors import FitError
from supraspin.models._film_start import reduced_temperature_of

_CLEAR = 3.0
"""Standard deviations between the two critical fields at which the criterion is said to fail,"""
_LARGE = 0.08
"""if the ordering temperatures that they imply differ by this part as well."""


@dataclass(frozen=True)
class Criterion:
    """`outer` and `inner` are the fits of each boundary; `inner` is None where its points do not determine a curve of their own.

    `share` is s = T_K/T_c with its standard error, by the criterion. `apart` is the distance of the two critical fields in
    standard deviations, `ratio` inner over outer, both NaN where there is no curve of its own.
    """

    outer: FilmFit
    inner: FilmFit | None
    share: float
    share_error: float
    apart: float
    ratio: float

    @property
    def fails(self) -> bool:
        """Whether one length does not describe both boundaries."""
        return math.isfinite(self.apart) and abs(self.apart) > _CLEAR and abs(math.log(self.ratio)) > _LARGE

    @property
    def length_ratio(self) -> tuple[float, float]:
        """l_m/xi0 = (1 - s)^(-1/2) and its standard error."""
        left = 1 - self.share
        return left**-0.5, 0.5 * left**-1.5 * self.share_error


def criterion(outer: FilmFit, found: Points) -> Criterion:
    """The criterion for the points of the inner boundary. Raises `FitError` where they lie outside the outer one."""
    if outer.scatter > 0:  # the same thermometer
        found = replace(found, temperature_error=np.hypot(found.temperature_error, outer.scatter))
    inner = _own(found) if outer.dof > 0 else None
    shared = [] if inner is None else [name for name in inner.names[1:] if name in outer.names]
    if inner is None or not shared:
        share, error = _mean_share(outer, found)
        return Criterion(outer, inner, share, error, math.nan, math.nan)
    size = len(outer.names)
    both = np.concatenate([outer.log, inner.log])
    covariance = np.zeros((both.size, both.size))
    covariance[:size, :size], covariance[size:, size:] = outer.covariance, inner.covariance
    tie = np.zeros((len(shared), both.size))
    for row, name in enumerate(shared):
        tie[row, outer.names.index(name)], tie[row, size + inner.names.index(name)] = -1.0, 1.0
    between = tie @ covariance @ tie.T
    gap = tie @ both
    gain = covariance @ tie.T @ np.linalg.inv(between)
    tied, narrowed = both - gain @ gap, covariance - gain @ tie @ covariance
    at = np.zeros(both.size)
    at[size], at[0] = 1.0, -1.0
    share = math.exp(float(at @ tied))
    if not 0 < share < 1:
        raise FitError("the resistive region reaches beyond the superconducting one: it is no order inside it")
    error = share * math.sqrt(float(at @ narrowed @ at))
    worst = int(np.argmax(np.abs(gap) / np.sqrt(np.diag(between))))
    return Criterion(
        outer, inner, share, error, float(gap[worst] / math.sqrt(between[worst, worst])), math.exp(float(gap[worst]))
    )


def _own(found: Points) -> FilmFit | None:
    """The curve of the inner boundary alone, where at least three points at different fields and temperatures give one."""
    spread_out = np.unique(np.round(found.field, 6)).size >= 3 and np.unique(np.round(found.temperature, 6)).size >= 3
    if not spread_out:
        return None
    try:
        fit = fit_film(found)
    except FitError:
        return None  # an inner boundary that does not fall with the field has no such curve; the shares still say what it is
    return fit if fit.dof > 0 and np.all(np.sqrt(np.diag(fit.covariance)) < 1) else None


def _mean_share(outer: FilmFit, found: Points) -> tuple[float, float]:
    """T_K(B)/T_c(B) averaged over the points, with its error; their scatter counts where it is larger."""
    warm = outer.temperature(found.field, found.angle)
    inside = warm > 0
    if not inside.any():
        raise FitError("the resistive region lies outside the superconducting one")
    ratio = found.temperature[inside] / warm[inside]
    step = 1e-3 * (found.field[inside] + 1e-3)
    slope = (outer.temperature(found.field[inside] + step, found.angle[inside]) - warm[inside]) / step
    sigma = np.hypot(found.temperature_error[inside], ratio * slope * found.field_error[inside]) / warm[inside]
    weight = 1 / np.maximum(sigma, 1e-6) ** 2
    mean = float(np.sum(weight * ratio) / weight.sum())
    excess = float(np.sum(weight * (ratio - mean) ** 2)) / max(ratio.size - 1, 1)
    if not 0 < mean < 1:
        raise FitError("the resistive region reaches beyond the superconducting one: it is no order inside it")
    return mean, math.sqrt(max(excess, 1.0) / weight.sum())


def implied_ordering_temperature(outer: FilmFit, temperature: float, field: float, angle: float) -> float:
    """T_K(0), K, that the criterion gives for order ending at one point (T, B): T / (T_c(B)/T_c0)."""
    return temperature / float(reduced_temperature_of(np.asarray(outer.breaking(field, angle))))


def implied_field(outer: FilmFit, temperature: float, ordering_temperature: float, angle: float) -> float:
    """B_K(T), T, that the criterion gives for an ordering temperature T_K(0) in K; 0 at and above it."""
    return float(outer.field(temperature * outer.value(WARM) / ordering_temperature, angle))
