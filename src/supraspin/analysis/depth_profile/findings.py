"""The numbers of a depth profile, from the fit to it, or from what the readings could hide where nothing decays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from supraspin.analysis.depth_profile.fit import Seen
from supraspin.analysis.depth_profile.readings import Readings
from supraspin.analysis.precision import growth, precision
from supraspin.analysis.result import Finding
from supraspin.fit import FitResult
from supraspin.formatting import si
from supraspin.models.intercalation_profile import mean_concentration

_LIMIT = 1.645  # of a Gaussian, one-sided 95 %
_NONE_SEEN = 3.0  # expected counts that still give none in 5 % of the cases


def parameter_findings(found: FitResult, moved: Mapping[str, float], quantity: str) -> list[Finding]:
    """One finding for each free parameter of the fit; levels of the readings are called after what is read."""
    at = "at the interface, probe taken off" if found.params["probe_width"].value > 0 else "at the interface"
    says = {
        "surface_concentration": (f"surface_{quantity}", at),
        "background_concentration": (f"background_{quantity}", "reading far from the element"),
        "depth_offset": ("depth_offset", "position of the interface"),
        "probe_width": ("probe_width", "standard deviation of the probe, from the edge in the data"),
        "decay_length": ("decay_length", ""),
    }  # fmt: skip
    unresolved = found.params["decay_length"].limit == "upper"
    out = []
    for name in ("surface_concentration", "decay_length", "background_concentration", "depth_offset", "probe_width"):
        p = found.params[name]
        if not p.vary:
            continue
        called, text = says[name]
        known = precision(found, name)
        if name == "surface_concentration" and unresolved and p.interval_95 is not None:
            # Only the product of the two is known: what bounds the length from above bounds the level from below.
            out.append(Finding(called, p.interval_95[0], p.unit, limit="lower", identified=False, text=text))
        elif p.limit and p.limit_value is not None:
            out.append(Finding(called, p.limit_value, p.unit, None, None, None, p.limit, False, text))
        else:
            determined = known.determined or (name in ("depth_offset", "background_concentration") and p.identified)
            out.append(Finding(called, p.value, p.unit, known.stderr, moved.get(name), known.interval_68, None, determined, text))
    return out


def fitted_mean(found: FitResult, window: float) -> tuple[float, float]:
    """Mean over the film from the interface down to `window` (m), the probe's broadening taken off, and its standard error."""
    n_s, length = found.params["surface_concentration"].value, found.params["decay_length"].value
    value = float(mean_concentration(0.0, window, surface_concentration=n_s, decay_length=length))
    ratio = window / max(length, 1e-30)
    # d ln(mean) by d ln(l): 1 - x e^-x / (1 - e^-x), x = window / l
    by_length = 1 - ratio / math.expm1(ratio) if ratio < 500 else 1.0
    slopes = {
        "surface_concentration": value / n_s if n_s else math.inf,
        "decay_length": value * by_length / length if length else 0.0,
    }
    index = [found.free.index(name) for name in slopes]
    gradient = np.array(list(slopes.values()))
    variance = float(gradient @ found.covariance[np.ix_(index, index)] @ gradient)
    return value, math.sqrt(variance) * growth(found) if variance > 0 and math.isfinite(variance) else math.inf


def counted_mean(found: FitResult, readings: Readings, window: float) -> tuple[float, float]:
    """The same without the profile's shape: readings above the background summed over depth, from where the probe begins.

    The error is that of the readings and of the background.
    """
    offset, width = found.params["depth_offset"].value, found.params["probe_width"].value
    background = found.params["background_concentration"]
    inside = (readings.depth > offset - 4 * width - readings.step) & (readings.depth < offset + window)
    if inside.sum() < 2:
        return math.nan, math.inf
    # What lies between the interface and the first depth of the data is taken to be like the first reading.
    share = _cells(readings.depth, offset - 4 * width, offset + window, offset)[inside]
    block = found.blocks[0]
    value = float(share @ (readings.reading[inside] - background.value)) / window
    own = float(np.sum((share * block.sigma[inside]) ** 2)) * (1.0 if readings.counted else found.reduced_chi_square)
    shared = (
        (share.sum() * (background.stderr or 0.0)) ** 2 if background.vary and math.isfinite(background.stderr or 0.0) else 0.0
    )
    return value, math.sqrt(own + shared) / window


def _cells(depth: np.ndarray, start: float, stop: float, interface: float) -> np.ndarray:
    """Length of the stretch of [start, stop] that is nearest to each depth; the first one's begins at the interface."""
    places, member, counts = np.unique(depth, return_inverse=True, return_counts=True)
    middle = (places[1:] + places[:-1]) / 2
    first, last = min(places[0] - (places[1] - places[0]) / 2, interface), places[-1] + (places[-1] - places[-2]) / 2
    edges = np.clip(np.concatenate([[first], middle, [last]]), start, stop)
    return (np.diff(edges) / counts)[member]


def mean_finding(found: FitResult, readings: Readings, window: float, moved: float | None, text: str) -> list[Finding]:
    """The mean by the fit, or by the sum of the readings where the fit leaves the profile's shape open; none if neither can."""
    value, error = fitted_mean(found, window)
    name = f"mean_{readings.quantity}"
    shape_known = all(found.params[p].identified and not found.params[p].limit for p in ("surface_concentration", "decay_length"))
    if not shape_known or not error < value:
        value, error = counted_mean(found, readings, window)
        text += "; summed readings, since the fit leaves the shape open"
        moved = None
    if not math.isfinite(value):
        return []
    stderr = error if math.isfinite(error) else None
    return [Finding(name, value, "1", stderr, moved, identified=error < 0.5 * abs(value), text=text)]


def limit_findings(readings: Readings, seen: Seen, window: float) -> list[Finding]:
    """What is left where nothing decays: the level of the readings, and how much of a decaying profile they could hide."""
    usual = (
        (seen.lengths <= 0.5 * window) & (seen.interfaces <= readings.depth[0] + readings.step) & np.isfinite(seen.constant.error)
    )
    if not usual.any():
        usual = np.isfinite(seen.constant.error)
    top = np.where(usual, np.maximum(seen.constant.amplitude, 0.0) + _LIMIT * np.where(usual, seen.constant.error, 0.0), 0.0)
    if readings.exposure is not None:
        top = np.maximum(top, _NONE_SEEN / np.maximum(seen.unit @ readings.exposure, 1e-300))
    means = mean_concentration(0.0, window, surface_concentration=top, decay_length=seen.lengths)
    at = int(np.argmax(np.where(usual, means, -np.inf)))
    text = f"of a decaying profile above the level, for decay lengths up to {si(0.5 * window, 'm')}; over {si(window, 'm')}"
    quantity = readings.quantity
    level = float(np.mean(readings.reading))
    if readings.exposure is not None:
        all_counts, full = float(np.sum(readings.reading * readings.exposure)), float(readings.exposure.sum())
        level, error = all_counts / full, math.sqrt(all_counts) / full
    else:
        error = float(np.std(readings.reading, ddof=1)) / math.sqrt(readings.reading.size)
    said, found = "mean of all readings, background and element together", Finding(f"level_{quantity}", level, "1", error)
    if readings.exposure is not None and level == 0:
        found = Finding(f"level_{quantity}", _NONE_SEEN / full, "1", limit="upper", identified=False)
    return [
        Finding(f"mean_{quantity}", float(means[at]), "1", limit="upper", identified=False, text=text),
        replace(found, text=said),
    ]
