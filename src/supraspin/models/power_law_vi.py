"""Non-linear V-I curve: a power law, as of vortex pairs torn apart by the current below the BKT transition.

    V = V0 sgn(I) |I / I0|^a + R_lead I + V_off

V0 is the voltage at the reference current I0, which is a choice and therefore held. a = 1 is a resistor, a = 3 marks the
transition (Halperin and Nelson, J. Low Temp. Phys. 36, 599 (1979)).
"""

from __future__ import annotations

import numpy as np

from supraspin.backend import jax, jnp
from supraspin.model import Axis, Held, Positive, PositiveCurrent, Resistance, Voltage, model
from supraspin.models._pair_breaking import above_zero
from supraspin.models._precession import is_off


def _start(current, y, **known: float) -> dict[str, float]:
    """A line through log |V| against log |I| of the points that stand out of the noise near zero current."""
    current, y = (a.ravel() for a in np.broadcast_arrays(np.asarray(current, float), np.asarray(y, float)))
    good = np.isfinite(current) & np.isfinite(y)
    current, y = current[good], y[good]
    if len(y) < 4 or not current.any():
        return {}
    unit = known.get("current_scale", 1e-6)
    centre = np.abs(current) <= 0.2 * np.abs(current).max()
    offset = known.get("voltage_offset", float(np.median(y[centre])) if known and centre.any() else 0.0)
    y = y - offset - known.get("lead_resistance", 0.0) * current
    size = np.abs(current)
    low = np.abs(y[size <= np.quantile(size, 0.2)])
    clear = (size > 0) & (y * current > 0) & (np.abs(y) > max(3 * np.median(low), 0.003 * np.abs(y).max()))
    if clear.sum() < 3 or np.ptp(size[clear]) == 0:
        clear = (size > 0) & (y * current > 0)
        if clear.sum() < 2 or np.ptp(size[clear]) == 0:
            return {}
    x, log_v = np.log(size[clear] / unit), np.log(np.abs(y[clear]))
    # an error of V is one of log V over V, so that a point weighs as its V squared
    weight = np.abs(y[clear])
    if "exponent" in known:
        slope = known["exponent"]
    else:
        slope = float(np.clip(np.polyfit(x, log_v, 1, w=weight)[0], 0.5, 50.0))
    level = float(np.average(log_v - slope * x, weights=weight**2))
    found = {"voltage_scale": float(np.exp(np.clip(level, -300, 300))), "exponent": slope}
    return {name: value for name, value in found.items() if name not in known}


@model(x=Axis("current", "A"), y=Axis("voltage", "V"), reference="doi:10.1007/BF00116988", guess=_start)
def power_law_vi(
    current, *, voltage_scale: Voltage = 1e-4, exponent: Positive = 3.0, current_scale: Held[PositiveCurrent] = 1e-6,
    lead_resistance: Held[Resistance] = 0.0, voltage_offset: Held[Voltage] = 0.0,
) -> jax.Array:  # fmt: skip
    """Voltage of a power-law conductor against the current. Elementwise in `current`."""
    current = jnp.asarray(current, float)
    ratio = jnp.abs(current) / above_zero(current_scale)
    flows = ratio > 0
    power = jnp.where(flows, jnp.exp(exponent * jnp.log(jnp.where(flows, ratio, 1.0))), 0.0)
    voltage = voltage_scale * jnp.sign(current) * power
    if not is_off(lead_resistance, 0.0):
        voltage = voltage + lead_resistance * current
    return voltage if is_off(voltage_offset, 0.0) else voltage + voltage_offset
