"""Every protocol on the paper's devices and controls: data pass the schema, the same for the same key, refusals in a line."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.data import validate
from supraspin.data.schema import KINDS, good
from supraspin.devices import Device, names
from supraspin.errors import DataError
from supraspin.lab.protocol import PROTOCOLS
from supraspin.lab.setup import Setup
from supraspin.units import to_si

SMALL = {"points": 41, "temperatures": 2, "fields": 5, "biases": 2, "currents": 2}
CHANNELS = {"hanle", "spin_valve_loop", "spin_valve_map"}


def small(name):
    return {key: value for key, value in SMALL.items() if key in PROTOCOLS[name].options}


def setup_for(name):
    return Setup.of(Device.load("B" if name in CHANNELS else "A"))


@pytest.mark.parametrize("name", PROTOCOLS)
def test_contract_data_pass_the_schema_and_repeat(name):
    entry, setup = PROTOCOLS[name], setup_for(name)
    assert entry.kind in KINDS
    assert entry.summary.endswith(".")
    for option in entry.options.values():
        assert to_si(option.unit) == (1.0, option.unit)
    first, again, other = (entry.run(setup, key, **small(name)) for key in (3, 3, 4))
    validate(first)
    assert first.attrs["kind"] == entry.kind
    assert good(first).values.mean() > 0.95
    assert first.identical(again)
    assert not first.identical(other)


@pytest.mark.parametrize("name", PROTOCOLS)
def test_rejects_options_that_make_no_sense(name):
    entry, setup = PROTOCOLS[name], setup_for(name)
    with pytest.raises(DataError, match=f"{name} has no option 'speed'; it has "):
        entry.run(setup, 0, speed=1.0)
    option = next(iter(entry.options))
    with pytest.raises(DataError, match=f"{option} = nan"):
        entry.run(setup, 0, **{option: np.nan})


@pytest.mark.parametrize("device", names())
@pytest.mark.parametrize("name", ["resistance_temperature", "depth_profile", "interlayer_gap"])
def test_identity_every_device_can_be_measured(device, name):
    validate(PROTOCOLS[name].run(Setup.of(Device.load(device)), 1, **small(name)))


def test_rejects_what_is_out_of_reach():
    with pytest.raises(DataError, match=r"9 T out of plane is out of reach of the dilution refrigerator"):
        PROTOCOLS["resistance_field"].run(Setup.of(Device.load("B")), 0, stop=9.0)
    with pytest.raises(DataError, match=r"0.1 K is out of reach of the variable temperature insert"):
        PROTOCOLS["resistance_temperature"].run(Setup.of(Device.load("A")), 0, coldest=0.1)
    with pytest.raises(DataError, match=r"spin_valve_loop of device A: .*there is no channel 0"):
        PROTOCOLS["spin_valve_loop"].run(Setup.of(Device.load("A")), 0, temperature=2.0)
    with pytest.raises(DataError, match=r"there is no magnetic contact"):
        PROTOCOLS["tmr_loop"].run(Setup.of(Device.load("D")), 0, coldest=2.0)
    with pytest.raises(DataError, match=r"no protocol 'guess'; there are amr_loop"):
        PROTOCOLS["guess"]
