"""Critical fields and temperatures of films by pair breaking: the design's numbers, mpmath, limits, first guesses."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from scipy import constants

from supraspin.fit import fit
from supraspin.models._pair_breaking import FLUX_QUANTUM, coherence_length_of, electron_diffusivity
from supraspin.models.critical_field_parallel import critical_field_parallel
from supraspin.models.critical_field_perpendicular import critical_field_perpendicular
from supraspin.models.critical_temperature_parallel import critical_temperature_parallel
from supraspin.models.critical_temperature_perpendicular import critical_temperature_perpendicular

ACROSS = {"critical_temperature": 6.6, "coherence_length": 8e-9}
PLANE = ACROSS | {"thickness": 11e-9}
FROM_TEMPERATURE = [(critical_field_perpendicular, ACROSS), (critical_field_parallel, PLANE)]
FROM_FIELD = [(critical_temperature_perpendicular, ACROSS), (critical_temperature_parallel, PLANE)]


def depairing(parallel, field, *, critical_temperature, coherence_length, thickness=0.0):
    """alpha in joule as the equation is written, from D in m^2/s."""
    with mp.workdps(30):
        k, h, e = (mp.mpf(c) for c in (constants.k, constants.h, constants.e))
        hbar = h / (2 * mp.pi)
        d = 8 * k * mp.mpf(critical_temperature) * mp.mpf(coherence_length) ** 2 / (mp.pi * hbar)
        field = mp.mpf(field)
        return d * e**2 * field**2 * mp.mpf(thickness) ** 2 / (6 * hbar) if parallel else d * e * field


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize("t", [0.05, 0.3, 0.6, 0.9, 0.999])
def test_precise_field_solves_the_equation(parallel, t):
    model, values = FROM_TEMPERATURE[parallel]
    field = float(model(t * 6.6, **values))
    with mp.workdps(30):
        x = depairing(parallel, field, **values) / (2 * mp.pi * mp.mpf(constants.k) * mp.mpf(t * 6.6))
        wrong = mp.log(mp.mpf(t * 6.6) / mp.mpf(6.6)) - mp.digamma(mp.mpf(1) / 2) + mp.digamma(mp.mpf(1) / 2 + x)
    assert abs(wrong) < 1e-10


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.7, 0.95])
def test_precise_temperature_solves_the_equation(parallel, part):
    model, values = FROM_FIELD[parallel]
    field = part * float(FROM_TEMPERATURE[parallel][0](0.0, **values))
    warm = float(model(field, **values))
    with mp.workdps(30):
        x = depairing(parallel, field, **values) / (2 * mp.pi * mp.mpf(constants.k) * mp.mpf(warm))
        wrong = mp.log(mp.mpf(warm) / mp.mpf(6.6)) - mp.digamma(mp.mpf(1) / 2) + mp.digamma(mp.mpf(1) / 2 + x)
    assert abs(wrong) < 1e-10


def test_published_fields_of_the_design():
    """6.6 K, 8 nm, 11 nm: 3.562 T across and 10.78 T in the plane at T = 0."""
    assert float(critical_field_perpendicular(0.0, **ACROSS)) == pytest.approx(3.562, abs=5e-4)
    assert float(critical_field_parallel(0.0, **PLANE)) == pytest.approx(10.78, abs=5e-3)


def test_published_coherence_length_of_device_a():
    """5 T across the film at 1.5 K with 6.6 K: 6.4 nm, and D = 9.1e-5 m^2/s."""
    at_one = float(critical_field_perpendicular(1.5, critical_temperature=6.6, coherence_length=1e-9))
    length = 1e-9 * np.sqrt(at_one / 5.0)
    assert length == pytest.approx(6.4e-9, abs=0.05e-9)
    assert electron_diffusivity(6.6, length) == pytest.approx(9.1e-5, abs=0.05e-5)
    assert coherence_length_of(6.6, electron_diffusivity(6.6, length)) == pytest.approx(length, rel=1e-12)


def test_limit_ginzburg_landau_slopes():
    left = 1e-6
    across, plane = (float(m(6.6 * (1 - left), **v)) for m, v in FROM_TEMPERATURE)
    assert across == pytest.approx(FLUX_QUANTUM / (2 * np.pi * 64e-18) * left, rel=1e-5)
    assert plane == pytest.approx(np.sqrt(3 * left) * FLUX_QUANTUM / (np.pi * 88e-18), rel=1e-5)
    slope = FLUX_QUANTUM / (2 * np.pi * 64e-18)
    assert float(critical_field_perpendicular(0.0, **ACROSS)) / slope == pytest.approx(0.69267, abs=5e-6)


@pytest.mark.parametrize("parallel", [False, True])
def test_identity_field_and_temperature_are_inverse(parallel):
    (field_of, values), (temperature_of, _) = FROM_TEMPERATURE[parallel], FROM_FIELD[parallel]
    temperatures = np.linspace(0.3, 6.5, 32)
    fields = np.asarray(field_of(temperatures, **values))
    np.testing.assert_allclose(temperature_of(fields, **values), temperatures, rtol=1e-9)
    np.testing.assert_allclose(temperature_of(-fields, **values), temperatures, rtol=1e-9)


@pytest.mark.parametrize("parallel", [False, True])
def test_limit_normal_state(parallel):
    (field_of, values), (temperature_of, _) = FROM_TEMPERATURE[parallel], FROM_FIELD[parallel]
    np.testing.assert_array_equal(field_of(np.array([6.6, 8.0]), **values), 0)
    np.testing.assert_array_equal(temperature_of(np.array([12.0, -40.0]), **values), 0)
    assert float(temperature_of(0.0, **values)) == pytest.approx(6.6, rel=1e-12)


def test_identity_only_the_product_of_lengths_in_the_plane():
    temperature, field = np.linspace(0.5, 7, 9), np.linspace(-12, 12, 9)
    for model, x in ((critical_field_parallel, temperature), (critical_temperature_parallel, field)):
        one = model(x, coherence_length=8e-9, thickness=11e-9)
        np.testing.assert_allclose(model(x, coherence_length=4e-9, thickness=22e-9), one, rtol=1e-12)


@pytest.mark.parametrize("free_temperature", [False, True])
@pytest.mark.parametrize("which", range(4))
def test_fit_finds_far_values_from_its_own_guess(which, free_temperature):
    """T_c 40 times and lengths 7 times off the defaults, both ways."""
    model = (FROM_TEMPERATURE + FROM_FIELD)[which][0]
    for truth in (
        {"critical_temperature": 0.15, "coherence_length": 60e-9},
        {"critical_temperature": 92.0, "coherence_length": 1.4e-9},
    ):
        reach = float((FROM_TEMPERATURE * 2)[which][0](0.0, **truth))
        x = np.linspace(0.1, 0.95, 25) * (truth["critical_temperature"] if which < 2 else reach)
        clean = np.asarray(model(x, **truth))
        y = clean + 0.005 * np.ptp(clean) * np.random.default_rng(which).normal(size=25)
        fixed = {} if free_temperature else {"critical_temperature": truth["critical_temperature"]}
        result = fit(model, (x, y), fix=fixed)
        assert result.converged
        assert result.params["coherence_length"].value == pytest.approx(truth["coherence_length"], rel=0.05)
