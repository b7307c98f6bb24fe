"""Van der Waals gap against depth: 30 digits and both ends."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from supraspin.models.vdw_gap_expansion import vdw_gap_expansion

mp.mp.dps = 30


@pytest.mark.parametrize("depth", [0.0, 0.63e-9, 5e-9, 1e-7])
def test_precise_exponential(depth):
    wanted = mp.mpf(0.291e-9) * (1 + mp.mpf(0.08) * mp.exp(-mp.mpf(depth) / mp.mpf(2.7e-9)))
    value = vdw_gap_expansion(depth, pristine_gap=0.291e-9, expansion=0.08, decay_length=2.7e-9)
    assert float(value) == pytest.approx(float(wanted), rel=1e-14)


def test_limit_surface_and_bulk():
    gap = np.asarray(vdw_gap_expansion([0.0, 1e-6], pristine_gap=0.3e-9, expansion=0.1))
    np.testing.assert_allclose(gap, [0.33e-9, 0.3e-9], rtol=1e-13)
    np.testing.assert_allclose(vdw_gap_expansion([1e-9, 1e-8], decay_length=0.0, pristine_gap=0.3e-9), 0.3e-9, rtol=1e-14)
