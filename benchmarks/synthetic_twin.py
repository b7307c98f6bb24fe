"""Virtual devices drawn around those of the package, each with what the lab knows of it to be true.

The laboratory is not what the analyses fit: its thermometer is off by a calibration that differs from cryostat to cryostat, the
sample lags behind it, leads and contacts add resistance, readings have gain, offset and 1/f noise, magnets remain magnetised,
layers switch grain by grain, films have a spread of T_c, and currents heat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from supraspin.devices import Device
from supraspin.lab import order
from supraspin.lab.calibration.predictions import PREDICTIONS
from supraspin.lab.calibration.solve import changed, entry
from supraspin.lab.setup import Setup
from supraspin.models._pair_breaking import perpendicular_field_scale

JITTER = 0.12
"""Standard deviation of the logarithm of each parameter that is drawn."""
THERMOMETER = 0.002
"""Standard deviation of the thermometers' relative calibration."""
GAIN = 0.002
"""Standard deviation of the amplifiers' relative gain."""
TUNNEL_SWITCH = float(np.hypot(GAIN, 1.35 * THERMOMETER))
"""Of the signal of a TMR: at 1.5 K it goes with the power 1.35 of the temperature, as the zero-bias peak that shunts it fades."""
REMANENCE = 0.5e-3
"""Field, T, by which a magnet's own hysteresis may widen a loop."""


@dataclass(frozen=True)
class Row:
    """A headline number: what it is called in the analysis, and what is true.

    `relative` and `absolute` are what no analysis of the data alone can know: calibrations of thermometer and amplifier, the
    remanence of the magnet.
    """

    name: str
    finding: str
    truth: Callable[[Device], float]
    relative: float = 0.0
    absolute: float = 0.0


@dataclass(frozen=True)
class Study:
    """A measurement of drawn devices: the protocol with its options, what is drawn, the numbers that come of it, and what the
    analysis is told."""

    device: str
    protocol: str
    drawn: tuple[str, ...]
    rows: tuple[Row, ...]
    options: dict[str, float] = field(default_factory=dict)
    settings: dict[str, float] = field(default_factory=dict)


def switch(device: Device) -> float:
    """Antiparallel less parallel resistance of a channel without a direct current, ohm."""
    from supraspin.lab.channel import nonlocal_resistance

    # The alternating current of 0.05 uA stays well inside the window.
    sides = nonlocal_resistance(device, device.channels[0], 0.0, 0.053, 0.0, np.array([1.0, -1.0]))
    return float(sides[1] - sides[0])


FILM = ("film.critical_temperature", "film.transition_width", "film.normal_resistance", "film.residual_resistance_ratio")
STUDIES = {
    "R(T)": Study("A", "resistance_temperature", (*FILM, "ordering.resistive_share"), (
        Row("T_C", "critical_temperature", PREDICTIONS["critical_temperature"], THERMOMETER),
        Row("T_K", "upturn_temperature", PREDICTIONS["ordering_temperature"], THERMOMETER),
    )),
    "V-I": Study("A", "voltage_current", (*FILM, "film.critical_current"), (
        Row("T_BKT", "bkt_temperature", PREDICTIONS["bkt_temperature"], THERMOMETER),
    ), {"coldest": 0.9, "warmest": 1.06, "reach": 1e-5, "temperatures": 25}),
    "R(B)": Study("A", "resistance_field", (*FILM, "film.coherence_length"), (
        Row("B_c2(0)", "critical_field_perpendicular",
            lambda d: float(perpendicular_field_scale(d.film.coherence_length))),
        Row("xi", "coherence_length", lambda d: d.film.coherence_length),
    ), {"temperatures": 6, "warmest": 6.0, "stop": 8.0, "points": 161}),
    "dI/dV": Study("E", "tunnel_spectrum", ("film.critical_temperature", "film.broadening", "barrier.resistance"), (
        Row("gap", "gap", lambda d: float(order.gap(d, 0.05))),
    ), {"temperatures": 2, "coldest": 0.05, "warmest": 1.0, "points": 201, "reach": 4e-3, "modulation": 5e-5},
        {"modulation": 5e-5}),
    "TMR": Study("A", "tmr_loop", ("ordering.polarisation", "ordering.coercive_field", "contacts.1.coercive_field",
                                   "barrier.resistance"), (
        Row("dR (TMR)", "switching_signal",
            lambda d: PREDICTIONS["tunnel_switch"](d, temperature=1.5, current=2e-8), TUNNEL_SWITCH),
        Row("B_co of the film", "coercive_field", lambda d: d.ordering.coercive_field, absolute=REMANENCE),
        Row("B_co of the contact", "coercive_field_2", lambda d: d.contacts[1].coercive_field, absolute=REMANENCE),
    )),
    "spin valve": Study("B", "spin_valve_loop", ("spin.amplitude", "spin.background", "contacts.1.coercive_field",
                                                 "contacts.2.coercive_field"), (
        Row("dR_NL", "switching_signal", switch, GAIN),
        Row("B_co of injector", "coercive_field_2", lambda d: d.contacts[1].coercive_field, absolute=REMANENCE),
        Row("B_co of detector", "coercive_field", lambda d: d.contacts[2].coercive_field, absolute=REMANENCE),
    )),
    "Hanle": Study("B", "hanle", ("spin.amplitude", "spin.background", "spin.spin_lifetime", "spin.diffusivity"), (
        Row("tau_s", "spin_lifetime", lambda d: d.spin.spin_lifetime),
        Row("D", "diffusivity", lambda d: d.spin.diffusivity),
        Row("lambda_s", "spin_diffusion_length", lambda d: float(np.sqrt(d.spin.diffusivity * d.spin.spin_lifetime))),
    ), {"channel": 1}),
    "depth": Study("A", "depth_profile", ("intercalation.surface_concentration", "intercalation.decay_length"), (
        Row("decay length", "decay_length", lambda d: d.intercalation.decay_length),
        Row("n_s", "surface_concentration", lambda d: d.intercalation.surface_concentration),
    )),
}  # fmt: skip


def drawn(study: Study, key: int) -> tuple[Setup, dict[str, Any]]:
    """The set-up of a device drawn by `key`, and the options of its measurement."""
    rng = np.random.default_rng([key, 7])
    base = Device.load(study.device) if study.device != "E" else _junction()
    # A lifetime or a length that grows tenfold would leave the sweep; a coercive field stays below the sweep's end.
    factors = np.exp(JITTER * np.clip(rng.standard_normal(len(study.drawn)), -2.5, 2.5))
    values = {name: entry(base, name) * float(factor) for name, factor in zip(study.drawn, factors, strict=True)}
    if "ordering.resistive_share" in values:
        values["ordering.resistive_share"] = min(values["ordering.resistive_share"], 0.95)
    if base.film.bkt_temperature is not None and "film.critical_temperature" in values:
        share = base.film.bkt_temperature / base.film.critical_temperature
        values["film.bkt_temperature"] = share * values["film.critical_temperature"]
    device = changed(base, values)
    setup = Setup.of(device)
    calibration, gain = (float(rng.standard_normal()) for _ in range(2))
    setup = setup.but(
        cryostat=setup.cryostat.but(calibration=THERMOMETER * calibration), lockin=replace(setup.lockin, gain=1 + GAIN * gain)
    )
    options = dict(study.options)
    if study.protocol == "voltage_current":
        options |= {name: options[name] * device.film.bkt_temperature for name in ("coldest", "warmest")}
    if study.protocol == "resistance_field":
        options["warmest"] *= device.film.critical_temperature / base.film.critical_temperature
    return setup, options


def _junction() -> Device:
    """Device E under the barrier and contacts of device A: a junction whose film has nothing but its gap."""
    donor = Device.load("A")
    return Device.model_validate(
        Device.load("E").model_dump(exclude_none=True)
        | {"barrier": donor.barrier.model_dump(), "contacts": [one.model_dump() for one in donor.contacts]}
    )
