"""A source-measure unit with the commands of the Keithley 2400.

As a current source its output is the bench's direct current, as far as the compliance lets it; as a voltage source it drives it
through `bias_resistor`. A range that was set stays, and what is beyond it is refused or overflows; `RANG:AUTO` follows the value.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
from scipy.optimize import brentq

from supraspin.lab.bench import Bench, Wiring
from supraspin.lab.scpi.instrument import Instrument, number

_LONG = {"SOURCE": "SOUR", "SENSE": "SENS", "VOLTAGE": "VOLT", "CURRENT": "CURR", "LEVEL": "LEV", "RANGE": "RANG",
         "FUNCTION": "FUNC", "OUTPUT": "OUTP", "STATE": "STAT", "PROTECTION": "PROT", "IMMEDIATE": "IMM", "AMPLITUDE": "AMPL",
         "FORMAT": "FORM", "ELEMENTS": "ELEM", "TRIGGER": "TRIG", "COUNT": "COUN", "MEASURE": "MEAS", "MODE": "MODE"}  # fmt: skip
_OPTIONAL = frozenset({"LEV", "IMM", "AMPL", "STAT", "UPP", "FIX"})
_RANGES = {"VOLT": (0.2, 2.0, 20.0, 200.0), "CURR": (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)}
_BEYOND = 1.05
"""What a range reaches, over its full scale."""
_OVERFLOW = 9.91e37


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
        self._range = {("SOUR", "VOLT"): 20.0, ("SOUR", "CURR"): 1e-4, ("SENS", "VOLT"): 20.0, ("SENS", "CURR"): 1e-4}
        self._auto = dict.fromkeys(self._range, True)
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
            source = self.bench.setup.source_meter
            if not self._auto["SOUR", "CURR"]:
                source = replace(source, ranges=(_BEYOND * self._range["SOUR", "CURR"],))
            self.bench.set_direct_current(self._within(float(source.source(np.array([self._level["CURR"]]))[0])))
        else:
            current = self._level["VOLT"] / self.bias_resistor
            self.bench.set_direct_current(math.copysign(min(abs(current), self._protection["CURR"]), current))

    def _within(self, current: float) -> float:
        """The current that flows where the source would push one: less where the voltage meets the compliance."""
        limit = self._protection["VOLT"]
        if self.bench.most(self.wiring, current) <= limit or abs(self.bench.direct(self.wiring, current)) <= limit:
            return current
        share = brentq(lambda part: abs(self.bench.direct(self.wiring, part * current)) - limit, 0.0, 1.0, xtol=1e-9)
        return share * current

    def _trips(self, what: str) -> bool:
        """Whether the source is held back by its compliance."""
        if not self._on or what == self._function:
            return False
        if what == "VOLT":
            return abs(self.bench.direct_current) < abs(self._level["CURR"]) * (1 - 1e-2)
        return abs(self._level["VOLT"]) / self.bias_resistor > self._protection["CURR"]

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
            case (("SOUR" | "SENS") as side, ("VOLT" | "CURR") as what, "RANG"):
                return f"{self._full_scale(side, what):.6E}"
            case (("SOUR" | "SENS") as side, ("VOLT" | "CURR") as what, "RANG", "AUTO"):
                return str(int(self._auto[side, what]))
            case ("SENS", ("VOLT" | "CURR") as what, "PROT", "TRIP"):
                return str(int(self._trips(what)))
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
                most = _RANGES[what][-1] if self._auto["SOUR", what] else self._range["SOUR", what]
                if abs(amount) > _BEYOND * most:
                    self.errors.append('-222,"Parameter data out of range"')
                else:
                    self._level[what] = amount
            case (("SOUR" | "SENS") as side, ("VOLT" | "CURR") as what, "RANG") if 0 < abs(amount) <= _RANGES[what][-1]:
                self._range[side, what] = _fitting(amount, what)
                self._auto[side, what] = False
            case (("SOUR" | "SENS"), ("VOLT" | "CURR"), "RANG") if math.isfinite(amount):
                self.errors.append('-222,"Parameter data out of range"')
            case (("SOUR" | "SENS") as side, ("VOLT" | "CURR") as what, "RANG", "AUTO") if value in ("1", "ON", "0", "OFF"):
                self._auto[side, what] = value in ("1", "ON")
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

    def _full_scale(self, side: str, what: str) -> float:
        """The range in use: what is sourced is measured in the source's range."""
        if what == self._function:
            side = "SOUR"
        return _fitting(self._level[what], what) if side == "SOUR" and self._auto[side, what] else self._range[side, what]

    def _reading(self) -> str:
        volts, amperes = self._measure()
        if self._function == "CURR" and not self._auto["SENS", "VOLT"] and abs(volts) > _BEYOND * self._range["SENS", "VOLT"]:
            volts = _OVERFLOW
        values = {
            "VOLT": volts,
            "CURR": amperes,
            "RES": volts / amperes if amperes else _OVERFLOW,
            "TIME": self.bench.clock.now(),
        }
        return ",".join(f"{values.get(element, 0.0):+.6E}" for element in self._elements)


def _fitting(value: float, what: str) -> float:
    """The smallest range that holds a value."""
    return next((full for full in _RANGES[what] if abs(value) <= _BEYOND * full), _RANGES[what][-1])
