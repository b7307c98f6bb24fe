"""Point contacts: Blonder-Tinkham-Klapwijk and Mazin's polarised channels on the real axis, and the known limits."""

from __future__ import annotations

import numpy as np
import pytest
from reference import GAP, mp_btk, thermal

from supraspin.backend import jax
from supraspin.models.andreev import andreev
from supraspin.models.dynes import dynes

contact = jax.jit(
    lambda bias, gamma, temperature, barrier, polarisation: andreev(
        bias, gap=GAP, broadening=gamma, temperature=temperature, barrier_strength=barrier, polarisation=polarisation
    )
)


@pytest.mark.parametrize(("temperature", "gamma"), [(0.01, 1e-7), (1.5, 1e-7), (4.2, 5e-5), (20.0, 1e-3), (0.05, 1e-4)])
def test_precise_andreev(temperature, gamma):
    bias = np.array([0.0, 0.6e-3, 1e-3, 1.4e-3])
    contacts = ((0.0, 0.0), (0.5, 0.35), (5.0, 0.0))
    exact = np.array([thermal(lambda e: mp_btk(e, GAP, gamma, contacts), v, temperature, width=gamma) for v in bias])
    for k, (barrier, polarisation) in enumerate(contacts):
        np.testing.assert_allclose(contact(bias, gamma, temperature, barrier, polarisation), exact[:, k], rtol=1e-9)


def test_limit_andreev():
    """Clear contact: G = 2 inside the gap; half metal: none there; strong barrier: the tunnel spectrum."""
    inside = np.array([0.0, 0.3e-3, -0.2e-3, 0.5e-3])
    np.testing.assert_allclose(contact(inside, 0.0, 0.01, 0.0, 0.0), 2.0, rtol=1e-9)
    np.testing.assert_allclose(contact(inside, 0.0, 0.01, 0.3, 1.0), 0, atol=1e-9)
    bias = np.linspace(-3e-3, 3e-3, 61)
    np.testing.assert_allclose(
        contact(bias, 5e-5, 0.5, 200.0, 0.0), dynes(bias, gap=GAP, broadening=5e-5, temperature=0.5), rtol=2e-3
    )


def test_identity_slopes_and_batches_wherever_the_nodes_lie():
    """Shared nodes, windows and the Gauss rule: exact slopes against differences, and many at once against one by one."""
    bias = np.array([-2.1e-3, 0.0, 0.6e-3, 1.02e-3, 1.4e-3])
    places = np.array([[5e-5, 4.2, 0.3, 0.4], [1e-6, 0.012, 0.3, 0.4], [1e-4, 0.03, 0.3, 0.4]])
    one = jax.jit(lambda p: contact(bias, *p))
    slopes, together = jax.jit(jax.jacrev(one)), jax.jit(jax.vmap(one))(places)
    for place, row in zip(places, together, strict=True):
        np.testing.assert_allclose(row, one(place), rtol=1e-12)
        steps = 1e-4 * place
        differences = np.array([(one(place + s) - one(place - s)) / (2 * s.sum()) for s in np.diag(steps)]).T
        np.testing.assert_allclose(slopes(place) * place, differences * place, rtol=1e-4, atol=1e-6)
