"""Numbers that figures read off curves themselves are those of the device."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.devices import Device
from supraspin.lab.protocol import PROTOCOLS
from supraspin.lab.setup import Setup
from supraspin.reproduce.figures._readings import deflection, zero_bias_peak
from supraspin.reproduce.plan import Outcome


def test_fit_errors_of_the_deflection_are_calibrated():
    """AMR of the contact over 100 virtual measurements: a peak as narrow as a few steps of the field is not cut off."""
    setup = Setup.of(Device.load("A"))
    truth = max(contact.anisotropic_resistance for contact in setup.device.contacts)
    pulls, values = [], []
    for key in range(100):
        ds = PROTOCOLS["amr_loop"].run(setup, key)
        found = deflection(Outcome("e", (ds,), (), ()), 0)
        pulls.append((found.value - truth) / np.hypot(found.stderr, found.systematic))
        values.append(found.value)
    assert np.mean(values) == pytest.approx(truth, rel=0.01)
    assert abs(np.mean(pulls)) < 0.4
    assert 0.7 < np.std(pulls) < 1.4


@pytest.mark.parametrize(("temperature", "high"), [(1.5, 0.076), (3.0, 0.0)])
def test_identity_peak_at_zero_bias_is_read_off_the_spectrum(temperature, high):
    """As the twin has it with its modulation of 0.1 mV; nothing above T_K."""
    setup = Setup.of(Device.load("A"))
    ds = PROTOCOLS["tunnel_spectrum"].run(setup, 3, temperatures=1, coldest=temperature)
    found = zero_bias_peak(Outcome("e", (ds,), (), ()))
    assert found.value == pytest.approx(high, abs=2e-3)
    assert zero_bias_peak(Outcome("e", (ds.isel(point=slice(140, 160)),), (), ())) is None
