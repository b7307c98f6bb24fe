"""Tunnel spectra: every spectral function and the smearing against mpmath, limits and identities."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from supraspin.backend import jax, jnp
from supraspin.models._junction import ysr_pair
from supraspin.models._smearing import plan_convolution, smear
from supraspin.models.andreev import andreev
from supraspin.models.anisotropic import angular_average, anisotropic
from supraspin.models.dynes import bcs, dynes
from supraspin.models.exchange_split import exchange_split
from supraspin.models.mcmillan import band_functions, mcmillan
from supraspin.models.nodal import nodal
from supraspin.models.two_gap import two_gap
from supraspin.quantities import KB

mp.mp.dps = 20
GAP = 1e-3


def mp_bcs(z, gap):
    return 1 / mp.sqrt(1 - (gap / z) ** 2)


def mp_nodal(z, gap):
    return 2 / mp.pi * mp.ellipk((gap / z) ** 2)


def mp_thermal(spectral, volts, temperature, edges=(GAP,)):
    """Real-axis quadrature, split where the integrand is sharp: another route than the contour under test."""
    kt = mp.mpf(KB) * mp.mpf(temperature)
    low, high = volts - 45 * kt, volts + 45 * kt
    cuts = {low, mp.mpf(volts), high}
    for edge in edges:
        for sign in (1, -1):
            for power in (0, *range(-9, -2)):
                for side in (1, -1):
                    point = sign * mp.mpf(edge) + (side * mp.mpf(10) ** power if power else 0)
                    if low < point < high:
                        cuts.add(point)
    for multiple in (-20, -10, -5, -2, -1, 1, 2, 5, 10, 20):
        cuts.add(volts + multiple * kt)
    return mp.quad(lambda e: spectral(e) / (4 * kt * mp.cosh((e - volts) / (2 * kt)) ** 2), sorted(cuts), maxdegree=6)


@pytest.mark.parametrize("temperature", [0.01, 0.3, 1.5, 20.0])
@pytest.mark.parametrize("ratio", [1e-4, 1e-2, 1.0])
def test_precise_smearing_against_real_axis_quadrature(temperature, ratio):
    gamma = ratio * GAP
    bias = np.array([0.0, 0.4e-3, 0.98e-3, 1e-3, 1.03e-3, 2.5e-3])
    ours = dynes(bias, gap=GAP, broadening=gamma, temperature=temperature, normal_conductance=1.0, bias_offset=0.0)
    for volts, value in zip(bias, ours, strict=True):
        exact = mp_thermal(lambda e: mp.re(mp_bcs(mp.mpc(e, gamma), GAP)), mp.mpf(volts), temperature)
        assert abs(float(value) / float(exact) - 1) < 1e-9, (volts, temperature, ratio)


@pytest.mark.parametrize("ratio", [1e-4, 0.1, 1.0])
def test_precise_nodal_smearing(ratio):
    gamma = ratio * GAP
    for volts, temperature in ((0.0, 0.01), (0.7e-3, 1.5), (1e-3, 0.3), (0.0, 20.0)):
        ours = nodal(np.array([volts]), gap=GAP, broadening=gamma, temperature=temperature)[0]
        exact = mp_thermal(lambda e: mp.re(mp_nodal(mp.mpc(e, gamma), GAP)), mp.mpf(volts), temperature)
        assert abs(float(ours) / float(exact) - 1) < 1e-9


@pytest.mark.parametrize("model", [dynes, nodal])
def test_limit_zero_temperature_is_the_density_of_states(model):
    function = {dynes: mp_bcs, nodal: mp_nodal}[model]
    for ratio in (1e-4, 1e-2, 1.0):
        bias = np.array([0.0, 0.5e-3, 0.999e-3, 1.001e-3, 3e-3, -0.5e-3])
        for temperature in (0.0, jnp.asarray(0.0), 1e-6):
            ours = model(bias, gap=GAP, broadening=ratio * GAP, temperature=temperature)
            exact = [float(mp.re(function(mp.mpc(v, ratio * GAP), GAP))) for v in bias]
            tolerance = 1e-9 if not isinstance(temperature, float) or temperature == 0 else 1e-4
            np.testing.assert_allclose(ours, exact, rtol=tolerance)


def test_published_zero_bias_values():
    """DESIGN 4.1: Gamma/Delta = 0.1 gives 0.0995 (s-wave) and 0.2344 (nodal)."""
    zero = np.array([0.0])
    assert float(dynes(zero, gap=GAP, broadening=0.1 * GAP, temperature=0.0)[0]) == pytest.approx(0.1 / np.sqrt(1.01), rel=1e-12)
    assert float(nodal(zero, gap=GAP, broadening=0.1 * GAP, temperature=0.0)[0]) == pytest.approx(0.2344, abs=5e-5)


def test_precise_elliptic_forms():
    """Nodal and anisotropic closed forms against angular quadrature in mpmath, over the upper half plane."""
    points = [mp.mpc(1.1e-3, 3e-5), mp.mpc(-0.7e-3, 1e-5), mp.mpc(0, 1e-5), mp.mpc(2e-4, 2e-3), mp.mpc(-6.1e-4, 1e-4), mp.mpc(1.39e-3, 1e-5)]
    for swing in (0.4e-3, 1e-6, 0.99e-3):
        for z in points:
            near = sorted({0, mp.pi, *(mp.acos(c) for c in ((abs(z.real) - GAP) / swing,) if -1 < c < 1)})
            exact = mp.quad(lambda a, z=z, s=swing: 1 / mp.sqrt(1 - ((GAP + s * mp.cos(a)) / z) ** 2), near, maxdegree=10) / mp.pi
            ours = complex(angular_average(jnp.asarray(complex(z)), GAP, swing))
            assert abs(ours - complex(exact)) < 1e-10 * abs(complex(exact))


def test_identity_harmonic_does_not_matter():
    bias = np.linspace(-3e-3, 3e-3, 61)
    angle = 2 * np.pi * (np.arange(4001) + 0.5) / 4001
    z = bias[:, None] + 2e-4j
    for harmonic in (1, 2, 3):
        brute = np.mean(np.real(1 / np.sqrt(1 - (GAP * (1 + 0.3 * np.cos(harmonic * angle)) / z) ** 2)), axis=1)
        ours = anisotropic(bias, gap=GAP, anisotropy=0.3, broadening=2e-4, temperature=0.0, harmonic=float(harmonic))
        np.testing.assert_allclose(ours, brute, rtol=1e-10)
    isotropic = anisotropic(bias, gap=GAP, anisotropy=0.3, broadening=2e-4, temperature=0.0, harmonic=0.0)
    np.testing.assert_allclose(isotropic, dynes(bias, gap=1.3e-3, broadening=2e-4, temperature=0.0), rtol=1e-12)
    traced = jax.jit(lambda h: anisotropic(bias, gap=GAP, anisotropy=0.3, broadening=2e-4, temperature=0.0, harmonic=h))
    np.testing.assert_allclose(traced(0.0), isotropic, rtol=1e-12)


def test_limit_anisotropic_reaches_dynes_and_nodal():
    bias = np.linspace(-3e-3, 3e-3, 101)
    common = {"broadening": 3e-5, "temperature": 1.2}
    np.testing.assert_allclose(anisotropic(bias, gap=GAP, anisotropy=0.0, **common), dynes(bias, gap=GAP, **common), rtol=1e-11)
    # Delta -> 0 at fixed swing a Delta: only the cosine is left
    swing = anisotropic(bias, gap=1e-12, anisotropy=GAP / 1e-12, **common)
    np.testing.assert_allclose(swing, nodal(bias, gap=GAP, **common), rtol=1e-8)


@pytest.mark.parametrize("model", [dynes, nodal, anisotropic, two_gap, exchange_split, mcmillan])
@pytest.mark.parametrize("settings", [(1.5, 0.0, 401), (0.35, 1.5e-4, 301), (6.0, 2e-4, 200), (1.5, 0.0, -401)])
def test_identity_convolution_equals_direct_sum(model, settings):
    temperature, modulation, count = settings
    bias = np.linspace(-4e-3, 4e-3, abs(count))[:: 1 if count > 0 else -1]
    assert plan_convolution(bias, temperature, modulation) is not None
    fast = model(bias, temperature=temperature, modulation=modulation, bias_offset=3e-5)
    assert plan_convolution(jnp.asarray(bias), temperature, modulation) is None
    direct = model(jnp.asarray(bias), temperature=temperature, modulation=modulation, bias_offset=3e-5)
    np.testing.assert_allclose(fast, direct, rtol=1e-9)


def test_precise_modulation():
    """First harmonic of a lock-in amplifier: (2/pi) int G(V + V_pk x) sqrt(1 - x^2) dx, at T = 0 and above."""
    for volts, peak, gamma in ((0.0, 5e-4, 1e-6), (0.96e-3, 5e-5, 1e-7), (1.02e-3, 3e-4, 1e-5), (0.0, 1.2e-3, 1e-7)):
        cuts = sorted({-1, 1, *(x for e in (GAP, -GAP) for d in (0, 1e-7, -1e-7, 1e-6, -1e-6, 1e-5, -1e-5, 1e-4, -1e-4)
                               for x in [(e + d - volts) / peak] if -1 < x < 1)})  # fmt: skip
        exact = 2 / mp.pi * mp.quad(
            lambda x, v=volts, p=peak, g=gamma: mp.re(mp_bcs(mp.mpc(v + p * x, g), GAP)) * mp.sqrt(1 - x * x), cuts, maxdegree=10
        )
        ours = dynes(np.array([volts]), gap=GAP, broadening=gamma, temperature=0.0, modulation=peak)[0]
        assert abs(float(ours) / float(exact) - 1) < 1e-9


def test_limit_modulation_of_a_parabola():
    """G = V^2 under V_pk cos(wt): first harmonic of I gives V^2 + V_pk^2/4; a broad Gaussian peak has that curvature."""
    volts, width, peak = 1e-6, 5e-3, 1e-4
    ours = dynes(np.array([volts]), normal_conductance=0.0, temperature=1.0, modulation=peak, peak_conductance=1.0, peak_width=width)[0]
    assert 1 - float(ours) == pytest.approx((volts**2 + peak**2 / 4) / (2 * width**2), rel=1e-4)


def test_identity_sum_rule():
    """The smeared conductance conserves states: int (G - G_N) dV = 0, up to the 1/V tails beyond the window."""
    window = 2.0
    bias = np.linspace(-window, window, 400001)
    for f in (lambda z: bcs(z, GAP), lambda z: -1j * z / jnp.sqrt(GAP**2 - z * z)):
        excess = np.asarray(smear(lambda z, f=f: f(z + 2e-5j), bias, 4.2)) - 1
        tail = GAP**2 / window  # both wings, F -> 1 + Delta^2 / (2 V^2)
        assert abs(np.trapezoid(excess, bias) + tail) < 1e-4 * GAP


def test_precise_two_gap_and_exchange():
    bias = np.array([0.0, 0.6e-3, 1.15e-3, -0.9e-3])
    for volts in bias:
        exact = mp_thermal(
            lambda e: 0.3 * mp.re(mp_bcs(mp.mpc(e, 2e-5), 1.2e-3)) + 0.7 * mp.re(mp_bcs(mp.mpc(e, 6e-5), 0.7e-3)), mp.mpf(volts), 0.8,
            edges=(1.2e-3, 0.7e-3),
        )  # fmt: skip
        ours = two_gap(np.array([volts]), gap=1.2e-3, gap_2=0.7e-3, weight=0.3, broadening=2e-5, broadening_2=6e-5, temperature=0.8)[0]
        assert abs(float(ours) / float(exact) - 1) < 1e-9
        exact = mp_thermal(
            lambda e: 0.65 * mp.re(mp_bcs(mp.mpc(e - 2e-4, 2e-5), GAP)) + 0.35 * mp.re(mp_bcs(mp.mpc(e + 2e-4, 2e-5), GAP)),
            mp.mpf(volts), 0.8, edges=(1.2e-3, 0.8e-3),
        )  # fmt: skip
        ours = exchange_split(np.array([volts]), gap=GAP, exchange_field=2e-4, polarisation=0.3, broadening=2e-5, temperature=0.8)[0]
        assert abs(float(ours) / float(exact) - 1) < 1e-9


def mp_mcmillan(z, gap, gap_2, coupling, coupling_2):
    """McMillan's equations in the gaps themselves, followed down from large Im z where the branch is plain."""
    d1, d2 = mp.mpc(gap), mp.mpc(gap_2)
    steps = 40
    for k in range(steps + 1):
        height = z.imag * (mp.mpf(3) / z.imag) ** (1 - mp.mpf(k) / steps)
        here = mp.mpc(z.real, height)

        def root(d, here=here):
            return -mp.j * mp.sqrt(here - d) * mp.sqrt(here + d)

        def equations(a, b):
            s1, s2 = root(a), root(b)
            return [a * (s2 + coupling) - gap * s2 - coupling * b, b * (s1 + coupling_2) - gap_2 * s1 - coupling_2 * a]

        found = mp.findroot(equations, (d1, d2), tol=1e-40, maxsteps=60)
        d1, d2 = found[0], found[1]
    return z / (mp.sqrt(z - d1) * mp.sqrt(z + d1)), z / (mp.sqrt(z - d2) * mp.sqrt(z + d2))


@pytest.mark.parametrize("bare", [(1.3, 0.2, 0.3, 0.9), (1.385, 0.67, 0.1, 0.1), (1.4, 0.0, 0.05, 0.5), (1.2, 0.8, 3.0, 5.0)])
def test_precise_mcmillan(bare):
    for z in (mp.mpc(0.1, 1e-3), mp.mpc(0.9, 1e-2), mp.mpc(1.31, 1e-2), mp.mpc(2.5, 1e-3), mp.mpc(0.5, 0.4)):
        exact = mp_mcmillan(z, *bare)
        ours = band_functions(jnp.asarray(complex(z)) * 1e-3, *(1e-3 * b for b in bare))
        for a, b in zip(ours, exact, strict=True):
            assert abs(complex(a) - complex(b)) < 1e-10 * max(1.0, abs(complex(b)))


def test_limit_mcmillan_without_coupling_is_two_gap():
    bias = np.linspace(-3e-3, 3e-3, 121)
    separate = two_gap(bias, gap=1.3e-3, gap_2=0.5e-3, weight=0.4, broadening=2e-5, broadening_2=2e-5, temperature=0.5)
    coupled = mcmillan(bias, gap=1.3e-3, gap_2=0.5e-3, coupling=0.0, coupling_2=0.0, weight=0.4, broadening=2e-5, temperature=0.5)
    np.testing.assert_allclose(coupled, separate, rtol=1e-10)


def test_identity_spin_splitting():
    bias = np.linspace(-3e-3, 3e-3, 121)
    plain = dynes(bias, temperature=0.4, broadening=3e-5)
    np.testing.assert_allclose(exchange_split(bias, exchange_field=0.0, polarisation=0.7, temperature=0.4), plain, rtol=1e-12)
    up = exchange_split(bias, exchange_field=2e-4, polarisation=0.4, temperature=0.4)
    down = exchange_split(-bias, exchange_field=2e-4, polarisation=-0.4, temperature=0.4)
    np.testing.assert_allclose(up, down, rtol=1e-12)
    assert float(np.argmax(up)) != float(np.argmax(up[::-1]))  # P makes it lopsided


def mp_btk(energy, gap, gamma, barrier, polarisation):
    """Straight from the coherence factors of Blonder, Tinkham and Klapwijk and the table of Mazin et al."""
    z = mp.mpc(energy, gamma)
    q = mp.sqrt(z - gap) * mp.sqrt(z + gap) / z
    u2, v2 = (1 + q) / 2, (1 - q) / 2
    g = u2 + barrier**2 * (u2 - v2)
    a = abs(u2 * v2) / abs(g) ** 2
    b = abs((u2 - v2) ** 2) * barrier**2 * (1 + barrier**2) / abs(g) ** 2
    beta = 1 / q
    full = 4 * mp.re(beta) / (abs(1 + beta) ** 2 + 4 * barrier**2)
    return (1 + barrier**2) * ((1 - polarisation) * (1 + a - b) + polarisation * full)


@pytest.mark.parametrize(("temperature", "gamma"), [(0.01, 1e-7), (1.5, 1e-7), (4.2, 5e-5), (20.0, 1e-3), (0.3, 1e-5)])
def test_precise_andreev(temperature, gamma):
    for volts in (0.0, 0.6e-3, 1e-3, 1.4e-3):
        for barrier, polarisation in ((0.0, 0.0), (0.5, 0.35), (5.0, 0.0)):
            ours = andreev(
                np.array([volts]), gap=GAP, broadening=gamma, temperature=temperature, barrier_strength=barrier, polarisation=polarisation
            )[0]
            exact = mp_thermal(
                lambda e, z=barrier, p=polarisation: mp_btk(e, GAP, gamma, z, p), mp.mpf(volts), temperature
            )
            assert abs(float(ours) / float(exact) - 1) < 1e-9


def test_limit_andreev():
    """Clear contact: G = 2 inside the gap; half metal: none there; strong barrier: the tunnel spectrum."""
    inside = np.array([0.0, 0.3e-3])
    clean = andreev(inside, gap=GAP, broadening=0.0, temperature=0.01, barrier_strength=0.0, polarisation=0.0)
    np.testing.assert_allclose(clean, 2.0, rtol=1e-9)
    np.testing.assert_allclose(andreev(inside, gap=GAP, broadening=0.0, temperature=0.01, barrier_strength=0.3, polarisation=1.0), 0, atol=1e-9)
    bias = np.linspace(-3e-3, 3e-3, 61)
    barrier = andreev(bias, gap=GAP, broadening=5e-5, temperature=0.5, barrier_strength=200.0, polarisation=0.0)
    np.testing.assert_allclose(barrier, dynes(bias, gap=GAP, broadening=5e-5, temperature=0.5), rtol=2e-3)


def test_identity_ysr_pair():
    """A pair at +-epsilon, each of unit height far from the other, and the sum of heights 2 whatever the asymmetry."""
    for asymmetry in (0.0, 0.4):
        at = jnp.asarray([3e-4 + 0j, -3e-4 + 0j])
        heights = np.real(np.asarray(ysr_pair(at, 3e-4, 1e-7, asymmetry)))
        np.testing.assert_allclose(heights, [1 + asymmetry, 1 - asymmetry], rtol=1e-5)
    bias = np.linspace(-2e-3, 2e-3, 81)
    term = {"ysr_conductance": 0.3, "ysr_energy": 4e-4, "ysr_width": 6e-5, "ysr_asymmetry": 0.2}
    with_pair = dynes(bias, temperature=0.6, **term) - dynes(bias, temperature=0.6)
    volts = float(bias[55])
    exact = mp_thermal(
        lambda e: 0.3 * sum(h * mp.mpf(6e-5) ** 2 / ((e - c) ** 2 + mp.mpf(6e-5) ** 2) for h, c in ((1.2, 4e-4), (0.8, -4e-4))),
        mp.mpf(volts), 0.6, edges=(4e-4,),
    )  # fmt: skip
    assert float(with_pair[55]) == pytest.approx(float(exact), rel=1e-9)
    fast, slow = andreev(bias, temperature=0.6, **term), andreev(bias, temperature=0.6)
    np.testing.assert_allclose(fast - slow, with_pair, rtol=1e-9, atol=1e-12)


def test_identity_offset_background_and_peak():
    bias = np.linspace(-2e-3, 2e-3, 41)
    moved = dynes(bias + 1e-4, temperature=1.0, bias_offset=1e-4)
    np.testing.assert_allclose(moved, dynes(bias, temperature=1.0), rtol=1e-10)
    plain = dynes(bias, temperature=1.0)
    sloped = dynes(bias, temperature=1.0, background_linear=20.0, background_quadratic=3e3)
    np.testing.assert_allclose(sloped, plain * (1 + 20 * bias + 3e3 * bias**2), rtol=1e-12)
    peaked = dynes(bias, temperature=1.0, peak_conductance=0.2, peak_width=1e-4)
    np.testing.assert_allclose(peaked - plain, 0.2 * np.exp(-0.5 * (bias / 1e-4) ** 2), atol=1e-12)


@pytest.mark.parametrize("model", [dynes, nodal, anisotropic, two_gap, exchange_split, mcmillan, andreev])
def test_gradient_against_differences(model):
    """Exact derivative of every free and switched-on parameter against a fourth-order difference."""
    from supraspin.model import find_model

    entry = find_model(model)
    bias = np.linspace(-2.2e-3, 2.2e-3, 9)
    switched = {"modulation": 1e-4, "background_linear": 10.0, "background_quadratic": 1e3, "critical_temperature": 8.0,
                "peak_conductance": 0.1, "ysr_conductance": 0.1, "bias_offset": 2e-5}  # fmt: skip
    point = {n: jnp.asarray(float(v)) for n, v in (entry.defaults | switched).items() if n != "harmonic"}
    jacobian = jax.jit(jax.jacfwd(lambda p: model(bias, **p)))(point)
    value = jax.jit(lambda p: model(bias, **p))
    for name, centre in point.items():
        step = 1e-3 * max(abs(float(centre)), 1e-2 if entry.parameters[name].unit == "1" else 1e-5)
        sides = [np.asarray(value(point | {name: centre + k * step})) for k in (-2, -1, 1, 2)]
        difference = (sides[0] - 8 * sides[1] + 8 * sides[2] - sides[3]) / (12 * step)
        scale = np.abs(difference).max()
        np.testing.assert_allclose(jacobian[name], difference, atol=2e-6 * scale + 1e-12, err_msg=name)
