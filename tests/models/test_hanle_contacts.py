"""Contacts that spins can leave through: the published formula in 30 digits, its limits and symmetries."""

from math import inf

import mpmath as mp
import numpy as np
import pytest

from supraspin.models.hanle import hanle
from supraspin.models.hanle_contacts import hanle_contacts
from supraspin.models.spin_valve_length import spin_valve_length
from supraspin.quantities import MU_B_OVER_HBAR

mp.mp.dps = 60  # the published form itself cancels where contacts are transparent and the channel short
CHANNEL = {"amplitude": 0.9, "spin_lifetime": 4e-10, "diffusivity": 0.016, "separation": 2e-6}
FIELD = np.linspace(-0.2, 0.2, 41)


def exact(field, r0, rl, amplitude, spin_lifetime, diffusivity, separation, g_factor=2):
    """2 A Re{[...]^-1} exactly as printed, and its envelope."""
    length = mp.sqrt(mp.mpf(diffusivity) * mp.mpf(spin_lifetime))
    ratio = mp.mpf(separation) / length
    s = mp.sqrt(1 + 1j * g_factor * mp.mpf(MU_B_OVER_HBAR) * mp.mpf(field) * mp.mpf(spin_lifetime))
    first = 2 * (s + length / 2 * (1 / mp.mpf(r0) + 1 / mp.mpf(rl))) * mp.exp(ratio * s)
    curve = 2 * amplitude / (first + length**2 / (mp.mpf(r0) * mp.mpf(rl)) * mp.sinh(ratio * s) / s)
    return float(mp.re(curve)), float(abs(curve))


@pytest.mark.parametrize("separation", [1e-12, 0.1e-6, 2e-6, 40e-6])
@pytest.mark.parametrize(
    ("r0", "rl"), [(1e-12, 1e-12), (1e-9, 3e-6), (0.4e-6, 0.4e-6), (5e-6, 1.3e-6), (1e-3, 2e-2), (inf, 1e-6)]
)
def test_precise_published_form(separation, r0, rl):
    channel = CHANNEL | {"separation": separation}
    fields = np.array([0.0, 1e-5, 0.003, -0.04, 0.19, 3.0])
    values = np.asarray(hanle_contacts(fields, **channel, contact_length_injector=r0, contact_length_detector=rl))
    for field, value in zip(fields, values, strict=True):
        wanted, envelope = exact(field, r0, rl, **channel)
        assert abs(value - wanted) <= 1e-12 * envelope


def test_limit_tunnel_contacts_is_hanle():
    wanted = np.asarray(hanle(FIELD, **CHANNEL))
    np.testing.assert_array_equal(np.asarray(hanle_contacts(FIELD, **CHANNEL)), wanted)
    for r in (np.float64(1e9), np.asarray(inf)):  # an array is never a switch: the full formula must have the limit too
        values = hanle_contacts(FIELD, **CHANNEL, contact_length_injector=r, contact_length_detector=r)
        np.testing.assert_allclose(np.asarray(values), wanted, rtol=1e-12, atol=1e-14)


def test_limit_transparent_contacts_leave_no_signal():
    values = hanle_contacts(FIELD, **CHANNEL, contact_length_injector=0.0, contact_length_detector=0.0)
    assert np.all(np.abs(np.asarray(values)) < 1e-40)


def test_limit_one_transparent_contact_goes_linearly():
    """With one tunnel contact the signal is proportional to the other's r as r -> 0: 2 A (r/lambda) Re[exp(-l s)] / 1."""
    r, length = 1e-13, np.sqrt(CHANNEL["diffusivity"] * CHANNEL["spin_lifetime"])
    value = float(hanle_contacts(0.0, **CHANNEL, contact_length_injector=r))
    assert value == pytest.approx(2 * CHANNEL["amplitude"] * r / length * np.exp(-CHANNEL["separation"] / length), rel=1e-6)


def test_limit_zero_field_is_the_length_dependence():
    length = np.sqrt(CHANNEL["diffusivity"] * CHANNEL["spin_lifetime"])
    contacts = {"contact_length_injector": 0.7e-6, "contact_length_detector": 2.2e-6}
    for separation in (0.0, 0.3e-6, 2e-6, 90e-6):
        value = float(hanle_contacts(0.0, **CHANNEL | {"separation": separation}, **contacts))
        wanted = float(spin_valve_length(separation, amplitude=CHANNEL["amplitude"], spin_diffusion_length=length, **contacts))
        assert value == pytest.approx(wanted, rel=1e-13)


def test_identity_contacts_may_be_exchanged():
    there = hanle_contacts(FIELD, **CHANNEL, contact_length_injector=0.3e-6, contact_length_detector=4e-6)
    back = hanle_contacts(FIELD, **CHANNEL, contact_length_injector=4e-6, contact_length_detector=0.3e-6)
    np.testing.assert_allclose(np.asarray(there), np.asarray(back), rtol=1e-12, atol=1e-15)


def test_identity_scaling_degeneracy_includes_the_contacts():
    """L, r0, rL and lambda stretch together; g, tau and D trade as in `hanle`."""
    contacts = {"contact_length_injector": 0.8e-6, "contact_length_detector": 2e-6}
    known = np.asarray(hanle_contacts(FIELD, **CHANNEL, **contacts))
    stretched = CHANNEL | {"separation": 3 * CHANNEL["separation"], "diffusivity": 9 * CHANNEL["diffusivity"]}
    same = hanle_contacts(FIELD, **stretched, **{name: 3 * r for name, r in contacts.items()})
    np.testing.assert_allclose(np.asarray(same), known, rtol=1e-12, atol=1e-14)
    traded = CHANNEL | {"spin_lifetime": 2 * CHANNEL["spin_lifetime"], "diffusivity": CHANNEL["diffusivity"] / 2}
    same = hanle_contacts(FIELD, **traded, **contacts, g_factor=1.0)
    np.testing.assert_allclose(np.asarray(same), known, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("alignment", [1.0, -1.0])
def test_identity_tilt_and_offsets(alignment):
    contacts = {"contact_length_injector": 0.8e-6, "contact_length_detector": 2e-6}
    flat, zero = (np.asarray(hanle_contacts(b, **CHANNEL, **contacts)) for b in (FIELD, 0.0))
    sine = np.minimum(np.abs(FIELD) / 0.15, 1)
    options = {"saturation_field": 0.15, "resistance_offset": -0.1, "field_offset": 0.01}
    tilted = np.asarray(hanle_contacts(FIELD + 0.01, alignment, **CHANNEL, **contacts, **options))
    np.testing.assert_allclose(tilted, -0.1 + alignment * flat * (1 - sine**2) + zero * sine**2, rtol=1e-12, atol=1e-14)
