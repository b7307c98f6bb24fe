"""Non-local resistance of a spin valve against its bias current.

The differential reading dV/dI at a bias I, with p = +1 for parallel and -1 for antiparallel electrodes, is

    R(I) = p A w(I) + R_0 + 2 kappa I,      w(I) = 1 / (1 + [sinh(I / 2 dI) / sinh(I_w / 2 dI)]^2).

The window w is 1 without bias, 1/2 at the `window_current` I_w and smooth and even throughout; its edge has the width dI
(`window_width`) of a Fermi function, so that dI -> 0 is a box and dI -> infinity the Lorentzian 1 / (1 + (I/I_w)^2). Heating and
thermopower add the voltage kappa I^2, which in the differential reading is linear. R_0 is common to both alignments.
For the thermal term see arXiv:1308.5823.
"""

from __future__ import annotations

from typing import Annotated

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Par, PositiveCurrent, Resistance, model

_SMALLEST = 1e-30  # A
_FARTHEST = 300.0  # exponent beyond which the window is nothing


def bias_window(current, window_current, window_width) -> jax.Array:
    """w(I), between 0 and 1; elementwise."""
    width = jnp.maximum(window_width, _SMALLEST)
    here = jnp.abs(jnp.asarray(current, float)) / width
    edge = jnp.maximum(window_current, _SMALLEST) / width
    ratio = jnp.exp(jnp.minimum((here - edge) / 2, _FARTHEST)) * jnp.expm1(-here) / jnp.expm1(-edge)
    return 1 / (1 + ratio**2)


@model(x=Axis("current", "A"), y=Axis("nonlocal_resistance", "ohm"), reference="arXiv:2306.06659")
def spin_valve_bias(
    current, alignment=1.0, *, amplitude: Resistance = 1.0, window_current: PositiveCurrent = 0.3e-6,
    window_width: PositiveCurrent = 0.1e-6, thermal_coefficient: Held[Annotated[float, Par("V/A^2")]] = 0.0,
    resistance_offset: Resistance = 0.0,
) -> jax.Array:  # fmt: skip
    """Spin signal within a window of bias currents, beside a thermal term. Elementwise in `current` and `alignment`."""
    current = jnp.asarray(current, float)
    signal = jnp.asarray(alignment, float) * amplitude * bias_window(current, window_current, window_width) + resistance_offset
    if isinstance(thermal_coefficient, (int, float)) and thermal_coefficient == 0:
        return signal
    return signal + 2 * thermal_coefficient * current
