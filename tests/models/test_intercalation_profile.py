"""Depth profile: the convolution by 30-digit quadrature, its limits, and the mean over a window."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from scipy.integrate import quad

from supraspin.backend import jax
from supraspin.models.intercalation_profile import intercalation_profile, mean_concentration

mp.mp.dps = 30
NM = 1e-9


def convolved(depth, n_s, length, width, offset, background):
    """int_0^inf n_s exp(-x/l) N(z - z_0 - x; sigma) dx + n_b by tanh-sinh quadrature, in units of nm."""
    zeta, length, width = (mp.mpf(v) / mp.mpf(NM) for v in (mp.mpf(depth) - mp.mpf(offset), length, width))

    def integrand(x):
        return mp.exp(-x / length) * mp.npdf(zeta - x, 0, width)

    centre = zeta - width**2 / length  # where the product of the two has its maximum
    cuts = sorted({mp.mpf(0), *(c for k in (-12, -4, 0, 4, 12) if (c := centre + k * width) > 0)})
    last = cuts[-1] + 12 * min(width, length)
    return n_s * mp.quad(integrand, [*cuts, last, last + 40 * length], maxdegree=9) + background


@pytest.mark.parametrize("depth", [-4 * NM, -0.3 * NM, 0.2 * NM, 3 * NM, 15 * NM])
@pytest.mark.parametrize(("length", "width"), [(3 * NM, 0.5 * NM), (1 * NM, 2 * NM), (10 * NM, 0.1 * NM), (0.3 * NM, 1.5 * NM)])
def test_precise_convolution(depth, length, width):
    wanted = convolved(depth, mp.mpf("0.12"), length, width, 0.2 * NM, mp.mpf("0.001"))
    value = intercalation_profile(
        depth, surface_concentration=0.12, decay_length=length, probe_width=width, depth_offset=0.2 * NM,
        background_concentration=0.001,
    )  # fmt: skip
    assert float(value) == pytest.approx(float(wanted), rel=1e-11)


def test_limit_no_probe():
    """A vanishing width is the bare profile away from the interface, and half of n_s on it; no width is the bare profile."""
    depth = np.array([-1, 0.5, 2, 8]) * NM
    bare = np.where(depth >= 0, 0.1 * np.exp(-depth / (3 * NM)), 0.0)
    np.testing.assert_allclose(intercalation_profile(depth), bare, rtol=1e-14)
    np.testing.assert_allclose(intercalation_profile(depth, probe_width=1e-4 * NM), bare, rtol=2e-9)
    assert float(intercalation_profile(0.0, probe_width=1e-6 * NM)) == pytest.approx(0.05, rel=1e-6)
    np.testing.assert_allclose(intercalation_profile(depth, probe_width=jax.numpy.asarray(0.0)), bare, rtol=1e-12)


def test_limit_far_from_the_interface():
    """Far below: the bare exponential times exp(sigma^2 / 2 l^2). Far above: nothing, and nowhere an overflow."""
    deep = np.array([20, 200.0]) * NM
    grown = 0.1 * np.exp(-deep / (3 * NM)) * np.exp(0.5 * (1 / 3) ** 2)
    np.testing.assert_allclose(intercalation_profile(deep, probe_width=1 * NM), grown, rtol=1e-12)
    for length, width in ((1e-3 * NM, 5 * NM), (1e6 * NM, 1 * NM), (0.0, 1 * NM), (3 * NM, 1e-9 * NM)):
        values = np.asarray(intercalation_profile(np.linspace(-50, 50, 101) * NM, decay_length=length, probe_width=width))
        assert np.all(np.isfinite(values))
        assert np.all((values >= 0) & (values <= 0.1 * (1 + 1e-9)))
        assert values[0] < 1e-20


def test_limit_gradients_finite():
    names = ("surface_concentration", "decay_length", "probe_width", "depth_offset", "background_concentration")
    slope = jax.jacfwd(lambda v: intercalation_profile(np.linspace(-20, 40, 61) * NM, **dict(zip(names, v, strict=True))))
    for length, width in (
        (3 * NM, 1 * NM),
        (0.01 * NM, 1 * NM),
        (3 * NM, 0.0),
        (3 * NM, 1e-3 * NM),
        (0.0, 1 * NM),
        (1.0, 1 * NM),
    ):
        assert np.all(np.isfinite(np.asarray(slope(np.array([0.1, length, width, 0.1 * NM, 0.0]))))), (length, width)


def test_limit_short_decay_is_the_probe():
    """A decay far below the probe's width reads as a Gaussian of area n_s l: only the product is seen."""
    depth = np.linspace(-3, 3, 13) * NM
    value = intercalation_profile(depth, surface_concentration=5.0, decay_length=1e-3 * NM, probe_width=1 * NM)
    gaussian = 5.0 * 1e-3 * np.exp(-((depth / NM) ** 2) / 2) / np.sqrt(2 * np.pi)
    np.testing.assert_allclose(value, gaussian, rtol=4e-3)


@pytest.mark.parametrize("width", [0.0, 0.4 * NM, 6 * NM])
@pytest.mark.parametrize(("start", "stop"), [(0.0, 10 * NM), (-5 * NM, 3 * NM), (4 * NM, 4.5 * NM)])
def test_identity_mean_is_the_integral(width, start, stop):
    own = {"surface_concentration": 0.12, "decay_length": 2.4 * NM, "probe_width": width, "depth_offset": 0.3 * NM}
    profile = jax.jit(lambda z: intercalation_profile(z, **own))
    area, _ = quad(lambda z: float(profile(z * NM)), start / NM, stop / NM, points=[0.3], epsabs=1e-13, limit=200)
    assert float(mean_concentration(start, stop, **own)) == pytest.approx(area / ((stop - start) / NM), rel=1e-9)


def test_published_mean_of_three_per_cent():
    """About 3 % over a film of 11 nm with a decay of a few nm: a surface concentration near 13 % at 2.5 nm."""
    mean = mean_concentration(0.0, 11 * NM, surface_concentration=0.13, decay_length=2.5 * NM)
    assert float(mean) == pytest.approx(0.03, abs=0.002)
