"""First guesses of the resistive transition, from where it crosses parts of its height."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri


def transition_start(temperature, y, **known: float) -> dict[str, float]:
    """Start values of `transition` for readings `y` (ohm) at `temperature` (K). Empty where y is no use.

    Without fluctuations rho = 2 Phi(X) - 1, which gives T_c and the width from the lower half; what the upper half lags
    behind that curve is put down to fluctuations.
    """
    temperature, y = (a.ravel() for a in np.broadcast_arrays(np.asarray(temperature, float), np.asarray(y, float)))
    good = np.isfinite(temperature) & np.isfinite(y)
    if good.sum() < 5:
        return {}
    order = np.argsort(temperature[good], kind="stable")
    temperature, y = temperature[good][order], y[good][order]
    few = max(len(y) // 50, 1)
    lead = known.get("lead_resistance", float(np.median(y[:few])))
    height = known.get("normal_resistance", float(np.median(y[-few:])) - lead)
    if height <= 0 or temperature[-1] <= 0:
        return {}
    ratio = (y - lead) / height
    tenth, half, most = (_crossing(temperature, ratio, part) for part in (0.1, 0.5, 0.9))
    x_tenth, x_half, x_most = (ndtri((1 + part) / 2) for part in (0.1, 0.5, 0.9))
    spacing = np.ptp(temperature) / len(temperature)
    width = known.get("transition_width", max((half - tenth) / (x_half - x_tenth), 0.3 * spacing))
    middle = known.get("critical_temperature", max(tenth - x_tenth * width, 1e-3 * temperature[-1]))
    lag = max(most - middle - x_most * width, 0.02 * width)
    found = {
        "critical_temperature": middle, "transition_width": width, "normal_resistance": height,
        "fluctuation_strength": 0.11 * lag / middle,
    }  # fmt: skip
    if "lead_resistance" not in known and known:
        found["lead_resistance"] = lead
    return {name: float(value) for name, value in found.items() if name not in known and np.isfinite(value)}


def _crossing(temperature: np.ndarray, ratio: np.ndarray, part: float) -> float:
    """Temperature above which the ratio stays above `part`, interpolated."""
    below = np.nonzero(ratio < part)[0]
    if not len(below):
        return float(temperature[0])
    last = int(below[-1])
    if last + 1 >= len(ratio):
        return float(temperature[-1])
    rise = ratio[last + 1] - ratio[last]
    share = (part - ratio[last]) / rise if rise > 0 else 0.5
    return float(temperature[last] + share * (temperature[last + 1] - temperature[last]))
