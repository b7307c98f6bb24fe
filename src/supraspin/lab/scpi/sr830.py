"""A two-phase lock-in amplifier with the commands of the Stanford Research SR830.

Its sine output drives the bench's terminals through a resistor; its input reads the voltage across them. In virtual time a
question for a reading first waits until the filter has settled, as a careful script does; in real time the filter is where it is.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np

from supraspin.lab.bench import Bench, Wiring
from supraspin.lab.scpi.instrument import Instrument, number

SENSITIVITIES = tuple(round(step * 10.0**power, 12) for power in range(-9, 1) for step in (2, 5, 10))[:27]
"""Full scales, V, by the index of `SENS`: 2 nV to 1 V."""
TIME_CONSTANTS = tuple(step * 10.0**power for power in range(-5, 5) for step in (1, 3))
"""Time constants, s, by the index of `OFLT`: 10 us to 30 ks."""
_PATIENCE = 8
_LEAST_INTERVAL = 1e-6
_INPUT_LIMIT = 1.4
"""Largest voltage (rms, V) that the input takes."""
_INPUT, _OUTPUT = 1, 4
"""Bits of the lock-in's status byte."""
_EXECUTION, _COMMAND = 16, 32
"""Bits of the standard event status byte."""
_SETTINGS = {
    "PHAS": 0.0, "FMOD": 1, "FREQ": 13.0, "RSLP": 0, "HARM": 1, "SLVL": 0.1, "ISRC": 1, "IGND": 1, "ICPL": 0, "ILIN": 3,
    "SENS": 18, "RMOD": 1, "OFLT": 9, "OFSL": 3, "SYNC": 0, "OUTX": 1, "SRAT": 0, "SEND": 1, "TSTR": 0, "FAST": 0, "OVRM": 1,
    "KCLK": 0, "ALRM": 0,
}  # fmt: skip
_WHOLE = frozenset(_SETTINGS) - {"PHAS", "FREQ", "SLVL"}


class SR830(Instrument):
    """The amplifier at one address; `wiring` says what its sine drives and its input reads, through `bias_resistor` (ohm)."""

    IDENTITY = "Stanford_Research_Systems,SR830,s/n00000,ver1.07"

    def __init__(self, bench: Bench, wiring: Wiring, *, bias_resistor: float = 1e6) -> None:
        self.wiring = wiring
        self.bias_resistor = bias_resistor
        super().__init__(bench)
        bench.watchers.append(self._advance)

    def reset(self) -> None:
        self._settings: dict[str, float] = dict(_SETTINGS)
        self._indexed: dict[str, dict[int, str]] = {
            "DDEF": {1: "0,0", 2: "0,0"}, "FPOP": {1: "1", 2: "1"}, "OEXP": dict.fromkeys((1, 2, 3), "0,0"),
            "AUXV": dict.fromkeys(range(1, 5), "0"), "OAUX": dict.fromkeys(range(1, 5), "0"),
            "LIAE": dict.fromkeys(range(8), "0"),
        }  # fmt: skip
        self._filter = np.zeros(4, complex)
        self._input = 0j
        self._last = self.bench.clock.now()
        self._strong = False
        self._status = {"LIAS": 0, "*ESR": 0}
        self._buffer: list[tuple[float, float]] = []

    @property
    def time_constant(self) -> float:
        return TIME_CONSTANTS[int(self._settings["OFLT"])]

    def _drive(self) -> complex:
        """The amplitude (rms, V) at the input, with the reference's phase."""
        current = self._settings["SLVL"] / self.bias_resistor
        order = int(self._settings["HARM"])
        at = self.bench.alternating(self.wiring, current) if order == 1 else self.bench.harmonic(self.wiring, current, order)
        self._strong = abs(at) > _INPUT_LIMIT
        lockin = self.bench.setup.lockin
        return at * lockin.gain * np.exp(1j * (lockin.phase - math.radians(self._settings["PHAS"])))

    def _advance(self) -> None:
        """Bring the filter to now, and see what its input is from now on."""
        self._relax()
        self._input = self._drive()

    def _relax(self) -> None:
        """Let the filter follow the input that it has had since the last time, which is taken as steady."""
        now = self.bench.clock.now()
        u = max(now - self._last, _LEAST_INTERVAL) / self.time_constant
        left = self._filter - self._input
        decay = math.exp(-u) if u < 700 else 0.0
        series = np.array([u**k / math.factorial(k) for k in range(4)]) if decay else np.zeros(4)
        self._filter = self._input + decay * np.array([np.dot(series[: n + 1][::-1], left[: n + 1]) for n in range(4)])
        self._last = now

    def _reading(self) -> tuple[float, float]:
        """X and Y, V."""
        clock = self.bench.clock
        self.bench.move()
        self._advance()
        if not clock.real:
            clock.wait(_PATIENCE * self.time_constant * (1 + 0.4 * self._settings["OFSL"]))
            self._relax()
        stages = int(self._settings["OFSL"]) + 1
        full = SENSITIVITIES[int(self._settings["SENS"])]
        lockin = replace(self.bench.setup.lockin, time_constant=self.time_constant, stages=stages, sensitivity=full)
        noise = lockin.noise.density * math.sqrt(lockin.bandwidth) * self.bench.rng.standard_normal(2)
        z = self._filter[stages - 1] + noise[0] + 1j * noise[1] + lockin.offset
        if self._strong:
            self._status["LIAS"] |= _INPUT
        if max(abs(z.real), abs(z.imag)) > 1.09 * full:
            self._status["LIAS"] |= _OUTPUT
        step = lockin.digits * full
        x, y = (float(np.clip(step * round(part / step), -1.09 * full, 1.09 * full)) for part in (z.real, z.imag))
        return x, y

    def _output(self, which: int) -> float:
        x, y = self._reading()
        return {1: x, 2: y, 3: math.hypot(x, y), 4: math.degrees(math.atan2(y, x))}.get(which, 0.0)

    def command(self, text: str) -> str | None:
        event = re.fullmatch(r"\*ESR\?\s*(\d?)", text.strip(), re.IGNORECASE)
        if event is not None:
            return self._read_and_clear("*ESR", [event[1]] if event[1] else [])
        found = re.fullmatch(r"([A-Za-z]{4})\s*(\??)\s*(.*)", text)
        if found is None:
            return self.complain(text)
        name, asks, rest = found[1].upper(), bool(found[2]), [part.strip() for part in found[3].split(",") if part.strip()]
        if asks:
            return self._answer(name, rest, text)
        self._relax()
        self._set(name, rest, text)
        self._input = self._drive()
        return None

    def _answer(self, name: str, rest: list[str], text: str) -> str | None:
        if name in _SETTINGS:
            return f"{self._settings[name]:.6g}"
        if name == "OUTP" and rest:
            return f"{self._output(int(number(rest[0]))):.6g}"
        if name == "OUTR" and rest:
            return f"{self._output(1 if rest[0] == '1' else 2):.6g}"
        if name == "SNAP" and rest:
            x, y = self._reading()
            values = {"1": x, "2": y, "3": math.hypot(x, y), "4": math.degrees(math.atan2(y, x)), "9": self._settings["FREQ"]}
            return ",".join(f"{values.get(one, 0.0):.6g}" for one in rest)
        if name in self._indexed and rest:
            return self._indexed[name].get(int(number(rest[0])), "0")
        if name == "LIAS":
            self._reading()
            return self._read_and_clear("LIAS", rest)
        if name in ("ERRS", "SPTS"):
            return str(len(self._buffer) if name == "SPTS" else 0)
        return self.complain(text)

    def _read_and_clear(self, which: str, bit: list[str]) -> str:
        """A status byte, or one bit of it; what is read is cleared."""
        state, mask = self._status[which], 1 << int(number(bit[0])) if bit else 255
        self._status[which] = state & ~mask
        return str(int(bool(state & mask))) if bit else str(state)

    def complain(self, text: str) -> str | None:
        """Note a command that is not understood in the event status byte, as this instrument does."""
        self._status["*ESR"] |= _COMMAND
        return super().complain(text)

    def _set(self, name: str, rest: list[str], text: str) -> None:
        if name in _SETTINGS and rest:
            self._keep(name, number(rest[0]), text)
        elif name in self._indexed and len(rest) > 1:
            self._indexed[name][int(number(rest[0]))] = ",".join(rest[1:])
        elif name == "AGAN":
            x, y = self._reading()
            wanted = 1.2 * math.hypot(x, y)
            self._settings["SENS"] = next((i for i, full in enumerate(SENSITIVITIES) if full > wanted), len(SENSITIVITIES) - 1)
        elif name == "APHS":
            x, y = self._reading()
            self._settings["PHAS"] += math.degrees(math.atan2(y, x))
        elif name == "REST":
            self._buffer.clear()
        elif name not in ("STRT", "PAUS", "TRIG", "ARSV", "AOFF", "STRD", "LOCL", "SSET", "RSET"):
            self.complain(text)

    def _keep(self, name: str, value: float, text: str) -> None:
        most = {"SENS": len(SENSITIVITIES) - 1, "OFLT": len(TIME_CONSTANTS) - 1, "OFSL": 3, "RSLP": 2, "RMOD": 2, "ILIN": 3,
                "ISRC": 3, "HARM": 19999, "SLVL": 5.0, "FREQ": 102000.0}  # fmt: skip
        if not math.isfinite(value) or (name in most and not 0 <= value <= most[name]):
            self._status["*ESR"] |= _EXECUTION
            return
        self._settings[name] = int(value) if name in _WHOLE else max(value, 0.004) if name == "SLVL" else value
