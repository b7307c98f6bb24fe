"""Length dependence at zero field: 30 digits, the identity with Takahashi and Maekawa, published copper data."""

from math import inf

import mpmath as mp
import numpy as np
import pytest
from scipy.optimize import curve_fit

from supraspin.models.spin_valve_length import spin_valve_length

mp.mp.dps = 30
LENGTHS = np.array([0.146, 0.29, 0.52, 1.04, 1.61]) * 1e-6


def takahashi_maekawa(separation, polarisation, spin_resistance_n, spin_resistance_f, length):
    """V/I of one alignment with metallic contacts: 2 R_N e^-l (P/(1-P^2) R_F/R_N)^2 / ((1 + 2/(1-P^2) R_F/R_N)^2 - e^-2l)."""
    contact = spin_resistance_f / spin_resistance_n / (1 - polarisation**2)
    decay = mp.exp(-mp.mpf(separation) / mp.mpf(length))
    return 2 * spin_resistance_n * decay * (polarisation * contact) ** 2 / ((1 + 2 * contact) ** 2 - decay**2)


@pytest.mark.parametrize("separation", [0.0, 1e-9, 0.3e-6, 5e-6])
@pytest.mark.parametrize(("r0", "rl"), [(inf, inf), (inf, 1e-7), (1e-12, 1e-12), (3e-8, 2e-6), (1e-3, 1.0)])
def test_precise_closed_form(separation, r0, rl):
    length, amplitude = 0.7e-6, 1.9
    x0, xl, ratio = mp.mpf(length) / mp.mpf(r0), mp.mpf(length) / mp.mpf(rl), mp.mpf(separation) / mp.mpf(length)
    wanted = 4 * amplitude * mp.exp(-ratio) / ((2 + x0) * (2 + xl) - x0 * xl * mp.exp(-2 * ratio))
    value = spin_valve_length(
        separation, amplitude=amplitude, spin_diffusion_length=length, contact_length_injector=r0, contact_length_detector=rl
    )
    assert float(value) == pytest.approx(float(wanted), rel=1e-12)


def test_limit_tunnel_contacts_decay_exponentially():
    values = np.asarray(spin_valve_length(LENGTHS, amplitude=2.0, spin_diffusion_length=0.5e-6))
    np.testing.assert_allclose(values, 2 * np.exp(-LENGTHS / 0.5e-6), rtol=1e-14)
    assert float(spin_valve_length(1e-6, spin_diffusion_length=0.0)) == 0.0


@pytest.mark.parametrize("polarisation", [0.1, 0.409, 0.9])
@pytest.mark.parametrize("spin_resistance_f", [1e-4, 0.028, 5.0])
def test_identity_takahashi_maekawa(polarisation, spin_resistance_f):
    """r = lambda R_F / ((1 - P^2) R_N) and A = P^2 R_N / 2 turn the contact formula into theirs, at every length."""
    length, spin_resistance_n = 0.666e-6, 0.065
    r = length * spin_resistance_f / ((1 - polarisation**2) * spin_resistance_n)
    values = np.asarray(
        spin_valve_length(
            LENGTHS, amplitude=polarisation**2 * spin_resistance_n / 2, spin_diffusion_length=length,
            contact_length_injector=r, contact_length_detector=r,
        )
    )  # fmt: skip
    for separation, value in zip(LENGTHS, values, strict=True):
        wanted = takahashi_maekawa(separation, polarisation, spin_resistance_n, spin_resistance_f, length)
        assert value == pytest.approx(float(wanted), rel=1e-12)


def test_published_copper_spin_valve():
    """Transparent Ni-Fe/Cu contacts: length 0.666 +- 0.112 um, polarisation 0.409 +- 0.020, correlation -0.94."""
    width_f, width_n, thickness = 140e-9, 220e-9, 320e-9
    resistivity_f, resistivity_n, length_f = 17.1e-8, 0.69e-8, 5e-9
    difference = np.array([2.75, 1.97, 1.17, 0.65, 0.40])  # milliohm, parallel minus antiparallel

    def curve(separation, length_um, polarisation):
        length = length_um * 1e-6
        spin_resistance_n = resistivity_n * length / (width_n * thickness)
        spin_resistance_f = resistivity_f * length_f / (width_n * width_f)
        r = length * spin_resistance_f / ((1 - polarisation**2) * spin_resistance_n)
        one = spin_valve_length(
            separation, amplitude=polarisation**2 * spin_resistance_n / 2, spin_diffusion_length=length,
            contact_length_injector=r, contact_length_detector=r,
        )  # fmt: skip
        return 2e3 * np.asarray(one)

    values, covariance = curve_fit(curve, LENGTHS, difference, p0=[0.5, 0.3], xtol=1e-12, ftol=1e-12)
    errors = np.sqrt(np.diag(covariance))
    assert values[0] == pytest.approx(0.666, abs=0.003)
    assert errors[0] == pytest.approx(0.112, abs=0.003)
    assert values[1] == pytest.approx(0.409, abs=0.002)
    assert errors[1] == pytest.approx(0.020, abs=0.002)
    assert covariance[0, 1] / errors.prod() == pytest.approx(-0.94, abs=0.01)
