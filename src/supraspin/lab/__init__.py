"""The virtual laboratory: a device in a cryostat, read by instruments with all their imperfections.

ds = ss.lab.simulate("A", "tmr_loop", key=1, coldest=2.0)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from supraspin.devices import Device
from supraspin.lab.cryostat import DILUTION_REFRIGERATOR, VARIABLE_TEMPERATURE_INSERT, Cryostat
from supraspin.lab.lockin import LockIn
from supraspin.lab.noise import Noise
from supraspin.lab.protocol import PROTOCOLS
from supraspin.lab.setup import Setup
from supraspin.lab.source_meter import SourceMeter

if TYPE_CHECKING:
    import xarray as xr

    from supraspin.lab.bench import Bench as Bench

__all__ = [
    "DILUTION_REFRIGERATOR", "PROTOCOLS", "VARIABLE_TEMPERATURE_INSERT", "Bench", "Cryostat", "LockIn", "Noise", "Setup",
    "SourceMeter", "simulate",
]  # fmt: skip


def simulate(device: str | Path | Device | Setup, protocol: str, key: int, **options: float) -> xr.Dataset:
    """What a protocol measures of a device (by name, file, or as it is) in its usual set-up, or of a set-up; options in SI.

    The same `key` gives the same data. Raises `DataError` for a device, a protocol or an option that is not there.
    """
    if isinstance(device, Setup):
        setup = device
    else:
        setup = Setup.of(device if isinstance(device, Device) else Device.load(device))
    return PROTOCOLS[protocol].run(setup, key, **options)


def __getattr__(name: str) -> Any:
    if name == "Bench":
        # It brings JAX along.
        from supraspin.lab.bench import Bench

        return Bench
    raise AttributeError(f"module 'supraspin.lab' has no attribute {name!r}; it has {', '.join(__all__)}")
