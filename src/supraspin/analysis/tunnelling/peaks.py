"""A peak at zero bias inside the gap: whether what a gap leaves asks for one, and the same gap fitted with one.

Two shapes are tried: a Gaussian, as phenomenology has it, and a pair of resonances at +-epsilon (Yu-Shiba-Rusinov states). Both
stay well inside the gap and above zero, so that they describe a peak and don't repair coherence peaks. A gap is fitted with them
where its residuals rise at zero bias; a fit with a peak takes part in the comparison where it gains more than chance gives and
the peak stands out of what the fit still misses.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from supraspin.analysis.precision import growth
from supraspin.errors import FitError
from supraspin.fit import FitResult, fit
from supraspin.flags import Flag
from supraspin.quantities import KB

SHAPES = {
    "zero-bias peak": ("peak_conductance", "peak_width"),
    "YSR pair": ("ysr_conductance", "ysr_energy", "ysr_width"),
}
HEIGHTS = tuple(names[0] for names in SHAPES.values())
"""Parameters that say how high a peak is."""
_ASKED = 12.0  # fall of -2 ln L by a peak, as the residuals promise it, from which one is tried
_GAIN = 12.0  # the same, beyond two a parameter, from which a peak is believed; of independent points
_STANDS = 3.0  # least height of a peak over the rms of a systematic misfit
_WIDEST = 0.35  # of the gap: a Gaussian of this sigma is as wide as eight tenths of the gap at half its height
_PAIR_EDGE = 0.5  # of the gap: resonances further out are part of its flanks


def asked(result: FitResult) -> tuple[float, float] | None:
    """Height, S, and width, V, of the Gaussian at zero bias that the residuals of a fit ask for; None where they don't."""
    x, rest, size = result.x, result.residual, largest_gap(result)
    if not size > 0 or "peak_conductance" not in result.model.parameters or np.sum(np.abs(x) < _WIDEST * size) < 4:
        return None
    # What a change of height, background or of all energies together would take up is no peak.
    curve = result.best_fit
    own = np.linalg.qr(np.stack([curve, curve * (x / size) ** 2, x * np.gradient(curve, x)], axis=1))[0]
    widths = np.geomspace(max(0.05 * size, float(np.median(np.diff(x)))), _WIDEST * size, 8)
    shapes = np.exp(-0.5 * (x / widths[:, None]) ** 2)
    free = shapes - (shapes @ own) @ own.T
    norm = np.sum(free**2, axis=1)
    heights = free @ rest / norm
    total = float(rest @ rest)
    left = np.maximum(total - heights**2 * norm, 1e-12 * total)
    gains = np.where(heights > 0, len(x) * np.log(total / left), 0.0)
    at = int(np.argmax(gains))
    return (float(heights[at]), float(widths[at])) if gains[at] > _ASKED else None


def with_peaks(name: str, plain: FitResult, data: Any, **chosen: Any) -> dict[str, FitResult]:
    """The fit `plain` of a gap model, by name, and beside it that with each kind of peak that it asks for and that proves itself.
    `chosen` says which readings of `data` the fit took (`x`, `y`, `window`, `keep`), where not all.

    A better minimum of the gap alone, found from where a peak has taken the rest, takes the place of `plain`.
    """
    wish, found = asked(plain), {name: plain}
    if wish is None:
        return found
    for shape in SHAPES:
        try:
            one = _fit(plain, data, _options(plain, shape) | chosen, plain, _starts(shape, *wish))
            if _proved(one, plain, shape):
                again = _fit(plain, data, {key: plain.request[key] for key in ("fix", "free", "bounds")} | chosen, one, {})
                found[name] = min(found[name], again, key=lambda fitted: fitted.chi_square)
                found[f"{name} + {shape}"] = one
        except FitError:
            continue
    return {key: one for key, one in found.items() if key == name or _proved(one, found[name], key.removeprefix(f"{name} + "))}


def _fit(plain: FitResult, data: Any, options: dict[str, Any], near: FitResult, more: dict[str, float]) -> FitResult:
    """A fit of the same model from the values of a fit nearby and `more` starts."""
    free = {key for key, p in plain.params.items() if p.vary} | set(more)
    start = {key: p.value for key, p in near.params.items() if key in free and p.vary and p.bounds[0] < p.value < p.bounds[1]}
    return fit(plain.model, data, **options, start=start | more, multistart=1, profile=False)


def _proved(one: FitResult, plain: FitResult, shape: str) -> bool:
    more = len(SHAPES[shape])
    height = peak_height(one)
    points = one.n / growth(one) ** 2
    gain = points * math.log(plain.chi_square / one.chi_square) - 2 * more
    return height > 0 and gain > _GAIN and (height > _STANDS * one.rms or not one.structure.structured)


def _options(plain: FitResult, shape: str) -> dict[str, Any]:
    """Fixed, free and bounded parameters of a fit with a peak, beside those of the fit without."""
    gap, request = largest_gap(plain), plain.request
    limits = {SHAPES[shape][0]: (0.0, math.inf)}
    if shape == "YSR pair":
        limits |= {"ysr_energy": (0.0, _PAIR_EDGE * gap), "ysr_width": (0.0, _WIDEST * gap)}
    else:
        limits["peak_width"] = (0.02 * gap, _WIDEST * gap)
    return {"fix": request["fix"], "free": [*request["free"], *SHAPES[shape]], "bounds": dict(request["bounds"] or {}) | limits}


def _starts(shape: str, height: float, width: float) -> dict[str, float]:
    if shape == "YSR pair":
        return {"ysr_conductance": 0.7 * height, "ysr_energy": 0.5 * width, "ysr_width": 0.5 * width}
    return {"peak_conductance": height, "peak_width": width}


def peak_names(result: FitResult) -> list[str]:
    """The parameters of a peak that a fit has free."""
    return [name for names in SHAPES.values() for name in names if name in result.params and result.params[name].vary]


def largest_gap(result: FitResult) -> float:
    """The largest gap of a fit, eV; 0 where it has none."""
    return max((p.value for name, p in result.params.items() if name.startswith("gap") and p.unit == "eV"), default=0.0)


def peak_height(result: FitResult) -> float:
    """How high the peak of a fit stands at zero bias, S, as smeared as it was measured; 0 without a peak."""
    p = {name: one.value for name, one in result.params.items()}
    if "peak_conductance" in peak_names(result):
        return p["peak_conductance"]
    if "ysr_conductance" not in peak_names(result):
        return 0.0
    u = np.linspace(-40, 40, 8001)
    energy, width = KB * max(p["temperature"], 1e-6) * u, max(p["ysr_width"], 1e-9)
    pair = sum(width**2 / ((energy - sign * p["ysr_energy"]) ** 2 + width**2) for sign in (1, -1))
    return p["ysr_conductance"] * float(np.sum(0.25 * pair / np.cosh(u / 2) ** 2)) * (u[1] - u[0])


def peak_flag(best: FitResult, rivals: Mapping[str, FitResult]) -> list[Flag]:
    """A note that a peak at zero bias is claimed, how high it is, and how the same gap does without it."""
    plain = rivals.get(best.model.name)
    if not peak_names(best) or plain is None:
        return []
    tall = peak_height(best)
    text = (f"a peak at zero bias, {100 * tall:.2g} % of the normal conductance high, stands inside the gap of "
            f"{best.model.name}; without it the rms is {plain.rms:.3g} instead of {best.rms:.3g}")  # fmt: skip
    return [Flag("zero_bias_peak", text, "note", {"height": tall, "rms": best.rms, "rms_without": plain.rms})]
