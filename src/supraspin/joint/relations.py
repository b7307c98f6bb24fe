"""What measurements read as functions of a device's quantities, for numbers that are not a quantity themselves. In JAX, SI."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from supraspin.backend import jnp


def product(*factors: Any) -> Any:
    """Of quantities: the middle of the transition is read as T_c times its ratio to it times the thermometer's scale."""
    return math.prod(factors)


def quotient(first: Any, second: Any) -> Any:
    """Of two quantities, such as l_m / xi0."""
    return first / second


def ordering_temperature(
    critical_temperature: Any, coherence_length: Any, magnetic_length: Any, thermometer_scale: Any = 1.0
) -> Any:
    """T_K = T_c (1 - (xi0/l_m)^2) in zero field (arXiv:2306.06659), as it is read; negative, and so refuted, where nothing
    orders."""
    return thermometer_scale * critical_temperature * (1 - (coherence_length / magnetic_length) ** 2)


def magnetoresistance_ratio(polarisation: Any, polarisation_2: Any) -> Any:
    """Julliere's (R_AP - R_P)/R_P."""
    return 2 * polarisation * polarisation_2 / (1 - polarisation * polarisation_2)


@dataclass(frozen=True)
class SpinSignal:
    """Antiparallel minus parallel at zero field, -2 A exp(-L/sqrt(D tau)), A being the amplitude of `hanle`; L in m."""

    separation: float

    def __call__(self, amplitude: Any, spin_lifetime: Any, diffusivity: Any) -> Any:
        return -2 * amplitude * jnp.exp(-self.separation / jnp.sqrt(spin_lifetime * diffusivity))


RELATIONS: Mapping[str, Callable[..., Any]] = {
    "product": product, "quotient": quotient, "ordering_temperature": ordering_temperature,
    "magnetoresistance_ratio": magnetoresistance_ratio,
}  # fmt: skip
"""By the names that declarations use; `spin_signal` needs the channel's length besides."""
