"""Figures as bytes that are the same for the same drawing: no dates, fixed names inside."""

from __future__ import annotations

import io

from supraspin.reproduce.canvas import LOOK
from supraspin.reproduce.plan import Outcomes
from supraspin.reproduce.registry import figures


def draw(name: str, outcomes: Outcomes) -> dict[str, bytes]:
    """A figure of the paper as PNG (300 dots an inch) and PDF, by the ending of the file."""
    from matplotlib import rc_context

    drawn = {}
    with rc_context(rc=LOOK):
        figure = figures()[name].draw(outcomes)
        for ending, metadata in (("png", {"Software": None}), ("pdf", {"CreationDate": None, "Producer": None})):
            stream = io.BytesIO()
            figure.savefig(stream, format=ending, metadata=metadata)
            drawn[ending] = stream.getvalue()
    return drawn
