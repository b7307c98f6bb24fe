"""What measurements are turned into before a model of the joint posterior takes them."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.data.build import make
from supraspin.devices import Device
from supraspin.joint.readings import as_declared, concentration, critical_fields
from supraspin.lab.protocol import PROTOCOLS
from supraspin.lab.setup import Setup
from supraspin.models.critical_field_perpendicular import critical_field_perpendicular


@pytest.fixture(scope="module")
def device():
    return Setup.of(Device.load("A"))


def test_identity_magnetoresistance_becomes_critical_fields(device):
    """Half of R_N at each temperature, where the twin's film has it: at T_c(B) times a constant."""
    ds = PROTOCOLS["resistance_field"].run(device, 1, coldest=1.6, warmest=6.0, temperatures=9)
    found = critical_fields(ds).data
    assert found.attrs["kind"] == "critical_field"
    t, b = found["temperature"].values[0], found["critical_field"].values[0]
    assert np.all(np.diff(t) > 0)
    film = device.device.film
    exact = critical_field_perpendicular(t / 0.974, critical_temperature=film.critical_temperature,
                                         coherence_length=film.coherence_length)  # fmt: skip
    np.testing.assert_allclose(b, exact, rtol=0.05)
    assert float(found["field_angle"][0]) == pytest.approx(np.pi / 2)


def test_identity_counts_become_a_concentration_with_its_poisson_error(device):
    ds = PROTOCOLS["depth_profile"].run(device, 1)
    reading = concentration(ds)
    made, options = reading.data, reading.options
    exposure = ds["counts"].values[0] / made["concentration"].values[0]
    np.testing.assert_allclose(options["sigma"], np.sqrt(ds["counts"].values[0] + 1) / exposure, rtol=1e-9)


def test_limit_other_kinds_stay_as_they_are():
    ds = make("critical_field", temperature=[[1.0, 2.0, 3.0]], critical_field=[[3.0, 2.0, 1.0]])
    found = as_declared(ds)
    assert found is not None
    assert found.data is ds
    assert found.options == {}


def test_limit_a_single_critical_field_brings_the_error_of_its_criterion(device):
    found = critical_fields(PROTOCOLS["resistance_field"].run(device, 1))
    assert found.data["critical_field"].values.shape == (1, 1)
    assert 0.01 < float(found.options["sigma"][0]) < 0.5


def test_limit_a_loop_has_no_readings_that_a_model_describes(device):
    loop = PROTOCOLS["tmr_loop"].run(device, 1)
    assert as_declared(loop) is None
    assert as_declared(PROTOCOLS["resistance_temperature"].run(device, 1)) is None
    field = np.linspace(0, 1, 50)
    half = make(
        "magnetoresistance", field=[field], resistance=[np.where(field > 0.5, 1.0, 0.0)], per_sweep={"temperature": [1.0]}
    )
    assert as_declared(half) is not None
