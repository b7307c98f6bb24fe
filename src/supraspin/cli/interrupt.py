"""Ctrl-C and a request to stop end the program at once, with nothing half-written."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

_TIDY = frozenset({
    "supraspin.report.folder", "supraspin.data.storage", "supraspin.checkpoint", "supraspin.lattice.table",
    "supraspin.files", "supraspin.reproduce.run",
})  # fmt: skip
"""Modules that write or have others work, and remove or end what they began when an exception passes through them."""


def stop_at_once() -> None:
    """Let SIGINT and SIGTERM end this process, where they are not ignored.

    Python's own way, an exception wherever the program happens to be, is lost when it falls into a callback of a compiled
    library, and can crash the import of one.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    while frame is not None:
        if frame.f_globals.get("__name__") in _TIDY:
            raise KeyboardInterrupt
        frame = frame.f_back
    if sys.stderr is not None:
        # The progress bar hides the cursor.
        sys.stderr.write(("\x1b[?25h\n" if sys.stderr.isatty() else "") + "supraspin: interrupted\n")
        sys.stderr.flush()
    os._exit(128 + number)
