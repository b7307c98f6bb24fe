"""Systems of moments that several tests use."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin import moments
from supraspin.quantities import KB

SPACING = 1e-9


def neighbours(coupling):
    """J(r) of nearest neighbours on a square lattice, eV."""
    return lambda r: np.where(np.abs(np.linalg.norm(r, axis=-1) - SPACING) < 0.1 * SPACING, coupling, 0.0)


@pytest.fixture
def square_lattice():
    """A function: size, J/k_B in K, number of copies and settings of `System` -> system with every site taken."""

    def build(size, coupling=1.0, copies=1, **settings):
        sample = moments.on_sites(
            SPACING * np.eye(2), (size, size), size * size, realisations=copies, rng=np.random.default_rng(0)
        )
        return moments.system(sample, neighbours(coupling * KB), **settings)

    return build


@pytest.fixture
def cluster():
    """A function: generator, number of moments, components of J (() or (3, 3)), realisations -> couplings of order k_B 1 K."""

    def build(rng, count, shape=(), realisations=1):
        j = np.zeros((realisations, 1, count, count, *shape))
        a, b = np.triu_indices(count, 1)
        values = KB * rng.normal(size=(realisations, len(a), *shape))
        j[:, 0, a, b] = values
        j[:, 0, b, a] = np.swapaxes(values, -1, -2) if shape else values
        return j

    return build
