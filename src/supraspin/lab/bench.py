"""The set-up as a running laboratory: one device, its state, and whatever instruments drive and read it at the moment.

Instruments that are talked to by command (`supraspin.lab.scpi`) act on the bench and ask it what lies at their terminals.
Temperature, both fields, the direct current and the magnetic layers are the bench's; time is its clock's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, get_args

import numpy as np

from supraspin.devices import Contact, Device
from supraspin.lab import film, junction
from supraspin.lab.channel import nonlocal_resistance, order_across
from supraspin.lab.clock import Clock
from supraspin.lab.protocols._nonlocal import channel_of
from supraspin.lab.protocols._sweeps import film_grains, layer_of, magnetic_contact
from supraspin.lab.setup import Setup
from supraspin.numerics import chebyshev_nodes

Wiring = Literal["film", "junction", "contact", "nonlocal"]
WIRINGS: tuple[Wiring, ...] = get_args(Wiring)
_ROOM = 300.0
_ALIGNMENTS = np.linspace(-1, 1, 9)
_FIELD_STEP = 0.02
"""Tunnel curves are computed once for fields that agree to this, T: no gap sees the difference."""
_LARGEST = 1e-5
"""Largest current through the junction, A, whose curve is kept."""


@lru_cache(maxsize=512)
def _tunnel_curves(device: Device, contact: Contact, temperature: float, field: float, angle: float) -> tuple:
    return junction.curves(device, contact, _LARGEST, temperature, field, angle, _ALIGNMENTS)


class Bench:
    """A set-up that is being measured. `key` seeds every noise; `clock` is virtual unless another one is given.

    `channel` and `contact` choose what the wirings `nonlocal`, `junction` and `contact` reach. `movers` are called before a
    reading, `watchers` after a change; `messages` counts what was said to its instruments.
    """

    def __init__(
        self, setup: Setup, key: int, *, clock: Clock | None = None, temperature: float | None = None, channel: int = 0,
        contact: int = 0,
    ) -> None:  # fmt: skip
        self.setup = setup
        self.rng = np.random.default_rng(key)
        self.clock = clock if clock is not None else Clock()
        self.temperature = setup.cryostat.base_temperature if temperature is None else temperature
        setup.cryostat.check(self.temperature)
        self.direct_current = 0.0
        self.messages = 0
        self.movers: list[Callable[[], None]] = []
        self.watchers: list[Callable[[], None]] = []
        self._fields = {"parallel": 0.0, "perpendicular": 0.0}
        self._way = {"parallel": 0.0, "perpendicular": 0.0}
        self._ordered: tuple[tuple[float, ...], np.ndarray] = ((), np.zeros(()))
        device = setup.device
        self._channel = channel_of(device, channel) if device.channels else None
        magnetic = [one for one in device.contacts if one.magnetic]
        self._contact = magnetic_contact(device, contact) if magnetic else None
        self._layers = {one.number: layer_of(one, self.rng) for one in magnetic}
        self._film = film_grains(device, self.rng)

    def move(self) -> None:
        """Bring everything that moves by itself, such as a ramping magnet, to where it is now."""
        for mover in self.movers:
            mover()

    def _changed(self) -> None:
        """In real time, whoever reads must learn of a change when it happens; in virtual time every reading waits for it."""
        if self.clock.real:
            for watcher in self.watchers:
                watcher()

    def set_direct_current(self, current: float) -> None:
        """Let a direct current flow, A."""
        if current != self.direct_current:
            self.direct_current = current
            self._changed()

    def field(self, axis: str) -> float:
        """The field at the sample along an axis, `parallel` or `perpendicular`, T: the magnet's, behind by the remanence."""
        return self._fields[axis] - self.setup.cryostat.remanence * self._way[axis]

    def set_field(self, axis: str, value: float) -> None:
        """Drive a magnet to a field, T; the magnetic layers follow the field in the plane."""
        if value == self._fields[axis]:
            return
        self._way[axis] = math.copysign(1.0, value - self._fields[axis])
        self._fields[axis] = value
        if axis == "parallel":
            here = np.array([self.field(axis)])
            for layer in [*self._layers.values(), *([self._film] if self._film is not None else [])]:
                layer.sweep(here)
        self._changed()

    def _total(self) -> tuple[float, float]:
        along, across = self.field("parallel"), self.field("perpendicular")
        return math.hypot(along, across), math.atan2(abs(across), abs(along))

    def alternating(self, wiring: Wiring, current: float) -> float:
        """In-phase voltage (rms, V) across the terminals of a wiring that carries an alternating current (rms, A).

        The direct current of the bench flows along. Raises `ValueError` where the device has no such terminals.
        """
        device = self.setup.device
        field, angle = self._total()
        if current == 0:
            return 0.0
        if wiring == "film":
            if self.direct_current == 0:
                volts = current * float(film.resistance(device, self.temperature, field, angle))
            else:
                at = self.direct_current + math.sqrt(2) * current * np.sin(junction.PHASES)
                volts = current * float(junction.first_harmonic(self._film_voltage(at), current))
            return volts + self.setup.lead_resistance * current
        if wiring == "nonlocal":
            return current * self._nonlocal(current)
        contact = self._magnetic()
        if wiring == "contact":
            m = self._layers[contact.number].magnetisation
            return current * (contact.resistance - contact.anisotropic_resistance * (1 - m**2))
        at = self.direct_current + math.sqrt(2) * current * np.sin(junction.PHASES)
        return current * float(junction.first_harmonic(self._tunnel_voltage(at), current)) + 2 * contact.resistance * current

    def harmonic(self, wiring: Wiring, current: float, order: int) -> complex:
        """Harmonic of that voltage (rms, V) from the second on: in phase with sin(n w t), and a quarter period before it."""
        phases = junction.PHASES
        if current == 0 or wiring == "contact" or order >= phases.size // 2:
            return 0j
        peak = math.sqrt(2) * current
        at = self.direct_current + peak * np.sin(phases)
        if wiring == "nonlocal":
            # What is known is dV/dI: the harmonics of dV/dt over n.
            slope = self._nonlocal_at(at) * peak * np.cos(phases)
            sine, cosine = (np.mean(slope * part(order * phases)) / order for part in (np.cos, lambda x: -np.sin(x)))
        else:
            volts = self._film_voltage(at) if wiring == "film" else self._tunnel_voltage(at)
            sine, cosine = np.mean(volts * np.sin(order * phases)), np.mean(volts * np.cos(order * phases))
        return math.sqrt(2) * complex(sine, cosine)

    def direct(self, wiring: Wiring, current: float) -> float:
        """Direct voltage, V, across the terminals of a wiring at a direct current, A."""
        if wiring == "film":
            return float(self._film_voltage(np.array([current]))[0]) + self.setup.lead_resistance * current
        contact = self._magnetic()
        if wiring == "junction":
            return float(self._tunnel_voltage(np.array([current]))[0]) + 2 * contact.resistance * current
        return contact.resistance * current

    def most(self, wiring: Wiring, current: float) -> float:
        """A bound of that voltage that costs nothing: a film at room temperature; none for a junction."""
        if wiring == "film":
            return abs(current) * (float(film.normal_resistance(self.setup.device, _ROOM)) + self.setup.lead_resistance)
        return math.inf if wiring == "junction" else abs(current) * self._magnetic().resistance

    def _film_voltage(self, current: np.ndarray) -> np.ndarray:
        """Voltage of the film alone at currents (i,), A."""
        field, angle = self._total()
        warm = self.setup.thermal_resistance
        return film.voltage(self.setup.device, current, self.temperature, field, angle, thermal_resistance=warm)

    def _magnetic(self) -> Contact:
        if self._contact is None:
            raise ValueError(f"device {self.setup.device.name} has no magnetic contact")
        return self._contact

    def _nonlocal(self, current: float) -> float:
        nodes, weights = chebyshev_nodes(9)
        return float(self._nonlocal_at(self.direct_current + math.sqrt(2) * current * nodes) @ weights)

    def _nonlocal_at(self, current: np.ndarray) -> np.ndarray:
        """dV/dI at the detector at currents (i,) through the injector, A."""
        if self._channel is None:
            raise ValueError(f"device {self.setup.device.name} has no channel")
        ends = (self._channel.injector, self._channel.detector)
        alignment = math.prod(self._layers[n].magnetisation if n in self._layers else 0.0 for n in ends)
        across, along = self.field("perpendicular"), self.field("parallel")
        here = (self.temperature, across, along)
        if self._ordered[0] != here:
            self._ordered = (here, order_across(self.setup.device, *here))
        return nonlocal_resistance(
            self.setup.device, self._channel, current, self.temperature, across, alignment, along, ordered=self._ordered[1]
        )

    def _tunnel_voltage(self, current: np.ndarray) -> np.ndarray:
        """Voltage of the junction alone at currents (i,), A."""
        contact = self._magnetic()
        field, angle = self._total()
        bias, flows = _tunnel_curves(
            self.setup.device, contact, round(self.temperature, 4), _FIELD_STEP * round(field / _FIELD_STEP), round(angle, 2)
        )
        film_magnetisation = self._film.magnetisation if self._film is not None else 0.0
        alignment = self._layers[contact.number].magnetisation * film_magnetisation
        place = (alignment + 1) / 2 * (len(_ALIGNMENTS) - 1)
        low = min(int(place), len(_ALIGNMENTS) - 2)
        row = flows[low] + (place - low) * (flows[low + 1] - flows[low])
        return np.interp(current, row, bias)
