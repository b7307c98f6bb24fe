"""What Hanle curves do, as an experimentalist would say it."""

import numpy as np
import pytest
from scipy.optimize import brentq, least_squares

from supraspin.models.hanle import hanle
from supraspin.models.hanle_contacts import hanle_contacts
from supraspin.models.hanle_vortex import hanle_vortex
from supraspin.quantities import MU_B_OVER_HBAR


def first_zero(reach, **channel):
    field = np.linspace(0, reach, 2001)
    k = int(np.flatnonzero(np.diff(np.sign(np.asarray(hanle(field, **channel)))))[0])
    return brentq(lambda b: float(hanle(b, **channel)), field[k], field[k + 1], xtol=1e-15)


def test_first_zero_tells_diffusion_not_lifetime_where_precession_is_fast():
    """omega tau >> 1: s -> sqrt(i omega tau), the lifetime drops out, and the zero stands where the spins that arrive have
    turned by a quarter: L sqrt(omega / 2 D) = pi / 4. Then B ~ D / L^2."""
    separation, diffusivity = 2e-6, 0.01
    expected = 2 * diffusivity * (np.pi / 4 / separation) ** 2 / (2 * MU_B_OVER_HBAR)
    channel = {"diffusivity": diffusivity, "separation": separation}
    zeros = [first_zero(4 * expected, spin_lifetime=t, **channel) for t in (1e-7, 1e-6, 1e-5)]
    errors = np.abs(np.array(zeros) / expected - 1)
    assert errors[-1] < 0.02
    assert np.all(errors[1:] < errors[:-1])
    tenfold = first_zero(40 * expected, spin_lifetime=1e-5, diffusivity=10 * diffusivity, separation=separation)
    assert tenfold / zeros[-1] == pytest.approx(10, rel=0.05)


def test_first_zero_moves_in_with_the_lifetime_where_spins_die_before_they_turn():
    """At fixed D, a longer lifetime lets slower spins arrive, which have turned further."""
    zeros = [first_zero(20.0, spin_lifetime=t, diffusivity=0.05, separation=1e-6) for t in (3e-12, 3e-11, 3e-10)]
    assert zeros[0] > 2 * zeros[1]
    assert zeros[1] > 1.5 * zeros[2]


def test_leaking_contacts_fake_a_shorter_lifetime():
    """Spins that escape through the contacts and are fitted with the tunnel model look short-lived; the more, the leakier."""
    true, separation, field = {"spin_lifetime": 1e-9, "diffusivity": 0.02}, 2e-6, np.linspace(-0.15, 0.15, 201)
    apparent = []
    for r in (1e-3, 4e-6, 1e-6, 0.2e-6):
        y = np.asarray(hanle_contacts(field, **true, separation=separation, contact_length_injector=r, contact_length_detector=r))
        y = y / np.abs(y).max()

        def residual(u, y=y):
            channel = {"amplitude": u[0], "spin_lifetime": 1e-9 * u[1], "diffusivity": 0.02 * u[2]}
            return np.asarray(hanle(field, **channel, separation=separation)) - y

        found = least_squares(residual, [1.0, 0.8, 1.2], bounds=([-np.inf, 1e-4, 1e-4], np.inf), x_scale="jac")
        apparent.append(1e-9 * found.x[1])
    assert apparent[0] == pytest.approx(1e-9, rel=0.01)
    assert np.all(np.diff(apparent) < 0)
    assert apparent[-1] < 0.5e-9


def test_leaking_contacts_cost_signal():
    values = [float(hanle_contacts(0.0, contact_length_injector=r, contact_length_detector=r)) for r in (1e-3, 1e-5, 1e-6, 1e-7)]
    assert np.all(np.diff(values) < 0)
    assert values[-1] < 0.05 * values[0]


def test_tilt_restores_the_signal_at_high_field_in_both_alignments():
    """Precession has dephased the spins long before the electrodes stand along the field; then both alignments read the
    full parallel signal, because spins along the field do not precess."""
    channel = {"spin_lifetime": 5e-10, "diffusivity": 0.01, "separation": 3e-6, "saturation_field": 1.2}
    zero = float(hanle(0.0, **channel))
    for alignment in (1.0, -1.0):
        assert float(hanle(0.0, alignment, **channel)) == pytest.approx(alignment * zero)
        assert abs(float(hanle(0.3, alignment, **channel))) < 0.15 * zero
        for field in (1.2, -1.2, 2.5):
            assert float(hanle(field, alignment, **channel)) == pytest.approx(zero, rel=1e-12)


def test_curves_of_both_alignments_cross_where_precession_has_turned_the_spins():
    """Without tilt P and AP are mirror images, so they meet exactly at the zeros of the signal."""
    channel = {"spin_lifetime": 173e-12, "diffusivity": 6.5e-3, "separation": 0.8e-6, "resistance_offset": 0.05}
    zero = first_zero(0.3, **{name: value for name, value in channel.items() if name != "resistance_offset"})
    parallel, antiparallel = (float(hanle(zero, p, **channel)) for p in (1.0, -1.0))
    assert parallel == pytest.approx(antiparallel, rel=1e-9)
    assert parallel == pytest.approx(0.05, rel=1e-9)


def test_vortices_keep_the_signal_positive_up_to_the_second_peak():
    """The further peak near 0.4 T without a sign change before it (3 um channel): the screened share lifts the first negative
    lobe. It takes a lifetime of some 40 ps: at 173 ps, as in the 0.8 um channel, no vortex field does it."""
    field = np.linspace(0, 0.5, 501)
    channel = {"spin_lifetime": 40e-12, "diffusivity": 1.2e-2, "separation": 3e-6}
    plain = np.asarray(hanle(field, **channel))
    screened = np.asarray(hanle_vortex(field, **channel, vortex_field=0.2))
    assert plain.min() < 0 < screened.min()
    inner = np.flatnonzero((screened[1:-1] > screened[:-2]) & (screened[1:-1] > screened[2:])) + 1
    assert 0.35 < field[inner[0]] < 0.40
    for vortex_field in np.geomspace(0.005, 5, 40):
        for diffusivity in (6.5e-3, 1e-2, 1.2e-2):
            slow = {"spin_lifetime": 173e-12, "diffusivity": diffusivity, "separation": 3e-6}
            curve = np.asarray(hanle_vortex(field, **slow, vortex_field=vortex_field))
            peaks = field[1:-1][(curve[1:-1] > curve[:-2]) & (curve[1:-1] > curve[2:])]
            assert not (curve.min() > 0 and np.any((peaks > 0.35) & (peaks < 0.45)))
