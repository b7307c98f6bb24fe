"""A magnet power supply programmer with the commands of the American Magnetics Model 430, one an axis.

In virtual time, asking for the state while the magnet ramps lets the ramp come to its end; in real time it takes as long as the
ramp rate says.
"""

from __future__ import annotations

import math

from supraspin.lab.bench import Bench
from supraspin.lab.scpi.instrument import Instrument, number

RAMPING, HOLDING, PAUSED, ZEROING, AT_ZERO = 1, 2, 3, 6, 8
_KILOGAUSS = 10.0


class AMI430(Instrument):
    """The programmer at one address, driving the field along `axis` (parallel or perpendicular)."""

    IDENTITY = "AMERICAN MAGNETICS INC.,MODEL 430,SN0000,2.01"
    GREETING = ("American Magnetics Model 430 IP Interface", "Hello.")

    def __init__(self, bench: Bench, axis: str, *, coil_constant: float = 0.1) -> None:
        self.axis = axis
        self._coil = coil_constant
        cryostat = bench.setup.cryostat
        self._most = cryostat.field_in_plane if axis == "parallel" else cryostat.field_out_of_plane
        super().__init__(bench)
        bench.movers.append(self._advance)

    def reset(self) -> None:
        self._tesla, self._minutes = True, False
        self._rate = self.bench.setup.cryostat.field_rate
        self._target = 0.0
        self._now = getattr(self, "_now", 0.0)
        self._state = HOLDING if self._now else AT_ZERO
        self._last = self.bench.clock.now()
        self._limit = self._most / self._coil
        self._switch = {"CURR": 10.0, "HTIME": 20, "CTIME": 20, "INST": 0, "ON": 0}

    def _unit(self) -> float:
        return 1.0 if self._tesla else _KILOGAUSS

    def _advance(self) -> None:
        """Bring the field to where the ramp is now."""
        now = self.bench.clock.now()
        moving = self._state in (RAMPING, ZEROING)
        if moving:
            goal = 0.0 if self._state == ZEROING else self._target
            step = self._rate * (now - self._last)
            left = goal - self._now
            if abs(left) <= step:
                self._now, self._state = goal, AT_ZERO if self._state == ZEROING else HOLDING
            else:
                self._now += math.copysign(step, left)
            self.bench.set_field(self.axis, self._now)
        self._last = now

    def _arrive(self) -> None:
        """In virtual time nobody waits for a magnet."""
        if self._state in (RAMPING, ZEROING) and not self.bench.clock.real:
            goal = 0.0 if self._state == ZEROING else self._target
            self.bench.clock.wait(abs(goal - self._now) / self._rate * (1 + 1e-9))
            self._advance()

    def command(self, text: str) -> str | None:
        self._advance()
        head, _, rest = text.partition(" ")
        key = tuple(head.rstrip("?").upper().split(":"))
        if head.endswith("?"):
            return self._answer(key, text)
        self._set(key, [part.strip() for part in rest.split(",")], text)
        return None

    def _answer(self, key: tuple[str, ...], text: str) -> str | None:
        unit = self._unit()
        match key:
            case ("STATE",):
                self._arrive()
                return str(self._state)
            case ("FIELD", "MAG"):
                return f"{self._now * unit:.6f}"
            case ("CURR", "MAG") | ("CURR", "SUPP"):
                return f"{self._now / self._coil:.6f}"
            case ("FIELD", "TARG"):
                return f"{self._target * unit:.6f}"
            case ("FIELD", "UNITS"):
                return str(int(self._tesla))
            case ("RAMP", "RATE", "UNITS"):
                return str(int(self._minutes))
            case ("RAMP", "RATE", "FIELD", _) | ("RAMP", "RATE", "FIELD"):
                return f"{self._rate * unit * (60 if self._minutes else 1):.6f},{self._limit * self._coil * unit:.4f}"
            case ("COIL",):
                return f"{self._coil * unit:.6f}"
            case ("CURR", "LIMIT") | ("CURR", "LIM"):
                return f"{self._limit:.4f}"
            case ("QU",) | ("PERS",):
                return "0"
            case ("PS",):
                return str(self._switch["ON"])
            case ("PS", "INST"):
                return str(self._switch["INST"])
            case ("PS", ("CURR" | "HTIME" | "CTIME") as what):
                return f"{self._switch[what]:g}"
            case ("SYST", "ERR"):
                return self.errors.popleft() if self.errors else '0,"No error"'
        return self.complain(text)

    def _set(self, key: tuple[str, ...], rest: list[str], text: str) -> None:
        value = number(rest[-1] if key[-1:] == ("FIELD",) and key[:1] == ("CONF",) and len(rest) == 1 else rest[0])
        match key:
            case ("RAMP",):
                self._state = RAMPING if self._now != self._target else HOLDING
            case ("PAUSE",):
                self._state = PAUSED
            case ("ZERO",):
                self._state = ZEROING
            case ("CONF", "FIELD", "TARG") if math.isfinite(value):
                wanted = value / self._unit()
                if abs(wanted) > self._limit * self._coil * (1 + 1e-9):
                    self.errors.append('-222,"Data out of range"')
                else:
                    self._target = wanted
                    # A ramp under way turns to the new target.
                    self._state = RAMPING if self._state == RAMPING else self._state
            case ("CONF", "RAMP", "RATE", "FIELD") if len(rest) > 1 and number(rest[1]) > 0:
                self._rate = number(rest[1]) / self._unit() / (60 if self._minutes else 1)
            case ("CONF", "RAMP", "RATE", "UNITS"):
                self._minutes = value == 1
            case ("CONF", "FIELD", "UNITS"):
                self._tesla = value == 1
            case ("CONF", "COIL") if value > 0:
                self._coil = value / self._unit()
            case ("CONF", "CURR", ("LIMIT" | "LIM")) if value > 0:
                self._limit = min(value, self._most / self._coil)
            case ("CONF", "PS"):
                self._switch["INST"] = int(value == 1)
            case ("PS",):
                self._switch["ON"] = int(value == 1)
            case ("CONF", "PS", ("CURR" | "HTIME" | "CTIME") as what) if value >= 0:
                self._switch[what] = value
            case ("CONF", "RAMP", "RATE", "SEG") | ("QU",) | ("SYST", *_) | ("CONF", "RAMP", *_):
                pass
            case _:
                self.complain(text)
