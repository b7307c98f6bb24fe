"""A virtual device's measurements as data sets of the models themselves: small, and of eight shared quantities."""

from __future__ import annotations

import math

import numpy as np

from supraspin.data.build import make
from supraspin.fit.bayes import log_normal, normal
from supraspin.model import MODELS

TRUTH = {
    "amplitude": 6.0, "spin_lifetime": 1.7e-10, "diffusivity": 6.5e-3, "critical_temperature": 6.6, "coherence_length": 6.4e-9,
    "thickness": 11e-9, "decay_length": 3e-9, "gap": 1.2e-3, "broadening": 6e-5, "window_current": 1.2e-6,
}  # fmt: skip
PRIORS = {name: log_normal(value, 1.15) for name, value in TRUTH.items()}
ACROSS = math.pi / 2
OWN = {  # parameters of single parts, for calibration: a truth drawn from a wide prior would be no measurement
    "hanle_1.field_offset": normal(0, 2e-3), "hanle_2.field_offset": normal(0, 2e-3),
    "hanle_1.resistance_offset": normal(0, 0.05), "hanle_2.resistance_offset": normal(0, 0.05),
    "depth_profile.surface_concentration": log_normal(0.1, 1.2), "depth_profile.background_concentration": normal(0, 2e-3),
    "interlayer_gap.pristine_gap": log_normal(2.9e-10, 1.05), "interlayer_gap.expansion": normal(0.05, 0.01),
    "nonlocal_bias_1.amplitude": log_normal(2.0, 1.2), "nonlocal_bias_2.amplitude": log_normal(1.5, 1.2),
    "nonlocal_bias_1.window_width": log_normal(2.5e-7, 1.2), "nonlocal_bias_2.window_width": log_normal(2.5e-7, 1.2),
    "nonlocal_bias_1.resistance_offset": normal(0, 0.1), "nonlocal_bias_2.resistance_offset": normal(0, 0.1),
}  # fmt: skip


def readings(model: str, *coordinates, noise: float, rng, **values) -> tuple[np.ndarray, np.ndarray]:
    """A curve with white noise (a share of its range), and sigma."""
    entry = MODELS[model]
    known = {name: value for name, value in TRUTH.items() if name in entry.parameters}
    clean = np.asarray(entry.function(*coordinates, **{**known, **values}))
    sigma = noise * np.ptp(clean)
    return clean + sigma * rng.standard_normal(clean.shape), np.full(clean.shape, sigma)


def measurements(
    seed: int = 0, *, points: int = 24, noise: float = 0.03, spectra: bool = True, windows: bool = True, **changes
) -> list:
    """Two channels, critical fields across and twice in the plane, depth profile and gap, two spectra, two windows in bias."""
    rng = np.random.default_rng(seed)
    out = []
    field = np.linspace(-0.5, 0.5, points)
    for separation in (0.6e-6, 0.8e-6):
        y, _ = readings("hanle", field, noise=noise, rng=rng, separation=separation, **changes.get("hanle", {}))
        out.append(make("hanle", field=[field], nonlocal_resistance=[y], per_sweep={"separation": [separation]}))
    t = np.linspace(1.5, 5.8, points // 2)
    for angle, model in (
        (ACROSS, "critical_field_perpendicular"),
        (0.0, "critical_field_parallel"),
        (0.0, "critical_field_parallel"),
    ):
        y, _ = readings(model, t, noise=noise, rng=rng, **changes.get(model, {}))
        out.append(make("critical_field", temperature=[t], critical_field=[y], per_sweep={"field_angle": [angle]}))
    z = np.linspace(0.2e-9, 1.1e-8, points // 2)
    y, _ = readings("intercalation_profile", z, noise=noise, rng=rng)
    out.append(make("depth_profile", depth=[z], concentration=[y]))
    y, _ = readings("vdw_gap_expansion", z, noise=noise, rng=rng)
    out.append(make("interlayer_gap", depth=[z], interlayer_gap=[y]))
    if spectra:
        bias = np.linspace(-3e-3, 3e-3, points)
        curves = [
            readings("nodal", bias, noise=noise, rng=rng, temperature=temperature, normal_conductance=2e-4)[0]
            for temperature in (1.5, 4.0)
        ]
        out.append(make("tunnel_spectrum", bias=[bias] * 2, conductance=curves, per_sweep={"temperature": [1.5, 4.0]}))
    if windows:
        current = np.linspace(-3e-6, 3e-6, points)
        for amplitude in (2.0, 1.5):
            y, _ = readings("spin_valve_bias", current, noise=noise, rng=rng, amplitude=amplitude, window_width=2.5e-7)
            out.append(make("nonlocal_bias", current=[current], nonlocal_resistance=[y]))
    return out


HELD = {
    "hanle": {"fix": {"field_offset": 0.0, "resistance_offset": 0.0}},
    "depth_profile": {"fix": {"background_concentration": 0.0}},
}


def calibrated_joint(spectra: bool = False, points: int = 20):
    """The joint posterior of the virtual device with priors narrow enough that each truth drawn from them is a measurement."""
    from supraspin.fit.bayes.joint import join
    from supraspin.joint import parts

    whole = join(parts(measurements(points=points, spectra=spectra), options=HELD), multistart=2)
    return whole.with_priors({name: prior for name, prior in {**PRIORS, **OWN}.items() if name in whole.names})
