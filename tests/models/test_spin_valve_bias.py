"""The bias window: 30 digits, its limits, what is odd and what is even, and the thermal term."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from supraspin.backend import jax
from supraspin.models.spin_valve_bias import bias_window, spin_valve_bias

mp.mp.dps = 30
EDGE = 0.31e-6


@pytest.mark.parametrize("width", [1e-8, 0.1e-6, 3e-6])
@pytest.mark.parametrize("current", [0.0, 2e-12, 0.1e-6, -0.31e-6, 1e-6, 5e-6])
def test_precise_window(width, current):
    i, iw, d = mp.mpf(current), mp.mpf(EDGE), mp.mpf(width)
    wanted = 1 / (1 + (mp.sinh(i / 2 / d) / mp.sinh(iw / 2 / d)) ** 2)
    assert float(bias_window(current, EDGE, width)) == pytest.approx(float(wanted), rel=1e-12)


def test_limit_one_half_fermi_and_lorentzian():
    """1 without bias and 1/2 at the window current whatever the width; a Fermi edge if narrow, a Lorentzian if wide."""
    current = np.linspace(-2e-6, 2e-6, 41)
    for width in (1e-9, 1e-7, 1e-5):
        assert float(bias_window(0.0, EDGE, width)) == 1.0
        assert float(bias_window(EDGE, EDGE, width)) == pytest.approx(0.5, rel=1e-12)
    np.testing.assert_allclose(bias_window(current, EDGE, 1e-3), 1 / (1 + (current / EDGE) ** 2), rtol=1e-6)
    far = current[np.abs(current) > 0.15e-6]
    np.testing.assert_allclose(
        bias_window(far, EDGE, 5e-9), 1 / (1 + np.exp((np.abs(far) - EDGE) / 5e-9)), rtol=1e-12, atol=1e-13
    )  # fmt: skip
    np.testing.assert_allclose(bias_window(current, EDGE, 0.0), np.abs(current) < EDGE, atol=1e-200)


def test_identity_even_spin_odd_heat():
    """Half the difference of the alignments is the even window, half the sum is offset and the thermal slope 2 kappa I."""
    current = np.linspace(-1e-6, 1e-6, 21)
    up, down = (
        np.asarray(spin_valve_bias(current, p, amplitude=7.5e-3, thermal_coefficient=9.7, resistance_offset=2e-3))
        for p in (1.0, -1.0)
    )
    spin, rest = (up - down) / 2, (up + down) / 2
    np.testing.assert_allclose(spin, spin[::-1], rtol=1e-12)
    np.testing.assert_allclose(rest, 2e-3 + 2 * 9.7 * current, rtol=1e-12)
    assert spin[10] == pytest.approx(7.5e-3, rel=1e-12)


def test_limit_gradients_finite():
    slope = jax.grad(lambda v, i: spin_valve_bias(i, amplitude=1.0, window_current=v[0], window_width=v[1]))
    for values in ((3e-7, 1e-7), (3e-7, 0.0), (0.0, 1e-7), (3e-7, 1.0)):
        for current in (0.0, 1e-7, 3e-7, 1e-3):
            assert np.all(np.isfinite(np.asarray(slope(np.array(values), current)))), (values, current)
