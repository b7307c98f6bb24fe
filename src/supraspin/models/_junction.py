r"""What every tunnel spectrum shares: temperature, modulation, offsets, background, zero-bias features.

A model file gives only its spectral function F(E; gap, ...), complex and analytic for Im E > 0, with Re F the density of
states over that of the normal metal. `junction` turns it into the conductance a lock-in amplifier reads,

    G(V) = (1 + b1 v + b2 v^2) [G_N <Re F(v + E)> + G_eps <YSR pair>] + sigma_ZBP <exp(-v^2/(2 sigma^2))>,   v = V - V_0,

where <> averages over -f'(E) at `temperature` and over the modulation (the Gaussian peak, a phenomenological term of
arXiv:2306.06659 Eq. 1 that is already smeared, over the modulation alone). Gaps follow the gap equation where
`critical_temperature` is given: Delta(T) = Delta ratio(T/T_c), so that one gap serves a whole temperature series. T is what
the thermometer reads over `thermometer_scale`. A parameter at its default of zero (infinity for critical_temperature, one for
the scale) leaves its term out of the compiled program.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, get_type_hints

import numpy as np

from supraspin.backend import jnp
from supraspin.model import (
    Conductance,
    Energy,
    Held,
    Par,
    PerVolt,
    PerVoltSquared,
    PositiveConductance,
    PositiveVoltage,
    SignedFraction,
    Temperature,
    Voltage,
)
from supraspin.models._gap import gap_ratio
from supraspin.models._grid import SPAN
from supraspin.models._smearing import known, smear
from supraspin.numerics import chebyshev_nodes

_LEAST_BROADENING = 1e-14
ThermometerScale = Annotated[float, Par("1", lower=1 - SPAN, upper=1 + SPAN)]


def _common(
    *,
    temperature: Temperature = 1.5,
    normal_conductance: PositiveConductance = 1.0,
    bias_offset: Voltage = 0.0,
    modulation: Held[PositiveVoltage] = 0.0,
    background_linear: Held[PerVolt] = 0.0,
    background_quadratic: Held[PerVoltSquared] = 0.0,
    critical_temperature: Held[Temperature] = np.inf,
    thermometer_scale: Held[ThermometerScale] = 1.0,
    peak_conductance: Held[Conductance] = 0.0,
    peak_width: Held[PositiveVoltage] = 2e-4,
    ysr_conductance: Held[PositiveConductance] = 0.0,
    ysr_energy: Held[Energy] = 3e-4,
    ysr_width: Held[Energy] = 5e-5,
    ysr_asymmetry: Held[SignedFraction] = 0.0,
):
    """The parameters that `junction` adds to a spectral function."""


def junction(
    *, gaps: tuple[str, ...] = ("gap",), symmetry: str = "s-wave", average: Callable | None = None
) -> Callable[[Callable], Callable]:
    """Make a spectrum `f(bias, *, ...)` of a spectral function `f(energy, *, ...)`, with the parameters of both.

    `gaps` names the parameters that follow the gap equation of `symmetry`. A spectral function that is not analytic brings
    its own `average(spectral, bias, temperature, *, parameters, offset, modulation)`.
    """

    def decorate(spectral: Callable) -> Callable:
        @functools.wraps(spectral)
        def spectrum(bias, **parameters):
            values = {name: p.default for name, p in signature.parameters.items() if p.kind is p.KEYWORD_ONLY} | parameters
            own = {name: values[name] for name in own_names}
            return _conductance(spectral, bias, own, gaps, symmetry, average, **{name: values[name] for name in common_names})

        own_signature, common_signature = inspect.signature(spectral), inspect.signature(_common)
        hints = get_type_hints(spectral, include_extras=True) | get_type_hints(_common, include_extras=True)
        own_names = [p.name for p in list(own_signature.parameters.values())[1:]]
        common_names = list(common_signature.parameters)
        bias = inspect.Parameter("bias", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        keywords = [*list(own_signature.parameters.values())[1:], *common_signature.parameters.values()]
        signature = inspect.Signature([bias, *(p.replace(annotation=hints[p.name]) for p in keywords)])
        spectrum.__signature__ = signature  # type: ignore[attr-defined]
        spectrum.symmetry = symmetry  # type: ignore[attr-defined]
        spectrum.known_points = average is None  # type: ignore[attr-defined]
        spectrum.__annotations__ = {p.name: hints[p.name] for p in keywords}
        return spectrum

    return decorate


def _conductance(
    spectral, bias, own, gaps, symmetry, average, *, temperature, normal_conductance, bias_offset, modulation,
    background_linear, background_quadratic, critical_temperature, thermometer_scale, peak_conductance, peak_width,
    ysr_conductance, ysr_energy, ysr_width, ysr_asymmetry,
):  # fmt: skip
    if not known(bias):
        bias = jnp.asarray(bias)
    # F is read just above the real axis, where the sheet is plain; 1e-14 eV is far below anything that can be resolved
    depths = [name for name in own if name.startswith("broadening")]
    own = own | {name: jnp.maximum(own[name], _LEAST_BROADENING) for name in depths}
    if not off(critical_temperature, np.inf):
        ratio = gap_ratio(temperature / thermometer_scale / critical_temperature, symmetry)
        own = own | {name: own[name] * ratio for name in gaps}
    place = {"offset": bias_offset, "modulation": modulation}

    if average is not None:
        warmth = temperature if off(thermometer_scale, 1.0) else temperature / thermometer_scale
        conductance = normal_conductance * average(spectral, bias, warmth, parameters=own, **place)
    else:
        place["scale"] = thermometer_scale
        conductance = normal_conductance * smear(spectral, bias, temperature, parameters=own, depths=depths, **place)
    if not off(ysr_conductance):
        resonances = {"ysr_energy": ysr_energy, "ysr_width": ysr_width, "ysr_asymmetry": ysr_asymmetry}
        conductance = conductance + ysr_conductance * smear(
            ysr_pair, bias, temperature, parameters=resonances, depths=("ysr_width",), **place
        )
    volts = jnp.asarray(bias) - bias_offset
    if not (off(background_linear) and off(background_quadratic)):
        conductance = conductance * (1 + volts * (background_linear + volts * background_quadratic))
    if not off(peak_conductance):
        conductance = conductance + peak_conductance * _gaussian(volts, peak_width, modulation)
    return conductance


def off(value, neutral: float = 0.0) -> bool:
    """Whether a term's parameter is a plain number at the value that switches the term off."""
    return known(value) and bool(value == neutral)


def ysr_pair(energy, ysr_energy, ysr_width, ysr_asymmetry):
    """Two Lorentzian resonances at +-epsilon whose heights are (1 +- asymmetry), analytic for Im E > 0."""

    def resonance(centre):
        return 1j * ysr_width / (energy - centre + 1j * ysr_width)

    return (1 + ysr_asymmetry) * resonance(ysr_energy) + (1 - ysr_asymmetry) * resonance(-ysr_energy)


def _gaussian(volts, width, modulation):
    if off(modulation):
        return jnp.exp(-0.5 * (volts / width) ** 2)
    t, c = chebyshev_nodes(48)
    return jnp.sum(jnp.asarray(c) * jnp.exp(-0.5 * ((volts[..., None] + modulation * jnp.asarray(t)) / width) ** 2), axis=-1)


def guess_spectrum(bias, *, y, **known_values) -> dict[str, float]:
    """First guesses from a spectrum: offset from its symmetry, G_N from its wings, gap from its steepest flank."""
    order = np.argsort(bias)
    v, g = np.asarray(bias, dtype=float)[order], np.asarray(y, dtype=float)[order]
    span = v[-1] - v[0]
    offset = known_values.get("bias_offset", symmetry_centre(v, g))
    wings = np.abs(v - offset) > 0.75 * np.max(np.abs(v - offset))
    normal = float(np.median(g[wings]))
    grid = np.linspace(0, np.max(np.abs(v - offset)), 200)
    even = 0.5 * (np.interp(offset + grid, v, g) + np.interp(offset - grid, v, g))
    width = max(3, len(grid) // 50)
    smooth = np.convolve(np.pad(even, width, mode="edge"), np.ones(2 * width + 1) / (2 * width + 1), mode="valid")
    excess = smooth / normal - 1
    inner = grid < 0.75 * grid[-1]
    peak = int(np.argmax(np.where(inner & (grid > 0.02 * span), excess, -np.inf)))
    flank = int(np.argmax(np.abs(np.gradient(smooth))[: int(0.75 * len(grid))]))
    gap = float(grid[peak] if excess[peak] > 0.05 and smooth[0] < smooth[peak] else grid[flank])
    gap = max(gap, 0.02 * span)
    return {"bias_offset": float(offset), "normal_conductance": normal, "gap": gap, "gap_2": 0.5 * gap, "broadening": 0.08 * gap,
            "broadening_2": 0.08 * gap, "coupling": 0.2 * gap, "coupling_2": 0.2 * gap}  # fmt: skip


def symmetry_centre(v: np.ndarray, g: np.ndarray) -> float:
    """Bias about which a spectrum (ascending `v`) mirrors itself best, within a tenth of its span."""
    span = v[-1] - v[0]
    middle = 0.5 * (v[0] + v[-1])
    centres = np.linspace(max(-0.1 * span, middle - 0.4 * span), min(0.1 * span, middle + 0.4 * span), 401)

    def asymmetry(centre):
        reach = min(v[-1] - centre, centre - v[0])
        u = np.linspace(0, reach, 300)
        return np.mean((np.interp(centre + u, v, g) - np.interp(centre - u, v, g)) ** 2)

    costs = np.array([asymmetry(c) for c in centres])
    best = int(np.argmin(costs))
    if 0 < best < len(centres) - 1:  # vertex of the parabola through the three lowest
        left, mid, right = costs[best - 1 : best + 2]
        bend = left - 2 * mid + right
        if bend > 0:
            return float(centres[best] + 0.5 * (left - right) / bend * (centres[1] - centres[0]))
    return float(centres[best])
