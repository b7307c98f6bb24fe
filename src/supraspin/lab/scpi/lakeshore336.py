"""A temperature controller with the commands of the Lake Shore Model 336; input A is the thermometer, output 1 the heater.

It moves the thermometer to the set point at the ramp rate, or as fast as the cryostat goes; the sample comes after it with the
cryostat's lag, and readings have the thermometer's calibration and noise. Until it is given a set point or a heater range it
leaves the temperature alone; with the heater off the cryostat cools to its base. In virtual time, asking for the temperature
again with no other message in between is waiting: a ramp under way ends, and the sample comes closer by one lag.
"""

from __future__ import annotations

import math

import numpy as np

from supraspin.lab.bench import Bench
from supraspin.lab.scpi.instrument import Instrument, number

_INPUTS = ("A", "B", "C", "D")


class LakeShore336(Instrument):
    """The controller at one address."""

    IDENTITY = "LSCI,MODEL336,LSA0000/0000000,2.9"

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        bench.movers.append(self._advance)

    def reset(self) -> None:
        self._settings = {"SETP": ["0"], "RAMP": ["0", "0"], "RANGE": ["0"], "OUTMODE": ["1", "1", "0"], "PID": ["50", "20", "0"],
                          "HTRSET": ["2", "0", "1.0", "1"], "MOUT": ["0"]}  # fmt: skip
        self._inputs = {"INNAME": dict.fromkeys(_INPUTS, ""), "TLIMIT": dict.fromkeys(_INPUTS, "0"),
                        "INTYPE": {"A": "3,1,0,0,1", "B": "0,0,0,0,1", "C": "0,0,0,0,1", "D": "0,0,0,0,1"}}  # fmt: skip
        self._regulates = False
        self._bath = self._sample = self.bench.temperature
        self._last = self.bench.clock.now()
        self._polled = -1

    def _goal(self) -> float:
        """Where the thermometer is heading, K."""
        cryostat = self.bench.setup.cryostat
        closed = self._settings["RANGE"] != ["0"] and self._settings["OUTMODE"][0] == "1"
        wanted = number(self._settings["SETP"][0]) if closed else 0.0
        return min(max(wanted, cryostat.base_temperature), cryostat.top_temperature)

    def _rate(self) -> float:
        on, rate = (number(part) for part in self._settings["RAMP"])
        most = self.bench.setup.cryostat.temperature_rate
        return min(rate / 60, most) if on and rate > 0 else most

    def _advance(self) -> None:
        """Bring thermometer and sample to where they are now."""
        now = self.bench.clock.now()
        elapsed, self._last = now - self._last, now
        if self.bench.temperature != self._sample:
            self._bath = self._sample = self.bench.temperature  # set from outside
        if not self._regulates or elapsed <= 0:
            return
        goal = self._goal()
        moving = min(abs(goal - self._bath) / self._rate(), elapsed)
        speed = math.copysign(self._rate(), goal - self._bath)
        self._follow(speed, moving)
        if moving < elapsed:
            self._bath = goal
            self._follow(0.0, elapsed - moving)
        self.bench.temperature = self._sample

    def _follow(self, speed: float, seconds: float) -> None:
        """Let the thermometer move evenly and the sample come after it with its time constant."""
        lag = self.bench.setup.cryostat.lag
        left = math.exp(-seconds / lag) if lag > 0 else 0.0
        behind = self._bath - self._sample
        self._bath += speed * seconds
        self._sample = self._bath - (speed * lag + (behind - speed * lag) * left)

    def _poll(self) -> None:
        """In virtual time nobody waits for a cryostat."""
        asked = self.bench.messages == self._polled + 1
        self._polled = self.bench.messages
        if asked and self._regulates and not self.bench.clock.real:
            left = abs(self._goal() - self._bath) / self._rate()
            self.bench.clock.wait(max(left, self.bench.setup.cryostat.lag))
            self._advance()

    def command(self, text: str) -> str | None:
        self._advance()
        head, _, rest = text.partition(" ")
        name, parts = head.rstrip("?").upper(), [part.strip() for part in rest.split(",")]
        if head.endswith("?"):
            return self._answer(name, parts[0].upper() or "A", text)
        self._set(name, parts[0], parts[1:], text)
        return None

    def _answer(self, name: str, which: str, text: str) -> str | None:
        if name in self._settings:
            # Outputs 2 to 4 are connected to nothing.
            return ",".join(self._settings[name] if which == "1" else ["0"] * len(self._settings[name]))
        if name in self._inputs and which in _INPUTS:
            return self._inputs[name][which]
        match name:
            case "KRDG" | "CRDG" | "SRDG":
                self._poll()
                return f"{self._read(name) if which == 'A' else 0.0:+.6g}"
            case "RDGST":
                return "000" if which == "A" else "001"
            case "RAMPST":
                return str(int(self._regulates and self._bath != self._goal()))
            case "HTR":
                return (
                    f"{100 * min(self._bath / self.bench.setup.cryostat.top_temperature, 1.0) if self._regulates else 0.0:+.1f}"
                )
        return self.complain(text)

    def _read(self, name: str) -> float:
        kelvin = float(self.bench.setup.cryostat.thermometer(np.array([self._bath]), self.bench.rng)[0])
        # The sensor is taken as one whose resistance falls as 1/T, 1 kohm at 1 K.
        return {"KRDG": kelvin, "CRDG": kelvin - 273.15, "SRDG": 1000 / kelvin}[name]

    def _set(self, name: str, which: str, values: list[str], text: str) -> None:
        if name in self._settings and values and all(math.isfinite(number(value)) for value in values):
            if which == "1":
                self._settings[name] = values
                self._regulates = self._regulates or name in ("SETP", "RANGE")
        elif name in self._inputs and values and which.upper() in _INPUTS:
            self._inputs[name][which.upper()] = ",".join(values).strip('"')
        else:
            self.complain(text)
