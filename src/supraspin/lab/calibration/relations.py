"""What should hold between the numbers of a device by physics that the device file leaves free, and by how much it does not."""

from __future__ import annotations

import math

from scipy import constants

from supraspin.devices import Device
from supraspin.devices.published import Relation, number
from supraspin.lab import order as film_order
from supraspin.lab.calibration.predictions import tunnel_resistance
from supraspin.models._pair_breaking import FLUX_QUANTUM, electron_diffusivity


def relations(tunnelling: Device, channel: Device) -> tuple[Relation, ...]:
    """Those of the device of charge transport and tunnelling (A), and of the one with the spin channels (B)."""
    return one_diffusivity(channel), bulk_penetration_depth(tunnelling), voltage_over_gap(tunnelling)


def one_diffusivity(device: Device) -> Relation:
    """One film has one diffusion constant: that of the spins against that of pair breaking."""
    if device.spin is None:
        raise ValueError(f"device {device.name} has no spin channel")
    film = device.film
    charge = float(electron_diffusivity(film.critical_temperature, film.coherence_length))
    return Relation(
        name="one_diffusivity", fault=5, device=device.name, unit="m^2/s", left=device.spin.diffusivity, right=charge,
        text="diffusion constant of the spins, from the Hanle curve, against that of the electrons, from the critical field",
    )  # fmt: skip


def bulk_penetration_depth(device: Device) -> Relation:
    """k_B T_BKT = Phi0^2 / (8 pi mu0 Lambda), Lambda = lambda^2/d: the Lambda of T_BKT against that of the bulk at T = 0."""
    film = device.film
    if film.bkt_temperature is None:
        raise ValueError(f"device {device.name} has no BKT temperature")
    asked = FLUX_QUANTUM**2 / (8 * math.pi * constants.mu_0 * constants.k * film.bkt_temperature)
    # Two fluids: lambda^2 grows as 1/(1 - t^4) on the way to T_c.
    bulk = number("penetration_depth").value ** 2 / film.thickness / (1 - (film.bkt_temperature / film.critical_temperature) ** 4)
    return Relation(
        name="bulk_penetration_depth", fault=8, device=device.name, unit="m", left=asked, right=bulk,
        text="two-dimensional penetration depth that T_BKT asks for, against that of the bulk at this temperature",
    )  # fmt: skip


def voltage_over_gap(device: Device) -> Relation:
    """The peak of the alternating voltage at which the TMR was read, against the gap."""
    at = number("tmr_resistance_A").at
    voltage = math.sqrt(2) * at["current"] * tunnel_resistance(device, at["temperature"], at["current"])
    return Relation(
        name="voltage_over_gap", fault=6, device=device.name, unit="V", left=voltage,
        right=float(film_order.gap(device, at["temperature"])),
        text="peak of the alternating voltage on the junction, against the gap over e",
    )  # fmt: skip
