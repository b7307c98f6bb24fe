"""Numbers of a device that hold together, with errors, and the same with one of them changed."""

from __future__ import annotations

import numpy as np

from supraspin.audit import Number
from supraspin.audit.relations._physics import (
    bkt_temperature_of,
    cooled,
    diffusivity_of,
    diffusivity_of_maximum,
    diffusivity_of_zero,
    length_across,
    length_in_plane,
)
from supraspin.quantities import KB

UNITS = {
    "critical_temperature": "K", "critical_field_perpendicular": "T", "critical_field_parallel": "T", "thickness": "m",
    "penetration_depth": "m", "bkt_temperature": "K", "bkt_temperature, from R(T)": "K", "spin_diffusion_length": "m",
    "first_zero_crossing": "T", "further_maximum": "T", "ordering_temperature": "K", "ordering_field": "T",
    "switching_ratio": "1", "switching_signal": "ohm", "gap": "eV", "effective_temperature": "K",
}  # fmt: skip
SHARE = {"bkt_temperature": 0.008, "bkt_temperature, from R(T)": 0.008, "critical_temperature": 0.008}


def truth(rng: np.random.Generator, *, spin_over_charge: float = 1.0) -> list[tuple[str, float, dict[str, float]]]:
    """Finding, value and conditions of each number of a device drawn at random, all consistent."""
    critical, length, thick = rng.uniform(4, 8), rng.uniform(5e-9, 1e-8), rng.uniform(8e-9, 1.4e-8)
    cold = 0.23 * critical
    spin = spin_over_charge * float(diffusivity_of(critical, length))
    spin_length = rng.uniform(0.5e-6, 1.2e-6)
    tilt = rng.uniform(0.3, 0.6)
    depth = rng.uniform(1e-5, 3e-5)
    order = tilt * critical
    across = (float(length_across(1.0, critical, cold)) / length) ** 2
    plane = float(length_in_plane(1.0, critical, thick, cold)) / length
    fields = np.linspace(0, across, 4001)[1:]
    cooled_by = np.asarray(cooled(critical, length, fields)) * tilt
    ordering = float(np.interp(-cold, -cooled_by, fields))
    current = 2e-8
    resistance = rng.uniform(1e3, 2e3)
    small, large = 0.1, 0.07
    found = [
        ("critical_temperature", critical, {}), ("thickness", thick, {}), ("penetration_depth", depth, {}),
        ("critical_field_perpendicular", across, {"temperature": cold}),
        ("critical_field_parallel", plane, {"temperature": cold}),
        ("bkt_temperature", float(bkt_temperature_of(np.array(critical), depth**2 / thick)), {}),
        ("bkt_temperature, from R(T)", float(bkt_temperature_of(np.array(critical), depth**2 / thick)), {}),
        ("ordering_temperature", order, {}), ("ordering_field", ordering, {"temperature": cold}),
        ("switching_ratio", small, {"current": current}), ("switching_ratio", large, {"current": 1e-7}),
        ("switching_signal", small * resistance, {"current": current}),
        ("gap", 2.0 * KB * critical, {"temperature": 0.1}), ("effective_temperature", 1.5, {"temperature": 1.5}),
    ]  # fmt: skip
    for separation in (0.6e-6, 0.8e-6):
        at = {"separation": separation}
        zero = spin / float(diffusivity_of_zero(1.0, np.array(spin_length), separation))
        found += [("spin_diffusion_length", spin_length, at), ("first_zero_crossing", zero, at)]
    top = spin / float(diffusivity_of_maximum(1.0, np.array(spin_length), 3e-6))
    return [*found, ("further_maximum", top, {"separation": 3e-6})]


def numbers(rng: np.random.Generator, *, share: float = 0.05, exact: bool = False, **changes) -> list[Number]:
    """Numbers with errors of `share` of their value (T_c and T_BKT: less), scattered by them unless `exact`."""
    out = []
    for i, (finding, value, at) in enumerate(truth(rng, **changes)):
        error = SHARE.get(finding, share) * value
        read = value if exact else value + error * rng.standard_normal()
        out.append(
            Number.model_validate({"name": f"{finding} {i}", "finding": finding, "device": "X", "value": read, "error": error,
                                   "unit": UNITS[finding], "at": {k: repr(v) for k, v in at.items()}})
        )  # fmt: skip
    return out
