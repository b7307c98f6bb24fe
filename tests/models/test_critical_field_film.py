"""Ginzburg-Landau fields of films, and the field against its angle: mpmath, tangents, cusp and round maximum, first guesses."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from supraspin.backend import jax
from supraspin.fit import fit
from supraspin.models.critical_field_angle import critical_field_angle, critical_field_angle_bulk
from supraspin.models.critical_field_film import critical_field_film_parallel, critical_field_film_perpendicular
from supraspin.models.critical_field_parallel import critical_field_parallel
from supraspin.models.critical_field_perpendicular import critical_field_perpendicular
from supraspin.models.ferromagnetic_boundary import ordering_field

PHI = "2.067833848461929323081115412147e-15"


def test_precise_films():
    with mp.workdps(30):
        left = 1 - mp.mpf(4.2) / mp.mpf(6.6)
        plane = mp.sqrt(3 * left) * mp.mpf(PHI) / (mp.pi * mp.mpf(8e-9) * mp.mpf(11e-9))
        across = mp.mpf(PHI) / (2 * mp.pi * mp.mpf(8e-9) ** 2) * left
    assert float(critical_field_film_parallel(4.2, thickness=11e-9)) == pytest.approx(float(plane), rel=1e-9)
    assert float(critical_field_film_perpendicular(4.2)) == pytest.approx(float(across), rel=1e-9)


def test_limit_tangents_of_pair_breaking():
    warm = 6.6 * (1 - 1e-6)
    assert float(critical_field_film_parallel(warm)) == pytest.approx(float(critical_field_parallel(warm)), rel=1e-6)
    assert float(critical_field_film_perpendicular(warm)) == pytest.approx(float(critical_field_perpendicular(warm)), rel=1e-5)
    across = float(critical_field_perpendicular(0.0) / critical_field_film_perpendicular(0.0))
    assert across == pytest.approx(0.69267, abs=5e-6)
    assert float(critical_field_parallel(0.0) / critical_field_film_parallel(0.0)) == pytest.approx(across**0.5, rel=1e-9)


def test_limit_normal_state():
    for model in (critical_field_film_parallel, critical_field_film_perpendicular):
        np.testing.assert_array_equal(model(np.array([6.6, 7.0, 100.0])), 0)
        slope = jax.vmap(jax.grad(lambda t, c, m=model: m(t, critical_temperature=c), argnums=1), (0, None))
        assert np.all(np.isfinite(slope(np.array([0.0, 6.0, 6.6, 9.0]), 6.6)))


@pytest.mark.parametrize("angle", [0.0, 0.03, -0.4, 1.2, np.pi / 2, 2.9])
def test_precise_angles_solve_their_equations(angle):
    film, bulk = (float(m(angle)) for m in (critical_field_angle, critical_field_angle_bulk))
    with mp.workdps(30):
        sine, cosine = mp.sin(mp.mpf(angle)), mp.cos(mp.mpf(angle))
        assert abs(abs(film * sine / mp.mpf(3.5)) + (film * cosine / 10) ** 2 - 1) < 1e-14
        assert abs((bulk * sine / mp.mpf(3.5)) ** 2 + (bulk * cosine / 10) ** 2 - 1) < 1e-14


def test_limit_ends_and_symmetry():
    angle = np.linspace(-1.5, 1.5, 7)
    for model in (critical_field_angle, critical_field_angle_bulk):
        np.testing.assert_allclose(model(np.array([0.0, np.pi / 2, np.pi])), [10.0, 3.5, 10.0], rtol=1e-12)
        np.testing.assert_allclose(model(-angle), model(angle), rtol=1e-13)
        np.testing.assert_allclose(model(angle + np.pi), model(angle), rtol=1e-12)


def test_published_cusp_of_the_film():
    """Slope -B_par^2/(2 B_perp) on either side of the plane for the film, none for the bulk."""
    tilt = 1e-6
    assert (float(critical_field_angle(tilt)) - 10) / tilt == pytest.approx(-100 / 7, rel=1e-4)
    assert (float(critical_field_angle_bulk(tilt)) - 10) / tilt == pytest.approx(0, abs=1e-3)


def test_identity_pair_breaking_at_an_angle_is_tinkhams_film():
    """At one temperature the added pair breakings are Tinkham's formula: T_K(0)/T_c = 1 makes `ordering_field` B_c2."""
    angle = np.linspace(-1.4, 1.4, 9)
    lengths = {"coherence_length": 8e-9, "thickness": 11e-9}
    ours = ordering_field(2.0, angle, magnetic_length=1e3, **lengths)
    plane, across = float(critical_field_parallel(2.0, **lengths)), float(critical_field_perpendicular(2.0))
    wanted = critical_field_angle(angle, critical_field_parallel=plane, critical_field_perpendicular=across)
    np.testing.assert_allclose(ours, wanted, rtol=1e-9)


@pytest.mark.parametrize("model", [critical_field_angle, critical_field_angle_bulk])
def test_fit_finds_far_values_from_its_own_guess(model):
    angle = np.radians(np.linspace(-8, 95, 60))
    truth = {"critical_field_parallel": 0.6, "critical_field_perpendicular": 0.011}
    noisy = np.asarray(model(angle, **truth)) + 1e-4 * np.random.default_rng(0).normal(size=60)
    result = fit(model, (angle, noisy))
    assert result.converged
    for name, value in truth.items():
        assert abs(result.params[name].value - value) < 5 * result.params[name].stderr
