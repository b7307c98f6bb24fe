"""What measurements are turned into before a model of the joint posterior takes them."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.data.build import make
from supraspin.devices import Device
from supraspin.errors import DataError
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
    found = critical_fields(ds)
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
    made, options = concentration(ds)
    exposure = ds["counts"].values[0] / made["concentration"].values[0]
    np.testing.assert_allclose(options["sigma"], np.sqrt(ds["counts"].values[0] + 1) / exposure, rtol=1e-9)


def test_limit_other_kinds_stay_as_they_are():
    ds = make("critical_field", temperature=[[1.0, 2.0, 3.0]], critical_field=[[3.0, 2.0, 1.0]])
    found, options = as_declared(ds)
    assert found is ds
    assert options == {}


def test_rejects_a_loop_that_crosses_nothing():
    field = np.linspace(0, 1, 50)
    ds = make("magnetoresistance", field=[field], resistance=[np.where(field > 0.5, 1.0, 0.0)], per_sweep={"temperature": [1.0]})
    with pytest.raises(DataError, match="crosses half of the normal resistance"):
        critical_fields(ds)
