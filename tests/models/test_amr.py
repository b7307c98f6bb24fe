"""Anisotropic magnetoresistance: ends, the two equivalent descriptions, and a fit from any angle."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.fit import fit
from supraspin.models.amr import amr

ANGLE = np.linspace(-np.pi, np.pi, 73)


def test_limit_along_and_across():
    across, along = np.asarray(amr([np.pi / 2 + 0.1, 0.1], normal_resistance=90.0, anisotropic_resistance=0.15, angle_offset=0.1))
    assert across == pytest.approx(90.0, rel=1e-14)
    assert along == pytest.approx(90.15, rel=1e-14)


def test_identity_second_harmonic_and_the_other_description():
    one = np.asarray(amr(ANGLE, normal_resistance=90.0, anisotropic_resistance=2.0, angle_offset=0.3))
    np.testing.assert_allclose(one, 91 + np.cos(2 * (ANGLE - 0.3)), rtol=1e-13)
    other = np.asarray(amr(ANGLE, normal_resistance=92.0, anisotropic_resistance=-2.0, angle_offset=0.3 - np.pi / 2))
    np.testing.assert_allclose(one, other, rtol=1e-13)


@pytest.mark.parametrize("offset", np.radians([-80, -44, 0, 20, 60]))
def test_fit_takes_the_description_within_45_degrees(offset):
    y = 90 + 0.15 * np.cos(ANGLE - offset) ** 2 + 1e-4 * np.random.default_rng(4).normal(size=ANGLE.size)
    result = fit("amr", (ANGLE, y))
    turned = abs(offset) > np.pi / 4
    assert result.params["angle_offset"].value == pytest.approx(offset - np.sign(offset) * np.pi / 2 * turned, abs=2e-3)
    assert result.params["anisotropic_resistance"].value == pytest.approx(-0.15 if turned else 0.15, rel=3e-3)
    assert not [flag for flag in result.flags if flag.level != "note"]
