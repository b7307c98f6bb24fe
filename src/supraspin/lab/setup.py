"""A device in its cryostat with the instruments wired to it: what a protocol measures with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from supraspin.devices import Device
from supraspin.lab.cryostat import DILUTION_REFRIGERATOR, VARIABLE_TEMPERATURE_INSERT, Cryostat
from supraspin.lab.lockin import LockIn
from supraspin.lab.noise import Noise
from supraspin.lab.sample import Sample
from supraspin.lab.source_meter import SourceMeter

_COLD = frozenset({"B", "C", "D", "E"})
"""Devices of the paper that were measured in the dilution refrigerator."""


@dataclass(frozen=True)
class Setup:
    """Device, cryostat and instruments.

    `lead_resistance` (ohm) is what four-probe readings pick up besides the film, `thermal_resistance` (K/W) how far the film
    warms above the bath with the power in it. `junction_noise` and `contact_noise` are the relative wander of a junction's and
    of a contact line's resistance: traps in the barrier, and the drift of source and amplifier. `patience` is how long a sweep
    waits at each point, over the settling time of the lock-in's filter: below 1 the readings lag behind the sweep. `sample` is
    the physics behind the contacts.
    """

    device: Device
    cryostat: Cryostat
    lockin: LockIn = field(default_factory=LockIn)
    source_meter: SourceMeter = field(default_factory=SourceMeter)
    lead_resistance: float = 0.02
    thermal_resistance: float = 1e5
    patience: float = 1.0
    junction_noise: Noise = field(default_factory=lambda: Noise(density=2e-4, flicker=1e-4))
    contact_noise: Noise = field(default_factory=lambda: Noise(density=3e-5, flicker=1e-5))
    sample: Sample = field(default_factory=Sample)

    @classmethod
    def of(cls, device: Device) -> Setup:
        """The usual set-up of a device: the paper's devices B to E in the dilution refrigerator, all others in the insert."""
        return cls(device, DILUTION_REFRIGERATOR if device.name in _COLD else VARIABLE_TEMPERATURE_INSERT)

    @property
    def interval(self) -> float:
        """Time between the readings of a sweep that waits for the lock-in amplifier, s."""
        return self.patience * self.lockin.settling_time

    def but(self, **changes: Any) -> Setup:
        """The same set-up with other parts."""
        return replace(self, **changes)
