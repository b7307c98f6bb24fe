"""Readings that know nothing of the field, made of the readings themselves: the null of every mirror test.

A magnet's loop follows the direction of the sweep and mirrors itself under B -> -B with the direction reversed. Whether readings
do so by chance is asked of the same readings with their increments in other places: blocks of a few increments change places, and
are turned round and over at random. Jumps stay jumps, drifts stay drifts and the colour of the noise stays what it is, but all
at times that know no field. Two statistics stand on it: abrupt changes of single loops (`switching.mirror`), and a stretch of
another level in maps (`spin_valve.mirror`).
"""

from __future__ import annotations

from typing import Any

import numpy as np


def block_length(size: int) -> int:
    """Increments that stay together, of `size` ones."""
    return max(3, min(8, size // 12))


def block_count(size: int) -> int:
    """Blocks that hold `size` increments; the last may be short."""
    return -(-size // block_length(size))


def places(order: Any, start: Any, size: int) -> Any:
    """Which increment comes where, (..., size), for blocks in `order` (..., blocks) that begin at `start` (..., 1).

    NumPy and JAX arrays alike. What the last block lacks comes from the beginning.
    """
    length = block_length(size)
    inside = (order[..., None] * length + np.arange(length)).reshape(*order.shape[:-1], order.shape[-1] * length)
    return ((inside + start) % size)[..., :size]
