"""The exponent through a BKT transition: the flow by mpmath, the universal jump, finite size, the flow beyond lowest order."""

from __future__ import annotations

from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from supraspin.backend import jax
from supraspin.fit import fit
from supraspin.models.bkt_exponent import bkt_exponent, flow

Y = 2 * np.pi * 0.04
step = jax.jit(flow)


@pytest.mark.parametrize("u0", [-0.6, -0.26, -0.25, -0.2, -0.1, 0.05])
@pytest.mark.parametrize("size", [0.3, 1.5])
def test_precise_flow(u0, size):
    """The closed form against the differential equations, integrated by mpmath."""
    with mp.workdps(20):
        path = mp.odefun(lambda _, z: [2 * z[1] ** 2, 2 * z[0] * z[1]], 0, [mp.mpf(u0), mp.mpf(0.25)])
        wanted = path(mp.mpf(size))[0]
    assert float(step(u0, 0.25, size)) == pytest.approx(float(wanted), rel=1e-11)


@pytest.mark.parametrize("invariant", [1e-3, 1e-7, 1e-12, -1e-12, -1e-7, -1e-3])
@pytest.mark.parametrize("size", [0.01, 3.0, 14.0])
def test_precise_closed_form_near_the_separatrix(invariant, size):
    u0 = -0.3
    fugacity = np.sqrt(u0**2 - invariant)
    with mp.workdps(40):
        c = mp.mpf(u0) ** 2 - mp.mpf(fugacity) ** 2
        root = mp.sqrt(mp.mpc(c))
        cosh, sinh = mp.cosh(2 * size * root), mp.sinh(2 * size * root) / root
        wanted = mp.re((u0 * cosh - c * sinh) / (cosh - u0 * sinh))
    assert float(step(u0, fugacity, size)) == pytest.approx(float(wanted), rel=1e-9)


def test_identity_flow_by_parts():
    """Two growths after each other are one; the fugacity follows from the invariant."""
    u0 = np.array([-0.5, -0.3, -0.24, -0.1, 0.02])
    half = np.asarray(step(u0, 0.25, 0.9))
    fugacity = np.sqrt(half**2 - u0**2 + 0.25**2)
    np.testing.assert_allclose(step(half, fugacity, 0.7), step(u0, 0.25, 1.6), rtol=1e-9)


def test_published_universal_jump():
    """An infinite sample: 3 + 2 sqrt(C) just below T_BKT, with C = 2 Y (1 + Y)(1 + s_J)(1 - t); 1 above it."""
    below = 1 - np.array([1e-5, 1e-6, 1e-7])
    a = np.asarray(bkt_exponent(6.3 * below, size_logarithm=np.inf))
    np.testing.assert_allclose((a - 3) / np.sqrt(1 - below), 2 * np.sqrt(2 * Y * (1 + Y) * 21), rtol=1e-2)
    above = bkt_exponent(6.3 * (1 + np.array([1e-7, 1e-4, 0.1, 1.0])), size_logarithm=np.inf)
    np.testing.assert_array_equal(above, 1)


@pytest.mark.parametrize("size", [0.0, 2.0, 6.0, 12.0])
def test_limit_at_the_transition(size):
    """a = 3 + 2 Y/(1 + 2 l Y): the bare 3 + 2 Y for no growth, 3 + 1/l for a large sample; a = 3 is reached above T_BKT."""
    assert float(bkt_exponent(6.3, size_logarithm=size)) == pytest.approx(3 + 2 * Y / (1 + 2 * size * Y), rel=1e-10)
    three = brentq(lambda t: float(bkt_exponent(t, size_logarithm=size)) - 3, 6.2, 6.55)
    assert three > 6.3


def test_limit_without_vortices_is_the_bare_stiffness():
    temperature = np.array([0.5, 3.0, 6.0, 6.2, 6.5, 6.6 + 1e-3, 8.0])
    reduced = temperature / 6.3
    bare = np.maximum((1 + 20 * (1 - reduced)) / reduced, 0)
    np.testing.assert_allclose(bkt_exponent(temperature, vortex_fugacity=0.0, size_logarithm=0.0), 1 + 2 * bare, rtol=1e-10)
    with_vortices = np.asarray(bkt_exponent(temperature[:2], size_logarithm=50.0))
    np.testing.assert_allclose(with_vortices, 1 + 2 * (1 + Y) * bare[:2], rtol=1e-3)


def test_identity_falls_with_temperature_and_size():
    temperature = np.linspace(5.5, 7.0, 401)
    curves = [np.asarray(bkt_exponent(temperature, size_logarithm=size)) for size in (0.5, 2.0, 4.0, 8.0, 16.0)]
    assert all(np.all(np.diff(curve) <= 1e-9) for curve in curves)
    assert all(np.all(np.diff(curve) > -1.2) for curve in curves[:2])
    assert all(np.all(large <= small + 1e-9) for small, large in pairwise(curves))
    assert all(np.all(curve >= 1) for curve in curves)


def full_flow(bare, size):
    """pi K/2 by the flow of Kosterlitz without the expansion about its fixed point."""

    def slope(_, z):
        return [-2 * np.exp(2 * z[1] + z[0]), 2 * (1 - np.exp(z[0]))]

    path = solve_ivp(slope, [0, size], [np.log(bare), np.log(Y)], method="LSODA", rtol=1e-9, atol=1e-10)
    return np.exp(path.y[0, -1])


def test_peer_flow_beyond_lowest_order():
    """With T_BKT put at its own critical stiffness, the full flow gives the same a within 0.05 where pairs are bound."""
    temperature = np.linspace(5.5, 6.3, 9)
    critical = 1 / (1 + brentq(lambda v: 2 * (v - np.log1p(v)) - Y**2, -0.999, 0))
    for size in (3.0, 6.0, 12.0):
        reduced = temperature / 6.3
        wanted = [1 + 2 * full_flow(critical * (1 + 20 * (1 - t)) / t, size) for t in reduced]
        np.testing.assert_allclose(bkt_exponent(temperature, size_logarithm=size), wanted, rtol=0, atol=0.05)


def test_gradients_finite_everywhere():
    temperature = np.array([1e-3, 3.0, 6.3 - 1e-9, 6.3, 6.3 + 1e-9, 6.35, 6.6, 6.7, 300.0])
    names = ("bkt_temperature", "stiffness_slope", "size_logarithm", "vortex_fugacity")
    jacobian = jax.jit(jax.jacfwd(lambda p: bkt_exponent(temperature, **dict(zip(names, p, strict=True)))))
    for at in ([6.3, 20.0, 6.0, 0.04], [6.3, 0.0, 0.0, 0.0], [6.3, 20.0, 1e9, 0.04], [6.3, 20.0, 6.0, 0.5]):
        assert np.all(np.isfinite(jacobian(np.array(at)))), at


@pytest.mark.parametrize("scale", [0.1, 5.0])
def test_fit_finds_far_values_from_its_own_guess(scale):
    truth = {"bkt_temperature": 6.3 * scale, "stiffness_slope": 50.0, "size_logarithm": 4.0}
    temperature = np.linspace(6.1, 6.45, 40) * scale
    noisy = np.asarray(bkt_exponent(temperature, **truth)) + 0.03 * np.random.default_rng(2).normal(size=40)
    result = fit(bkt_exponent, (temperature, noisy))
    assert result.converged
    for name, value in truth.items():
        assert abs(result.params[name].value - value) < 5 * result.params[name].stderr
