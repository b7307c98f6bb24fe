"""Figures as bytes, and names for them that every file system takes."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 160


def image(figure: Figure, kind: str = "png") -> bytes:
    """The figure as a PNG, SVG or PDF file."""
    stream = io.BytesIO()
    figure.savefig(stream, format=kind, dpi=DOTS_PER_INCH)
    return stream.getvalue()


def inline(png: bytes) -> str:
    """A PNG file as an address that stands inside the page."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def slug(text: str, length: int = 60) -> str:
    """Text as a part of a file name or an anchor: letters, digits and dashes, never empty."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text)[:length].strip("-").lower() or "x"
