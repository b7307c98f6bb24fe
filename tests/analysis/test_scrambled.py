"""The null of the mirror tests: increments in other places, none lost where the blocks fill the sweep."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.analysis.scrambled import block_count, block_length, places
from supraspin.backend import jnp


@pytest.mark.parametrize("size", [39, 96, 160])
def test_identity_whole_blocks_change_places_and_nothing_is_lost(size):
    rng = np.random.default_rng(0)
    order = np.argsort(rng.random((50, block_count(size))), axis=-1)
    start = rng.integers(0, size, (50, 1))
    found = places(order, start, size)
    assert found.shape == (50, size)
    if size % block_length(size) == 0:
        np.testing.assert_array_equal(np.sort(found, axis=-1), np.broadcast_to(np.arange(size), found.shape))
    # Neighbours stay neighbours within a block.
    assert np.mean(np.diff(found, axis=-1) % size == 1) > 1 - 1.5 / block_length(size)


def test_identity_numpy_and_jax_agree():
    order = np.argsort(np.random.default_rng(1).random((4, block_count(50))), axis=-1)
    np.testing.assert_array_equal(places(order, np.full((4, 1), 7), 50), places(jnp.asarray(order), jnp.full((4, 1), 7), 50))
