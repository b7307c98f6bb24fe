"""The universal pair-breaking curve: mpmath on its equation, published numbers, both ends, both directions."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from scipy import constants

from supraspin.backend import jax
from supraspin.models._pair_breaking import (
    ALPHA_CRITICAL,
    coherence_length_of,
    electron_diffusivity,
    reduced_pair_breaking,
    reduced_temperature,
)

temperature = jax.jit(reduced_temperature)
breaking = jax.jit(reduced_pair_breaking)


def exact(x):
    """T_c/T_c0 and alpha/alpha_c where alpha = 2 pi k_B T_c x, by mpmath at 30 digits."""
    with mp.workdps(30):
        t = mp.exp(mp.digamma(mp.mpf(1) / 2) - mp.digamma(mp.mpf(1) / 2 + x))
        return t, 2 * mp.pi * x * t / (mp.pi * mp.exp(-mp.euler) / 2)


def test_precise_both_directions():
    """1e-10 is claimed; the whole curve keeps 2e-12, and the small quantities near the ends keep their digits."""
    points = [exact(mp.mpf(10) ** mp.mpf(k)) for k in np.linspace(-7, 6, 131)]
    t, ratio = (np.array([float(p[i]) for p in points]) for i in (0, 1))
    np.testing.assert_allclose(breaking(t), ratio, rtol=0, atol=2e-12)
    rounded = 1e-15 / np.maximum(t, 1e-8)  # what the last digit of the ratio makes of a small temperature
    assert np.all(np.abs(temperature(ratio) - t) < 2e-12 + rounded)
    near = t > 0.99
    left = np.array([float(1 - p[0]) for p in points])[near]
    np.testing.assert_allclose(breaking(t[near]), ratio[near], rtol=3e-12 + 1e-15 / left.min())


def test_published_check_values():
    assert pytest.approx(0.8819384944310228, rel=1e-15) == ALPHA_CRITICAL  # 0.881939 in print
    ratios = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
    np.testing.assert_allclose(temperature(ratios), [0.92995, 0.82151, 0.62826, 0.40641, 0.23749], rtol=0, atol=5e-6)
    orbital = float(jax.grad(reduced_pair_breaking)(1 - 1e-9))
    assert -1 / orbital == pytest.approx(0.69267, abs=5e-6)


def test_identity_one_direction_undoes_the_other():
    t = np.linspace(0.01, 0.9999, 997)
    np.testing.assert_allclose(temperature(breaking(t)), t, rtol=0, atol=1e-10)
    np.testing.assert_allclose(breaking(temperature(t)), t, rtol=0, atol=1e-11)


def test_limit_cold():
    """alpha = alpha_c (1 - t^2 / (24 x^2)), x the value of alpha/(2 pi k_B T_c0) at alpha_c; the next term is of order t^4."""
    bend = 1 / (24 * float(mp.exp(2 * mp.digamma(mp.mpf(1) / 2))))
    t = np.array([0.005, 0.01, 0.02])
    np.testing.assert_allclose((1 - np.asarray(breaking(t))) / t**2, bend, rtol=4e-3)
    left = np.array([1e-6, 1e-8, 1e-12])
    np.testing.assert_allclose(np.asarray(temperature(1 - left)) / np.sqrt(left / bend), 1, rtol=1e-4)


def test_limit_near_the_critical_temperature():
    """The line of Ginzburg and Landau: alpha = (4/pi) (1 - t) k_B T_c0."""
    for left in (1e-4, 1e-6, 1e-9):
        assert float(breaking(1 - left)) * ALPHA_CRITICAL == pytest.approx(4 / np.pi * left, rel=1.1 * left + 1e-7)


def test_limit_beyond_the_ends():
    np.testing.assert_allclose(temperature(np.array([0.0, 1.0, 1.5, 1e9])), [1, 0, 0, 0], rtol=1e-12)
    np.testing.assert_allclose(breaking(np.array([0.0, 1.0, 2.0])), [1, 0, 0], rtol=1e-12)


def test_gradients_are_finite_and_right_at_both_ends():
    slope_t = jax.jit(jax.vmap(jax.grad(reduced_temperature)))
    slope_a = jax.jit(jax.vmap(jax.grad(reduced_pair_breaking)))
    assert np.all(np.isfinite(slope_t(np.array([0.0, 1e-12, 0.5, 1 - 1e-15, 1.0, 2.0]))))
    assert np.all(np.isfinite(slope_a(np.array([0.0, 1e-12, 0.5, 1 - 1e-15, 1.0, 2.0]))))
    assert float(slope_a(np.array([0.0]))[0]) == pytest.approx(0, abs=1e-8)
    for x in (1e-3, 0.1, 1.0, 10.0, 100.0):
        with mp.workdps(30):
            x = mp.mpf(x)
            dt, da = (mp.diff(lambda v, i=i: exact(v)[i], x, h=x * mp.mpf(10) ** -9) for i in (0, 1))
            t, ratio = exact(x)
        assert float(slope_a(np.array([float(t)]))[0]) == pytest.approx(float(da / dt), rel=1e-6, abs=1e-9)
        assert float(slope_t(np.array([float(ratio)]))[0]) == pytest.approx(float(dt / da), rel=1e-6)


def test_identity_diffusivity_and_coherence_length():
    """D = 16 k_B T_c xi^2 / h; 6.6 K and 6.5 to 8 nm are 0.9 to 1.4e-4 m^2/s."""
    assert electron_diffusivity(6.6, 8e-9) == pytest.approx(16 * constants.k * 6.6 * 64e-18 / constants.h, rel=1e-12)
    assert electron_diffusivity(6.6, 8e-9) == pytest.approx(1.41e-4, abs=5e-7)
    assert electron_diffusivity(6.6, 6.5e-9) == pytest.approx(0.93e-4, abs=5e-7)
    assert coherence_length_of(6.6, electron_diffusivity(6.6, 8e-9)) == pytest.approx(8e-9, rel=1e-12)
