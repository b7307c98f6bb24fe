"""A source-measure unit with the commands of the Keithley 2400.

As a current source its output is the bench's direct current; as a voltage source it drives it through `bias_resistor`.
"""

from __future__ import annotations

import math
import re

import numpy as np

from supraspin.lab.bench import Bench, Wiring
from supraspin.lab.scpi.instrument import Instrument, number

_LONG = {"SOURCE": "SOUR", "SENSE": "SENS", "VOLTAGE": "VOLT", "CURRENT": "CURR", "LEVEL": "LEV", "RANGE": "RANG",
         "FUNCTION": "FUNC", "OUTPUT": "OUTP", "STATE": "STAT", "PROTECTION": "PROT", "IMMEDIATE": "IMM", "AMPLITUDE": "AMPL",
         "FORMAT": "FORM", "ELEMENTS": "ELEM", "TRIGGER": "TRIG", "COUNT": "COUN", "MEASURE": "MEAS", "MODE": "MODE"}  # fmt: skip
_OPTIONAL = frozenset({"LEV", "IMM", "AMPL", "STAT", "UPP", "FIX"})


class Keithley2400(Instrument):
    """The unit at one address, its terminals on a wiring of the bench."""

    IDENTITY = "KEITHLEY INSTRUMENTS INC.,MODEL 2400,0000000,C30   Mar 17 2006 09:29:29/A02  /K/J"

    def __init__(self, bench: Bench, wiring: Wiring, *, bias_resistor: float = 1e6) -> None:
        self.wiring = wiring
        self.bias_resistor = bias_resistor
        super().__init__(bench)

    def reset(self) -> None:
        self._on = False
        self._function = "VOLT"
        self._level = {"VOLT": 0.0, "CURR": 0.0}
        self._range = {"VOLT": 20.0, "CURR": 1e-4}
        self._protection = {"VOLT": 21.0, "CURR": 1.05e-4}
        self._nplc = {"VOLT": 1.0, "CURR": 1.0}
        self._sense = "CURR"
        self._elements = ["VOLT", "CURR", "RES", "TIME", "STAT"]
        self._drive()

    def _drive(self) -> None:
        """Let the direct current flow that source and compliance allow."""
        if not self._on:
            self.bench.set_direct_current(0.0)
        elif self._function == "CURR":
            wanted = min(max(self._level["CURR"], -1.0), 1.0)
            self.bench.set_direct_current(float(self.bench.setup.source_meter.source(np.array([wanted]))[0]))
        else:
            current = self._level["VOLT"] / self.bias_resistor
            self.bench.set_direct_current(math.copysign(min(abs(current), self._protection["CURR"]), current))

    def _measure(self) -> tuple[float, float]:
        """Voltage and current at the terminals, V and A."""
        current = self.bench.direct_current
        volts = self.bench.direct(self.wiring, current)
        if self._function == "VOLT":
            volts = current * self.bias_resistor + volts
        source = self.bench.setup.source_meter
        limit = self._protection["VOLT"] if self._function == "CURR" else 210.0
        noise = source.noise.density * math.sqrt(0.5 * 50.0 / self._nplc[self._sense]) * self.bench.rng.standard_normal()
        self.bench.clock.wait(0.02 * self._nplc[self._sense])
        return float(np.clip(volts, -limit, limit)) + source.meter_offset + noise, current

    def command(self, text: str) -> str | None:
        head, _, rest = text.partition(" ")
        asks = head.endswith("?")
        path = [_LONG.get(part, part) for part in re.sub(r"\d+(?=:|\?|$)", "", head.rstrip("?")).upper().strip(":").split(":")]
        key = tuple(part for part in path if part not in _OPTIONAL)
        value = rest.strip().strip("\"'").upper()
        if asks:
            return self._answer(key, text)
        self._set(key, value, text)
        return None

    def _answer(self, key: tuple[str, ...], text: str) -> str | None:
        match key:
            case ("READ",) | ("FETC",) | ("MEAS",) | ("INIT", "READ"):
                if not self._on:
                    self.errors.append('+803,"Not permitted with OUTPUT off"')
                    return None
                return self._reading()
            case ("OUTP",):
                return "1" if self._on else "0"
            case ("SOUR", "FUNC") | ("SOUR", "FUNC", "MODE"):
                return self._function
            case ("SENS", "FUNC"):
                return f'"{self._sense}:DC"'
            case ("SOUR", ("VOLT" | "CURR") as what):
                return f"{self._level[what]:.6E}"
            case (("SOUR" | "SENS"), ("VOLT" | "CURR") as what, "RANG"):
                return f"{self._range[what]:.6E}"
            case ("SENS", ("VOLT" | "CURR") as what, "PROT"):
                return f"{self._protection[what]:.6E}"
            case ("SENS", ("VOLT" | "CURR") as what, "NPLC"):
                return f"{self._nplc[what]:.2f}"
            case ("FORM", "ELEM"):
                return ",".join(self._elements)
            case ("SYST", "ERR") | ("SYST", "ERR", "NEXT"):
                return self.errors.popleft() if self.errors else '+0,"No error"'
        return self.complain(text)

    def _set(self, key: tuple[str, ...], value: str, text: str) -> None:
        amount = number(value)
        match key:
            case ("OUTP",) if value in ("1", "ON", "0", "OFF"):
                self._on = value in ("1", "ON")
            case ("SOUR", "FUNC") | ("SOUR", "FUNC", "MODE") if value[:4] in ("VOLT", "CURR"):
                self._function = value[:4]
            case ("SENS", "FUNC") if value[:4] in ("VOLT", "CURR"):
                self._sense = value[:4]
            case ("SOUR", ("VOLT" | "CURR") as what) if math.isfinite(amount):
                self._level[what] = amount
            case (("SOUR" | "SENS"), ("VOLT" | "CURR") as what, "RANG") if amount > 0:
                self._range[what] = amount
            case ("SENS", ("VOLT" | "CURR") as what, "PROT") if amount > 0:
                self._protection[what] = amount
            case ("SENS", ("VOLT" | "CURR") as what, "NPLC") if 0.01 <= amount <= 10:
                self._nplc[what] = amount
            case ("FORM", "ELEM") if value:
                self._elements = [_LONG.get(part.strip(), part.strip())[:4] for part in value.split(",")]
            case ("TRIG", *_) | ("SYST", *_) | ("DISP", *_) | ("FORM", *_) | ("ARM", *_) | ("SENS", "FUNC", *_) | ("ROUT", *_):
                pass
            case _:
                self.complain(text)
        self._drive()

    def _reading(self) -> str:
        volts, amperes = self._measure()
        values = {"VOLT": volts, "CURR": amperes, "RES": volts / amperes if amperes else 9.91e37, "TIME": self.bench.clock.now()}
        return ",".join(f"{values.get(element, 0.0):+.6E}" for element in self._elements)
