"""Twins whose loops have another cause: what a contact that turns does to the path of the current besides tunnelling."""

from __future__ import annotations

import numpy as np

from supraspin.devices import Device
from supraspin.lab import film, junction
from supraspin.lab.magnets import Layer
from supraspin.models.critical_field_perpendicular import critical_field_perpendicular


def unpolarised(device: Device, rng: np.random.Generator) -> Device:
    """A device whose film is not polarised: its junction knows nothing of alignments."""
    if device.ordering is None:
        return device
    return device.model_copy(update={"ordering": device.ordering.model_copy(update={"polarisation": 0.0})})


def anisotropic(device: Device, rng: np.random.Generator, share: float = 0.03) -> Device:
    """An unpolarised device whose magnetic contact lines change by `share` of their resistance, drawn, when they turn."""
    device = unpolarised(device, rng)
    by = share * float(np.exp(0.2 * rng.standard_normal()))
    contacts = [c.model_copy(update={"anisotropic_resistance": by * c.resistance}) if c.magnetic else c for c in device.contacts]
    return device.model_copy(update={"contacts": tuple(contacts)})


def lines_in_path(device: Device, contact, temperature, field, top, below) -> np.ndarray:
    """Change of the two lines that lead to a junction while its contact turns, ohm: that of the line alone, twice."""
    return -2 * contact.anisotropic_resistance * (1 - np.asarray(top) ** 2)


class StrayField:
    """The domains of a contact that turns send a field of `largest` T through the film: vortices that flow.

    Where half of the contact has turned, R = R_N B/B_c2(T) (Bardeen and Stephen, PR 140, A1197), at most R_N; above T_c the film
    is normal with or without it.
    """

    def __init__(self, largest: float) -> None:
        self.largest = largest

    def __call__(self, device: Device, contact, temperature, field, top, below) -> np.ndarray:
        own = device.film
        most = float(critical_field_perpendicular(
            np.asarray([temperature]), critical_temperature=own.critical_temperature, coherence_length=own.coherence_length
        )[0])  # fmt: skip
        if not most > 0:
            return np.zeros(np.shape(top))
        there = self.largest * (1 - np.asarray(top) ** 2)
        return float(film.normal_resistance(device, temperature)) * np.minimum(there / most, 1.0)


class Magnetised:
    """A film magnetised by the contact on it: its grains turn in the field B + B_c m of both, B_c the `coupling`, T.

    `levels` is the junction's resistance as the protocol asks for it, held at parallel alignment; `path` adds what the alignment
    changes. Grains have coercive field `own` with a tenth of it as width.
    """

    def __init__(self, coupling: float, own: float, rng: np.random.Generator) -> None:
        self.coupling = coupling
        self.layer = Layer(own, 0.1 * own, rng)
        self.swing = 0.0

    def levels(self, device, contact, current, temperature, field, angle, alignment, **more) -> np.ndarray:
        both = junction.resistance(device, contact, current, temperature, field, angle, np.array([1.0, -1.0]), **more)
        self.swing = float(both[1] - both[0])
        return np.full(np.shape(alignment), float(both[0]))

    def path(self, device, contact, temperature, field, top, below) -> np.ndarray:
        own = self.layer.sweep(np.asarray(field) + self.coupling * np.asarray(top))
        return 0.5 * self.swing * (1 - np.asarray(top) * own)
