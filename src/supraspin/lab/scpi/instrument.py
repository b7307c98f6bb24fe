"""What every instrument that is talked to shares: a queue of answers, compound commands, identification."""

from __future__ import annotations

from collections import deque

from supraspin.lab.bench import Bench

LATENCY = 5e-3
"""Time that a message takes on the bus, s."""


class Instrument:
    """A set of commands on a bench. Each kind gives its `IDENTITY`, `command` and `reset`."""

    IDENTITY = ""
    GREETING: tuple[str, ...] = ()

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.errors: deque[str] = deque()
        self._answers: deque[str] = deque()
        self._spoken_to = True
        self.reset()

    def greet(self) -> None:
        """Say what the instrument says to whoever connects, and nothing else."""
        self._answers, self._spoken_to = deque(self.GREETING), False

    def write(self, message: str) -> None:
        """Take a message of one command or several, separated by semicolons; their answers become one."""
        self.bench.clock.wait(LATENCY)
        self.bench.messages += 1
        self._spoken_to = True
        parts = [part.strip() for part in message.strip().split(";")]
        answers = [answer for part in parts if part and (answer := self._execute(part)) is not None]
        if answers:
            self._answers.append(";".join(answers))

    def read(self) -> str | None:
        """The next answer, or None where there is none to come."""
        return self._answers.popleft() if self._answers else None

    def clear(self) -> None:
        """Forget what was not read (a device clear); a greeting is still on its way then."""
        if self._spoken_to:
            self._answers.clear()

    def reset(self) -> None:
        """Go to the state after switching on."""
        raise NotImplementedError

    def command(self, text: str) -> str | None:
        """Carry out one command and give its answer; None where it has none."""
        raise NotImplementedError

    def complain(self, text: str) -> str | None:
        """Note a command that is not understood, as the instrument's error queue does; there is no answer to it."""
        self.errors.append(f'-113,"Undefined header: {text[:60]}"')
        return None

    def _execute(self, text: str) -> str | None:
        match text.upper():
            case "*IDN?":
                return self.IDENTITY
            case "*OPC?":
                return "1"
            case "*CLS":
                self.errors.clear()
            case "*OPC" | "*WAI":
                pass
            case "*RST":
                self.reset()
            case _:
                return self.command(text.lstrip(":"))
        return None


def number(text: str) -> float:
    """A number in a command; NaN for what is none."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
