"""Time in the virtual laboratory: as fast as the computer, or as slow as the real thing."""

from __future__ import annotations

import time


class Clock:
    """Seconds since the start. With `real=True` waiting takes as long as it would at the cryostat."""

    def __init__(self, *, real: bool = False) -> None:
        self.real = real
        self._skipped = 0.0
        self._began = time.monotonic()

    def now(self) -> float:
        return self._skipped + (time.monotonic() - self._began if self.real else 0.0)

    def wait(self, seconds: float) -> None:
        """Let time pass. Raises `ValueError` for a negative time."""
        if not seconds >= 0:
            raise ValueError(f"cannot wait {seconds} s")
        if self.real:
            time.sleep(seconds)
        else:
            self._skipped += seconds
