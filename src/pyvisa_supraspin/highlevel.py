"""The VISA library that PyVISA loads: sessions to the virtual instruments of one bench a device."""

from __future__ import annotations

import fnmatch
import itertools
from typing import Any

from pyvisa import constants, errors, highlevel
from pyvisa.util import LibraryPath

from supraspin.devices import Device
from supraspin.lab.bench import Bench
from supraspin.lab.clock import Clock
from supraspin.lab.scpi.ami430 import AMI430
from supraspin.lab.scpi.instrument import Instrument
from supraspin.lab.scpi.keithley2400 import Keithley2400
from supraspin.lab.scpi.lakeshore336 import LakeShore336
from supraspin.lab.scpi.sr830 import SR830
from supraspin.lab.setup import Setup

_OK = constants.StatusCode.success
_DEFAULT = "A"
_MANAGER = 1
ADDRESSES = {
    "GPIB0::8::INSTR": lambda bench: SR830(bench, "film"),
    "GPIB0::9::INSTR": lambda bench: SR830(bench, "nonlocal"),
    "GPIB0::10::INSTR": lambda bench: SR830(bench, "junction"),
    "GPIB0::11::INSTR": lambda bench: SR830(bench, "contact"),
    "GPIB0::12::INSTR": LakeShore336,
    "GPIB0::24::INSTR": lambda bench: Keithley2400(bench, "film"),
    "TCPIP0::192.0.2.1::7180::SOCKET": lambda bench: AMI430(bench, "parallel"),
    "TCPIP0::192.0.2.2::7180::SOCKET": lambda bench: AMI430(bench, "perpendicular"),
}
"""What answers at which address. The hosts are of the range that is kept for documentation."""
_benches: dict[str, Bench] = {}
_instruments: dict[str, dict[str, Instrument]] = {}


def bench(device: str = _DEFAULT) -> Bench:
    """The bench behind `"DEVICE@supraspin"`, made at its first use: temperature and true state are there to set and to see."""
    if device not in _benches:
        configure(device)
    return _benches[device]


def configure(
    device: str = _DEFAULT, *, key: int = 0, temperature: float | None = None, real_time: bool = False, channel: int = 0,
    contact: int = 0, setup: Setup | None = None,
) -> Bench:  # fmt: skip
    """Set up the bench behind `"DEVICE@supraspin"` anew; K. With `real_time`, ramps and filters take the time they take."""
    chosen = setup if setup is not None else Setup.of(Device.load(device))
    clock = Clock(real=real_time)
    _benches[device] = Bench(chosen, key, clock=clock, temperature=temperature, channel=channel, contact=contact)
    _instruments[device] = {address: make(_benches[device]) for address, make in ADDRESSES.items()}
    return _benches[device]


class SupraspinVisaLibrary(highlevel.VisaLibraryBase):
    """Reads and writes whole messages; each session is one instrument."""

    def _init(self) -> None:
        self._sessions: dict[int, Instrument] = {}
        self._pending: dict[int, bytes] = {}
        self._attributes: dict[int, dict[Any, Any]] = {}
        self._numbers = itertools.count(_MANAGER + 1)
        self._device = str(self.library_path) if str(self.library_path) != "unset" else _DEFAULT

    @staticmethod
    def get_library_paths() -> tuple[LibraryPath, ...]:
        return (LibraryPath("unset"),)

    @staticmethod
    def get_debug_info() -> dict[str, Any]:
        return {"Version": "supraspin", "Addresses": list(ADDRESSES)}

    def open_default_resource_manager(self) -> tuple[Any, constants.StatusCode]:
        return _MANAGER, self._done(_MANAGER)

    def _done(self, session: Any, status: constants.StatusCode = _OK) -> constants.StatusCode:
        return self.handle_return_value(session, status)

    def list_resources(self, session: Any, query: str = "?*::INSTR") -> tuple[str, ...]:
        pattern = query.replace("?*", "*")
        return tuple(name for name in ADDRESSES if fnmatch.fnmatch(name, pattern))

    def open(
        self, session: Any, resource_name: str, access_mode: Any = constants.AccessModes.no_lock,
        open_timeout: int = constants.VI_TMO_IMMEDIATE,
    ) -> tuple[Any, constants.StatusCode]:  # fmt: skip
        bench(self._device)
        name = resource_name.upper()
        if name not in _instruments[self._device]:
            raise errors.VisaIOError(constants.StatusCode.error_resource_not_found)
        number = next(self._numbers)
        instrument = _instruments[self._device][name]
        if instrument.GREETING:
            # A socket is greeted at every connection.
            instrument.greet()
        self._sessions[number] = instrument
        self._pending[number] = b""
        self._attributes[number] = {
            constants.ResourceAttribute.resource_name: resource_name,
            constants.ResourceAttribute.interface_type: constants.InterfaceType.tcpip
            if name.startswith("TCPIP")
            else constants.InterfaceType.gpib,
            constants.ResourceAttribute.resource_class: name.rpartition("::")[2],
            constants.ResourceAttribute.timeout_value: 5000,
        }
        return number, self._done(number)

    def close(self, session: Any) -> constants.StatusCode:
        self._sessions.pop(session, None)
        self._pending.pop(session, None)
        self._attributes.pop(session, None)
        return _OK

    def clear(self, session: Any) -> constants.StatusCode:
        self._pending[session] = b""
        self._instrument(session).clear()
        return self._done(session)

    def write(self, session: Any, data: bytes) -> tuple[int, constants.StatusCode]:
        for line in data.decode("ascii", "replace").splitlines():
            self._instrument(session).write(line)
        return len(data), self._done(session)

    def read(self, session: Any, count: int) -> tuple[bytes, constants.StatusCode]:
        if not self._pending[session]:
            answer = self._instrument(session).read()
            if answer is None:
                raise errors.VisaIOError(constants.StatusCode.error_timeout)
            self._pending[session] = answer.encode("ascii", "replace") + b"\n"
        now, self._pending[session] = self._pending[session][:count], self._pending[session][count:]
        more = constants.StatusCode.success_max_count_read if self._pending[session] else constants.StatusCode.success
        return now, self._done(session, more)

    def get_attribute(self, session: Any, attribute: Any) -> tuple[Any, constants.StatusCode]:
        known = self._attributes.get(session, {})
        return known.get(attribute, 0), _OK

    def set_attribute(self, session: Any, attribute: Any, attribute_state: Any) -> constants.StatusCode:
        self._attributes.setdefault(session, {})[attribute] = attribute_state
        return _OK

    def disable_event(self, session: Any, event_type: Any, mechanism: Any) -> constants.StatusCode:
        return _OK

    def discard_events(self, session: Any, event_type: Any, mechanism: Any) -> constants.StatusCode:
        return _OK

    def _instrument(self, session: Any) -> Instrument:
        if session not in self._sessions:
            raise errors.InvalidSession()
        return self._sessions[session]


WRAPPER_CLASS = SupraspinVisaLibrary
