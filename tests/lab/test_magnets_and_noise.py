"""Layers remember their history; noise has the spectrum it claims; time passes as told."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.signal import periodogram

from supraspin.lab.clock import Clock
from supraspin.lab.magnets import Layer
from supraspin.lab.noise import Noise, flicker

UP = np.linspace(-0.05, 0.05, 201)


def layer(width=0.0, **more):
    return Layer(0.02, width, np.random.default_rng(1), **more)


def test_limit_sharp_layer_switches_at_its_coercive_field():
    one = layer()
    rising = one.sweep(UP)
    falling = one.sweep(UP[::-1])
    np.testing.assert_array_equal(rising, np.where(UP > 0.02, 1.0, -1.0))
    np.testing.assert_array_equal(falling, np.where(UP[::-1] < -0.02, -1.0, 1.0))


def test_identity_a_loop_is_symmetric_under_reversal():
    one = layer(0.003)
    one.sweep(UP)
    falling, rising = one.sweep(UP[::-1]), one.sweep(UP)
    np.testing.assert_allclose(rising, -falling, atol=1e-12)


def test_identity_memory_within_a_minor_loop():
    one = layer(0.003)
    one.sweep(UP)
    half = one.sweep(np.linspace(0.05, -0.02, 50))[-1]
    assert -0.9 < half < 0.9
    # Back to zero and again to the same field: nothing new happens.
    back = one.sweep(np.linspace(-0.02, 0.0, 20))
    again = one.sweep(np.linspace(0.0, -0.02, 20))
    assert np.ptp(np.concatenate((back, again))) == 0
    assert one.magnetisation == half
    one.saturate(1)
    assert one.magnetisation == 1


def test_identity_pieces_of_a_sweep_are_the_sweep():
    whole, parts = layer(0.003), layer(0.003)
    in_parts = np.concatenate([parts.sweep(piece) for piece in np.array_split(UP, 7)])
    np.testing.assert_array_equal(whole.sweep(UP), in_parts)
    assert parts.sweep(np.array([])).size == 0


def test_identity_offset_shifts_the_loop():
    shifted = layer(field_offset=0.005)
    np.testing.assert_array_equal(shifted.sweep(UP), np.where(UP > 0.025, 1.0, -1.0))


def test_identity_flicker_has_a_1_over_f_spectrum_whatever_the_interval():
    rng = np.random.default_rng(3)
    interval, count = 0.2, 4096
    spectra = [periodogram(flicker(rng, count), 1 / interval, window="hann") for _ in range(300)]
    frequency, power = spectra[0][0], np.mean([p for _, p in spectra], axis=0)
    inside = (frequency > 20 / (count * interval)) & (frequency < 1.0)
    np.testing.assert_allclose(np.mean(power[inside] * frequency[inside]), 1.0, rtol=0.05)
    slope = np.polyfit(np.log(frequency[inside]), np.log(power[inside]), 1)[0]
    assert slope == pytest.approx(-1, abs=0.05)


def test_identity_white_noise_grows_with_the_root_of_the_bandwidth():
    noise = Noise(density=5e-9)
    wide = noise.series(np.random.default_rng(0), 20000, 0.1, 4.0)
    assert wide.std() == pytest.approx(10e-9, rel=0.02)
    drifting = Noise(drift=1e-9).series(np.random.default_rng(0), 11, 2.0, 1.0)
    np.testing.assert_allclose(drifting, 2e-9 * np.arange(11))


def test_identity_time_passes_as_told():
    virtual, real = Clock(), Clock(real=True)
    virtual.wait(3600.0)
    assert virtual.now() == 3600.0
    began = time.monotonic()
    real.wait(0.05)
    assert time.monotonic() - began >= 0.05
    assert real.now() >= 0.05
    with pytest.raises(ValueError, match="cannot wait -1"):
        virtual.wait(-1)
