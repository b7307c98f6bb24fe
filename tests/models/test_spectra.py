"""The spectral functions: closed forms against mpmath, limits, identities, exact derivatives."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from reference import GAP, mp_bcs, mp_nodal, thermal

from supraspin.backend import jax, jnp
from supraspin.model import find_model
from supraspin.models._junction import ysr_pair
from supraspin.models.andreev import andreev
from supraspin.models.anisotropic import angular_average, anisotropic
from supraspin.models.dynes import bcs, dynes
from supraspin.models.exchange_split import exchange_split
from supraspin.models.mcmillan import mcmillan
from supraspin.models.nodal import line_nodes, nodal
from supraspin.models.two_gap import two_gap


def test_published_zero_bias_values():
    """DESIGN 4.1: Gamma/Delta = 0.1 gives 0.0995 (s-wave) and 0.2344 (nodal)."""
    zero = np.array([0.0])
    assert float(dynes(zero, gap=GAP, broadening=0.1 * GAP, temperature=0.0)[0]) == pytest.approx(0.1 / np.sqrt(1.01), rel=1e-12)
    assert float(nodal(zero, gap=GAP, broadening=0.1 * GAP, temperature=0.0)[0]) == pytest.approx(0.2344, abs=5e-5)


def test_precise_spectral_functions():
    """bcs and the line-node average down to 1e-12 of the gap, where the mean starts from the ratio 1e-6."""
    heights, energies = np.meshgrid([1e-12, 1e-4, 0.1, 3.0], [0.0, 0.3, 0.999999, 1.0, -1.0, 1.5, 40.0])
    z = GAP * (energies + 1j * heights).ravel()
    # near the edge z - gap itself is only known to rounding
    blur = 1e-13 + 2e-16 / np.minimum(np.abs(z / GAP - 1), np.abs(z / GAP + 1))
    for ours, exact in ((bcs, mp_bcs), (line_nodes, mp_nodal)):
        expected = np.array([complex(exact(mp.mpc(one), GAP)) for one in z])
        assert np.all(np.abs(jax.jit(ours)(z, GAP) - expected) < blur * np.abs(expected) + 1e-15)


def test_precise_elliptic_forms():
    """Nodal and anisotropic closed forms against angular quadrature in mpmath, over the upper half plane."""
    points = [
        mp.mpc(1.1e-3, 3e-5),
        mp.mpc(-0.7e-3, 1e-5),
        mp.mpc(0, 1e-5),
        mp.mpc(2e-4, 2e-3),
        mp.mpc(-6.1e-4, 1e-4),
        mp.mpc(1.39e-3, 1e-5),
    ]
    for swing in (0.4e-3, 1e-6, 0.99e-3):
        for z in points:
            near = sorted({0, mp.pi, *(mp.acos(c) for c in ((abs(z.real) - GAP) / swing,) if -1 < c < 1)})
            exact = mp.quad(lambda a, z=z, s=swing: 1 / mp.sqrt(1 - ((GAP + s * mp.cos(a)) / z) ** 2), near, maxdegree=8) / mp.pi
            ours = complex(angular_average(jnp.asarray(complex(z)), GAP, swing))
            assert abs(ours - complex(exact)) < 1e-10 * abs(complex(exact))


def test_identity_harmonic_does_not_matter():
    bias = np.linspace(-3e-3, 3e-3, 61)
    angle = 2 * np.pi * (np.arange(4001) + 0.5) / 4001
    z = bias[:, None] + 2e-4j
    common = {"gap": GAP, "anisotropy": 0.3, "broadening": 2e-4, "temperature": 0.0}
    traced = jax.jit(lambda h: anisotropic(bias, harmonic=h, **common))
    for harmonic in (1, 2, 3):
        brute = np.mean(np.real(1 / np.sqrt(1 - (GAP * (1 + 0.3 * np.cos(harmonic * angle)) / z) ** 2)), axis=1)
        np.testing.assert_allclose(traced(float(harmonic)), brute, rtol=1e-10)
    plain = jax.jit(lambda: anisotropic(bias, harmonic=0.0, **common))()
    np.testing.assert_allclose(plain, dynes(bias, gap=1.3e-3, broadening=2e-4, temperature=0.0), rtol=1e-12)
    np.testing.assert_allclose(traced(0.0), plain, rtol=1e-12)


def test_limit_anisotropic_reaches_dynes_and_nodal():
    bias = np.linspace(-3e-3, 3e-3, 101)
    common = {"broadening": 3e-5, "temperature": 1.2}
    ours = jax.jit(lambda gap, a: anisotropic(bias, gap=gap, anisotropy=a, **common))
    np.testing.assert_allclose(ours(GAP, 0.0), dynes(bias, gap=GAP, **common), rtol=1e-11)
    # Delta -> 0 at fixed swing a Delta: only the cosine is left
    np.testing.assert_allclose(ours(1e-12, GAP / 1e-12), nodal(bias, gap=GAP, **common), rtol=1e-8)


def test_precise_two_gap_and_exchange():
    two = jax.jit(lambda v: two_gap(v, gap=1.2e-3, gap_2=0.7e-3, weight=0.3, broadening=2e-5, broadening_2=6e-5, temperature=0.8))
    split = jax.jit(lambda v: exchange_split(v, gap=GAP, exchange_field=2e-4, polarisation=0.3, broadening=2e-5, temperature=0.8))

    def bands(e):
        return 0.3 * mp.re(mp_bcs(mp.mpc(e, 2e-5), 1.2e-3)) + 0.7 * mp.re(mp_bcs(mp.mpc(e, 6e-5), 0.7e-3))

    def spins(e):
        return 0.65 * mp.re(mp_bcs(mp.mpc(e - 2e-4, 2e-5), GAP)) + 0.35 * mp.re(mp_bcs(mp.mpc(e + 2e-4, 2e-5), GAP))

    for volts in (0.0, 0.6e-3, 1.15e-3, -0.9e-3):
        exact = thermal(bands, volts, 0.8, edges=(1.2e-3, 0.7e-3), width=2e-5)
        assert float(two(jnp.array([volts]))[0]) == pytest.approx(exact, rel=1e-9)
        exact = thermal(spins, volts, 0.8, edges=(1.2e-3, 0.8e-3), width=2e-5)
        assert float(split(jnp.array([volts]))[0]) == pytest.approx(exact, rel=1e-9)


def test_identity_spin_splitting():
    bias = np.linspace(-3e-3, 3e-3, 121)
    split = jax.jit(lambda v, h, p: exchange_split(v, exchange_field=h, polarisation=p, temperature=0.4))
    np.testing.assert_allclose(split(bias, 0.0, 0.7), dynes(bias, temperature=0.4, broadening=3e-5), rtol=1e-9)
    up, down = split(bias, 2e-4, 0.4), split(-bias, 2e-4, -0.4)
    np.testing.assert_allclose(up, down, rtol=1e-12)
    assert float(np.argmax(up)) != float(np.argmax(up[::-1]))  # P makes it lopsided


def test_identity_ysr_pair():
    """A pair at +-epsilon, each of unit height far from the other, and the sum of heights 2 whatever the asymmetry."""
    for asymmetry in (0.0, 0.4):
        at = jnp.asarray([3e-4 + 0j, -3e-4 + 0j])
        heights = np.real(np.asarray(ysr_pair(at, 3e-4, 1e-7, asymmetry)))
        np.testing.assert_allclose(heights, [1 + asymmetry, 1 - asymmetry], rtol=1e-5)
    bias = np.linspace(-2e-3, 2e-3, 81)
    term = {"ysr_conductance": 0.3, "ysr_energy": 4e-4, "ysr_width": 6e-5, "ysr_asymmetry": 0.2}
    with_pair = dynes(bias, temperature=0.6, **term) - dynes(bias, temperature=0.6)
    exact = thermal(
        lambda e: 0.3 * sum(h * 6e-5**2 / ((e - c) ** 2 + 6e-5**2) for h, c in ((1.2, 4e-4), (0.8, -4e-4))),
        float(bias[55]), 0.6, edges=(4e-4,), width=6e-5,
    )  # fmt: skip
    assert float(with_pair[55]) == pytest.approx(exact, rel=1e-9)
    contact = jax.jit(lambda strength: andreev(bias, temperature=0.6, **(term | {"ysr_conductance": strength})))
    np.testing.assert_allclose(contact(0.3) - contact(0.0), with_pair, rtol=1e-9, atol=1e-12)


def test_identity_offset_background_and_peak():
    bias = np.linspace(-2e-3, 2e-3, 41)
    plain = dynes(bias, temperature=1.0)
    np.testing.assert_allclose(dynes(bias + 1e-4, temperature=1.0, bias_offset=1e-4), plain, rtol=1e-10)
    sloped = dynes(bias, temperature=1.0, background_linear=20.0, background_quadratic=3e3)
    np.testing.assert_allclose(sloped, plain * (1 + 20 * bias + 3e3 * bias**2), rtol=1e-12)
    peaked = dynes(bias, temperature=1.0, peak_conductance=0.2, peak_width=1e-4)
    np.testing.assert_allclose(peaked - plain, 0.2 * np.exp(-0.5 * (bias / 1e-4) ** 2), atol=1e-12)


SWITCHED = {"modulation": 1e-4, "background_linear": 10.0, "background_quadratic": 1e3, "critical_temperature": 8.0,
            "peak_conductance": 0.1, "ysr_conductance": 0.1}  # fmt: skip


@pytest.mark.parametrize("model", [dynes, nodal, anisotropic, two_gap, exchange_split, mcmillan, andreev])
def test_gradient_against_differences(model):
    """Exact derivative by every free parameter, for `dynes` by every parameter there is, against a fourth-order difference."""
    entry = find_model(model)
    bias = np.linspace(-2.2e-3, 2.2e-3, 9)
    names = entry.free if model is not dynes else tuple(n for n in entry.parameters if n != "harmonic")
    point = {n: float((entry.defaults | (SWITCHED if model is dynes else {}) | {"bias_offset": 2e-5})[n]) for n in names}
    program = jax.jit(lambda p: (model(bias, **p), jax.jacfwd(lambda p: model(bias, **p))(p)))
    jacobian = program(point)[1]
    for name, centre in point.items():
        step = 1e-3 * max(abs(centre), 1e-2 if entry.parameters[name].unit == "1" else 1e-5)
        sides = [np.asarray(program(point | {name: centre + k * step})[0]) for k in (-2, -1, 1, 2)]
        difference = (sides[0] - 8 * sides[1] + 8 * sides[2] - sides[3]) / (12 * step)
        scale = np.abs(difference).max()
        np.testing.assert_allclose(jacobian[name], difference, atol=2e-6 * scale + 1e-12, err_msg=name)


@pytest.mark.parametrize("model", [dynes, mcmillan])
def test_identity_gradient_on_the_grid(model):
    """The Jacobian of the convolution is that of the sum over poles; differentiating backwards gives the same."""
    entry, bias = find_model(model), np.linspace(-2e-3, 2e-3, 60)
    point = {n: float(entry.defaults[n]) for n in entry.free if n != "temperature"}
    forwards = jax.jit(jax.jacfwd(lambda p, v: model(v, temperature=1.5, **p)))(point, bias)
    fast = jax.jit(jax.jacfwd(lambda p: model(bias, temperature=1.5, **p)))(point)
    backwards = jax.jit(jax.grad(lambda p: model(bias, temperature=1.5, **p)[23]))(point)
    for name in point:
        np.testing.assert_allclose(fast[name], forwards[name], rtol=1e-8, atol=1e-10 * np.abs(fast[name]).max(), err_msg=name)
        assert float(backwards[name]) == pytest.approx(float(fast[name][23]), rel=1e-9)
