"""The spin signal against the bias current: from I-V curves of two states, and the bias window in it.

The odd part of V(I) is taken as a broken line whose slopes in equal intervals of |I| are the differential resistances there.
The difference of the two states in each interval is the signal; whether it changes with the current is Hotelling's T^2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.precision import precision
from supraspin.analysis.result import Finding
from supraspin.analysis.spin_valve.curves import Curve
from supraspin.errors import FitError
from supraspin.fit import FitResult, fit
from supraspin.flags import Flag

_MOST_BINS = 6
_LEVEL = 0.01


@dataclass(frozen=True)
class BiasSignal:
    """Signal (parallel minus antiparallel, ohm) with errors at currents >= 0 (A); `p`: chance that it is the same at all."""

    current: np.ndarray
    signal: np.ndarray
    stderr: np.ndarray
    p: float


def signal_of_curves(curves: Sequence[Curve], states: np.ndarray) -> BiasSignal | None:
    """From I-V curves in one state each (+1, -1); None where there are too few of them, or of only one state."""
    from scipy.stats import f as fisher

    freedom = len(curves) - 2
    bins = min(_MOST_BINS, freedom // 2)
    if bins < 2 or not {1, -1} <= set(states.tolist()):
        return None
    reach = min(float(np.abs(c.current).max()) for c in curves)
    edges = np.linspace(0, reach, bins + 1)
    slopes = np.array([_odd_slopes(c, edges) for c in curves])
    mean = {s: slopes[states == s].mean(axis=0) for s in (1, -1)}
    rest = slopes - np.where(states[:, None] > 0, mean[1], mean[-1])
    covariance = rest.T @ rest / freedom * sum(1 / np.sum(states == s) for s in (1, -1))
    signal = mean[1] - mean[-1]
    contrast = signal[1:] - signal[:-1]
    step = np.eye(bins)[1:] - np.eye(bins)[:-1]
    size = float(contrast @ np.linalg.pinv(step @ covariance @ step.T) @ contrast)
    p = float(fisher.sf(size * (freedom - bins + 2) / ((bins - 1) * freedom), bins - 1, freedom - bins + 2))
    return BiasSignal(0.5 * (edges[1:] + edges[:-1]), signal, np.sqrt(np.diag(covariance)), p)


def _odd_slopes(curve: Curve, edges: np.ndarray) -> np.ndarray:
    size = edges[-1]
    i = curve.current / size
    broken = [np.sign(i) * np.clip(np.abs(i) - a, 0, b - a) for a, b in zip(edges[:-1] / size, edges[1:] / size, strict=True)]
    matrix = np.stack([np.ones_like(i), i**2, *broken], axis=1)
    return np.linalg.lstsq(matrix, curve.voltage, rcond=None)[0][2:] / size


def fit_window(bias: BiasSignal) -> FitResult | None:
    """`spin_valve_bias` through the signal; its amplitude is half of the signal without bias. None where it cannot be fitted."""
    scale = float(np.abs(bias.signal).max())
    if bias.current.size < 4 or scale == 0:
        return None
    reach = float(bias.current.max())
    half = bias.current[np.abs(bias.signal) < 0.5 * abs(bias.signal[0])]
    start = {
        "amplitude": 0.5 * float(bias.signal[0]),
        "window_current": float(half[0]) if half.size else reach,
        "window_width": reach / 10,
    }
    try:
        return fit(
            "spin_valve_bias", x=bias.current, y=0.5 * bias.signal, sigma=0.5 * bias.stderr, start=start,
            fix={"resistance_offset": 0.0}, profile=["window_current"],
            bounds={"window_current": (0.0, 30 * reach), "window_width": (1e-3 * reach, 10 * reach)},
        )  # fmt: skip
    except FitError:
        return None


def window_findings(bias: BiasSignal, difference: float) -> tuple[list[Finding], FitResult | None, list[Flag]]:
    """The bias window, or the current up to which the signal has not fallen to one half (95 %)."""
    if bias.p < _LEVEL:
        found = fit_window(bias)
        if found is not None:
            p, known = found.params["window_current"], precision(found, "window_current")
            if p.limit and p.limit_value is not None:
                return [Finding("window_current", p.limit_value, "A", limit=p.limit, identified=False)], found, []
            text = "current at which the signal has fallen to one half"
            return (
                [Finding("window_current", p.value, "A", known.stderr, None, known.interval_68, None, known.determined, text)],
                found,
                [],
            )
    inside = np.sign(difference) * bias.signal - 1.645 * bias.stderr > 0.5 * abs(difference)
    reach = bias.current[: int(np.argmin(inside))] if not inside.all() else bias.current
    if bias.p >= _LEVEL and reach.size:
        text = "the signal does not depend on the current within its errors: it has not fallen to one half up to here"
        return [Finding("window_current", float(reach[-1]), "A", limit="lower", identified=False, text=text)], None, []
    text = "the signal depends on the current, but no bias window could be fitted to it" if bias.p < _LEVEL else (
        "the signal at each current is too uncertain to say up to which one it lasts")  # fmt: skip
    return [], None, [Flag("window_not_determined", text, "warning", {"p": bias.p})]
