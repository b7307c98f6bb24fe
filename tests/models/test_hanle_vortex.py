"""Eq. 4: precession only in the share of the channel that vortices fill."""

import mpmath as mp
import numpy as np
import pytest

from supraspin.models.hanle import hanle
from supraspin.models.hanle_vortex import hanle_vortex
from supraspin.quantities import MU_B_OVER_HBAR

mp.mp.dps = 30
CHANNEL = {"amplitude": 1.7, "spin_lifetime": 3e-10, "diffusivity": 6.5e-3, "separation": 3e-6}
FIELD = np.linspace(-0.5, 0.5, 41)


def exact(field, vortex_field, amplitude, spin_lifetime, diffusivity, separation):
    ratio = mp.mpf(separation) / mp.sqrt(mp.mpf(diffusivity) * mp.mpf(spin_lifetime))
    s = mp.sqrt(1 + 2j * mp.mpf(MU_B_OVER_HBAR) * mp.mpf(field) * mp.mpf(spin_lifetime))
    share = 1 - mp.exp(-abs(mp.mpf(field)) / mp.mpf(vortex_field))
    return float(amplitude * ((1 - share) * mp.exp(-ratio) + share * mp.re(mp.exp(-ratio * s) / s)))


@pytest.mark.parametrize("vortex_field", [1e-3, 0.08, 0.5, 20.0])
def test_precise_vortex_share(vortex_field):
    values = np.asarray(hanle_vortex(FIELD, **CHANNEL, vortex_field=vortex_field))
    scale = CHANNEL["amplitude"] * np.exp(-3e-6 / np.sqrt(6.5e-3 * 3e-10))
    for field, value in zip(FIELD, values, strict=True):
        assert value == pytest.approx(exact(field, vortex_field, **CHANNEL), rel=1e-12, abs=1e-14 * scale)


def test_precise_time_of_flight_with_vortices():
    """Eq. 4 as an integral over the times of flight, with |B| in a_v, in units of the lifetime."""
    field, vortex_field = -0.11, 0.09
    length = mp.sqrt(mp.mpf(CHANNEL["diffusivity"]) * mp.mpf(CHANNEL["spin_lifetime"]))
    ratio = mp.mpf(CHANNEL["separation"]) / length
    w = 2 * mp.mpf(MU_B_OVER_HBAR) * mp.mpf(field) * mp.mpf(CHANNEL["spin_lifetime"])
    share = 1 - mp.exp(-abs(mp.mpf(field)) / vortex_field)

    def flight(u):
        return mp.exp(-(ratio**2) / (4 * u) - u) / mp.sqrt(4 * mp.pi * u) * (1 - share + share * mp.cos(w * u))

    integral = 2 * mp.quad(flight, [mp.mpf("1e-9"), 0.02, 0.1, 0.3, 0.6, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 32, 64])
    value = float(hanle_vortex(field, **CHANNEL, vortex_field=vortex_field))
    assert value == pytest.approx(float(CHANNEL["amplitude"] * integral), rel=1e-11)


def test_limit_vortex_field_zero_is_hanle():
    for vortex_field in (0.0, 1e-300, 1e-9):
        values = np.asarray(hanle_vortex(FIELD[FIELD != 0], **CHANNEL, vortex_field=vortex_field))
        np.testing.assert_allclose(values, np.asarray(hanle(FIELD[FIELD != 0], **CHANNEL)), rtol=1e-13)
    assert float(hanle_vortex(0.0, **CHANNEL, vortex_field=0.0)) == pytest.approx(float(hanle(0.0, **CHANNEL)), rel=1e-14)


def test_limit_vortex_field_infinite_does_not_precess():
    for vortex_field in (np.inf, 1e20):
        values = np.asarray(hanle_vortex(FIELD, **CHANNEL, vortex_field=vortex_field))
        np.testing.assert_allclose(values, float(hanle(0.0, **CHANNEL)), rtol=1e-13)


def test_identity_even_in_field_about_its_offset():
    """The printed a_v, without |B|, is not even: at B < 0 its share is negative."""
    known = np.asarray(hanle_vortex(FIELD, **CHANNEL))
    np.testing.assert_array_equal(known, np.asarray(hanle_vortex(-FIELD, **CHANNEL)))
    shifted = np.asarray(hanle_vortex(FIELD - 0.02, **CHANNEL, field_offset=-0.02, saturation_field=0.4))
    np.testing.assert_allclose(shifted, np.asarray(hanle_vortex(FIELD, **CHANNEL, saturation_field=0.4)), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("alignment", [1.0, -1.0])
def test_identity_tilt_and_offsets(alignment):
    flat, zero = np.asarray(hanle_vortex(FIELD, **CHANNEL)), float(hanle(0.0, **CHANNEL))
    sine = np.minimum(np.abs(FIELD) / 0.3, 1)
    tilted = np.asarray(hanle_vortex(FIELD, alignment, **CHANNEL, saturation_field=0.3, resistance_offset=0.2))
    np.testing.assert_allclose(tilted, 0.2 + alignment * flat * (1 - sine**2) + zero * sine**2, rtol=1e-12)
