"""One experiment from the device to its analyses: protocol, file, reader, analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from supraspin.reproduce.plan import Experiment, Outcome


def perform(one: Experiment, folder: Path, key: int, swap: Mapping[str, str]) -> Outcome:
    """Measure on the virtual devices, write a netCDF file for each measurement into `folder`, read it back and analyse it.

    `swap` puts devices (names or TOML files) in the place of the caption's. Raises `DataError` where a device or its cryostat
    cannot do what is asked.
    """
    from supraspin.analysis import analyze
    from supraspin.data import load, save
    from supraspin.devices import Device
    from supraspin.lab.cryostat import DILUTION_REFRIGERATOR, VARIABLE_TEMPERATURE_INSERT
    from supraspin.lab.protocol import PROTOCOLS
    from supraspin.lab.setup import Setup

    paths, devices = [], []
    for measurement in one.measurements:
        device = Device.load(swap.get(measurement.device, measurement.device))
        setup = Setup.of(device)
        if measurement.cryostat:
            setup = setup.but(
                cryostat={"insert": VARIABLE_TEMPERATURE_INSERT, "dilution": DILUTION_REFRIGERATOR}[measurement.cryostat]
            )
        ds = PROTOCOLS[measurement.protocol].run(setup, measurement.key(key), **dict(measurement.options))
        file = f"{measurement.name}.nc"
        paths.append(save(ds.assign_attrs(source=file), folder / file))
        devices.append(device)
    data = [load(path) for path in paths]
    analyses = tuple(replace(found, figures={}, captions={}) for found in analyze(data, settings=dict(one.settings)))
    return Outcome(one.name, tuple(data), analyses, tuple(devices))
