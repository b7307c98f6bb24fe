"""The Hanle curve of tunnel contacts: 30-digit arithmetic, the time integral, limits, identities, published numbers."""

import mpmath as mp
import numpy as np
import pytest
from scipy.optimize import brentq

from supraspin.models.hanle import hanle
from supraspin.quantities import MU_B_OVER_HBAR

mp.mp.dps = 30
CHANNEL = {"amplitude": 2.3, "spin_lifetime": 5.1e-10, "diffusivity": 0.019, "separation": 2.1e-6}
FIELD = np.linspace(-0.3, 0.3, 61)


def exact(field, amplitude=1.0, spin_lifetime=1e-10, diffusivity=1e-2, separation=1e-6, g_factor=2.0):
    """The closed form and its envelope |A exp(-l s) / s|, 30 digits."""
    w = mp.mpf(MU_B_OVER_HBAR) * mp.mpf(g_factor) * mp.mpf(field) * mp.mpf(spin_lifetime)
    s = mp.sqrt(1 + 1j * w)
    curve = amplitude * mp.exp(-mp.mpf(separation) / mp.sqrt(mp.mpf(diffusivity) * mp.mpf(spin_lifetime)) * s) / s
    return float(mp.re(curve)), float(abs(curve))


def first_zero(guess, **channel):
    step = np.linspace(0, 2 * guess, 400)
    values = np.asarray(hanle(step, **channel))
    k = int(np.flatnonzero(np.diff(np.sign(values)))[0])
    return brentq(lambda b: float(hanle(b, **channel)), step[k], step[k + 1])


@pytest.mark.parametrize("lifetime", [1e-13, 1e-11, 1.73e-10, 5e-10, 1.26e-8])
@pytest.mark.parametrize("diffusivity", [1e-4, 6.5e-3, 0.074])
@pytest.mark.parametrize("separation", [0.0, 0.6e-6, 3e-6])
def test_precise_closed_form(lifetime, diffusivity, separation):
    fields = np.array([0.0, 1e-7, -3e-4, 0.011, 0.125, -0.5, 9.0])
    channel = {"spin_lifetime": lifetime, "diffusivity": diffusivity, "separation": separation}
    values = np.asarray(hanle(fields, **channel))
    for field, value in zip(fields, values, strict=True):
        wanted, envelope = exact(field, **channel)
        # exp(x) carries x rounding errors; the lobes cancel, so the envelope is the scale.
        assert abs(value - wanted) <= 1e-12 * envelope + 1e-307


def test_precise_relative_to_the_value_away_from_zeros():
    for field in (0.0, 0.004, 0.02, 0.15, 0.3):
        wanted, envelope = exact(field, **CHANNEL)
        assert float(hanle(field, **CHANNEL)) == pytest.approx(wanted, rel=1e-12, abs=1e-15 * envelope)


@pytest.mark.parametrize("field", [0.0, 0.02, 0.125, 0.3])
def test_precise_time_of_flight(field):
    """Eq. 3 by quadrature over the times of flight, in units of the lifetime, with A = R0 tau / (2 lambda)."""
    lifetime, diffusivity, separation = 1.73e-10, 6.5e-3, 0.8e-6
    w = mp.mpf(MU_B_OVER_HBAR) * 2 * mp.mpf(field) * mp.mpf(lifetime)
    length = mp.sqrt(mp.mpf(diffusivity) * mp.mpf(lifetime))
    ratio = mp.mpf(separation) / length

    def flight(u):  # t = tau u: (4 pi D t)^(-1/2) dt = (tau / lambda) (4 pi u)^(-1/2) du
        return mp.exp(-(ratio**2) / (4 * u) - u) * mp.cos(w * u) / mp.sqrt(4 * mp.pi * u)

    integral = mp.quad(flight, [mp.mpf("1e-9"), 0.02, 0.1, 0.3, 1, 2, 4, 8, 16, 32, 64])
    r0 = 1.0
    amplitude = r0 * lifetime / (2 * float(length))
    value = float(hanle(field, amplitude=amplitude, spin_lifetime=lifetime, diffusivity=diffusivity, separation=separation))
    assert value == pytest.approx(float(r0 * lifetime / length * integral), rel=1e-11)


def test_limit_zero_field():
    length = np.sqrt(CHANNEL["diffusivity"] * CHANNEL["spin_lifetime"])
    wanted = CHANNEL["amplitude"] * np.exp(-CHANNEL["separation"] / length)
    assert float(hanle(0.0, **CHANNEL)) == pytest.approx(wanted, rel=1e-14)


def test_limit_zero_lifetime_and_zero_diffusivity_leave_no_signal():
    assert np.all(np.asarray(hanle(FIELD, spin_lifetime=0.0)) == 0)
    assert np.all(np.asarray(hanle(FIELD, diffusivity=0.0)) == 0)


def test_limit_high_field_does_not_overflow():
    assert np.all(np.isfinite(np.asarray(hanle(np.array([1e3, 1e9, 1e30]), spin_lifetime=1e-6, separation=1e-3))))


def test_identity_even_in_field_about_its_offset():
    np.testing.assert_array_equal(np.asarray(hanle(FIELD, **CHANNEL)), np.asarray(hanle(-FIELD, **CHANNEL)))
    shifted = np.asarray(hanle(FIELD + 0.03, **CHANNEL, field_offset=0.03))
    np.testing.assert_allclose(shifted, np.asarray(hanle(FIELD, **CHANNEL)), rtol=1e-12, atol=1e-14)
    shifted = np.asarray(hanle(FIELD + 0.03, **CHANNEL, field_offset=0.03, saturation_field=0.2))
    np.testing.assert_allclose(shifted, np.asarray(hanle(FIELD, **CHANNEL, saturation_field=0.2)), rtol=1e-12, atol=1e-14)


def test_identity_scaling_degeneracy():
    """(g, tau, D) -> (g/c, c tau, D/c), and L^2 and D by one factor."""
    known = np.asarray(hanle(FIELD, **CHANNEL))
    for c in (0.5, 3.0):
        lifetime, diffusivity = c * CHANNEL["spin_lifetime"], CHANNEL["diffusivity"] / c
        same = hanle(FIELD, **CHANNEL | {"spin_lifetime": lifetime, "diffusivity": diffusivity}, g_factor=2 / c)
        np.testing.assert_allclose(np.asarray(same), known, rtol=1e-12, atol=1e-14)
        stretched = CHANNEL | {"separation": c * CHANNEL["separation"], "diffusivity": c**2 * CHANNEL["diffusivity"]}
        np.testing.assert_allclose(np.asarray(hanle(FIELD, **stretched)), known, rtol=1e-12, atol=1e-14)


def test_identity_alignment_turns_the_precessing_part_only():
    parallel, antiparallel = (np.asarray(hanle(FIELD, p, **CHANNEL, resistance_offset=0.4)) for p in (1.0, -1.0))
    np.testing.assert_allclose(parallel + antiparallel, 0.8, rtol=1e-14)
    np.testing.assert_allclose((parallel - antiparallel) / 2, np.asarray(hanle(FIELD, **CHANNEL)), rtol=1e-12, atol=1e-14)
    mixed = np.asarray(hanle(FIELD, np.where(FIELD > 0, 1.0, -1.0), **CHANNEL))
    np.testing.assert_allclose(mixed, np.where(FIELD > 0, 1, -1) * np.asarray(hanle(FIELD, **CHANNEL)), rtol=1e-15)


@pytest.mark.parametrize("alignment", [1.0, -1.0])
def test_identity_tilt(alignment):
    """alignment S(B) cos^2 + S(0) sin^2: at saturation both electrodes point along the field, parallel to each other."""
    flat, zero = np.asarray(hanle(FIELD, **CHANNEL)), float(hanle(0.0, **CHANNEL))
    sine = np.minimum(np.abs(FIELD) / 0.17, 1)
    tilted = np.asarray(hanle(FIELD, alignment, **CHANNEL, saturation_field=0.17, resistance_offset=-0.3))
    np.testing.assert_allclose(tilted, -0.3 + alignment * flat * (1 - sine**2) + zero * sine**2, rtol=1e-12, atol=1e-14)


def test_limit_saturation_field():
    untilted, upright = (np.asarray(hanle(FIELD, **CHANNEL, saturation_field=b)) for b in (1e12, 0.0))
    np.testing.assert_allclose(untilted, np.asarray(hanle(FIELD, **CHANNEL)), rtol=1e-12)
    np.testing.assert_allclose(upright, float(hanle(0.0, **CHANNEL)), rtol=1e-14)


@pytest.mark.parametrize(
    ("lifetime", "length", "diffusivity", "rel"),
    [(84e-12, 1.5e-6, 0.0268, 2e-3), (12.6e-9, 30.5e-6, 0.0738, 1e-3), (4e-9, 6e-6, 0.009, 1e-12), (150e-12, 3.87e-6, 0.1, 2e-3)],
)
def test_published_lifetime_length_diffusivity(lifetime, length, diffusivity, rel):
    """D = lambda^2 / tau as printed for graphene (two), black phosphorus, suspended graphene (printed there: 4.7 um)."""
    assert length**2 / lifetime == pytest.approx(diffusivity, rel=rel)
    # The model's own length: a channel of one spin diffusion length loses exactly 1/e at zero field.
    value = hanle(0.0, spin_lifetime=lifetime, diffusivity=diffusivity, separation=length)
    assert float(value) == pytest.approx(np.exp(-1), rel=rel)


def test_published_suspended_graphene_length_contradicts_its_own_lifetime():
    value = hanle(0.0, spin_lifetime=150e-12, diffusivity=0.1, separation=4.7e-6)
    assert -4.7e-6 / np.log(float(value)) == pytest.approx(3.87e-6, rel=2e-3)


def test_published_aluminium_island_lorentzian():
    """A confined (0D) island with lifetime 60 ps has a half width of 94.7 mT: omega tau = 1. Injector on detector, the
    open channel has Re[1 / sqrt(1 + i w)] in place of the Lorentzian Re[1 / (1 + i w)], with the same w."""
    half_width = 1 / (2 * MU_B_OVER_HBAR * 60e-12)
    assert half_width == pytest.approx(94.7e-3, abs=0.1e-3)
    on_top = float(hanle(half_width, spin_lifetime=60e-12, separation=0.0))
    assert on_top == pytest.approx(float(mp.re(1 / mp.sqrt(1 + 1j))), rel=1e-12)


def test_published_first_zero_of_the_paper_needs_a_fast_channel():
    """0.8 um channel of arXiv:2306.06659: first zero at 0.125 T and length 1.06 um together mean D = 6.5e-3 m2/s, 173 ps."""
    channel = {"diffusivity": 6.5e-3, "spin_lifetime": 173e-12, "separation": 0.8e-6}
    assert first_zero(0.2, **channel) == pytest.approx(0.125, abs=0.001)
    assert np.sqrt(6.5e-3 * 173e-12) == pytest.approx(1.06e-6, rel=1e-3)


def test_published_further_maximum_of_the_long_channel():
    """3.0 um at the D of the 0.8 um channel: sign change first, then the next maximum at 0.22 T to 0.28 T, not 0.4 T.

    The ends of that range belong to lifetimes of about 165 and 60 ps; longer ones bring the maximum further in, to 0.175 T.
    """
    field = np.linspace(0, 0.6, 6001)
    for lifetime in (65e-12, 100e-12, 160e-12):
        curve = np.asarray(hanle(field, diffusivity=6.5e-3, spin_lifetime=lifetime, separation=3e-6))
        maxima = np.flatnonzero((curve[1:-1] > curve[:-2]) & (curve[1:-1] > curve[2:])) + 1
        assert 0.22 <= field[maxima[0]] <= 0.28
        assert curve[: maxima[0]].min() < 0
