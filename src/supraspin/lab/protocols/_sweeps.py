"""What several protocols do alike: fields there and back, series of conditions, and layers switched along the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.devices import Contact, Device
from supraspin.lab.magnets import Layer

if TYPE_CHECKING:
    from supraspin.ordering.magnet import Magnet


def there_and_back(reach: float, points: float) -> tuple[np.ndarray, np.ndarray]:
    """Fields of a sweep from -reach to +reach and of the one back, T; shapes (points,)."""
    up = np.linspace(-reach, reach, int(points))
    return up, up[::-1]


def between(first: float, last: float, count: float, *, geometric: bool = False) -> np.ndarray:
    """`count` values from first to last; only the first where `count` is 1."""
    if int(count) <= 1:
        return np.array([first])
    return np.geomspace(first, last, int(count)) if geometric else np.linspace(first, last, int(count))


def layer_of(contact: Contact, rng: np.random.Generator) -> Layer:
    """The magnetic layer of a contact, saturated against the positive field."""
    return Layer(contact.coercive_field, contact.switching_width, rng)


def film_layer(device: Device, rng: np.random.Generator) -> Layer | Magnet | None:
    """The moments in the film, as grains or from the device's Hamiltonian; None where the device has none that order."""
    part = device.ordering
    if part is not None and part.exchange is not None:
        from supraspin.lab.moments import magnet_of

        return magnet_of(device, rng)
    return film_grains(device, rng)


def film_grains(device: Device, rng: np.random.Generator) -> Layer | None:
    """The moments in the film as grains with the device's coercive field; None where it has none that order."""
    part = device.ordering
    return None if part is None else Layer(part.coercive_field, part.switching_width, rng)


def magnetic_contact(device: Device, number: float) -> Contact:
    """The magnetic contact of that number, or the first one for 0. Raises `ValueError` where there is none."""
    magnetic = [contact for contact in device.contacts if contact.magnetic]
    chosen = [contact for contact in magnetic if contact.number == int(number)] if number else magnetic[:1]
    if not chosen:
        there = ", ".join(str(contact.number) for contact in magnetic) or "none"
        raise ValueError(f"there is no magnetic contact {int(number) or ''}".rstrip() + f"; magnetic are {there}")
    return chosen[0]
