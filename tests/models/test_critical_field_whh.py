"""Werthamer, Helfand and Hohenberg: their digamma form by mpmath, Maki's limits, spin-orbit limits, first guess."""

from __future__ import annotations

from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest

from supraspin.backend import jax
from supraspin.fit import fit
from supraspin.models._pair_breaking import FLUX_QUANTUM
from supraspin.models.critical_field_perpendicular import critical_field_perpendicular
from supraspin.models.critical_field_whh import critical_field_whh, reduced_whh_field


def mismatch(h, t, maki, scattering):
    """The gap equation in digamma functions (their eq. 27)."""
    half = mp.mpf(1) / 2
    gamma = mp.sqrt(mp.mpc((maki * h) ** 2 - (scattering / 2) ** 2))
    total = -mp.digamma(half) + mp.log(t)
    for sign in (1, -1):
        share = half + sign * mp.j * scattering / (4 * gamma)
        total += share * mp.digamma(half + (h + scattering / 2 + sign * mp.j * gamma) / (2 * t))
    return mp.re(total)


@pytest.mark.parametrize("t", [1e-3, 0.1, 0.556, 0.9, 0.999])
@pytest.mark.parametrize("maki", [1e-3, 0.7, 4.0, 30.0])
@pytest.mark.parametrize("scattering", [1e-4, 1.0, 50.0])
def test_precise_gap_equation(t, maki, scattering):
    """The equation changes sign within 2e-10 of T_c B' about our field (h in units of 4/pi^2 of that)."""
    ours = float(reduced_whh_field(t, maki, scattering))
    with mp.workdps(30):
        values = [mp.mpf(v) for v in (t, maki, scattering)]
        low, high = (mismatch(mp.mpf(ours) + side * mp.mpf("2e-10") * max(ours, 0.05), *values) for side in (-1, 1))
    assert low < 0 < high


def test_limit_orbital_curve_is_pair_breaking():
    """alpha = 0: the film's field across, whose slope at T_c is Phi0/(2 pi xi0^2 T_c); 0.693 T_c B' at T = 0."""
    temperature = np.linspace(0, 7, 29)
    slope = FLUX_QUANTUM / (2 * np.pi * 64e-18 * 6.6)
    ours = critical_field_whh(temperature, critical_field_slope=slope, maki_parameter=0.0)
    np.testing.assert_allclose(ours, critical_field_perpendicular(temperature), rtol=1e-9, atol=1e-12)
    assert float(critical_field_whh(0.0, maki_parameter=0.0)) / 6.6 == pytest.approx(0.69267, abs=5e-6)


@pytest.mark.parametrize("maki", [0.2, 0.5, 1.0, 3.0, 10.0])
def test_published_maki_reduction(maki):
    """B_c2(0) = B_orbital/sqrt(1 + alpha^2) without spin-orbit scattering (Maki 1964; their eq. 35)."""
    ratio = float(critical_field_whh(0.0, maki_parameter=maki)) / float(critical_field_whh(0.0, maki_parameter=0.0))
    assert ratio == pytest.approx(1 / np.sqrt(1 + maki**2), rel=1e-9)


def test_limit_paramagnetic():
    """A large alpha leaves the spins alone: alpha h (0) is 0.8819/pi in these units, that is B_Pauli/sqrt(2)."""
    assert 1e4 * float(reduced_whh_field(0.0, 1e4, 0.0)) == pytest.approx(0.8819384944 / np.pi, rel=1e-7)


def test_limit_strong_spin_orbit_scattering_restores_the_orbital_field():
    temperature = np.linspace(0, 6, 7)
    orbital = np.asarray(critical_field_whh(temperature, maki_parameter=0.0))
    values = [
        np.asarray(critical_field_whh(temperature, maki_parameter=2.0, spin_orbit_scattering=s)) for s in (0, 1, 10, 1e3, 1e8)
    ]
    assert all(np.all(more > less) for less, more in pairwise(values))
    np.testing.assert_allclose(values[-1], orbital, rtol=1e-7)


def test_limit_slope_and_normal_state():
    """The slope at T_c is B' whatever alpha and lambda; nothing above."""
    for maki, scattering in ((0.0, 0.0), (3.0, 0.0), (3.0, 5.0)):
        near = float(critical_field_whh(6.6 * (1 - 1e-5), maki_parameter=maki, spin_orbit_scattering=scattering))
        assert near / (6.6e-5) == pytest.approx(1, rel=2e-4)
    np.testing.assert_array_equal(critical_field_whh(np.array([6.6, 7.0, 300.0])), 0)


def test_gradients_finite_and_right():
    temperature = np.array([0.0, 1e-6, 2.0, 6.0, 6.6, 9.0])
    names = ("critical_temperature", "critical_field_slope", "maki_parameter", "spin_orbit_scattering")

    @jax.jit
    def curve(values):
        return critical_field_whh(temperature, **dict(zip(names, values, strict=True)))

    slopes = jax.jit(jax.jacfwd(curve))
    for at in ([6.6, 1.0, 1.0, 0.5], [6.6, 1.0, 0.0, 0.0], [6.6, 0.0, 5.0, 0.0]):
        assert np.all(np.isfinite(slopes(np.array(at)))), at
    at = np.array([6.7, 1.0, 1.3, 0.5])
    for k, name in enumerate(names):
        step = np.zeros(4)
        step[k] = 1e-5 * at[k]
        difference = (np.asarray(curve(at + step)) - np.asarray(curve(at - step))) / (2 * step[k])
        np.testing.assert_allclose(slopes(at)[:, k], difference, rtol=1e-5, atol=1e-7, err_msg=name)


@pytest.mark.parametrize("scale", [0.1, 10.0])
def test_fit_finds_far_values_from_its_own_guess(scale):
    truth = {"critical_temperature": 6.6 * scale, "critical_field_slope": 4.0 / scale, "maki_parameter": 2.5}
    temperature = np.linspace(0.1, 0.95, 30) * 6.6 * scale
    noisy = np.asarray(critical_field_whh(temperature, **truth)) + 0.02 * np.random.default_rng(0).normal(size=30)
    result = fit(critical_field_whh, (temperature, noisy))
    assert result.converged
    for name, value in truth.items():
        assert abs(result.params[name].value - value) < 5 * result.params[name].stderr
