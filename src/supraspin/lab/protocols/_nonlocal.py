"""What the non-local protocols share: choosing a channel, and the lock-in's reading on a direct current."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from supraspin.devices import Channel, Device
from supraspin.lab.setup import Setup
from supraspin.numerics import chebyshev_nodes


def channel_of(device: Device, number: float) -> Channel:
    """The channel at that place in the device's list. Raises `ValueError` where there is none."""
    if not 0 <= int(number) < len(device.channels):
        raise ValueError(f"there is no channel {int(number)}; it has {len(device.channels)} channels, counted from 0")
    return device.channels[int(number)]


def differential(
    setup: Setup, exact: Callable[[float], np.ndarray], bias: float, modulation: float, rng: np.random.Generator,
    extra: np.ndarray | float = 0.0,
) -> np.ndarray:  # fmt: skip
    """Non-local resistance, ohm, as read on a direct current `bias` with an alternating one of peak `modulation`, A; shape (n,).

    `exact(current)` is dV/dI along the sweep; the lock-in sees its average over the modulation with weight sqrt(1 - x^2).
    """
    nodes, weights = chebyshev_nodes(9)
    average = sum(w * exact(bias + modulation * x) for x, w in zip(nodes, weights, strict=True)) + extra
    rms = modulation / np.sqrt(2)
    lockin = setup.lockin.in_range(rms * float(np.abs(average).max(initial=1e-3)))
    x, _, _ = lockin.read(rms * average, setup.interval, rng)
    return x / rms
