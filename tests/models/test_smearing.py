"""Thermal and lock-in averages: real-axis quadrature, T = 0, the energy grids, the sum rule."""

from __future__ import annotations

import inspect

import mpmath as mp
import numpy as np
import pytest
from reference import GAP, mp_bcs, mp_nodal, thermal

from supraspin.backend import jax, jnp
from supraspin.models._grid import Convolution, Product, plan_grid, plan_scaled
from supraspin.models._smearing import smear
from supraspin.models.anisotropic import anisotropic
from supraspin.models.dynes import bcs, dynes
from supraspin.models.exchange_split import exchange_split
from supraspin.models.mcmillan import mcmillan
from supraspin.models.nodal import nodal
from supraspin.models.two_gap import two_gap
from supraspin.numerics import thermal_kernel, thermal_nodes


def test_precise_poles_of_the_smearing_rule():
    """The rational function behind the rule is the thermal kernel on the whole real axis, with weights of order one."""
    z, w = thermal_nodes()
    u = np.concatenate([np.linspace(-60, 60, 4001), np.geomspace(60, 1e6, 50)])
    rational = np.sum(np.imag(w / (u[:, None] - z)), axis=1) / np.pi
    np.testing.assert_allclose(rational, thermal_kernel(u), atol=2e-14)
    assert abs(np.sum(w) - 1) < 1e-14
    assert np.abs(w).max() < 4
    assert z.imag.min() > 0


@pytest.mark.parametrize("ratio", [1e-4, 1e-2, 1.0])
def test_precise_smearing_against_real_axis_quadrature(ratio):
    """Sum over poles: 10 mK to 20 K."""
    gamma = ratio * GAP
    bias = np.array([0.0, 0.4e-3, 0.98e-3, 1e-3, 1.03e-3, 2.5e-3])
    spectrum = jax.jit(lambda t: dynes(bias, gap=GAP, broadening=gamma, temperature=t, normal_conductance=1.0, bias_offset=0.0))
    for temperature in (0.01, 0.3, 1.5, 20.0):
        exact = [thermal(lambda e: mp.re(mp_bcs(mp.mpc(e, gamma), GAP)), v, temperature, width=gamma) for v in bias]
        np.testing.assert_allclose(spectrum(temperature), exact, rtol=1e-9)


@pytest.mark.parametrize("ratio", [1e-4, 1e-2, 1.0])
def test_precise_grid_against_real_axis_quadrature(ratio):
    """Convolution and matrix product: as exact as the sum over poles wherever they are chosen."""
    gamma = ratio * GAP
    even = np.linspace(-1.2e-3, 2.4e-3, 121)
    uneven = np.sort(np.append(even, 1.01e-3))
    cases = ((even, 0.15, Convolution), (even, 1.5, Convolution), (even, 20.0, Convolution), (uneven, 4.0, Product))
    for bias, temperature, kind in cases:
        assert isinstance(plan_grid(bias, temperature, 0.0), kind)
        ours = jax.jit(lambda v=bias, t=temperature: dynes(v, gap=GAP, broadening=gamma, temperature=t))()
        for k in (7, len(bias) // 3, len(bias) - 1):
            exact = thermal(lambda e: mp.re(mp_bcs(mp.mpc(e, gamma), GAP)), bias[k], temperature, width=gamma)
            assert abs(float(ours[k]) / exact - 1) < 1e-9


@pytest.mark.parametrize("ratio", [1e-4, 0.1, 1.0])
def test_precise_nodal_smearing(ratio):
    gamma = ratio * GAP
    spectrum = jax.jit(lambda v, t: nodal(v, gap=GAP, broadening=gamma, temperature=t))
    for volts, temperature in ((0.0, 0.01), (0.7e-3, 1.5), (1e-3, 0.3), (0.0, 20.0)):
        exact = thermal(lambda e: mp.re(mp_nodal(mp.mpc(e, gamma), GAP)), volts, temperature, edges=(0.0, GAP), width=gamma)
        assert abs(float(spectrum(jnp.array([volts]), temperature)[0]) / exact - 1) < 1e-9


@pytest.mark.parametrize("model", [dynes, nodal])
def test_limit_zero_temperature_is_the_density_of_states(model):
    function = {dynes: mp_bcs, nodal: mp_nodal}[model]
    bias = np.array([0.0, 0.5e-3, 0.999e-3, 1.001e-3, 3e-3, -0.5e-3])
    traced = jax.jit(lambda t, gamma: model(bias, gap=GAP, broadening=gamma, temperature=t))
    plain = jax.jit(lambda gamma: model(bias, gap=GAP, broadening=gamma, temperature=0.0))
    for ratio in (1e-4, 1e-2, 1.0):
        exact = [float(mp.re(function(mp.mpc(v, ratio * GAP), GAP))) for v in bias]
        np.testing.assert_allclose(plain(ratio * GAP), exact, rtol=1e-9)
        np.testing.assert_allclose(traced(0.0, ratio * GAP), exact, rtol=1e-9)
        np.testing.assert_allclose(traced(1e-6, ratio * GAP), exact, rtol=1e-4)


SWEEPS = {
    "coarse": (1.5, 0.0, np.linspace(-4e-3, 4e-3, 401)),
    "fine": (0.35, 1.5e-4, np.linspace(-4e-3, 4e-3, 301)),
    "warm": (6.0, 2e-4, np.linspace(-4e-3, 4e-3, 200)),
    "hot": (20.0, 0.0, np.linspace(-3e-3, 4e-3, 402)),
    "down": (1.5, 0.0, np.linspace(4e-3, -3e-3, 401)),
    "uneven": (1.5, 1e-4, np.sort(np.append(np.linspace(-3e-3, 4e-3, 300), [1e-5, 2.2e-4]))),
}


@pytest.mark.parametrize(
    ("model", "sweep"),
    [(dynes, name) for name in SWEEPS] + [(m, "coarse") for m in (nodal, anisotropic, two_gap, exchange_split, mcmillan)],
)
def test_identity_grid_equals_sum_over_poles(model, sweep):
    temperature, modulation, bias = SWEEPS[sweep]
    plan = plan_grid(bias, temperature, modulation)
    assert isinstance(plan, Product if sweep == "uneven" else Convolution)
    fast = jax.jit(lambda offset: model(bias, temperature=temperature, modulation=modulation, bias_offset=offset))
    few = slice(None, None, 7)
    direct = jax.jit(lambda v: model(v, temperature=temperature, modulation=modulation, bias_offset=3e-5))
    np.testing.assert_allclose(fast(3e-5)[few], direct(bias[few]), rtol=1e-9)


def test_precise_modulation():
    """First harmonic of a lock-in amplifier: (2/pi) int G(V + V_pk x) sqrt(1 - x^2) dx, at T = 0."""
    spectrum = jax.jit(lambda v, peak, gamma: dynes(v, gap=GAP, broadening=gamma, temperature=0.0, modulation=peak))
    for volts, peak, gamma in ((0.0, 5e-4, 1e-6), (0.96e-3, 5e-5, 1e-7), (1.02e-3, 3e-4, 1e-5), (0.0, 1.2e-3, 1e-7)):
        cuts = sorted({-1, 1, *(x for e in (GAP, -GAP) for d in (0, 1e-7, -1e-7, 1e-6, -1e-6, 1e-5, -1e-5, 1e-4, -1e-4)
                               for x in [(e + d - volts) / peak] if -1 < x < 1)})  # fmt: skip
        exact = (
            2
            / mp.pi
            * mp.quad(
                lambda x, v=volts, p=peak, g=gamma: mp.re(mp_bcs(mp.mpc(v + p * x, g), GAP)) * mp.sqrt(1 - x * x),
                cuts,
                maxdegree=6,
            )
        )
        assert abs(float(spectrum(jnp.array([volts]), peak, gamma)[0]) / float(exact) - 1) < 1e-9


@pytest.mark.parametrize(("temperature", "gamma"), [(0.05, 1e-7), (0.05, 6e-5), (1.5, 1e-7), (0.0, 5e-5)])
@pytest.mark.parametrize("model", [nodal, two_gap, mcmillan])
def test_identity_few_nodes_of_the_modulation_equal_all(model, temperature, gamma):
    """Each width of F counts for how many nodes are taken: without them all 51 would be where it is cold."""
    bias = np.linspace(0, 3e-3, 40)
    wide = {"broadening": gamma} | ({"broadening_2": 3 * gamma} if model is two_gap else {})
    spectral = model.__wrapped__
    own = {p.name: p.default for p in list(inspect.signature(spectral).parameters.values())[1:]} | wide

    def averaged(depths):
        average = jax.jit(lambda t, peak: smear(spectral, bias, t, modulation=peak, parameters=own, depths=depths))
        return average(temperature, 1e-4)

    np.testing.assert_allclose(averaged(list(wide)), averaged([]), rtol=1e-9)


@pytest.mark.parametrize(("temperature", "uneven", "kind"), [(1.5, False, Convolution), (4.0, True, Product)])
def test_identity_a_scale_of_the_thermometer_is_another_temperature(temperature, uneven, kind):
    """Curves and slopes at a scale that is not known equal those of the sum over poles at the temperature that it stands for."""
    bias = np.linspace(-4e-3, 4e-3, 161)
    bias = np.sort(np.append(bias, 1.01e-3)) if uneven else bias
    plan = plan_scaled(bias, temperature, 1e-4)
    assert plan is not None
    assert isinstance(plan.plan, kind)
    own = {"gap": GAP, "broadening": 6e-5, "modulation": 1e-4, "critical_temperature": 6.7}
    ours = jax.jit(lambda s: nodal(bias, temperature=temperature, thermometer_scale=s, **own))
    poles = jax.jit(lambda s: nodal(bias, temperature=temperature / s, **own))
    for scale in (0.9, 0.97, 1.0, 1.1):
        np.testing.assert_allclose(ours(scale), poles(scale), rtol=1e-9)
        exact = jax.jacfwd(poles)(scale)
        np.testing.assert_allclose(jax.jacfwd(ours)(scale), exact, atol=1e-7 * np.abs(exact).max())


def test_limit_modulation_of_a_parabola():
    """G = V^2 under V_pk cos(wt): first harmonic of I gives V^2 + V_pk^2/4; a broad Gaussian peak has that curvature."""
    volts, width, peak = 1e-6, 5e-3, 1e-4
    ours = dynes(
        np.array([volts]), normal_conductance=0.0, temperature=1.0, modulation=peak, peak_conductance=1.0, peak_width=width
    )[0]
    assert 1 - float(ours) == pytest.approx((volts**2 + peak**2 / 4) / (2 * width**2), rel=1e-4)


def test_identity_sum_rule():
    """The smeared conductance conserves states: int (G - G_N) dV = 0, up to the 1/V tails beyond the window."""
    window = 2.0
    bias = np.linspace(-window, window, 40001)
    for f in (lambda z: bcs(z, GAP), lambda z: -1j * z / jnp.sqrt(GAP**2 - z * z)):
        excess = np.asarray(smear(lambda z, f=f: f(z + 2e-5j), bias, 4.2)) - 1
        tail = GAP**2 / window  # both wings, F -> 1 + Delta^2 / (2 V^2)
        assert abs(np.trapezoid(excess, bias) + tail) < 1e-4 * GAP
