"""The coherence-length criterion: the design's numbers for device A, inverse, limits, mpmath, first guess."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from supraspin.backend import jax
from supraspin.fit import fit
from supraspin.models.critical_field_perpendicular import critical_field_perpendicular
from supraspin.models.critical_temperature_parallel import critical_temperature_parallel
from supraspin.models.critical_temperature_perpendicular import critical_temperature_perpendicular
from supraspin.models.ferromagnetic_boundary import ferromagnetic_boundary, ordering_field

ACROSS = np.pi / 2
LENGTH = 1e-9 * float(critical_field_perpendicular(1.5, critical_temperature=6.6, coherence_length=1e-9) / 5.0) ** 0.5
"""Coherence length of device A, m, from 5 T across the film at 1.5 K."""


def magnetic_length(temperature: float, field: float) -> float:
    """l_m, m, that puts the boundary of device A through a point, the field across the film."""
    warm = float(critical_temperature_perpendicular(field, coherence_length=LENGTH))
    return LENGTH / np.sqrt(1 - temperature / warm)


def test_published_numbers_of_device_a():
    """B_K = 2 T at 1.5 K gives l_m = 7.7 nm and T_K(0) = 2.0 K; T_K(0) = 3 K would put B_K at 3.6 T."""
    length = magnetic_length(1.5, 2.0)
    assert length == pytest.approx(7.7e-9, abs=0.05e-9)
    at_zero = float(ferromagnetic_boundary(0.0, ACROSS, coherence_length=LENGTH, magnetic_length=length))
    assert at_zero == pytest.approx(2.0, abs=0.05)
    hot = LENGTH / np.sqrt(1 - 3.0 / 6.6)
    field = float(ordering_field(1.5, ACROSS, coherence_length=LENGTH, magnetic_length=hot))
    assert field == pytest.approx(3.6, abs=0.05)


@pytest.mark.parametrize("angle", [0.0, 0.2, -0.9, ACROSS, 2.5])
def test_identity_field_is_the_inverse(angle):
    temperatures = np.linspace(0.05, 2.0, 40)
    fields = ordering_field(temperatures, angle)
    np.testing.assert_allclose(ferromagnetic_boundary(fields, angle), temperatures, rtol=1e-9)
    np.testing.assert_allclose(ferromagnetic_boundary(-fields, angle), temperatures, rtol=1e-9)
    np.testing.assert_array_equal(ordering_field(np.array([2.2, 10.0]), angle), 0)


def test_identity_follows_the_superconductor():
    """In the plane and across it, T_K/T_c is the same number at every field."""
    field = np.linspace(-3, 3, 13)
    share = 1 - (6.4 / 7.7) ** 2
    plane = critical_temperature_parallel(field, coherence_length=6.4e-9)
    across = critical_temperature_perpendicular(field, coherence_length=6.4e-9)
    np.testing.assert_allclose(ferromagnetic_boundary(field, 0.0), share * plane, rtol=1e-12)
    np.testing.assert_allclose(ferromagnetic_boundary(field, ACROSS), share * across, rtol=1e-12)


def test_precise_field_at_an_angle():
    """The boundary at 30 degrees against mpmath on the digamma equation with both pair breakings added."""
    field, angle, xi, d, lm, tc = 2.3, np.pi / 6, 6.4e-9, 11e-9, 7.7e-9, 6.6
    with mp.workdps(30):
        phi = mp.mpf("2.067833848461929323e-15")
        rho = 8 * mp.mpf(xi) ** 2 * field * mp.sin(angle) / phi
        rho += 4 * mp.pi / 3 * (mp.mpf(xi) * mp.mpf(d) * field * mp.cos(angle) / phi) ** 2
        half = mp.mpf(1) / 2
        t = mp.findroot(lambda t: mp.log(t) - mp.digamma(half) + mp.digamma(half + rho / (2 * mp.pi * t)), 0.7)
        wanted = tc * t * (1 - (mp.mpf(xi) / mp.mpf(lm)) ** 2)
    ours = ferromagnetic_boundary(field, angle, critical_temperature=tc, coherence_length=xi, magnetic_length=lm, thickness=d)
    assert float(ours) == pytest.approx(float(wanted), rel=1e-10)


def test_limit_no_order_where_the_coupling_is_too_short():
    values = ferromagnetic_boundary(np.array([0.0, 1.0, 30.0]), ACROSS, coherence_length=8e-9, magnetic_length=7e-9)
    np.testing.assert_array_equal(values, 0)
    np.testing.assert_array_equal(ordering_field(1.0, ACROSS, coherence_length=8e-9, magnetic_length=7e-9), 0)
    np.testing.assert_array_equal(ferromagnetic_boundary(np.array([6.0, 100.0]), ACROSS), 0)


def test_gradients_finite_where_order_ends():
    def curve(function, x):
        jacobian = jax.jacfwd(lambda xi, lm: function(x, ACROSS, coherence_length=xi, magnetic_length=lm), argnums=(0, 1))
        return [np.all(np.isfinite(j)) for at in ((6.4e-9, 7.7e-9), (7e-9, 7e-9), (8e-9, 7e-9)) for j in jacobian(*at)]

    assert all(curve(ferromagnetic_boundary, np.array([0.0, 2.0, 5.4, 5.6, 9.0])))
    assert all(curve(ordering_field, np.array([0.0, 1.0, 2.0, 2.1, 9.0])))
    in_plane = jax.vmap(jax.grad(lambda t: ordering_field(t, 0.0)))(np.array([0.0, 1.0, 6.6, 9.0]))
    assert np.all(np.isfinite(in_plane))


@pytest.mark.parametrize("angle", [0.0, ACROSS])
def test_fit_finds_far_values_from_its_own_guess(angle):
    truth = {"coherence_length": 20e-9, "magnetic_length": 30e-9}
    field = np.linspace(-0.9, 0.9, 31) * float(ordering_field(0.0, angle, **truth))
    clean = np.asarray(ferromagnetic_boundary(field, angle, **truth))
    noisy = clean + 0.01 * np.random.default_rng(1).normal(size=31)
    result = fit(ferromagnetic_boundary, ((field, np.full(31, angle)), noisy))
    assert result.converged
    for name, value in truth.items():
        assert result.params[name].value == pytest.approx(value, rel=0.05)
