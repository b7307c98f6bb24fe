"""Parallel and antiparallel curves taken together."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import FIELD, NOISE, SPIN, spin_valve

from supraspin.analysis.hanle.curves import common_background, even_part, half_difference, odd_over_even, spin_signal
from supraspin.data import BITS, make, sweeps
from supraspin.models import hanle

TRUE = np.asarray(hanle(FIELD, 1.0, **SPIN))


def shared(field, alignment):
    return 3.0 + 20 * field + 60 * field**2


def test_identity_half_the_difference_is_free_of_what_both_share():
    ds = half_difference(sweeps(spin_valve(0, noise=0.0, background=shared)))
    assert ds["alignment"].values.tolist() == [1]
    np.testing.assert_allclose(ds["nonlocal_resistance"].values[0], TRUE, atol=1e-12)


def test_identity_an_antiparallel_curve_alone_is_turned_over():
    x, y = spin_signal(sweeps(spin_valve(0, noise=0.0, signs=(-1,), resistance_offset=2.0)), 2.0)
    np.testing.assert_array_equal(x, FIELD)
    np.testing.assert_allclose(y, TRUE, atol=1e-12)


def test_identity_up_and_down_sweeps_are_averaged():
    up_down = [FIELD, FIELD[::-1], FIELD]
    curves = [TRUE + 0.3, TRUE[::-1] - 0.3, -TRUE]
    ds = make("hanle", field=up_down, nonlocal_resistance=curves, per_sweep={"alignment": [1, 1, -1]})
    np.testing.assert_allclose(spin_signal(sweeps(ds), 0.0)[1], TRUE, atol=1e-12)


def test_identity_doubtful_points_stay_out():
    y, doubt = TRUE.copy(), np.zeros(TRUE.size, np.int32)
    y[40], doubt[40] = 9.9e37, BITS["overload"]
    ds = make("hanle", field=FIELD, nonlocal_resistance=y, per_sweep={"alignment": 1}, doubt=doubt)
    x, signal = spin_signal(sweeps(ds), 0.0)
    assert x.size == FIELD.size - 1
    assert signal.max() == TRUE.max()


def test_identity_background_is_measured_and_noise_is_none():
    assert common_background(sweeps(spin_valve(1, background=shared))) == pytest.approx(np.ptp(shared(FIELD, 1)), rel=0.05)
    found = [common_background(sweeps(spin_valve(seed))) for seed in range(200)]
    assert sum(one is not None for one in found) <= 4
    constant = sweeps(spin_valve(2, background=lambda b, s: 50 + 0 * b))
    assert common_background(constant) is None


def test_identity_even_part_drops_what_is_odd():
    ds = even_part(sweeps(spin_valve(3, noise=0.0, background=lambda b, s: 6 * s * b)), 0.0)
    assert ds["alignment"].values.tolist() == [1, -1]
    np.testing.assert_allclose(ds["nonlocal_resistance"].values[0], TRUE[FIELD >= 0], atol=1e-9)
    one_sided = make("hanle", field=FIELD[FIELD >= 0], nonlocal_resistance=TRUE[FIELD >= 0])
    assert even_part(sweeps(one_sided), 0.0) is None


def test_identity_asymmetry_of_a_planted_slope():
    slope = 6.0
    clean = sweeps(spin_valve(4, noise=NOISE, background=lambda b, s: slope * b))
    u = FIELD[FIELD >= 0]
    assert odd_over_even(clean, 0.0) == pytest.approx(slope * np.sqrt(np.mean(u**2)) / np.ptp(TRUE), rel=0.05)
    assert odd_over_even(sweeps(spin_valve(5)), 0.0) < 0.01
