"""Ising superconductors: the digamma forms by mpmath, Pauli and square-root limits, scattering, first guess."""

from __future__ import annotations

from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest

from supraspin.backend import jax
from supraspin.fit import fit
from supraspin.models._pair_breaking import ALPHA_CRITICAL, reduced_pair_breaking
from supraspin.models.critical_field_ising import MU_B, critical_field_ising
from supraspin.quantities import KB

UNIT = KB * 6.6


def energy(field):
    """h over k_B T_c of a field, T."""
    return np.asarray(field) * MU_B / UNIT


def mismatch(h, t, spin_orbit, scattering):
    """The gap equation by digamma functions at the poles of f, by mpmath."""
    half = mp.mpf(1) / 2
    if scattering == 0:
        rho = mp.sqrt(h**2 + spin_orbit**2)
        return (h / rho) ** 2 * mp.re(mp.digamma(half + mp.j * rho / (2 * mp.pi * t)) - mp.digamma(half)) + mp.log(t)
    linear, constant = h**2 + spin_orbit**2, h**2 * scattering
    near = np.roots([1.0, *(float(c) for c in (scattering, linear, constant))])
    poles = [mp.findroot(lambda w: ((w + scattering) * w + linear) * w + constant, mp.mpmathify(complex(p))) for p in near]
    total = -mp.digamma(half)
    for i, pole in enumerate(poles):
        rest = mp.fprod([pole - other for j, other in enumerate(poles) if j != i])
        total += (pole**2 + scattering * pole + spin_orbit**2) / rest * mp.digamma(half - pole / (2 * mp.pi * t))
    return mp.re(total) + mp.log(t)


@pytest.mark.parametrize("t", [0.01, 0.3, 0.9, 0.999])
@pytest.mark.parametrize("spin_orbit", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("scattering", [0.0, 0.1, 30.0])
def test_precise_gap_equation(t, spin_orbit, scattering):
    """The equation changes sign within 2e-9 of our field."""
    field = critical_field_ising(t * 6.6, spin_orbit_energy=spin_orbit * UNIT, intervalley_scattering=scattering * UNIT)
    with mp.workdps(30):
        ours = mp.mpf(float(energy(field)))
        values = [mp.mpf(v) for v in (t * 6.6 / 6.6, spin_orbit, scattering)]
        low, high = (mismatch(ours * (1 + side * mp.mpf("2e-9")), *values) for side in (-1, 1))
    assert low < 0 < high


def test_limit_pauli_without_spin_orbit_coupling():
    """h(0) = 0.8819 k_B T_c, the supercooling field B_Pauli/sqrt(2); near T_c, h^2 = 4 pi^2 (1 - t)/(7 zeta(3))."""
    cold = float(critical_field_ising(0.0, spin_orbit_energy=0.0))
    assert cold == pytest.approx(1.8568 / np.sqrt(2) * 6.6, rel=1e-4)
    assert float(energy(cold)) == pytest.approx(ALPHA_CRITICAL, rel=1e-6)
    near = float(energy(critical_field_ising(6.6 * (1 - 1e-6), spin_orbit_energy=1e-9)))
    assert near == pytest.approx(np.sqrt(4 * np.pi**2 * 1e-6 / (7 * 1.2020569031595942)), rel=1e-5)


def test_limit_strong_scattering_is_a_square_root():
    """alpha = h^2 Gamma/Delta_so^2, so that B_c2 is sqrt(B_so B_P) times a number, and doubles where B_so is fourfold."""
    temperature = np.array([0.1, 2.0, 4.0, 6.0])
    effective = 1e3 * UNIT  # Delta_so^2/Gamma
    wanted = np.sqrt(1e3 * ALPHA_CRITICAL * np.asarray(reduced_pair_breaking(temperature / 6.6)))
    scattering = 1e7 * UNIT
    strong = [
        np.asarray(
            critical_field_ising(
                temperature, spin_orbit_energy=np.sqrt(k * effective * scattering), intervalley_scattering=scattering
            )
        )
        for k in (1, 4)
    ]
    np.testing.assert_allclose(energy(strong[0]), wanted, rtol=6e-3)
    np.testing.assert_allclose(strong[1] / strong[0], 2, rtol=6e-3)
    pauli = 1.8568 * 6.6
    ratio = strong[0][0] / np.sqrt(effective / MU_B * pauli)
    assert ratio == pytest.approx(np.sqrt(ALPHA_CRITICAL / (np.sqrt(0.5) * 2 * ALPHA_CRITICAL)), rel=6e-3)


def test_limit_clean_and_strong_coupling_is_in_proportion():
    """B_c2^2/(B_c2^2 + B_so^2) ln(2 e^gamma rho/(pi k_B T)) = ln(T_c/T): a logarithm away from B_so."""
    for spin_orbit in (1e3, 1e5):
        h = energy(critical_field_ising(3.3, spin_orbit_energy=spin_orbit * UNIT))
        rho = np.hypot(h, spin_orbit)
        assert (h / rho) ** 2 * np.log(2 * np.exp(np.euler_gamma) * rho / (np.pi * 0.5)) == pytest.approx(np.log(2), rel=1e-5)


def test_identity_protection_rises_with_coupling_and_falls_with_scattering():
    temperature = np.linspace(0.05, 6.5, 14)
    rising = [np.asarray(critical_field_ising(temperature, spin_orbit_energy=d)) for d in (0.0, 1e-4, 1e-3, 1e-2, 0.1)]
    assert all(np.all(more > less) for less, more in pairwise(rising))
    falling = [np.asarray(critical_field_ising(temperature, intervalley_scattering=g)) for g in (0.0, 1e-4, 1e-2, 1.0)]
    assert all(np.all(less < more) for more, less in pairwise(falling))


def test_identity_scattering_switched_off_is_the_limit():
    temperature = np.linspace(0.05, 6.5, 14)
    clean = critical_field_ising(temperature)
    np.testing.assert_allclose(critical_field_ising(temperature, intervalley_scattering=1e-14), clean, rtol=1e-8)
    traced = jax.jit(lambda gamma: critical_field_ising(temperature, intervalley_scattering=gamma))(0.0)
    np.testing.assert_allclose(traced, clean, rtol=1e-8)


def test_gradients_finite_at_the_ends():
    temperature = np.array([0.0, 1e-9, 0.3, 6.599999, 6.6, 30.0])
    names = ("critical_temperature", "spin_orbit_energy", "intervalley_scattering", "g_factor")
    slopes = jax.jit(jax.jacfwd(lambda v: critical_field_ising(temperature, **dict(zip(names, v, strict=True)))))
    for at in ([6.6, 5e-3, 1e-3, 2.0], [6.6, 0.0, 0.0, 2.0], [6.6, 0.1, 10.0, 2.0]):
        assert np.all(np.isfinite(slopes(np.array(at)))), at


def test_fit_finds_far_values_from_its_own_guess():
    for truth in (
        {"critical_temperature": 0.9, "spin_orbit_energy": 0.07},
        {"critical_temperature": 30.0, "spin_orbit_energy": 4e-3},
    ):
        temperature = np.linspace(0.1, 0.97, 30) * truth["critical_temperature"]
        clean = np.asarray(critical_field_ising(temperature, **truth))
        result = fit(critical_field_ising, (temperature, clean * (1 + 0.01 * np.random.default_rng(0).normal(size=30))))
        assert result.converged
        for name, value in truth.items():
            assert abs(result.params[name].value - value) < 5 * result.params[name].stderr
