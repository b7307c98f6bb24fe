"""McMillan's two bands: mpmath on the gap equations, weak and strong coupling, no failure anywhere."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from reference import mp_mcmillan

from supraspin.backend import jax
from supraspin.models.dynes import dynes
from supraspin.models.mcmillan import band_functions, mcmillan
from supraspin.models.two_gap import two_gap

BARE = [(1.3, 0.2, 0.3, 0.9), (1.385, 0.67, 0.1, 0.1), (1.4, 0.0, 0.05, 0.5), (1.2, 0.8, 3.0, 5.0), (1.3, 0.1, 20.0, 30.0)]
bands = jax.jit(band_functions)
spectrum = jax.jit(lambda bias, **parameters: mcmillan(bias, temperature=0.5, **parameters))


@pytest.mark.parametrize("bare", BARE)
def test_precise_mcmillan(bare):
    common = (bare[3] * bare[0] + bare[2] * bare[1]) / (bare[2] + bare[3])
    for z in ((0.1, 1e-3), (0.9, 1e-2), (1.31, 1e-2), (2.5, 1e-3), (0.5, 0.4), (common, 1e-4), (-common, 1e-3), (0.7, 1e-4)):
        exact = mp_mcmillan(mp.mpc(*z), *bare)
        ours = bands(1e-3 * complex(*z), *(1e-3 * b for b in bare))
        for a, b in zip(ours, exact, strict=True):
            assert abs(complex(a) - complex(b)) < 1e-10 * max(1.0, abs(complex(b)))


def test_identity_solution_holds_everywhere():
    """Random couplings over five decades: McMillan's equations, in the gaps themselves, hold with both bands on the sheet."""
    rng = np.random.default_rng(11)
    count = 4000
    gap_2, coupling = rng.uniform(0.01, 1, count), 10 ** rng.uniform(-3, 2, count)
    coupling_2 = coupling * 10 ** rng.uniform(-1.5, 1.5, count)
    shared = (coupling_2 + coupling * gap_2) / (coupling + coupling_2)
    energy = np.where(rng.random(count) < 0.5, rng.uniform(-3, 3, count), shared + 0.05 * rng.normal(size=count))
    z = energy + 1j * 10 ** rng.uniform(-4, 0, count)
    g, g_2 = (np.asarray(one) for one in bands(z, np.ones(count), gap_2, coupling, coupling_2))
    assert np.all(g.real > 0)
    assert np.all(g_2.real > 0)
    f, f_2 = (np.sqrt(1 - one) * np.sqrt(1 + one) for one in (g, g_2))

    # f = i Delta / sqrt(z^2 - Delta^2) and (w + c g) f = (Delta + c f) g in each band; the sign of f is the equation's
    def mismatch(f, g, other_f, other_g, bare, c):
        w, d = -1j * z + c * other_g, bare + c * other_f
        size = np.abs(w * f) + np.abs(d * g)
        return np.abs(w * f - d * g) / size

    least = np.full(count, np.inf)
    for sign in (1, -1):
        for sign_2 in (1, -1):
            both = np.maximum(
                mismatch(sign * f, g, sign_2 * f_2, g_2, 1.0, coupling),
                mismatch(sign_2 * f_2, g_2, sign * f, g, gap_2, coupling_2),
            )
            least = np.minimum(least, both)
    assert least.max() < 1e-8


def test_limit_no_coupling_is_two_gap():
    bias = np.linspace(-3e-3, 3e-3, 121)
    coupled = spectrum(bias, gap=1.3e-3, gap_2=0.5e-3, coupling=0.0, coupling_2=0.0, weight=0.4, broadening=2e-5)
    separate = two_gap(bias, gap=1.3e-3, gap_2=0.5e-3, weight=0.4, broadening=2e-5, broadening_2=2e-5, temperature=0.5)
    np.testing.assert_allclose(coupled, separate, rtol=1e-10)


@pytest.mark.parametrize("broadening", [1e-7, 1e-6, 1e-5])
def test_limit_strong_coupling_is_one_gap(broadening):
    """The bands lock to (G_21 D_1 + G_12 D_2)/(G_12 + G_21); what is left, pair breaking, falls as 1/coupling."""
    bias = np.linspace(-1.5e-3, 1.5e-3, 121)
    locked = dynes(bias, gap=0.6 * 1.3e-3 + 0.4 * 0.1e-3, broadening=broadening, temperature=0.5)
    bare = {"gap": 1.3e-3, "gap_2": 1e-4, "weight": 0.3, "broadening": broadening}
    near, far = (np.abs(spectrum(bias, coupling=2.0 * f, coupling_2=3.0 * f, **bare) - locked).max() for f in (1.0, 10.0))
    assert near < 0.05
    assert near / far == pytest.approx(10, rel=0.1)
