"""The numbers of a Hanle curve, from the fits to it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.hanle.curves import spin_signal
from supraspin.analysis.parity import Parity, first_zero, split_parity
from supraspin.analysis.precision import growth, precision
from supraspin.analysis.result import Analysis, Finding
from supraspin.fit import FitResult, Sensitivity
from supraspin.flags import Flag

if TYPE_CHECKING:
    import xarray as xr


SIGNAL = "parallel minus antiparallel at zero field"
"""What the spin signal is, whether one alignment was measured or both."""
ODD = 0.05
"""Part of a curve that is odd in the field, over the swing of the even part, above which a background is suspected."""


def grown(result: FitResult, covariance: np.ndarray, name: str) -> float:
    """Factor by which the standard error of a parameter grows where `covariance` takes the place of the fit's own."""
    if name not in result.free:
        return growth(result)
    at = result.free.index(name)
    ratio = covariance[at, at] / result.covariance[at, at]
    return math.sqrt(ratio) if math.isfinite(ratio) else growth(result)


def _finding(result: FitResult, spread: Sensitivity, covariance: np.ndarray, name: str, text: str = "") -> Finding:
    p = result.params[name]
    systematic = spread.systematic.get(name)
    systematic = systematic if systematic is not None and math.isfinite(systematic) else None
    if p.limit and p.limit_value is not None:
        return Finding(name, p.limit_value, p.unit, None, None, None, p.limit, False, text)
    known = precision(result, name, grown(result, covariance, name))
    return Finding(name, p.value, p.unit, known.stderr, systematic, known.interval_68, None, known.determined, text)


def spin_findings(
    result: FitResult, spread: Sensitivity, covariance: np.ndarray, separation: float | None, pair: bool
) -> list[Finding]:  # fmt: skip
    """Lifetime, diffusion constant, length and signal; `covariance` is that of the free parameters, correlated noise counted."""
    lifetime = _finding(result, spread, covariance, "spin_lifetime", "independent of the separation")
    used = result.params["separation"].value
    diffusivity = _finding(result, spread, covariance, "diffusivity")
    length = _length(result, spread, covariance)
    found = [lifetime]
    if separation is None:
        found.append(_scaled(diffusivity, "diffusivity_over_separation_squared", used**-2, "1/s"))
        found.append(_scaled(length, "spin_diffusion_length_over_separation", 1 / used, "1"))
    else:
        found += [diffusivity, length]
    found.append(_signal(result, covariance, used, length.value, pair))
    return found


def _signal(result: FitResult, covariance: np.ndarray, separation: float, length: float, pair: bool) -> Finding:
    """The spin signal 2 A exp(-L/lambda), that between the two alignments at zero field, with its propagated error."""
    size = 2 * abs(result.params["amplitude"].value) * math.exp(-separation / length)
    names = ("amplitude", "spin_lifetime", "diffusivity")
    weights = (1.0, 0.5 * separation / length, 0.5 * separation / length)  # d ln(signal) by d ln of each
    text = SIGNAL if pair else f"{SIGNAL}, twice what the one curve here has above its background"
    if not all(name in result.free and result.params[name].value for name in names):
        return Finding("spin_signal", size, "ohm", text=text)
    index = [result.free.index(name) for name in names]
    slopes = [w / result.params[name].value for w, name in zip(weights, names, strict=True)]
    variance = sum(
        a * b * covariance[i, j] for i, a in zip(index, slopes, strict=True) for j, b in zip(index, slopes, strict=True)
    )
    error = size * math.sqrt(variance) if math.isfinite(variance) and variance > 0 else None
    return Finding("spin_signal", size, "ohm", error, text=text)


def _scaled(finding: Finding, name: str, factor: float, unit: str) -> Finding:
    def times(value: float | None) -> float | None:
        return None if value is None else value * factor

    interval = None if finding.interval_68 is None else (finding.interval_68[0] * factor, finding.interval_68[1] * factor)
    return Finding(name, finding.value * factor, unit, times(finding.stderr), times(finding.systematic), interval, finding.limit,
                   finding.identified, finding.text)  # fmt: skip


def _length(result: FitResult, spread: Sensitivity, covariance: np.ndarray) -> Finding:
    """sqrt(D tau) with the error that the correlation of the two leaves."""
    tau, d = result.params["spin_lifetime"], result.params["diffusivity"]
    value = math.sqrt(max(tau.value * d.value, 0.0))
    i, j = result.free.index("spin_lifetime"), result.free.index("diffusivity")
    c = covariance
    relative = c[i, i] / tau.value**2 + c[j, j] / d.value**2 + 2 * c[i, j] / (tau.value * d.value) if value else math.nan
    error = 0.5 * value * math.sqrt(relative) if relative > 0 else None
    settled = [v for v in spread.variants if v.identified.get("spin_lifetime") and v.identified.get("diffusivity")]
    moves = [abs(math.sqrt(v.values["spin_lifetime"] * v.values["diffusivity"]) - value) for v in settled]
    fine = error is not None and math.isfinite(error)
    determined = tau.identified and d.identified and error is not None and error < value
    return Finding("spin_diffusion_length", value, "m", error if fine else None, max(moves, default=None), identified=determined)


def _parity(pieces: list[xr.Dataset], offset: float, centre: float, one_side: bool) -> Parity | None:
    x, y = spin_signal(pieces, offset)
    if not one_side:
        return split_parity(x, y, centre)
    u = np.abs(x - centre)
    order = np.argsort(u, kind="stable")
    return Parity(u[order], y[order], np.zeros(u.size))


def add_zero(
    result: Analysis, pieces: list[xr.Dataset], main: FitResult, centre: float, *, one_side: bool = False
) -> None:  # fmt: skip
    """The first zero of the signal about the field `centre`, and what is odd in the field where both sides were measured."""
    offset = main.params["resistance_offset"]
    parity = _parity(pieces, offset.value, centre, one_side)
    if parity is None:
        return
    crossing = first_zero(parity.u, parity.even)
    if crossing is not None:
        place, error = crossing
        text = "read from the even part of the data, without a model"
        moved_by = offset.stderr if offset.vary and offset.stderr else None
        shifted = _parity(pieces, offset.value + moved_by, centre, one_side) if moved_by else None
        moved = first_zero(shifted.u, shifted.even) if shifted is not None else None
        if moved is not None and abs(moved[0] - place) > 0:
            error = math.hypot(error, moved[0] - place)
            text = "read from the even part of the data, less the background that the fit finds"
        result.findings.append(Finding("first_zero_crossing", place, "T", error, text=text))
    if one_side:
        return
    result.findings.append(
        Finding(
            "odd_over_even",
            parity.asymmetry,
            "1",
            text="rms of the part odd in field, noise taken off, over the swing of the even part",
        )
    )
    if parity.asymmetry > ODD:
        text = f"the part that is odd in field is {100 * parity.asymmetry:.0f} % of the even one: a Hall or offset background"
        result.flags.append(Flag("asymmetric_in_field", text, "warning", {"odd_over_even": parity.asymmetry}))


def add_charge(result: Analysis, settings: Mapping[str, float], separation: float | None) -> None:
    charge = settings.get("charge_diffusivity")
    if separation is None:
        return
    if charge is None:
        text = "no charge diffusion constant was given to compare with: --set charge_diffusivity='1e-4 m^2/s'"
        result.flags.append(Flag("charge_diffusivity_unknown", text, "note"))
        return
    spin = result.finding("diffusivity")
    ratio = spin.value / charge
    error = spin.stderr / charge if spin.stderr else None
    result.findings.append(
        Finding("spin_over_charge_diffusivity", ratio, "1", error, limit=spin.limit, identified=spin.identified)
    )
    if spin.identified and not 1 / 3 < ratio < 3:
        text = f"the spin diffusion constant is {ratio:.3g} times that of charge: one of the two is not what it is taken for"
        result.flags.append(Flag("diffusivities_disagree", text, "warning", {"ratio": ratio}))
